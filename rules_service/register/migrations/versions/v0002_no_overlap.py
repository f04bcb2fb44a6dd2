"""The active integrations of a key never overlap; organisations have a parent; answered writes are remembered.

A key is a person, an organisation, a sector, a quality code and a register. Version 1 took rows that overlap: such rows
are closed, and rows of the same days are opened in their place, in a revision of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, Final

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN_END: Final = 2932897
_ROWS_AT_ONCE: Final = 10_000

_INTEGRATIONS: Final = sa.table(
    "integrations",
    *(sa.column(name, sa.BigInteger) for name in ("row_id", "ssin")),
    *(sa.column(name, sa.Integer) for name in ("organisation_id", "sector", "quality_code", "begin_day", "end_day")),
    *(sa.column(name, sa.Boolean) for name in ("in_primary", "in_secondary", "end_defaulted")),
    *(sa.column(name, sa.Integer) for name in ("since_revision", "until_revision")),
)
_REVISIONS: Final = sa.table(
    "revisions",
    sa.column("revision", sa.Integer),
    sa.column("recorded_at", sa.BigInteger),
    sa.column("note", sa.String),
)
_KEY: Final = ("ssin", "organisation_id", "sector", "quality_code")
_key_of: Final = attrgetter(*_KEY)


def upgrade() -> None:
    """Add what is new, and part what overlaps before it is forbidden."""
    op.create_table(
        "requests",
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.revision"), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    op.execute("ALTER TABLE organisations ADD COLUMN parent_id INTEGER REFERENCES organisation_keys (organisation_id)")
    op.drop_index("integrations_identity", "integrations")
    op.create_index("integrations_by_key", "integrations", [*_KEY, "begin_day"])
    _part_overlaps(op.get_bind())
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute("UPDATE meta SET schema_version = 2")


def _part_overlaps(connection: sa.Connection) -> None:
    overlapping = [group for rows in _keys_with_several(connection) for group in _groups(rows)]
    if not overlapping:
        return
    number = _new_revision(connection)
    rows = _INTEGRATIONS.c
    first = connection.execute(sa.select(sa.func.max(rows.row_id))).scalar_one() + 1
    closed = [{"closed": row.row_id} for group in overlapping for row in group]
    close = sa.update(_INTEGRATIONS).where(rows.row_id == sa.bindparam("closed")).values(until_revision=number)
    connection.execute(close, closed)
    opened = [{**row, "since_revision": number} for group in overlapping for row in _parted(group)]
    given = [{**row, "row_id": first + place} for place, row in enumerate(opened)]
    connection.execute(sa.insert(_INTEGRATIONS), given)


def _new_revision(connection: sa.Connection) -> int:
    """A revision of its own, of now: what was known before stays as it was."""
    last = sa.select(sa.func.max(_REVISIONS.c.revision), sa.func.max(_REVISIONS.c.recorded_at))
    number, recorded_at = connection.execute(last).one()
    stamp = max(context.config.attributes["now"], recorded_at + 1)
    values = {"revision": number + 1, "recorded_at": stamp, "note": "migration: overlapping rows parted"}
    connection.execute(sa.insert(_REVISIONS).values(values))
    return int(number) + 1


def _keys_with_several(connection: sa.Connection) -> Iterator[list[Any]]:
    """The active rows of each person, organisation, sector and quality code that has several, by their begin."""
    rows = _INTEGRATIONS.c
    active = sa.select(_INTEGRATIONS).where(rows.until_revision.is_(None))
    ordered = active.order_by(*(rows[name] for name in _KEY), rows.begin_day, rows.row_id)
    found = connection.execute(ordered, execution_options={"yield_per": _ROWS_AT_ONCE})
    for _, same in groupby(found, _key_of):
        group = list(same)
        if len(group) > 1:
            yield group


def _groups(rows: list[Any]) -> Iterator[list[Any]]:
    """Of one key's rows: those that overlap each other in some register, directly or through others."""
    groups: list[list[Any]] = []
    for row in rows:
        met = [group for group in groups if any(_overlap(row, other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([row, *(other for group in met for other in group)])
    yield from (sorted(group, key=attrgetter("row_id")) for group in groups if len(group) > 1)


def _overlap(one: Any, other: Any) -> bool:
    shared = (one.in_primary and other.in_primary) or (one.in_secondary and other.in_secondary)
    return bool(shared) and one.begin_day <= _end(other) and other.begin_day <= _end(one)


def _end(row: Any) -> int:
    return _OPEN_END if row.end_day is None else int(row.end_day)


def _parted(group: list[Any]) -> Iterator[dict[str, Any]]:
    """Rows of the same days in the same registers, none of which overlap: one for each stretch of equal registers."""
    limits = sorted({day for row in group for day in (row.begin_day, _end(row) + 1)})
    stretches: list[tuple[tuple[bool, bool], int, int]] = []
    for begin, after in pairwise(limits):
        there = [row for row in group if row.begin_day <= begin <= _end(row)]
        registers = any(row.in_primary for row in there), any(row.in_secondary for row in there)
        if stretches and stretches[-1][0] == registers and stretches[-1][2] + 1 == begin:
            begin = stretches.pop()[1]  # noqa: PLW2901  the stretch before goes on
        if any(registers):
            stretches.append((registers, begin, after - 1))
    defaulted: defaultdict[int, bool] = defaultdict(bool)
    for row in group:
        defaulted[_end(row)] |= row.end_defaulted
    for (primary, secondary), begin, end in stretches:
        yield {name: getattr(group[0], name) for name in _KEY} | {
            "begin_day": begin,
            "end_day": None if end == _OPEN_END else end,
            "in_primary": primary,
            "in_secondary": secondary,
            "end_defaulted": defaulted[end],
        }


def _overlap_in(register: str) -> str:
    # The rows that are there do not overlap: of those that begin in time, only the last one can reach so far.
    return f"""
    SELECT RAISE(ABORT, 'integrations of one key overlap') WHERE NEW.{register} AND NEW.begin_day <= (
        SELECT coalesce(end_day, {_OPEN_END}) FROM integrations
        WHERE ssin = NEW.ssin AND organisation_id = NEW.organisation_id AND sector = NEW.sector
        AND quality_code = NEW.quality_code AND begin_day <= coalesce(NEW.end_day, {_OPEN_END})
        AND until_revision IS NULL AND {register} AND row_id != NEW.row_id
        ORDER BY begin_day DESC LIMIT 1
    );
    """  # noqa: S608  names and a number of ours


_POSTGRESQL_DAYS: Final = """
    ALTER TABLE integrations ADD COLUMN days daterange
    GENERATED ALWAYS AS (daterange(date '1970-01-01' + begin_day, date '1970-01-01' + end_day, '[]')) STORED
"""


def _exclusion(register: str) -> str:
    return f"""
    ALTER TABLE integrations ADD CONSTRAINT integrations_no_overlap_{register} EXCLUDE USING gist
    (ssin WITH =, organisation_id WITH =, sector WITH =, quality_code WITH =, days WITH &&)
    WHERE (until_revision IS NULL AND in_{register})
    """


_GUARDS: Final = {
    "sqlite": [
        f"CREATE TRIGGER integrations_no_overlap_{event.lower()} AFTER {event} ON integrations "
        f"WHEN NEW.until_revision IS NULL BEGIN {_overlap_in('in_primary')} {_overlap_in('in_secondary')} END"
        for event in ("INSERT", "UPDATE")
    ],
    "postgresql": [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        _POSTGRESQL_DAYS,
        _exclusion("primary"),
        _exclusion("secondary"),
    ],
}
