"""Files and folders that hold persons' numbers: for their owner alone, and complete or not there at all (S31)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rules_service.errors import OperatorError

_PRIVATE: Final = 0o600


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to write, which takes the name `path` once the block has ended well and all of it is on the disk.

    The block gets a name beside it, where an empty file of mode 0600 stands, and may write into that or replace it.

    Raises:
        OperatorError: there is something of that name already, or it cannot be written.
    """
    _check_free(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
        os.close(handle)
        part = Path(name)
        try:
            yield part
            part.chmod(_PRIVATE)
            _sync(part)
            _give_name(part, path)
            _sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes the name `path` once the block has ended well; it is for its owner alone.

    Raises:
        OperatorError: there is something of that name already, or it cannot be written.
    """
    _check_free(path)
    try:
        part = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))  # made with mode 0700
        try:
            yield part
            for file in part.iterdir():
                file.chmod(_PRIVATE)
                _sync(file)
            _sync(part)
            _check_free(path)
            part.rename(path)
            _sync(path.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise _unwritable(path, error) from None


def _check_free(path: Path) -> None:
    if path.is_symlink() or path.exists():
        raise _taken(path)


def _give_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename, this never takes the place of a file that came meanwhile
    except FileExistsError:
        raise _taken(path) from None


def _taken(path: Path) -> OperatorError:
    return OperatorError(f"`{path}` exists already: choose another name, or remove it first")


def _unwritable(path: Path, error: OSError) -> OperatorError:
    return OperatorError(f"`{path}` cannot be written: {error.strerror or 'check its folder'}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
