"""The first tables: organisations, integrations and replaced numbers, each with its history."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN_END: Final = 2932897
_ROW_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_CURRENT: Final = sa.text("until_revision IS NULL")


def _since() -> sa.Column[int]:
    return sa.Column("since_revision", sa.Integer, sa.ForeignKey("revisions.revision"), nullable=False)


def _until() -> sa.Column[int]:
    return sa.Column("until_revision", sa.Integer, sa.ForeignKey("revisions.revision"))


def _organisation() -> sa.Column[int]:
    key = sa.ForeignKey("organisation_keys.organisation_id")
    return sa.Column("organisation_id", sa.Integer, key, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    meta = op.create_table("meta", sa.Column("schema_version", sa.Integer, nullable=False))
    op.bulk_insert(meta, [{"schema_version": 1}])
    op.create_table(
        "revisions",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    _create_organisations()
    _create_integrations()
    op.create_table(
        "aliases",
        sa.Column("old_ssin", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("new_ssin", sa.BigInteger, nullable=False),
        _since(),
    )
    op.create_index("aliases_by_new_ssin", "aliases", ["new_ssin"])


def _create_organisations() -> None:
    op.create_table(
        "organisation_keys",
        sa.Column("organisation_id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "organisations",
        sa.Column("version_id", sa.Integer, primary_key=True),
        _organisation(),
        sa.Column("cbe_number", sa.String(10)),
        sa.Column("sector", sa.SmallInteger, nullable=False),
        sa.Column("institution", sa.SmallInteger),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("region", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        _since(),
        _until(),
    )
    op.create_index("organisations_by_id", "organisations", ["organisation_id"])
    op.create_index("organisations_by_institution", "organisations", ["sector", "institution"])
    op.create_index(
        "organisations_one_current_version",
        "organisations",
        ["organisation_id"],
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    )


def _create_integrations() -> None:
    op.create_table(
        "integrations",
        sa.Column("row_id", _ROW_ID, primary_key=True),
        sa.Column("ssin", sa.BigInteger, nullable=False),
        _organisation(),
        sa.Column("sector", sa.SmallInteger, nullable=False),
        sa.Column("quality_code", sa.SmallInteger, nullable=False),
        sa.Column("begin_day", sa.Integer, nullable=False),
        sa.Column("end_day", sa.Integer),
        sa.Column("in_primary", sa.Boolean, nullable=False),
        sa.Column("in_secondary", sa.Boolean, nullable=False),
        sa.Column("end_defaulted", sa.Boolean, nullable=False),
        _since(),
        _until(),
        sa.CheckConstraint("begin_day <= end_day", name="integrations_begin_before_end"),
        sa.CheckConstraint("in_primary OR in_secondary", name="integrations_in_some_register"),
    )
    op.create_index(
        "integrations_identity",
        "integrations",
        [
            *("ssin", "organisation_id", "sector", "quality_code", "begin_day"),
            sa.text(f"coalesce(end_day, {_OPEN_END})"),
            *("in_primary", "in_secondary"),
            sa.text("coalesce(until_revision, 0)"),
        ],
        unique=True,
    )
