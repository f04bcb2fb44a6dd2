"""Retention (S31): what was closed long enough ago is taken away for good, and that this happened is recorded.

A period is given for each table, and nothing is purged for which none is given. What is taken away:

- `integrations`, `person_cards`, `persons`: versions that were closed before the period began.
- `requests`: answers that are kept for writes that come again, older than the period.
- `aliases`: replacements of numbers older than the period, of persons under none of whose numbers anything is held.

What is known now stays as it is, and so does what was known since the last of the purged versions was closed: from that
revision on, the horizon, everything can be told. Replacements have no end, so that a purge of these moves the horizon
to its own revision. A purge is one revision; `purges` says what it took and by which periods, never of whom.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union_all,
)

from rules_service.algebra import PAST, Shift, WindowSyntaxError, day_of, parse_shift
from rules_service.errors import OperatorError
from rules_service.register.operations.tables import tables_of
from rules_service.register.purges import purges
from rules_service.register.schema import aliases, revisions
from rules_service.register.store import Register
from rules_service.register.writing import RegisterWriter

_MICROSECONDS_OF_A_DAY: Final = 86_400_000_000
_NUMBER: Final = "ssin"


class Retained(Enum):
    """A table with a period of its own, in the order of purging.

    Aliases come last: whether anything is held under a number is seen when the rest is gone.
    """

    INTEGRATIONS = "integrations"
    PERSON_CARDS = "person_cards"
    PERSONS = "persons"
    REQUESTS = "requests"
    ALIASES = "aliases"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Where what goes ends and what stays begins: `moment`, in microseconds since 1970-01-01 UTC, and why.

    `period` is how long rows are kept, in words, such as `10 years`.
    """

    moment: int
    period: str

    @classmethod
    def of(cls, period: str, now: datetime) -> Cutoff:
        """The begin of the UTC day that lies a period before today; raises `OperatorError` for what is no period."""
        return cls(moment_before(parse_period(period), now), " ".join(period.split()))


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge takes, or took, from one table: rows closed before a moment (microseconds since 1970-01-01 UTC)."""

    table: str
    purged_before: int
    rows: int
    horizon: int


def parse_period(text: str) -> Shift:
    """How long data are kept, such as `10 years` or `1 year + 6 months`.

    Raises:
        OperatorError: the text is no such period, or one of less than a day.
    """
    try:
        period = parse_shift(f"+ {text.strip().removeprefix('+')}")
    except WindowSyntaxError:
        period = Shift()
    if period.months < 0 or period.days < 0 or not (period.months or period.days):
        raise OperatorError(f"`{text}` is no period: write it as `10 years`, `6 months` or `30 days`")
    return period


def moment_before(period: Shift, now: datetime) -> int:
    """The begin of the UTC day that lies a period before today, in microseconds since 1970-01-01 UTC.

    Raises:
        OperatorError: the period is longer than the calendar.
    """
    day = Shift(-period.months, -period.days).apply(day_of(now.astimezone(UTC).date()))
    if day == PAST:
        raise OperatorError("the period is longer than the calendar: give a shorter one")
    return day * _MICROSECONDS_OF_A_DAY


def preview(register: Register, cutoffs: Mapping[Retained, Cutoff]) -> tuple[Purged, ...]:
    """What `purge` would take now, for each table; nothing is changed.

    Replacements are counted as if nothing else was purged with them. Raises `RegisterUnavailableError`.
    """
    with register.reading() as connection:
        last = int(connection.execute(select(func.max(revisions.c.revision))).scalar_one())
        wanted = _wanted(connection, cutoffs)
        return tuple(_counted(connection, table, cutoff.moment, last + 1) for table, cutoff in wanted)


def purge(register: Register, cutoffs: Mapping[Retained, Cutoff]) -> tuple[Purged, ...]:
    """Take away what was closed before the moments that are given, under one revision, and record that.

    All periods are recorded, also those by which nothing was old enough; a purge of nothing makes no revision.

    Args:
        register: where to.
        cutoffs: for each table to purge.

    Raises:
        RegisterUnavailableError: the register cannot be written now; nothing was taken away.
    """
    with register.write("purge") as writer:
        with _overwriting(writer.connection):
            done = [(_purged(writer, *each), each[1]) for each in _wanted(writer.connection, cutoffs)]
        if any(each.rows for each, _ in done):
            writer.connection.execute(insert(purges), [_record(writer, *each) for each in done])
    _empty_journal(register)
    return tuple(each for each, _ in done)


def _wanted(connection: Connection, cutoffs: Mapping[Retained, Cutoff]) -> Iterator[tuple[Table, Cutoff]]:
    there = {table.name: table for table in tables_of(connection)}
    for kind in Retained:
        if kind in cutoffs and kind.value in there:
            yield there[kind.value], cutoffs[kind]


def _purged(writer: RegisterWriter, table: Table, cutoff: Cutoff) -> Purged:
    found = _counted(writer.connection, table, cutoff.moment, writer.revision)
    if found.rows:
        writer.connection.execute(delete(table).where(_outlived(writer.connection, table, cutoff.moment)))
        writer.count(found.rows)
    return found


def _record(writer: RegisterWriter, done: Purged, cutoff: Cutoff) -> dict[str, Any]:
    return {
        "revision": writer.revision,
        "table_name": done.table,
        "purged_before": done.purged_before,
        "row_count": done.rows,
        "horizon": done.horizon,
        "period": cutoff.period,
    }


def _counted(connection: Connection, table: Table, moment: int, purge_revision: int) -> Purged:
    last = table.c.until_revision if "until_revision" in table.c else None
    counted = select(func.count(), func.count() if last is None else func.max(last)).select_from(table)
    rows, horizon = connection.execute(counted.where(_outlived(connection, table, moment))).one()
    if last is None:
        horizon = purge_revision if table.name == aliases.name else 0
    return Purged(table.name, moment, rows, horizon if rows else 0)


def _outlived(connection: Connection, table: Table, moment: int) -> ColumnElement[bool]:
    """The condition that a row of a table is to be purged."""
    last = select(func.max(revisions.c.revision)).where(revisions.c.recorded_at < moment).scalar_subquery()
    if "until_revision" in table.c:
        return table.c.until_revision <= last
    if table.name == aliases.name:
        return and_(table.c.since_revision <= last, table.c.old_ssin.in_(_lonely(connection)))
    return table.c.revision <= last


def _lonely(connection: Connection) -> Select[Any]:
    """The replaced numbers of persons under none of whose numbers anything is held, whichever replaced which."""
    pairs = union_all(
        select(aliases.c.old_ssin.label("one"), aliases.c.new_ssin.label("other")),
        select(aliases.c.new_ssin, aliases.c.old_ssin),
    ).cte("pairs")
    linked = select(pairs.c.one.label("number")).where(_is_held(connection, pairs.c.one)).cte("linked", recursive=True)
    linked = linked.union(select(pairs.c.other).join(linked, pairs.c.one == linked.c.number))
    return select(aliases.c.old_ssin).where(aliases.c.old_ssin.not_in(select(linked.c.number)))


def _is_held(connection: Connection, number: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that some table other than that of replacements has a row under a number."""
    columns = [
        column
        for table in tables_of(connection)
        if table.name != aliases.name
        for column in table.columns
        if column.name.endswith(_NUMBER)
    ]
    return or_(*(exists().where(column == number) for column in columns))


@contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """Deleting from a SQLite file leaves the bytes in it, unless it is told to overwrite them."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def _empty_journal(register: Register) -> None:
    """The journal beside a SQLite file has pages from before the purge, until they are brought into the file.

    Where others are reading at this moment they keep it; it is emptied when the last of them has gone.
    """
    with register.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        found = connection.exec_driver_sql("PRAGMA database_list").all()
    path = Path(next(row.file for row in found if row.name == "main"))
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
