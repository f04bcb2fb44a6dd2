"""How much a register holds, since when, and of what: counts alone, which tell nothing of any person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from rules_service.register.operations.tables import count_rows, tables_of
from rules_service.register.purges import purges
from rules_service.register.schema import SCHEMA_VERSION, integrations, organisation_keys, revisions
from rules_service.register.store import Register

_SIZE: Final = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, slots=True)
class TableCount:
    """The rows of a table; `active` are those that are known now, the others were closed."""

    rows: int
    active: int

    @property
    def closed(self) -> int:
        """How many versions were closed."""
        return self.rows - self.active


@dataclass(frozen=True, slots=True)
class Statistics:
    """One state of a register. Moments are microseconds since 1970-01-01 UTC, sizes are bytes.

    `by_register` and `by_code` count active integrations; one that stands in both registers counts in each.
    `first_day` and `last_day` are the first and the last begin of an active integration, None where there is none.
    """

    schema_version: int
    revision: int
    created_at: int
    recorded_at: int
    size_bytes: int
    organisations: int
    persons: int
    tables: Mapping[str, TableCount]
    by_register: Mapping[str, int]
    by_code: Mapping[int, int]
    first_day: int | None
    last_day: int | None
    purge_count: int
    purged_rows: int


def statistics(register: Register) -> Statistics:
    """Count what a register holds now; raises `RegisterUnavailableError`."""
    with register.reading() as connection:
        return _statistics(connection)


def _statistics(connection: Connection) -> Statistics:
    tables = {table.name: table for table in tables_of(connection)}
    moments = select(func.min(revisions.c.recorded_at), func.max(revisions.c.recorded_at), func.max(_REVISION))
    created_at, recorded_at, revision = connection.execute(moments).one()
    active = integrations.c.until_revision.is_(None)
    days = select(func.min(integrations.c.begin_day), func.max(integrations.c.begin_day)).where(active)
    first_day, last_day = connection.execute(days).one()
    purge_count, purged_rows = _purged(connection, purges.name in tables)
    return Statistics(
        schema_version=SCHEMA_VERSION,
        revision=revision,
        created_at=created_at,
        recorded_at=recorded_at,
        size_bytes=int(connection.exec_driver_sql(_SIZE[connection.dialect.name]).scalar_one()),
        organisations=count_rows(connection, organisation_keys),
        persons=_count(connection, select(func.count(integrations.c.ssin.distinct())).where(active)),
        tables={name: _table_count(connection, table) for name, table in tables.items()},
        by_register={
            name: _count(connection, select(func.count()).select_from(integrations).where(active, column))
            for name, column in (("primary", integrations.c.in_primary), ("secondary", integrations.c.in_secondary))
        },
        by_code=_counts(connection, integrations.c.quality_code, active),
        first_day=first_day,
        last_day=last_day,
        purge_count=purge_count,
        purged_rows=purged_rows,
    )


_REVISION: Final = revisions.c.revision


def _table_count(connection: Connection, table: Table) -> TableCount:
    rows = count_rows(connection, table)
    if "until_revision" not in table.c:
        return TableCount(rows, rows)
    active = select(func.count()).select_from(table).where(table.c.until_revision.is_(None))
    return TableCount(rows, _count(connection, active))


def _counts(connection: Connection, column: ColumnElement[int], which: ColumnElement[bool]) -> dict[int, int]:
    found = select(column, func.count()).where(which).group_by(column).order_by(column)
    return {int(value): int(count) for value, count in connection.execute(found)}


def _purged(connection: Connection, has_table: bool) -> tuple[int, int]:
    """How many purges there were, and how many rows they took together."""
    if not has_table:
        return 0, 0
    found = select(func.count(purges.c.revision.distinct()), func.coalesce(func.sum(purges.c.row_count), 0))
    times, rows = connection.execute(found).one()
    return int(times), int(rows)


def _count(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar_one())
