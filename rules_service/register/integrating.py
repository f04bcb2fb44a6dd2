"""Single writes: integrating and removing days of one person by one organisation, under one code (S24-S29).

The algebra of rows says which days are opened and closed; here they become rows of the register. A person is one person
under all their numbers (S18): days that are held under a replaced number are held, and can be removed. What is added is
written under the current number; what is left of a row stays under the number of that row. No database is asked: it was
asked before, and `day_writes` puts down what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count, groupby
from operator import attrgetter

from rules_service.algebra import Period
from rules_service.register.admission import Admitted
from rules_service.register.held import HeldRow, by_day
from rules_service.register.row_algebra import NewRow, Registers, RowChanges, disintegrate, integrate


@dataclass(frozen=True, slots=True)
class Key:
    """Whose integrations, under which code; `ssin` is any number of the person, `organisation` its directory key."""

    ssin: int = field(repr=False)
    organisation: str
    sector: int
    quality_code: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What the register holds of a key, as a write finds it.

    `number` is the current number of the person, `rows` are the active ones under every number, `last_row` is the
    highest id of all rows, and `revision` the last one.
    """

    key: Key
    number: int = field(repr=False)
    rows: tuple[HeldRow, ...]
    last_row: int
    revision: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a write does. `revision` is the one it makes, or where nothing changes the one that was found.

    `overlapping` are the rows of the key that share a day with its period afterwards, in whichever register.
    """

    revision: int
    opened: tuple[HeldRow, ...]
    closed: tuple[HeldRow, ...]
    overlapping: tuple[HeldRow, ...]


def integrate_days(holding: Holding, admitted: Admitted, registers: Registers = Registers.BOTH) -> Written:
    """Add the days that are missing, one row for each run of them."""
    held = (row.active for row in holding.rows)
    changes = integrate(held, admitted.period, registers, end_defaulted=admitted.end_defaulted)
    return _written(holding, admitted.period, {holding.number: changes})


def remove_days(holding: Holding, period: Period, registers: Registers = Registers.BOTH) -> Written:
    """Take days away; what is left of a row goes on as a row of its own."""
    number_of = attrgetter("ssin")
    under_each = groupby(sorted(holding.rows, key=number_of), number_of)
    changes = {number: disintegrate((row.active for row in own), period, registers) for number, own in under_each}
    return _written(holding, period, changes)


def _written(holding: Holding, period: Period, changes: dict[int, RowChanges]) -> Written:
    """The rows that the changes under each number come to."""
    gone = {row.row_id for each in changes.values() for row in each.closed}
    opened = tuple(_opened(holding, changes))
    closed = [replace(row, until_revision=holding.revision + 1) for row in holding.rows if row.row_id in gone]
    now = [*(row for row in holding.rows if row.row_id not in gone), *opened]
    overlapping = [row for row in now if row.begin <= period.end and period.begin <= row.end]
    made = holding.revision + 1 if opened or closed else holding.revision
    return Written(made, by_day(opened), by_day(closed), by_day(overlapping))


def _opened(holding: Holding, changes: dict[int, RowChanges]) -> Iterator[HeldRow]:
    ids = count(holding.last_row + 1)
    for number, each in changes.items():
        for row in each.opened:
            yield HeldRow(
                row_id=next(ids),
                ssin=number,
                organisation=holding.key.organisation,
                sector=holding.key.sector,
                quality_code=holding.key.quality_code,
                begin=row.begin,
                end=row.end,
                registers=_registers(row),
                end_defaulted=row.end_defaulted,
                since_revision=holding.revision + 1,
            )


def _registers(row: NewRow) -> Registers:
    first = Registers.PRIMARY if row.primary else Registers(0)
    return first | Registers.SECONDARY if row.secondary else first
