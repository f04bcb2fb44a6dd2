"""The register in one SQLite file: many readers, one writer at a time, from any number of processes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Select, Table, create_engine, event, func, insert, select
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register.database import Columns, Int64, transaction
from rules_service.register.schema import KEYED_DAYS, integrations

_SETTINGS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # an acknowledged write survives a power failure
    "PRAGMA cache_size = -65536",  # 64 MiB, for the indices during an import
)
_FOR_WRITING: Final = "for_writing"
_PRIVATE: Final = 0o600
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BETWEEN_TRIES: Final = 0.001


class SqliteDatabase:
    """A file, opened on first use and never created by accident."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        """`busy_seconds`: how long to wait for another writer."""
        self._path = path
        self._busy_seconds = busy_seconds
        # Parameters of statements are persons' numbers: they stay out of every message.
        options: Any = {"creator": self._connect, "poolclass": QueuePool, "hide_parameters": True}
        self._readers = create_engine("sqlite+pysqlite://", **options)
        event.listen(self._readers, "begin", _begin)
        _forget_connections_to_replaced_files(self._readers, path)
        self._writers = self._readers.execution_options(**{_FOR_WRITING: True})

    def __str__(self) -> str:
        return str(self._path)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=rw",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,  # transactions begin where `_begin` says so, not where the driver guesses
            check_same_thread=False,
        )
        for setting in _SETTINGS:
            connection.execute(setting)
        return connection

    def prepare(self) -> None:
        """Make the file, empty, for its owner alone (S31), where readers go on while one writes."""
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
        except FileExistsError:
            raise OperatorError(f"`{self}` exists already: choose another name, or remove it first") from None
        except OSError as error:
            raise OperatorError(f"`{self}` cannot be created: {error.strerror}") from None
        try:
            connection = self._connect()
            connection.execute("PRAGMA journal_mode = WAL")
            connection.close()
        except sqlite3.Error as error:
            raise RegisterUnavailableError(_advice(error)) from None

    def check(self) -> None:
        """Raise `OperatorError` where there is no file that this user may read and write.

        The file is not opened for this: closing it again would drop the locks that this process may hold on it.
        """
        if not self._path.exists():
            raise OperatorError(f"there is no register at `{self}`: make one with `rules-service register init`")
        if not self._path.is_file():
            raise OperatorError(f"`{self}` is not a file: give the path of the register's file")
        if not os.access(self._path, os.R_OK | os.W_OK):
            raise OperatorError(f"`{self}` cannot be read and written by this user: change its owner or permissions")

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the file."""
        return transaction(self._readers, sqlite3.Error, _advice)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers; readers go on."""
        return transaction(self._writers, sqlite3.Error, _advice)

    def altering(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers: tables are changed within it too."""
        return self.writing()

    def now(self, _connection: Connection) -> int:
        """The clock of this machine: all who write the file run on it."""
        return microseconds(datetime.now(UTC))

    @contextmanager
    def stamping(self, _connection: Connection) -> Iterator[None]:
        """Holds a lock on the file's folder, which the system takes back also from a process that dies.

        SQLite has one lock for writers, and an import holds it for minutes. The file itself must not be locked from
        here: closing it would drop the locks of SQLite.
        """
        with self._folder_locked(fcntl.LOCK_EX):
            yield

    def settle(self) -> None:
        """Wait until no write is between its stamp and its commit."""
        with self._folder_locked(fcntl.LOCK_SH):
            pass

    @contextmanager
    def _folder_locked(self, kind: int) -> Iterator[None]:
        try:
            folder = os.open(self._path.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise RegisterUnavailableError(_ADVICE["SQLITE_CANTOPEN"]) from None
        try:
            self._lock(folder, kind)
            yield
        finally:
            os.close(folder)

    def _lock(self, folder: int, kind: int) -> None:
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                return fcntl.flock(folder, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise RegisterUnavailableError(_ADVICE["SQLITE_BUSY"]) from None
                time.sleep(_BETWEEN_TRIES)  # a commit lasts some milliseconds

    def insert(self, connection: Connection, table: Table, columns: Columns) -> None:
        """One prepared statement for all rows; they go to the driver as they are, not as a dictionary for each."""
        ordered = [columns[column.name].tolist() for column in table.columns if column.name in columns]
        rows = list(zip(*ordered, strict=True))
        if rows:
            statement = insert(table).compile(connection, column_keys=list(columns))
            connection.exec_driver_sql(str(statement), rows)

    def read(self, connection: Connection, query: Select[Any]) -> Int64:
        """The driver's rows, without a layer between."""
        with connection.execute(query) as result:
            cursor: Any = result.cursor
            numbers = np.fromiter(chain.from_iterable(cursor), dtype=np.int64)
        return numbers.reshape(-1, len(query.selected_columns))

    def active_rows(self, connection: Connection, persons: Int64) -> Int64:
        """Looks up one person after the other, by the index of persons."""
        among = func.json_each(f"[{','.join(map(str, persons.tolist()))}]").table_valued("value")
        active = integrations.c.ssin.in_(select(among.c.value)) & integrations.c.until_revision.is_(None)
        return self.read(connection, select(*KEYED_DAYS).where(active))

    def close(self) -> None:
        """Give the connections back."""
        self._readers.dispose()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, rounded down."""
    return (moment - _EPOCH) // _MICROSECOND


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: two that first read would both fail to upgrade.
    writes = connection.get_execution_options().get(_FOR_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _forget_connections_to_replaced_files(engine: Any, path: Path) -> None:
    """Open the file again when another one took its place, instead of reading on in the one that is gone."""

    def remember(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    def compare(_connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if entry.info["file"] != _identity(path):
            raise DisconnectionError

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _advice(error: BaseException) -> str:
    """What went wrong by the database's own name of it, which tells nothing of the data."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for start, advice in _ADVICE.items():
        if name.startswith(start):
            return f"{advice} ({name})"
    return f"the register's database failed ({name or 'unknown cause'}): try again, then check the file"


_ADVICE: Final = {
    "SQLITE_BUSY": "the register is locked by another program: try again when it has finished",
    "SQLITE_LOCKED": "the register is locked by another program: try again when it has finished",
    "SQLITE_CANTOPEN": "the register's file cannot be opened: check that it and its folder are there and writable",
    "SQLITE_READONLY": "the register's file cannot be written: check its permissions and those of its folder",
    "SQLITE_FULL": "the disk of the register is full: make room, then try again",
    "SQLITE_IOERR": "the disk of the register failed: check the disk, then try again",
    "SQLITE_CORRUPT": "the register's file is damaged: restore it from a backup",
    "SQLITE_NOTADB": "the register's file is damaged, or is no register: restore it from a backup, or give another",
    "SQLITE_CONSTRAINT_TRIGGER": "the write contradicts what the register holds: nothing was written",
}
