"""The person directory: who the person with a number is, as digests, and the cards of each."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DIGEST: Final = sa.LargeBinary(32)
_VERSION_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_CURRENT: Final = sa.text("until_revision IS NULL")


def _revision(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("revisions.revision")
    return sa.Column(name, sa.Integer, key, nullable=nullable, primary_key=primary_key)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "person_directory",
        _revision("since_revision", primary_key=True),
        sa.Column("key_fingerprint", _DIGEST, nullable=False),
    )
    op.create_table(
        "persons",
        sa.Column("version_id", _VERSION_ID, primary_key=True),
        sa.Column("ssin", sa.BigInteger, nullable=False),
        sa.Column("last_name_digest", _DIGEST, nullable=False),
        sa.Column("first_name_digest", _DIGEST),
        *(sa.Column(f"birth_{part}", sa.SmallInteger, nullable=False) for part in ("year", "month", "day")),
        _revision("since_revision"),
        _revision("until_revision", nullable=True),
    )
    op.create_index("persons_by_ssin", "persons", ["ssin"])
    _create_current("persons_one_current_version", "persons", ["ssin"])
    op.create_table(
        "person_cards",
        sa.Column("version_id", _VERSION_ID, primary_key=True),
        sa.Column("ssin", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("number_digest", _DIGEST, nullable=False),
        _revision("since_revision"),
        _revision("until_revision", nullable=True),
    )
    op.create_index("person_cards_by_ssin", "person_cards", ["ssin"])
    _create_current("person_cards_one_current_of_a_kind", "person_cards", ["ssin", "kind"])
    op.execute("UPDATE meta SET schema_version = 3")


def _create_current(name: str, table: str, columns: list[str]) -> None:
    """No two current versions of the same."""
    op.create_index(name, table, columns, unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT)
