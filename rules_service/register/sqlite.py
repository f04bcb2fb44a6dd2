"""The register in one SQLite file: many readers, one writer at a time, from any number of processes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, create_engine, event, func, insert, select
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from rules_service.errors import OperatorError, RegisterFullError, RegisterUnavailableError
from rules_service.register.database import Columns, Int64, transaction
from rules_service.register.listening import Bell
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
_MOST_VARIABLES: Final = 999
"""In one statement: every SQLite takes as many."""
_BETWEEN_TRIES: Final = 0.001
_BETWEEN_LOOKS: Final = 0.02


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
        connection = _opened(self._path, self._busy_seconds)
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
            raise _told(error) from None

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
        return transaction(self._readers, sqlite3.Error, _told)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers; readers go on."""
        return transaction(self._writers, sqlite3.Error, _told)

    def altering(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers: tables are changed within it too."""
        return self.writing()

    @contextmanager
    def listening(self, bell: Bell) -> Iterator[_Ear]:
        """An ear at the number that SQLite counts up in each connection with the commits of all others."""
        try:
            with closing(self._connect()) as connection:
                yield _Ear(connection, self._path, bell)
        except sqlite3.Error as error:
            raise _told(error) from None

    def watch(self) -> _Watch:
        """A watch on a connection of its own."""
        return _Watch(self._path)

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

    @contextmanager
    def writing_briefly(self) -> Iterator[tuple[Connection, int]]:
        """The folder is let go after the commit."""
        with ExitStack() as until_committed, self.writing() as connection:
            until_committed.enter_context(self.stamping(connection))
            yield connection, self.now(connection)

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
        """Many rows by each statement, which sets a page aside before it changes it: once, and not for each row."""
        names = [column.name for column in table.columns if column.name in columns]
        rows = list(zip(*(_plain(columns[name]) for name in names), strict=True))
        one = str(insert(table).compile(connection, column_keys=names))
        most = _MOST_VARIABLES // len(names)
        whole = len(rows) // most * most
        for count, some in ((most, rows[:whole]), (1, rows[whole:])):
            given = [tuple(chain.from_iterable(some[at : at + count])) for at in range(0, len(some), count)]
            if given:
                connection.exec_driver_sql(one + f", ({', '.join('?' * len(names))})" * (count - 1), given)

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


class _Ear:
    """Implements `Ear`; a look takes some microseconds."""

    def __init__(self, connection: sqlite3.Connection, path: Path, bell: Bell) -> None:
        self._connection = connection
        self._path = path
        self._bell = bell
        self._file = _identity(path)
        self._version = self._look()

    def wait(self, seconds: float) -> None:
        """As `Ear.wait`; another file in the place of this one is heard too."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._bell.wait(_BETWEEN_LOOKS):
            if _identity(self._path) != self._file:
                raise RegisterUnavailableError("the register's file was replaced, or is not there any more")
            version = self._look()
            if version != self._version:
                self._version = version
                return

    def _look(self) -> int:
        return _version(self._connection)


class _Watch:
    """Implements `Watch`: the number of commits that its connection counts, as long as the file is the same.

    It waits for nobody: while another program keeps the file locked, it can say nothing. Only SQLite may open the files
    of the register: a process that closes one of them loses all of its locks on it, those of SQLite too.
    """

    def __init__(self, path: Path) -> None:
        self._path = os.fspath(path)
        self._file = _identity(path)
        self._connection: sqlite3.Connection | None = None
        with suppress(sqlite3.Error):
            self._connection = _opened(path, busy_seconds=0)

    def state(self) -> int | None:
        """As `Watch.state`; the file is looked for first, since a connection would read on in one that is gone."""
        if self._connection is None or _identity(self._path) != self._file:
            return None
        try:
            return _version(self._connection)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


def _opened(path: Path, busy_seconds: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,  # transactions begin where `_begin` says so, not where the driver guesses
        check_same_thread=False,
    )


def _version(connection: sqlite3.Connection) -> int:
    """The number that SQLite counts up in a connection with every commit of another one."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _plain(column: NDArray[Any]) -> list[Any]:
    """The values as the driver takes them at once: of a truth value it first looks for somebody who can turn it."""
    values: list[Any] = (column.view(np.int8) if column.dtype == np.bool_ else column).tolist()
    return values


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, rounded down."""
    return (moment - _EPOCH) // _MICROSECOND


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: two that first read would both fail to upgrade.
    writes = connection.get_execution_options().get(_FOR_WRITING, False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _forget_connections_to_replaced_files(engine: Any, path: Path) -> None:
    """Open the file again when another one took its place, instead of reading on in the one that is gone."""

    def remember(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    def compare(_connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if entry.info["file"] != _identity(path):
            raise DisconnectionError

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)


def _identity(path: Path | str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116  several times faster than by way of a Path
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _told(error: BaseException) -> RegisterUnavailableError:
    """What went wrong by the database's own name of it, which tells nothing of the data."""
    name = getattr(error, "sqlite_errorname", "") or ""
    kind = RegisterFullError if name == _FULL else RegisterUnavailableError
    for start, advice in _ADVICE.items():
        if name.startswith(start):
            return kind(f"{advice} ({name})")
    return kind(f"the register's database failed ({name or 'unknown cause'}): try again, then check the file")


_FULL: Final = "SQLITE_FULL"
_ADVICE: Final = {
    "SQLITE_BUSY": "the register is locked by another program: try again when it has finished",
    "SQLITE_LOCKED": "the register is locked by another program: try again when it has finished",
    "SQLITE_CANTOPEN": "the register's file cannot be opened: check that it and its folder are there and writable",
    "SQLITE_READONLY": "the register's file cannot be written: check its permissions and those of its folder",
    _FULL: "the disk of the register is full: make room, then try again",
    "SQLITE_IOERR_WRITE": "the disk of the register takes no more: check its room and limits, then try again",
    "SQLITE_IOERR": "the disk of the register failed: check the disk, then try again",
    "SQLITE_CORRUPT": "the register's file is damaged: restore it from a backup",
    "SQLITE_NOTADB": "the register's file is damaged, or is no register: restore it from a backup, or give another",
    "SQLITE_CONSTRAINT_TRIGGER": "the write contradicts what the register holds: nothing was written",
}
