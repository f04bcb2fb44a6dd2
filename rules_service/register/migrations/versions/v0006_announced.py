"""Each new revision is announced to those who listen, whoever writes; a SQLite file needs nothing for that."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Registers in several schemas of a database share the channel: each tells which one it is. A revision that is taken
# back announces nothing, and what is announced is heard after the commit.
_FUNCTION: Final = """
    CREATE FUNCTION announce_revision() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('rules_service_register', TG_TABLE_SCHEMA);
        RETURN NULL;
    END $$
"""
_TRIGGER: Final = """
    CREATE TRIGGER revisions_announced AFTER INSERT ON revisions
    FOR EACH STATEMENT EXECUTE FUNCTION announce_revision()
"""


def upgrade() -> None:
    """Make the trigger."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(_TRIGGER)
    op.execute("UPDATE meta SET schema_version = 6")
