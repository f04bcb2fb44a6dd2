"""Single writes: integrating and removing days of one person by one organisation, under one code (S24-S29).

The algebra of rows says which rows are closed and which are opened; here it meets the tables. A person is one person
under all their numbers (S18): days that are held under a replaced number are held, and can be removed. What is added is
written under the current number; what is left of a row stays under the number of that row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select, update

from rules_service.algebra import FUTURE, Period
from rules_service.errors import InternalError
from rules_service.register.admission import Admitted
from rules_service.register.held import HeldRow, by_day, held_row, select_held
from rules_service.register.pen import Pen
from rules_service.register.row_algebra import NewRow, Registers, RowChanges, disintegrate, integrate
from rules_service.register.schema import integrations
from rules_service.register.ssins import current_number, numbers_of

_ACTIVE: Final = select_held().where(
    integrations.c.ssin.in_(bindparam("numbers", expanding=True)),
    integrations.c.organisation_id == bindparam("organisation_id"),
    integrations.c.sector == bindparam("sector"),
    integrations.c.quality_code == bindparam("quality_code"),
    integrations.c.until_revision.is_(None),
)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose integrations, under which code; `ssin` is any number of the person, `organisation` its directory key."""

    ssin: int = field(repr=False)
    organisation: str
    sector: int
    quality_code: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did. `revision` is the one it made, or where nothing changed the one that was found.

    `overlapping` are the rows of the key that share a day with its period now, in whichever register.
    """

    revision: int
    opened: tuple[HeldRow, ...]
    closed: tuple[HeldRow, ...]
    overlapping: tuple[HeldRow, ...]


def integrate_days(pen: Pen, key: Key, admitted: Admitted, registers: Registers = Registers.BOTH) -> Written:
    """Add the days that are missing, one row for each run of them."""
    rows = _active(pen, key)
    period = admitted.period
    changes = integrate((row.active for row in rows), period, registers, end_defaulted=admitted.end_defaulted)
    number = current_number(pen.connection, key.ssin, pen.revision)
    return _written(pen, period, rows, [_apply(pen, key, number, changes)])


def remove_days(pen: Pen, key: Key, period: Period, registers: Registers = Registers.BOTH) -> Written:
    """Take days away; what is left of a row goes on as a row of its own."""
    rows = _active(pen, key)
    under_each = groupby(sorted(rows, key=attrgetter("ssin")), key=attrgetter("ssin"))
    applied = [
        _apply(pen, key, number, disintegrate((row.active for row in own), period, registers))
        for number, own in under_each
    ]
    return _written(pen, period, rows, applied)


@dataclass(frozen=True, slots=True)
class _Applied:
    """The rows that were closed, by id, and those that were opened."""

    closed: frozenset[int]
    opened: tuple[HeldRow, ...]


def _active(pen: Pen, key: Key) -> tuple[HeldRow, ...]:
    """The active rows of the key, under every number of the person."""
    asked = {
        "numbers": numbers_of(pen.connection, key.ssin, pen.revision),
        "organisation_id": _organisation(pen, key),
        "sector": key.sector,
        "quality_code": key.quality_code,
    }
    return tuple(map(held_row, pen.connection.execute(_ACTIVE, asked)))


def _organisation(pen: Pen, key: Key) -> int:
    number = pen.organisation_id(key.organisation)
    if number is None:
        raise InternalError("an organisation would write that the directory does not have")
    return number


def _apply(pen: Pen, key: Key, ssin: int, changes: RowChanges) -> _Applied:
    """Close rows before others are opened: two active rows of one key never share a day, whoever looks."""
    closed = frozenset(row.row_id for row in changes.closed)
    if closed:
        close = update(integrations).where(integrations.c.row_id.in_(closed))
        pen.connection.execute(close.values(until_revision=pen.revision))
    opened = _new_rows(pen, key, ssin, changes)
    if opened:
        organisation_id = _organisation(pen, key)
        pen.connection.execute(insert(integrations), [_values(row, organisation_id) for row in opened])
    pen.count(len(closed) + len(opened))
    return _Applied(closed, opened)


def _new_rows(pen: Pen, key: Key, ssin: int, changes: RowChanges) -> tuple[HeldRow, ...]:
    last: int = pen.connection.execute(select(func.coalesce(func.max(integrations.c.row_id), 0))).scalar_one()
    return tuple(
        HeldRow(
            row_id=row_id,
            ssin=ssin,
            organisation=key.organisation,
            sector=key.sector,
            quality_code=key.quality_code,
            begin=row.begin,
            end=row.end,
            registers=_registers(row),
            end_defaulted=row.end_defaulted,
            since_revision=pen.revision,
        )
        for row_id, row in enumerate(changes.opened, start=last + 1)
    )


def _registers(row: NewRow) -> Registers:
    first = Registers.PRIMARY if row.primary else Registers(0)
    return first | Registers.SECONDARY if row.secondary else first


def _values(row: HeldRow, organisation_id: int) -> dict[str, Any]:
    return {
        "row_id": row.row_id,
        "ssin": row.ssin,
        "organisation_id": organisation_id,
        "sector": row.sector,
        "quality_code": row.quality_code,
        "begin_day": row.begin,
        "end_day": None if row.end >= FUTURE else row.end,
        "in_primary": Registers.PRIMARY in row.registers,
        "in_secondary": Registers.SECONDARY in row.registers,
        "end_defaulted": row.end_defaulted,
        "since_revision": row.since_revision,
    }


def _written(pen: Pen, period: Period, before: Iterable[HeldRow], applied: Sequence[_Applied]) -> Written:
    """What the key holds after the write."""
    gone = {row_id for each in applied for row_id in each.closed}
    opened = [row for each in applied for row in each.opened]
    closed = [replace(row, until_revision=pen.revision) for row in before if row.row_id in gone]
    now = [*(row for row in before if row.row_id not in gone), *opened]
    overlapping = [row for row in now if row.begin <= period.end and period.begin <= row.end]
    return Written(pen.revision_now, by_day(opened), by_day(closed), by_day(overlapping))
