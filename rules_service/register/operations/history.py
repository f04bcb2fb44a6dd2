"""The whole history in a folder, a Parquet file for each table: out of one register, into an empty one, as it was.

A dump holds every version of every row and every revision with its moment, in a form that no database owns: what came
out of SQLite goes into PostgreSQL and back. Its manifest has the sum of each table. Loading reads back what it wrote
before it commits, so that a register is filled with exactly what was dumped, or stays empty. Where the operator gives a
key, each file is encrypted as it is written, and decrypted as it is read: the disk never holds it otherwise.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Table, delete, insert

from rules_service.errors import OperatorError
from rules_service.register.importing import Progress
from rules_service.register.operations.door import count_on, filling
from rules_service.register.operations.manifests import (
    Manifest,
    TableEntry,
    UnusableCopyError,
    manifest_of,
    parse_manifest,
)
from rules_service.register.operations.tables import (
    ROWS_AT_ONCE,
    TableSum,
    batches_of,
    columns_of,
    count_rows,
    tables_of,
)
from rules_service.register.private_files import new_folder
from rules_service.register.schema import meta, revisions
from rules_service.register.sealed_files import SnapshotKeys, read_file, written_file
from rules_service.register.store import Register

MANIFEST: Final = "manifest.json"


def no_progress(_rows: int, _total: int | None) -> None:
    """Progress that nobody looks at."""


def dump(
    register: Register, folder: Path, progress: Progress = no_progress, keys: SnapshotKeys | None = None
) -> Manifest:
    """Write all that a register holds, as one state, into a new folder that only its owner may read.

    Args:
        register: what to write.
        folder: the new folder.
        progress: told how many rows were written.
        keys: encrypt each file.

    Raises:
        OperatorError: there is something of that name already, or it cannot be written.
        RegisterUnavailableError: the register cannot be read.
    """
    with new_folder(folder) as part:
        return dump_into(register, part, progress, keys)


def dump_into(register: Register, folder: Path, progress: Progress, keys: SnapshotKeys | None) -> Manifest:
    """Write all that a register holds into an empty folder."""
    with register.reading() as connection:
        tables = tables_of(connection)
        total, done = sum(count_rows(connection, table) for table in tables), 0
        entries = {}
        for table in tables:
            entries[table.name] = _dump_table(connection, table, _file_of(folder, table.name), keys)
            done += entries[table.name].rows
            progress(done, total)
        manifest = manifest_of(connection, entries)
    with written_file(folder / MANIFEST, keys) as file:
        file.write(manifest.text().encode())
    return manifest


def _dump_table(connection: Connection, table: Table, path: Path, keys: SnapshotKeys | None) -> TableEntry:
    columns = columns_of(table)
    found = TableSum(columns)
    with written_file(path, keys) as file, pq.ParquetWriter(file, columns, compression="zstd") as writer:
        for batch in batches_of(connection, table):
            writer.write_batch(batch)
            found.add(batch)
    return TableEntry.of(found, _sum_of_file(path))


def load(
    register: Register, folder: Path, progress: Progress = no_progress, keys: SnapshotKeys | None = None
) -> Manifest:
    """Fill an empty register with all that a dump holds, or leave it empty.

    Args:
        register: at revision 0, without any row.
        folder: what `dump` wrote.
        progress: told how many rows were written.
        keys: what the dump is encrypted with.

    Raises:
        UnusableCopyError: the folder is damaged, incomplete, of another version, or no dump.
        SealedFileError: it is encrypted with another key or none, or none was given.
        OperatorError: the register is not empty.
        RegisterUnavailableError: the register cannot be written now.
    """
    manifest = read_manifest(folder, keys)
    _check_files(folder, manifest)
    with filling(register) as connection:
        tables = {table.name: table for table in tables_of(connection)}
        if tables.keys() != manifest.tables.keys():
            raise UnusableCopyError(f"`{folder}` has other tables than this register: use the same program for both")
        _clear(connection, tables)
        done = 0
        for name, table in tables.items():
            for count in _fill(connection, table, _file_of(folder, name), keys):
                done += count
                progress(done, manifest.rows)
        count_on(connection, tables.values())
        manifest.check_tables(connection, str(folder))
    return manifest


def read_manifest(folder: Path, keys: SnapshotKeys | None) -> Manifest:
    """What a dump says of itself; raises as `load`."""
    try:
        with read_file(folder / MANIFEST, keys) as file:
            text = file.read().decode()
    except (OSError, UnicodeDecodeError):
        raise UnusableCopyError(f"`{folder}` is no dump of a register: it has no manifest that can be read") from None
    return parse_manifest(text, str(folder))


def _check_files(folder: Path, manifest: Manifest) -> None:
    for name, entry in manifest.tables.items():
        try:
            found = _sum_of_file(_file_of(folder, name))
        except OSError:
            raise UnusableCopyError(f"`{folder}` is incomplete: the file of `{name}` cannot be read") from None
        if found != entry.file_sum:
            raise UnusableCopyError(f"`{folder}` is damaged: the sum of the file of `{name}` is wrong")


def _clear(connection: Connection, tables: dict[str, Table]) -> None:
    """Take away what every new register has: its schema version, and revision 0."""
    ours = {meta.name: 1, revisions.name: 1}
    if any(count_rows(connection, table) > ours.get(name, 0) for name, table in tables.items()):
        raise OperatorError("the register is not empty: load into a new one, made with `rules-service register init`")
    connection.execute(delete(meta))
    connection.execute(delete(revisions))


def _fill(connection: Connection, table: Table, path: Path, keys: SnapshotKeys | None) -> Any:
    try:
        with read_file(path, keys) as file, pq.ParquetFile(file) as parquet:
            if not parquet.schema_arrow.equals(columns_of(table)):
                raise UnusableCopyError(f"the file of `{table.name}` has other columns than this register")
            for batch in parquet.iter_batches(ROWS_AT_ONCE):
                connection.execute(insert(table), batch.to_pylist())
                yield batch.num_rows
    except (pa.ArrowException, OSError):
        raise UnusableCopyError(f"the file of `{table.name}` cannot be read") from None


def _file_of(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _sum_of_file(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
