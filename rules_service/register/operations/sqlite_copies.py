"""Copies of a register in a SQLite file, made page by page by SQLite itself while others write.

A copy is one file without companions: a SQLite database with one table more, which holds the manifest. The sums of that
tell later whether any row changed, which SQLite's own check of a file's structure would not see.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from rules_service.register.importing import Progress
from rules_service.register.operations.manifests import (
    Manifest,
    TableEntry,
    UnusableCopyError,
    manifest_of,
    parse_manifest,
)
from rules_service.register.operations.tables import sum_of, tables_of

SIGNATURE: Final = b"SQLite format 3\0"

_PAGES_AT_ONCE: Final = 4_096
_MANIFEST: Final = "backup_manifest"


def copy_out(connection: Connection, part: Path, progress: Progress) -> Manifest:
    """Copy the register of a reading transaction into an empty file, and compare the two.

    Raises:
        UnusableCopyError: the copy is not what was copied.
        RegisterUnavailableError: the disk is full, or the register cannot be read; `Register.reading` raises this.
    """
    # What the transaction sees is settled by what it reads first, so that this comes before the copying.
    entries = {table.name: TableEntry.of(sum_of(connection, table)) for table in tables_of(connection)}
    manifest = manifest_of(connection, entries)
    _copy_pages(_driver_of(connection), part, progress)
    with _opened(part) as copy:
        _check_structure(copy, str(part))
        manifest.check_tables(copy, str(part))
        copy.exec_driver_sql(f"CREATE TABLE {_MANIFEST} (text TEXT NOT NULL)")
        copy.exec_driver_sql(f"INSERT INTO {_MANIFEST} VALUES (?)", (manifest.text(),))  # noqa: S608 - our own name
    return manifest


def copy_in(file: Path, part: Path, progress: Progress) -> Manifest:
    """Copy what `copy_out` wrote into an empty file, where it becomes a register again.

    Raises:
        UnusableCopyError: the file is damaged, or is no backup, or the disk is full.
    """
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as source:
            _copy_pages(source, part, progress)
        with _opened(part) as copy:
            _check_structure(copy, str(file))
            manifest = parse_manifest(_manifest_text(copy, file), str(file))
            copy.exec_driver_sql(f"DROP TABLE {_MANIFEST}")
            manifest.check_tables(copy, str(file))
        with closing(sqlite3.connect(part)) as register:
            register.execute("PRAGMA journal_mode = WAL")  # as every register: readers go on while one writes
    except (sqlite3.Error, DBAPIError):
        raise UnusableCopyError(f"`{file}` is damaged, or there is no room for what it holds") from None
    return manifest


def _manifest_text(copy: Connection, file: Path) -> str:
    known = copy.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = ?", (_MANIFEST,)).scalar_one()
    if not known:
        raise UnusableCopyError(f"`{file}` is no backup: it has no manifest; give a file that `register backup` made")
    return str(copy.exec_driver_sql(f"SELECT text FROM {_MANIFEST}").scalar_one())  # noqa: S608 - our own name


def _driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, in the same transaction: what it copies is what the transaction sees."""
    driver: Any = connection.connection.driver_connection
    return driver  # type: ignore[no-any-return]


def _copy_pages(source: sqlite3.Connection, part: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(part)) as target:
        source.backup(target, pages=_PAGES_AT_ONCE, progress=lambda _status, left, total: progress(total - left, total))
        target.execute("PRAGMA journal_mode = DELETE")  # everything in the one file


@contextmanager
def _opened(part: Path) -> Iterator[Connection]:
    engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: sqlite3.connect(part), poolclass=NullPool, hide_parameters=True
    )
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_structure(copy: Connection, what: str) -> None:
    said = copy.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if said != "ok":
        raise UnusableCopyError(f"`{what}` is damaged: SQLite finds its structure broken")
