"""What changed since a revision is found without reading what did not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indices."""
    closed = sa.text("until_revision IS NOT NULL")
    op.create_index("integrations_since", "integrations", ["since_revision"])
    op.create_index(
        "integrations_until", "integrations", ["until_revision"], sqlite_where=closed, postgresql_where=closed
    )
    op.create_index("aliases_since", "aliases", ["since_revision"])
    op.execute("UPDATE meta SET schema_version = 5")
