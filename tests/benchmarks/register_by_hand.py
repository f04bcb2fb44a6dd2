"""What the register is held against: the same rows by statements written by hand, as fast as each driver takes them.

They go into the same tables, with the same indices and constraints, and are as durable; nothing is checked, nothing is
read, and whoever writes counts revisions and rows by itself.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from rules_service.register.sqlite import _SETTINGS
from tests.register.postgresql_server import PostgresqlServer


@dataclass(frozen=True, slots=True)
class IntegrationRow:
    """A new row of the table of integrations; flags are 0 or 1, which both drivers take without a detour."""

    row_id: int
    ssin: int
    organisation_id: int
    sector: int
    quality_code: int
    begin_day: int
    end_day: int | None
    in_primary: int
    in_secondary: int
    end_defaulted: int
    since_revision: int


@dataclass(frozen=True, slots=True)
class OneWrite:
    """All that a single write leaves behind: a revision, an integration, and the answer to the request."""

    revision: int
    note: str
    integration: IntegrationRow
    request_id: str
    digest: bytes
    answer: bytes


class Database(Protocol):
    """One of the two databases, without the register."""

    name: str
    bulk: str
    """What inserts many rows at once."""

    def new_place(self) -> AbstractContextManager[str]:
        """Where a register can be made, for as long as it is needed."""

    def connect(self, place: str) -> AbstractContextManager[Any]:
        """A connection of the driver's own."""

    def made_ready(self, rows: list[IntegrationRow]) -> Any:
        """Rows as `insert_all` takes them."""

    def insert_all(self, connection: Any, ready: Any, revision: int) -> None:
        """One transaction for a revision and all rows."""

    def insert_one(self, connection: Any, write: OneWrite) -> None:
        """One transaction for a single write."""


COLUMNS = tuple(IntegrationRow.__dataclass_fields__)
_REVISION = "INSERT INTO revisions (revision, recorded_at, note) VALUES ({0}, {0}, {0})"
_VALUES = ", ".join(["{0}"] * len(COLUMNS))
_INTEGRATION = f"INSERT INTO integrations ({', '.join(COLUMNS)}) VALUES ({_VALUES})"  # noqa: S608  names of ours
_REQUEST = "INSERT INTO requests (request_id, digest, revision, answer, recorded_at) VALUES ({0}, {0}, {0}, {0}, {0})"
_BULK_NOTE = "import of integrations"


def _now() -> int:
    return time.time_ns() // 1000


def _insert_one(execute: Any, mark: str, write: OneWrite) -> None:
    now = _now()
    execute(_REVISION.format(mark), (write.revision, now, write.note))
    execute(_INTEGRATION.format(mark), astuple(write.integration))
    execute(_REQUEST.format(mark), (write.request_id, write.digest, write.revision, write.answer, now))


class SqliteByHand:
    """Files in folders of their own, with the settings of the register."""

    name = "SQLite"
    bulk = "executemany"

    @contextmanager
    def new_place(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder, "register.db"))

    @contextmanager
    def connect(self, place: str) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            for setting in _SETTINGS:
                connection.execute(setting)
            yield connection

    def made_ready(self, rows: list[IntegrationRow]) -> list[tuple[int | None, ...]]:
        return [astuple(row) for row in rows]

    def insert_all(self, connection: sqlite3.Connection, ready: list[tuple[int | None, ...]], revision: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_REVISION.format("?"), (revision, _now(), _BULK_NOTE))
        connection.executemany(_INTEGRATION.format("?"), ready)
        connection.execute("COMMIT")

    def insert_one(self, connection: sqlite3.Connection, write: OneWrite) -> None:
        connection.execute("BEGIN IMMEDIATE")
        _insert_one(connection.execute, "?", write)
        connection.execute("COMMIT")


class PostgresqlByHand:
    """Schemas of one server."""

    name = "PostgreSQL"
    bulk = "COPY"

    def __init__(self, server: PostgresqlServer) -> None:
        self._server = server

    @contextmanager
    def new_place(self) -> Iterator[str]:
        yield self._server.new_place()

    def connect(self, place: str) -> psycopg.Connection:
        return self._server.connect(place)

    def made_ready(self, rows: list[IntegrationRow]) -> bytes:
        lines = (",".join("" if value is None else str(value) for value in astuple(row)) for row in rows)
        return "\n".join(lines).encode()

    def insert_all(self, connection: psycopg.Connection, ready: bytes, revision: int) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_REVISION.format("%s").encode(), (revision, _now(), _BULK_NOTE))
            with cursor.copy(f"COPY integrations ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)".encode()) as copy:
                copy.write(ready)

    def insert_one(self, connection: psycopg.Connection, write: OneWrite) -> None:
        with connection.transaction():
            _insert_one(connection.execute, "%s", write)
