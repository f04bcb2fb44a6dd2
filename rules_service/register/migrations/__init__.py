"""From every earlier form of the tables to the present one, forward, step by step.

`versions` has one module for each step, named after the schema version that it leads to. A step never changes once a
register was made with it, so that it holds its own copy of the tables. Alembic runs the steps, and remembers in the
database which of them were taken; each sets `meta.schema_version` too, which programs of every version look at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect

_HERE: Final = Path(__file__).resolve().parent
_BEFORE_ALEMBIC: Final = "0001"


def upgrade(connection: Connection, now: int, to: str = "head") -> None:
    """Bring the tables up to a step, all of them unless told otherwise; from nothing, this makes them.

    Args:
        connection: in a transaction that excludes other writers; what fails leaves everything as it was.
        now: microseconds since 1970-01-01 UTC, the stamp of what a step changes of the contents.
        to: the revision of a step, such as `0001`.
    """
    # Only who makes or changes tables waits for this import, and it is a long one.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "now": now})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    tables = inspect(connection)
    if tables.has_table("meta") and not tables.has_table("alembic_version"):
        command.stamp(config, _BEFORE_ALEMBIC)  # the first version knew nothing of Alembic
    command.upgrade(config, to)
