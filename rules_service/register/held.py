"""Rows of the register as they are held: with the revisions that opened and closed them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, select

from rules_service.algebra import FUTURE
from rules_service.register.row_algebra import ActiveRow, Registers
from rules_service.register.schema import integrations, known_at, organisation_keys


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row: days `begin` to `end`, both included, `FUTURE` where open.

    `ssin` is the number that it was written under. `until_revision` is None while the row is active.
    """

    row_id: int
    ssin: int = field(repr=False)
    organisation: str
    sector: int
    quality_code: int
    begin: int
    end: int
    registers: Registers
    end_defaulted: bool
    since_revision: int
    until_revision: int | None = None

    @property
    def active(self) -> ActiveRow:
        """What the algebra of rows sees of it."""
        return ActiveRow(
            row_id=self.row_id,
            begin=self.begin,
            end=self.end,
            primary=Registers.PRIMARY in self.registers,
            secondary=Registers.SECONDARY in self.registers,
            end_defaulted=self.end_defaulted,
        )


def select_held() -> Select[Any]:
    """Every version of every row, with the key of its organisation."""
    return select(integrations, organisation_keys.c.key).join(
        organisation_keys, organisation_keys.c.organisation_id == integrations.c.organisation_id
    )


def held_row(row: Any) -> HeldRow:
    """The row of `select_held`, from SQLAlchemy or from a driver."""
    first = Registers.PRIMARY if row.in_primary else Registers(0)
    return HeldRow(
        row_id=row.row_id,
        ssin=row.ssin,
        organisation=row.key,
        sector=row.sector,
        quality_code=row.quality_code,
        begin=row.begin_day,
        end=FUTURE if row.end_day is None else row.end_day,
        registers=first | Registers.SECONDARY if row.in_secondary else first,
        end_defaulted=bool(row.end_defaulted),
        since_revision=row.since_revision,
        until_revision=row.until_revision,
    )


def by_day(rows: Iterable[HeldRow]) -> tuple[HeldRow, ...]:
    """Rows in the order in which they are shown: first day, last day, row."""
    return tuple(sorted(rows, key=lambda row: (row.begin, row.end, row.row_id)))


def rows_at(connection: Connection, numbers: Collection[int], revision: int) -> tuple[HeldRow, ...]:
    """Every row under one of a person's numbers, as known at a revision: whatever closed it later is not told."""
    found = select_held().where(integrations.c.ssin.in_(numbers), known_at(integrations, revision))
    return by_day(replace(held_row(row), until_revision=None) for row in connection.execute(found))
