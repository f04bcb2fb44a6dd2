"""What each revision changed, in order, for those who follow the register.

Reading goes page by page, each in a transaction of its own: however slowly somebody follows, nothing is kept open, and
nothing but a page is held in memory. A change is told as it was when it was made, so that reading again from any
revision gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Select, select

from rules_service.register.held import HeldRow, held_row, select_held
from rules_service.register.purges import check_changes_retained
from rules_service.register.schema import aliases, integrations, organisation_keys, revisions
from rules_service.register.ssins import Replacement, replacement_of, select_replacements
from rules_service.register.store import Revision

PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """A revision, or a part of one where `continues`: rows it opened and closed, and numbers it replaced."""

    revision: Revision
    opened: tuple[HeldRow, ...] = ()
    closed: tuple[HeldRow, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    continues: bool = False


class Readable(Protocol):
    """What this module needs of a store."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""


def revisions_after(store: Readable, after: int, most: int = PAGE) -> tuple[Revision, ...]:
    """The next revisions, ascending, at most so many."""
    found = (
        select(revisions.c.revision, revisions.c.recorded_at)
        .where(revisions.c.revision > after)
        .order_by(revisions.c.revision)
        .limit(most)
    )
    with store.reading() as connection:
        return tuple(Revision(*row) for row in connection.execute(found))


def changes_of(store: Readable, revision: Revision, organisation: str | None = None) -> Iterator[Change]:
    """What a revision changed, in parts of at most a page each; the last part alone does not continue.

    Args:
        store: where to read.
        revision: one that the register has.
        organisation: a key of the directory whose rows alone are wanted, without replaced numbers; None: everything.
    """
    number = revision.number
    opened = _rows(integrations.c.since_revision == number, organisation)
    closed = _rows(integrations.c.until_revision == number, organisation)
    parts = _parts(store, revision, opened, closed, _replacements(number) if organisation is None else None)
    held = next(parts, Change(revision))
    for part in parts:
        yield replace(held, continues=True)
        held = part
    yield held


def _parts(
    store: Readable, revision: Revision, opened: Select[Any], closed: Select[Any], replaced: Select[Any] | None
) -> Iterator[Change]:
    """Parts that do not know yet whether another one follows; a revision of one page of each kind is one part."""
    number, after = revision.number, _Places()
    while True:
        with store.reading() as connection:
            check_changes_retained(connection, number)
            rows_opened = [_as_made(row, number) for row in _page(connection, opened, after.opened)]
            rows_closed = _page(connection, closed, after.closed)
            numbers = [] if replaced is None else _page_of_numbers(connection, replaced, after.replaced)
        if not (rows_opened or rows_closed or numbers):
            return
        yield Change(revision, tuple(rows_opened), tuple(rows_closed), tuple(numbers))
        if max(len(rows_opened), len(rows_closed), len(numbers)) < PAGE:
            return
        after = _Places(
            rows_opened[-1].row_id if rows_opened else after.opened,
            rows_closed[-1].row_id if rows_closed else after.closed,
            numbers[-1].old if numbers else after.replaced,
        )


@dataclass(frozen=True, slots=True)
class _Places:
    """How far each kind of change was read: the last row, the last replaced number."""

    opened: int = 0
    closed: int = 0
    replaced: int = -1


def _rows(condition: Any, organisation: str | None) -> Select[Any]:
    found = select_held().where(condition).order_by(integrations.c.row_id).limit(PAGE)
    return found if organisation is None else found.where(organisation_keys.c.key == organisation)


def _replacements(revision: int) -> Select[Any]:
    found: Select[Any] = select_replacements().where(aliases.c.since_revision == revision)
    return found.order_by(aliases.c.old_ssin).limit(PAGE)


def _page(connection: Connection, rows: Select[Any], after: int) -> list[HeldRow]:
    return [held_row(row) for row in connection.execute(rows.where(integrations.c.row_id > after))]


def _page_of_numbers(connection: Connection, numbers: Select[Any], after: int) -> list[Replacement]:
    return [replacement_of(row) for row in connection.execute(numbers.where(aliases.c.old_ssin > after))]


def _as_made(row: HeldRow, revision: int) -> HeldRow:
    """The row as it was opened: what closed it later is told later."""
    return row if row.until_revision in (None, revision) else replace(row, until_revision=None)
