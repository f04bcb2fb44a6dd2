"""Requests over the eight services of the mix, about an invented population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from rules_service.decision import Interned, Look, RequestColumns, ValueName
from tests.benchmarks.mix.population import KEYS, TODAY, Int32, Int64, Population

SERVICES = (
    "Mix.atTheSystemDate",
    "Mix.oneDay",
    "Mix.aroundTheSystemDate",
    "Mix.fiveYearsBefore",
    "Mix.perCode",
    "Mix.covered",
    "Mix.noControl",
    "Mix.ninetyDays",
)
AT_DATE, ONE_DAY, AROUND, FIVE_YEARS, PER_CODE, COVERED, NO_CONTROL, NINETY_DAYS = range(8)
WITH_A_PERIOD = (ONE_DAY, FIVE_YEARS, PER_CODE, COVERED)
_REQUEST_PERIOD = ValueName("request_period", is_period=True)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Requests:
    """Columns of equal length, as every peer gets them.

    `service` is a place in `SERVICES`, or beyond them in a longer list that repeats their shapes; `organisation` is one
    in `KEYS`; `begin` and `end` are the first and last day of the period that is asked about, the system date itself
    where the service reads no period.
    """

    service: Int32
    organisation: Int32
    ssin: Int64
    system_date: Int32
    begin: Int32
    end: Int32

    def __len__(self) -> int:
        """How many requests there are."""
        return len(self.service)

    def part(self, begin: int, end: int) -> Requests:
        """The requests of a range."""
        return Requests(*(getattr(self, each.name)[begin:end].copy() for each in fields(self)))

    def columns(self, services: Sequence[str] = SERVICES) -> RequestColumns:
        """The same for our own evaluator; `services` are the names of all services."""
        looks = Interned(
            Look(name, values=(_REQUEST_PERIOD,) if place % len(SERVICES) in WITH_A_PERIOD else ())
            for place, name in enumerate(services)
        )
        with_period = np.isin(self.service % len(SERVICES), WITH_A_PERIOD)
        return RequestColumns(
            looks=looks,
            requesters=Interned(KEYS),
            look=self.service,
            requester=self.organisation,
            system_date=self.system_date,
            person_offsets=np.arange(len(self) + 1, dtype=np.int32),
            ssins=self.ssin,
            value_offsets=np.concatenate([[0], np.cumsum(with_period)]).astype(np.int32),
            begin=self.begin[with_period],
            end=self.end[with_period],
        )


def ask(population: Population, count: int, seed: int, services: int = len(SERVICES)) -> Requests:
    """Half of the requests name an organisation that holds an integration; one in fifty is about a stranger.

    They were put on the days of one month, and nearly each asks about a period of its own.
    """
    rng = np.random.default_rng([seed, 1])
    service = rng.integers(0, services, count).astype(np.int32)
    row = rng.integers(0, len(population.begin), count)
    person = np.searchsorted(population.offsets, row, side="right") - 1
    holds = rng.random(count) < 0.5
    organisation = np.where(holds, population.organisation[row], rng.integers(0, len(KEYS), count)).astype(np.int32)
    stranger = rng.random(count) < 0.02
    ssin = np.where(stranger, rng.choice(population.strangers, count), population.persons[person])
    system_date = (TODAY - rng.integers(0, 30, count)).astype(np.int32)
    begin = TODAY - rng.integers(-30, 900, count)
    end = begin + rng.integers(0, 400, count)
    with_period = np.isin(service % len(SERVICES), WITH_A_PERIOD)
    return Requests(
        service=service,
        organisation=organisation,
        ssin=ssin,
        system_date=system_date,
        begin=np.where(with_period, begin, system_date).astype(np.int32),
        end=np.where(with_period, end, system_date).astype(np.int32),
    )
