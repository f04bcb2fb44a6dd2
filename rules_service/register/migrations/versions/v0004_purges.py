"""What was purged, of which table, and since when the table knows everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "purges",
        sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.revision"), primary_key=True),
        sa.Column("table_name", sa.String, primary_key=True),
        sa.Column("purged_before", sa.BigInteger, nullable=False),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.Column("horizon", sa.Integer, sa.ForeignKey("revisions.revision"), nullable=False),
    )
    op.execute("UPDATE meta SET schema_version = 4")
