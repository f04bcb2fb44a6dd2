"""The one door to the database: opening the file, its settings, and errors without the driver's words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register import schema

_SETTINGS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # an acknowledged write survives a power failure
    "PRAGMA cache_size = -65536",  # 64 MiB, for the indices during an import
)
_FOR_WRITING: Final = "for_writing"
_PRIVATE: Final = 0o600
_SIGNATURE: Final = b"SQLite format 3\0"


def create_file(path: Path) -> None:
    """Make the empty file of a register, readable by its owner alone (S31).

    Raises:
        OperatorError: the file exists already, or cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
    except FileExistsError:
        raise OperatorError(f"`{path}` exists already: choose another name, or remove it first") from None
    except OSError as error:
        raise OperatorError(f"`{path}` cannot be created: {error.strerror}") from None


def check_file(path: Path) -> None:
    """Raise `OperatorError` where `path` cannot be opened as the file of a register."""
    if not path.exists():
        raise OperatorError(f"there is no register at `{path}`: make one with `rules-service register init`")
    if not path.is_file():
        raise OperatorError(f"`{path}` is not a file: give the path of the register's file")
    if not os.access(path, os.R_OK | os.W_OK):
        raise OperatorError(f"`{path}` cannot be read and written by this user: change its owner or permissions")
    with path.open("rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            raise _no_register(path)


def _no_register(path: Path) -> OperatorError:
    return OperatorError(f"`{path}` is not a register: give the file that `rules-service register init` made")


def open_engine(path: Path, busy_seconds: float) -> Engine:
    """The engine of a register's file, which is opened on first use and never created by accident."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw",
            uri=True,
            timeout=busy_seconds,
            isolation_level=None,  # transactions begin where `_begin` says so, not where the driver guesses
            check_same_thread=False,
        )
        for setting in _SETTINGS:
            connection.execute(setting)
        return connection

    # Parameters of statements are persons' numbers: they stay out of every message.
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    _forget_connections_to_replaced_files(engine, path)
    return engine


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: two that first read would both fail to upgrade.
    writes = connection.get_execution_options().get(_FOR_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _forget_connections_to_replaced_files(engine: Engine, path: Path) -> None:
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


def create_schema(engine: Engine, created_at: int) -> None:
    """Make the tables, and revision 0 of the register, which holds nothing."""
    with _translated_errors():
        outside_of_transactions = engine.raw_connection()
        outside_of_transactions.cursor().execute("PRAGMA journal_mode = WAL")  # readers go on while one writes
        outside_of_transactions.close()
    with writing(engine) as connection:
        schema.metadata.create_all(connection)
        connection.execute(schema.meta.insert().values(schema_version=schema.SCHEMA_VERSION))
        first = schema.revisions.insert()
        connection.execute(first.values(revision=0, recorded_at=created_at, note="created"))


def check_schema(engine: Engine, path: Path) -> None:
    """Raise `OperatorError` where the file is no register, or one of another version of this program."""
    with reading(engine) as connection:
        try:
            version = connection.execute(select(schema.meta.c.schema_version)).scalar()
        except DBAPIError as error:
            if _name_of(error) == "SQLITE_ERROR":  # there is no such table
                raise _no_register(path) from None
            raise
    if version != schema.SCHEMA_VERSION:
        raise OperatorError(
            f"`{path}` has schema version {version}, this program needs {schema.SCHEMA_VERSION}: "
            "use the program that wrote it to export the register, and import that into a new one"
        )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database; raises `RegisterUnavailableError`."""
    with _translated_errors(), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that excludes other writers, and keeps all of its changes or none of them.

    Raises:
        RegisterUnavailableError: the database is lost, or another writer kept the lock for too long.
    """
    options = {_FOR_WRITING: True}
    with _translated_errors(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise RegisterUnavailableError(_advice(_name_of(error))) from None
    except SQLAlchemyError:
        raise RegisterUnavailableError("the register's database cannot be used now: try again later") from None


def _name_of(error: DBAPIError) -> str:
    """The database's own name of what went wrong, which tells nothing of the data."""
    return getattr(error.orig, "sqlite_errorname", "") or ""


def _advice(name: str) -> str:
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
    "SQLITE_NOTADB": "the register's file is damaged: restore it from a backup",
}
