"""Registers that hold nothing, for tests that need many: emptying one takes a fraction of the time of making one."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import psycopg

from rules_service.register import Register, file_of

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_FILLED_AT_FIRST = {"alembic_version", "meta", "revisions"}
"""These hold the version of the register, and the revision before the first."""


class EmptyRegisters:
    """Gives registers that hold nothing, one after the other; with each, the one before is done with."""

    def __init__(self, place: str) -> None:
        """`place` is where the first one is made."""
        Register.create(place).close()
        self._place = place
        self._numbers = count(1)

    def __call__(self) -> str:
        """The place of the next one."""
        made = file_of(self._place)
        return self._emptied() if made is None else self._copied(made)

    def _emptied(self) -> str:
        with psycopg.connect(self._place, autocommit=True) as server:
            tables = {name for (name,) in server.execute(_TABLES).fetchall()} - _FILLED_AT_FIRST
            server.execute(f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY")
            server.execute("DELETE FROM revisions WHERE revision > 0")
        return self._place

    def _copied(self, made: Path) -> str:
        return str(shutil.copy(made, made.with_suffix(f".{next(self._numbers)}")))
