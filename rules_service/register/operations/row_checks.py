"""Rules that rows keep by themselves or with others, for every table of the schema: one question to the database each.

The databases enforce most of this as rows are written. What is asked here is whether it holds now: after a damaged
disk, a hand in the file, or a fault of a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Table,
    and_,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy import Index as TableIndex

from rules_service.algebra import FUTURE, MAX_DAY, MIN_DAY
from rules_service.register.operations.violations import Violation, found, labelled
from rules_service.register.schema import integrations, meta, organisation_keys, organisations, revisions

_FOREVER: Final = (1 << 31) - 1
_DAYS: Final = "_day"
_DAY_LIMITS: Final = {"birth_day": (0, 31), "birth_month": (0, 12), "birth_year": (0, 9999)}
_LIMITS: Final = {
    "sector": (0, 999),
    "quality_code": (0, 999),
    "institution": (0, 999),
    "revision": (0, _FOREVER),
} | _DAY_LIMITS


def check_values(connection: Connection, table: Table) -> Iterator[Violation]:
    """What must be there is there, numbers lie in their range, and what a row refers to exists."""
    rows = labelled(connection, table)
    for column in table.columns:
        value = rows.c[column.name]
        if not column.nullable:
            yield from found(connection, table, rows, value.is_(None), f"`{column.name}` is missing")
        limits = _limits_of(column)
        if limits is not None:
            beyond = or_(value < limits[0], value > limits[1])
            yield from found(connection, table, rows, beyond, f"`{column.name}` is out of range")
        for key in column.foreign_keys:
            other = key.column.table.alias()
            unknown = and_(value.is_not(None), not_(exists().where(other.c[key.column.name] == value)))
            rule = f"`{column.name}` refers to a row of `{key.column.table.name}` that does not exist"
            yield from found(connection, table, rows, unknown, rule)


def _limits_of(column: Column[Any]) -> tuple[int, int] | None:
    if column.name.endswith(_DAYS) and column.name not in _LIMITS:
        return MIN_DAY, MAX_DAY
    return _LIMITS.get(column.name)


def check_constraints(connection: Connection, table: Table) -> Iterator[Violation]:
    """Each named condition of the table holds."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            rows = labelled(connection, table)
            broken = text(f"NOT ({constraint.sqltext})")
            yield from found(connection, table, rows, broken, f"breaks the rule `{constraint.name}`")


def check_versions(connection: Connection, table: Table) -> Iterator[Violation]:
    """A version ends after it begins, and two versions of one thing are never known at the same time."""
    if "until_revision" not in table.c:
        return
    rows = labelled(connection, table)
    ends_early = rows.c.until_revision <= rows.c.since_revision
    yield from found(connection, table, rows, ends_early, "was closed at or before the revision that opened it")
    for identity in identities_of(table):
        latest = func.max(func.coalesce(table.c.until_revision, _FOREVER)).over(
            partition_by=[table.c[name] for name in identity],
            order_by=[table.c.since_revision, *table.primary_key],
            rows=(None, -1),
        )
        rows = labelled(connection, table, latest.label("latest"))
        overlaps = rows.c.latest > rows.c.since_revision
        yield from found(connection, table, rows, overlaps, "was opened while another version of the same was known")


def identities_of(table: Table) -> list[tuple[str, ...]]:
    """What tells one thing from another: the columns that only one current version may share."""
    if table.name == integrations.name:
        return [tuple(c.name for c in table.columns if c.name not in _NO_IDENTITY)]
    current = [each for each in table.indexes if each.unique and _is_partial(each)]
    return [tuple(column.name for column in each.columns if column.name != "until_revision") for each in current]


_NO_IDENTITY: Final = ("row_id", "end_defaulted", "since_revision", "until_revision")


def _is_partial(index: TableIndex) -> bool:
    return index.dialect_options["sqlite"].get("where") is not None


def check_overlaps(connection: Connection) -> Iterator[Violation]:
    """The active rows of a person, organisation, sector, quality code and register share no day."""
    row = integrations.c
    for name, column in (("primary", row.in_primary), ("secondary", row.in_secondary)):
        last_day = func.max(func.coalesce(row.end_day, FUTURE)).over(
            partition_by=[row.ssin, row.organisation_id, row.sector, row.quality_code],
            order_by=[row.begin_day, row.row_id],
            rows=(None, -1),
        )
        active = select(row.row_id, row.begin_day, last_day.label("last_day")).where(
            row.until_revision.is_(None), column
        )
        rows = active.add_columns(row.row_id.label("label_id"), literal_column("NULL").label("label_revision"))
        each = rows.subquery()
        rule = f"overlaps another active row of the same key in the {name} register"
        yield from found(connection, integrations, each, each.c.last_day >= each.c.begin_day, rule)


def check_revisions(connection: Connection) -> Iterator[Violation]:
    """Revisions are counted from 0 without a gap, and their moments never go back; there is one schema version."""
    table = revisions
    before = func.lag(table.c.revision).over(order_by=table.c.revision)
    recorded_before = func.lag(table.c.recorded_at).over(order_by=table.c.revision)
    columns = before.label("before"), recorded_before.label("recorded_before")
    rows = labelled(connection, table, *columns)
    gap = rows.c.revision != func.coalesce(rows.c.before, -1) + 1
    yield from found(connection, table, rows, gap, "does not follow the revision before it")
    rows = labelled(connection, table, *columns)
    earlier = rows.c.recorded_at < rows.c.recorded_before
    yield from found(connection, table, rows, earlier, "was recorded before the revision that it follows")
    versions = connection.execute(select(func.count()).select_from(meta)).scalar_one()
    if versions != 1:
        yield Violation(meta.name, "", "must hold the one schema version")


def check_organisations(connection: Connection) -> Iterator[Violation]:
    """The directory describes every organisation that has a key."""
    rows = labelled(connection, organisation_keys)
    described = exists().where(organisations.c.organisation_id == rows.c.organisation_id)
    yield from found(connection, organisation_keys, rows, not_(described), "is described by no version")
