"""The one place that reaches into the store: to fill an empty register, which is no write like others.

Reading needs nothing special: every check and copy runs in one transaction of `Register.reading`, which sees one state
of all tables however many others write meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Table, func, select

from rules_service.register.store import Register


def filling(register: Register) -> AbstractContextManager[Connection]:
    """A transaction that excludes other writers and makes no revision of its own: the rows bring theirs along.

    Raises:
        RegisterUnavailableError: the database is lost, or another writer kept the lock for too long.
    """
    return register._database.writing()  # noqa: SLF001 - filling and the store are one piece


def count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the numbers that PostgreSQL gives to new rows follow those that were brought along; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            last = select(func.max(column)).scalar_subquery()
            connection.execute(select(func.setval(sequence, last)).where(sequence.is_not(None), last.is_not(None)))
