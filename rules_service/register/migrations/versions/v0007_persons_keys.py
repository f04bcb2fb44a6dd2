"""Every row of the person directory names its key, wrong proofs are counted for all, purges say by which period."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DIGEST: Final = sa.LargeBinary(32)
_ROW_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and give each row the one key that there was."""
    _make_keys()
    for table in ("persons", "person_cards"):
        _name_key(table)
    op.create_table(
        "wrong_proofs",
        sa.Column("attempt_id", _ROW_ID, primary_key=True),
        sa.Column("pair_digest", _DIGEST, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    op.create_index("wrong_proofs_by_pair", "wrong_proofs", ["pair_digest"])
    op.create_index("wrong_proofs_by_moment", "wrong_proofs", ["recorded_at"])
    op.add_column("purges", sa.Column("period", sa.String, nullable=False, server_default=""))
    op.execute("UPDATE meta SET schema_version = 7")


def _make_keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column("key_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key_fingerprint", _DIGEST, nullable=False, unique=True),
        sa.Column("since_revision", sa.Integer, sa.ForeignKey("revisions.revision"), nullable=False),
        sa.Column("until_revision", sa.Integer, sa.ForeignKey("revisions.revision")),
    )
    op.execute(
        "INSERT INTO person_keys (key_id, key_fingerprint, since_revision) "
        "SELECT 1, key_fingerprint, since_revision FROM person_directory"
    )
    op.drop_table("person_directory")


def _name_key(table: str) -> None:
    """SQLite makes the table anew for this: it adds no column that must have a value and refers to another table."""
    name = f"{table}_key_id_fkey"
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("key_id", sa.Integer, nullable=False, server_default="1"))
        batch.create_foreign_key(name, "person_keys", ["key_id"], ["key_id"])
    with op.batch_alter_table(table) as batch:
        batch.alter_column("key_id", server_default=None)
