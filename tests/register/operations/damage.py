"""Writing into the tables of a register what the register itself, and the database, would never let in."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg

Run = Callable[[str], object]

_CONSTRAINTS = """
SELECT format('ALTER TABLE %I DROP CONSTRAINT %I CASCADE', conrelid::regclass::text, conname)
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f', 'u', 'x')
"""
_INDICES = "SELECT format('DROP INDEX %I', indexname) FROM pg_indexes WHERE indexname LIKE '%one_current%'"
_NOT_NULL = """
SELECT format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL', table_name, column_name)
FROM information_schema.columns
WHERE table_schema = current_schema() AND is_nullable = 'NO' AND column_name IN ('name', 'note', 'answer')
"""


@contextmanager
def defenceless(place: str) -> Iterator[Run]:
    """Runs statements on a database that forbids nothing any more."""
    if "://" in place:
        with psycopg.connect(place, autocommit=True) as server:
            for query in (_CONSTRAINTS, _INDICES + " AND schemaname = current_schema()", _NOT_NULL):
                for (statement,) in server.execute(query).fetchall():
                    server.execute(statement)
            server.execute("ALTER TABLE integrations DROP COLUMN days")
            yield server.execute
        return
    _forbid_nothing(place)
    with closing(sqlite3.connect(place, isolation_level=None)) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        yield lambda statement: file.execute(re.sub(r"\b(true|false)\b", _flag, statement))


def _flag(found: re.Match[str]) -> str:
    return "1" if found[0] == "true" else "0"


def _forbid_nothing(place: str) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as file:
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        indices = file.execute("SELECT name FROM sqlite_master WHERE name LIKE '%one_current%'").fetchall()
        for (name,) in triggers:
            file.execute(f"DROP TRIGGER {name}")
        for (name,) in indices:
            file.execute(f"DROP INDEX {name}")
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
        file.execute("UPDATE sqlite_master SET sql = replace(sql, 'CHECK (', 'CHECK (true OR ') WHERE type = 'table'")
        file.execute("UPDATE sqlite_master SET rootpage = rootpage")
