"""Backups: a copy of the register in one file, consistent while others write, checked before it gets its name.

A register in a SQLite file is copied by SQLite, page by page, which is the fastest way out and back. A register in
PostgreSQL is dumped (`history`) into a tar file, which needs none of PostgreSQL's own programs, and is restored into
either database. So is every register whose backup is to be encrypted: the files of a dump are encrypted as they are
written, where SQLite would write its pages as they are. The backup is for its owner alone, and never takes the place of
another file (S31).
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Final

from rules_service.errors import OperatorError
from rules_service.register.importing import Progress
from rules_service.register.operations import sqlite_copies
from rules_service.register.operations.history import dump_into, load, no_progress, read_manifest
from rules_service.register.operations.manifests import Manifest, UnusableCopyError
from rules_service.register.private_files import new_file, scratch_folder
from rules_service.register.sealed_files import SealedFileError, SnapshotKeys
from rules_service.register.store import Register

_FILE_ADDRESS: Final = "sqlite:///"


def back_up(
    register: Register, file: Path, progress: Progress = no_progress, keys: SnapshotKeys | None = None
) -> Manifest:
    """Copy a register as it is now into a new file, and compare the copy with it.

    Args:
        register: what to copy; others may go on writing.
        file: the backup.
        progress: told how many pages, or rows, were copied.
        keys: encrypt the backup.

    Raises:
        OperatorError: there is a file of that name already, or it cannot be written.
        RegisterUnavailableError: the register cannot be read, or the disk is full.
    """
    with new_file(file) as part, register.reading() as connection:
        if connection.dialect.name == "sqlite" and keys is None:
            return sqlite_copies.copy_out(connection, part, progress)
        return _archive(register, part, progress, keys)


def archive(
    register: Register, file: Path, progress: Progress = no_progress, keys: SnapshotKeys | None = None
) -> Manifest:
    """Dump a register of either database into a new tar file; arguments and errors as `back_up`."""
    with new_file(file) as part:
        return _archive(register, part, progress, keys)


def _archive(register: Register, part: Path, progress: Progress, keys: SnapshotKeys | None) -> Manifest:
    with scratch_folder(part) as folder:
        manifest = dump_into(register, folder, progress, keys)
        with tarfile.open(part, "w") as tar:
            for each in sorted(folder.iterdir()):
                tar.add(each, each.name)
                each.unlink()
    return manifest


def restore(
    file: Path, place: str | Path, progress: Progress = no_progress, keys: SnapshotKeys | None = None
) -> Manifest:
    """Make the register that a backup was made of, in a place where there is none.

    Args:
        file: what `back_up` wrote.
        place: the path of a new file, or the address of a database without a register.
        progress: told how many pages, or rows, were copied.
        keys: what the backup is encrypted with.

    Raises:
        UnusableCopyError: the backup is damaged, of another version, or no backup; nothing was made.
        SealedFileError: it is encrypted with another key or none, or none was given; nothing was made.
        OperatorError: the place is taken, or cannot hold what the backup holds.
        RegisterUnavailableError: the database cannot be reached or written.
    """
    if not file.is_file():
        raise UnusableCopyError(f"there is no backup at `{file}`")
    with file.open("rb") as opened:
        is_copy = opened.read(len(sqlite_copies.SIGNATURE)) == sqlite_copies.SIGNATURE
    if not is_copy:
        return _restore_archive(file, place, progress, keys)
    if keys is not None:
        raise SealedFileError(f"`{file}` is not encrypted: leave `--snapshot-key` out")
    with new_file(_path_of(place)) as part:
        return sqlite_copies.copy_in(file, part, progress)


def _path_of(place: str | Path) -> Path:
    text = str(place).removeprefix(_FILE_ADDRESS)
    if "://" in text:
        raise OperatorError(
            "this is the backup of a register in a SQLite file: restore it into a file, then bring it into the other "
            "database with `rules-service register dump` and `load`"
        )
    return Path(text)


def _restore_archive(file: Path, place: str | Path, progress: Progress, keys: SnapshotKeys | None) -> Manifest:
    with scratch_folder(file) as folder:
        _unpack(file, folder)
        read_manifest(folder, keys)  # what cannot be read at all makes no register that would have to go again
        with Register.create(place) as register:
            try:
                return load(register, folder, progress, keys)
            except BaseException:
                _remove_empty(place)
                raise


def _remove_empty(place: str | Path) -> None:
    """Take back the file of a register that stayed empty; the empty tables of a database can be loaded again."""
    text = str(place).removeprefix(_FILE_ADDRESS)
    if "://" not in text:
        for suffix in ("", "-wal", "-shm"):
            Path(text + suffix).unlink(missing_ok=True)


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file, "r:") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError):
        raise UnusableCopyError(f"`{file}` is damaged, or is no backup of a register") from None
