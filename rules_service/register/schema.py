"""The tables of the register. Nothing is ever deleted: a change closes a version and opens the next one (S27).

Two times run through every table: the days of a row say when it holds, its revisions say when the register knew it. A
version is known from `since_revision` on, and until `until_revision`, excluded; the current version has none (NULL).
Revision 0 is the empty register. Only types that SQLite and PostgreSQL share are used: days are integers (S2), an open
end is NULL (S5), and moments are microseconds since 1970-01-01 UTC.

These are the tables as this program reads and writes them; `migrations` makes them, and changes those of an earlier
version. There also stands what only the database looks at: that the active integrations of one person, organisation,
sector, quality code and register never overlap, whoever writes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    and_,
    func,
    or_,
)

from rules_service.algebra import FUTURE

SCHEMA_VERSION: Final = 7

metadata: Final = MetaData()


def _since() -> Column[int]:
    return Column("since_revision", ForeignKey("revisions.revision"), nullable=False)


def _until() -> Column[int]:
    return Column("until_revision", ForeignKey("revisions.revision"))


meta: Final = Table(
    "meta",
    metadata,
    Column("schema_version", Integer, nullable=False),
)

revisions: Final = Table(
    "revisions",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("note", String, nullable=False),
)
"""One row for each write."""

organisation_keys: Final = Table(
    "organisation_keys",
    metadata,
    Column("organisation_id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
)
"""Which organisations there are; what the directory says of them changes, this does not."""

organisations: Final = Table(
    "organisations",
    metadata,
    Column("version_id", Integer, primary_key=True),
    Column("organisation_id", ForeignKey("organisation_keys.organisation_id"), nullable=False),
    Column("cbe_number", String(10)),
    Column("sector", SmallInteger, nullable=False),
    Column("institution", SmallInteger),
    Column("kind", SmallInteger, nullable=False),
    Column("region", SmallInteger, nullable=False),
    Column("name", String, nullable=False),
    _since(),
    _until(),
    Column("parent_id", ForeignKey("organisation_keys.organisation_id")),
)
"""What the directory says of each; `parent_id` is the organisation that it belongs to."""
Index("organisations_by_id", organisations.c.organisation_id)
Index("organisations_by_institution", organisations.c.sector, organisations.c.institution)
Index(
    "organisations_one_current_version",
    organisations.c.organisation_id,
    unique=True,
    sqlite_where=organisations.c.until_revision.is_(None),
    postgresql_where=organisations.c.until_revision.is_(None),
)

integrations: Final = Table(
    "integrations",
    metadata,
    Column("row_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("ssin", BigInteger, nullable=False),
    Column("organisation_id", ForeignKey("organisation_keys.organisation_id"), nullable=False),
    Column("sector", SmallInteger, nullable=False),
    Column("quality_code", SmallInteger, nullable=False),
    Column("begin_day", Integer, nullable=False),
    Column("end_day", Integer),
    Column("in_primary", Boolean, nullable=False),
    Column("in_secondary", Boolean, nullable=False),
    Column("end_defaulted", Boolean, nullable=False),
    _since(),
    _until(),
    CheckConstraint("begin_day <= end_day", name="integrations_begin_before_end"),
    CheckConstraint("in_primary OR in_secondary", name="integrations_in_some_register"),
)
"""Who integrated whom; `end_defaulted` says that the end was not given but derived from the code (S24)."""

_KEY: Final = (
    integrations.c.ssin,
    integrations.c.organisation_id,
    integrations.c.sector,
    integrations.c.quality_code,
)

# The person comes first, so that this is also the index by which persons are found.
Index("integrations_by_key", *_KEY, integrations.c.begin_day)

# By these a register is followed: what changed since a revision.
Index("integrations_since", integrations.c.since_revision)
Index(
    "integrations_until",
    integrations.c.until_revision,
    sqlite_where=integrations.c.until_revision.is_not(None),
    postgresql_where=integrations.c.until_revision.is_not(None),
)

KEYED_DAYS: Final = (
    *_KEY,
    integrations.c.begin_day,
    func.coalesce(integrations.c.end_day, FUTURE).label("end_day"),
    integrations.c.in_primary,
    integrations.c.in_secondary,
)
"""What tells whether two integrations overlap: their key, their days and their registers."""

aliases: Final = Table(
    "aliases",
    metadata,
    Column("old_ssin", BigInteger, primary_key=True, autoincrement=False),
    Column("new_ssin", BigInteger, nullable=False),
    _since(),
)
"""Which number replaced which: append-only, at most one successor for a number (S18)."""
Index("aliases_by_new_ssin", aliases.c.new_ssin)
Index("aliases_since", aliases.c.since_revision)

requests: Final = Table(
    "requests",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("revision", ForeignKey("revisions.revision"), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
"""Writes that were answered: one that comes again gets the same answer, and changes nothing."""


def known_at(table: Table, revision: int) -> ColumnElement[bool]:
    """The condition that a version of `table` is the one known at `revision`."""
    until = table.c.until_revision
    return and_(table.c.since_revision <= revision, or_(until.is_(None), until > revision))
