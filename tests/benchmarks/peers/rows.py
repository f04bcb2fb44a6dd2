"""The register as plain Python objects, for peers that decide one request at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rules_service.decision.columns import IN_PRIMARY
from tests.benchmarks.mix.population import Population
from tests.benchmarks.mix.requests import Requests


@dataclass(frozen=True, slots=True)
class Row:
    """An integration in the primary register; `end` is the day after the last one."""

    code: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `end` is the day after the last one that it asks about."""

    service: int
    organisation: int
    ssin: int
    system_date: int
    begin: int
    end: int


Register = dict[tuple[int, int], list[Row]]


def rows_by_owner(register: Population) -> Register:
    """The integrations of each person with each organisation, by begin."""
    rows: Register = defaultdict(list)
    columns = (register.ssin, register.organisation, register.code, register.begin, register.end + 1, register.flags)
    for ssin, organisation, code, begin, end, flags in zip(*(each.tolist() for each in columns), strict=True):
        if flags & IN_PRIMARY:
            rows[ssin, organisation].append(Row(code, begin, end))
    return dict(rows)


def one_by_one(requests: Requests) -> Iterator[Asked]:
    """The requests as objects."""
    columns = (requests.service, requests.organisation, requests.ssin)
    days = (requests.system_date, requests.begin, requests.end + 1)
    for values in zip(*(each.tolist() for each in (*columns, *days)), strict=True):
        yield Asked(*values)
