"""An invented register of any size, as columns: made in seconds by NumPy, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import parse_day
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.identifiers import CPAS_SECTOR
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.load.synthetic import synthetic_cbe
from rules_service.register.index import Index, IntegrationColumns, build_index
from rules_service.register.population import _CODES, _invent_days, _numbers

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt8 = NDArray[np.uint8]

TODAY = parse_day("2026-06-15")
ORGANISATIONS = tuple(
    Organisation(synthetic_cbe(place), RequesterKind.CPAS, Region.FLANDERS, CPAS_SECTOR, 1) for place in range(600)
)
KEYS = tuple(each.key for each in ORGANISATIONS)

_FIRST_BIRTH, _LAST_BIRTH = parse_day("1920-01-01"), parse_day("2015-12-31")
_COUNTERS = range(800, 999)
"""Higher than those given out on one day: the numbers are valid and nobody's."""
_SHARES_OF_LENGTHS = (0.15, 0.25, 0.25, 0.20, 0.10, 0.05)
"""How many persons have 1, 2, ... 6 integrations."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Population:
    """Persons by their number, sorted, and their integrations, person after person, by begin.

    `persons` and `strangers` are valid numbers; strangers have no integration. The integrations of person p are
    `offsets[p]` to `offsets[p + 1]` of the columns. `end` is the last day, `FUTURE` where open.
    """

    persons: Int64
    strangers: Int64
    offsets: Int64
    organisation: Int32
    code: Int16
    begin: Int32
    end: Int32
    flags: UInt8
    lengths: Int64 = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lengths", np.diff(self.offsets))

    @property
    def ssin(self) -> Int64:
        """The number of the person of each integration."""
        return np.repeat(self.persons, self.lengths)

    def index(self) -> Index:
        """The same as an index; its rows are numbered from 1, in order."""
        rows = len(self.begin)
        columns = IntegrationColumns(
            row_id=np.arange(1, rows + 1),
            ssin=self.ssin,
            organisation_ordinal=self.organisation,
            sector=np.full(rows, CPAS_SECTOR, np.int16),
            institution=np.ones(rows, np.int16),
            code=self.code,
            begin=self.begin,
            end=self.end,
            primary=(self.flags & IN_PRIMARY) != 0,
            secondary=(self.flags & IN_SECONDARY) != 0,
        )
        return build_index(columns, KEYS, ORGANISATIONS)

    def of(self, numbers: Int64) -> Population:
        """The part of it that is about some persons."""
        kept = np.isin(self.persons, numbers)
        rows = np.repeat(kept, self.lengths)
        return replace(
            self,
            persons=self.persons[kept],
            offsets=np.concatenate([[0], np.cumsum(self.lengths[kept])]),
            organisation=self.organisation[rows],
            code=self.code[rows],
            begin=self.begin[rows],
            end=self.end[rows],
            flags=self.flags[rows],
        )


def invent(persons: int, seed: int) -> Population:
    """Persons with 1 to 6 integrations each, mostly with one organisation, in the days of the demo's population."""
    rng = np.random.default_rng(seed)
    numbers = _invent_numbers(rng, persons + persons // 50 + 1)
    strangers = rng.random(len(numbers)).argpartition(persons)[persons:]
    known = np.delete(numbers, strangers)
    lengths = rng.choice(np.arange(1, 7), persons, p=_SHARES_OF_LENGTHS)
    person = np.repeat(np.arange(persons), lengths)
    code = rng.choice(list(_CODES), len(person), p=[share / 1000 for share, _ in _CODES.values()])
    begin, end = _invent_days(rng, TODAY, code)
    order = np.lexsort((end, begin, person))
    return Population(
        persons=known,
        strangers=numbers[strangers],
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        organisation=_invent_organisations(rng, person)[order],
        code=code[order].astype(np.int16),
        begin=begin[order].astype(np.int32),
        end=end[order].astype(np.int32),
        flags=rng.choice(np.array([3, 1, 2], np.uint8), len(person), p=(0.92, 0.05, 0.03)),
    )


def _invent_numbers(rng: np.random.Generator, count: int) -> Int64:
    slots = rng.choice((_LAST_BIRTH - _FIRST_BIRTH + 1) * len(_COUNTERS), count, replace=False)
    day, counter = np.divmod(slots, len(_COUNTERS))
    return np.sort(_numbers(_FIRST_BIRTH + day, _COUNTERS.start + counter, bis=False))


def _invent_organisations(rng: np.random.Generator, person: Int64) -> Int32:
    """A home for each person, large ones for many; now and then another organisation."""
    size = rng.pareto(1.5, len(ORGANISATIONS)) + 0.2
    home = rng.choice(len(ORGANISATIONS), int(person[-1]) + 1, p=size / size.sum())
    chosen = np.where(rng.random(len(person)) < 0.85, home[person], rng.integers(0, len(ORGANISATIONS), len(person)))
    return chosen.astype(np.int32)
