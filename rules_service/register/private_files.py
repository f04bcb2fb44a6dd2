"""Files and folders that hold persons' numbers or keys: for their owner alone, and whole or not there at all (S31).

What is written stands beside the name that it takes when all of it is on the disk, as `.NAME.part`. Whoever writes
holds a lock on that, which the system takes back from a process that dies: so what a crash left behind is known as
such, and gone with the next write to the same name.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from rules_service.errors import OperatorError

_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_AS_IT_IS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


class NameTakenError(OperatorError):
    """There is something of that name already."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to write, which takes the name `path` once the block has ended well and all of it is on the disk.

    The block gets a name beside it, where an empty file of mode 0600 stands, and writes into that.

    Raises:
        NameTakenError: there is something of that name already, also where it came while the block ran.
        OperatorError: it cannot be written.
    """
    with _file(path, _give_free_name) as part:
        _check_free(path)
        yield part


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """As `new_file`, in place of the file of that name if there is one: nobody ever sees half of either."""
    with _file(path, os.replace) as part:
        yield part


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill with files, which takes the name `path` once the block has ended well.

    Raises:
        NameTakenError: there is something of that name already.
        OperatorError: it cannot be written.
    """
    with scratch_folder(path) as part, _told(path):
        _check_free(path)
        yield part
        for file in part.iterdir():
            file.chmod(_PRIVATE)
            _sync(file)
        _sync(part)
        _check_free(path)
        part.rename(path)
        _sync(path.parent)


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` to work in, gone when the block ends; raises `OperatorError` where none can be made."""
    part = _part_of(path)
    with _told(path), _claimed(part, _made_folder, shutil.rmtree):
        yield part


@contextmanager
def _file(path: Path, give_name: Callable[[Path, Path], None]) -> Iterator[Path]:
    part = _part_of(path)
    with _told(path), _claimed(part, _made_file, os.unlink) as handle:
        yield part
        os.fsync(handle)
        give_name(part, path)
        _sync(path.parent)


@contextmanager
def _claimed(part: Path, make: Callable[[Path], int], remove: Callable[[Path], None]) -> Iterator[int]:
    """Make what is to be written and keep it locked; what still has this name in the end is removed.

    What is there already belongs to a writer, who is waited for, or is what a crash has left: that is removed and not
    used, since others may have it open.
    """
    while True:
        with _opened(part, make) as (handle, is_new):
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not _is_still(handle, part):
                continue
            try:
                if is_new:
                    yield handle
                    return
            finally:
                if _is_still(handle, part):
                    remove(part)


@contextmanager
def _opened(part: Path, make: Callable[[Path], int]) -> Iterator[tuple[int, bool]]:
    """What stands under a name, made where nothing does, and whether it was made."""
    handle, is_new = _made_or_found(part, make)
    try:
        yield handle, is_new
    finally:
        os.close(handle)


def _made_or_found(part: Path, make: Callable[[Path], int]) -> tuple[int, bool]:
    while True:
        try:
            return make(part), True
        except FileExistsError:
            with suppress(FileNotFoundError):  # its writer was ready just now
                return os.open(part, _AS_IT_IS), False


def _is_still(handle: int, part: Path) -> bool:
    """Whether a name still stands for what was opened under it."""
    try:
        return os.path.samestat(os.fstat(handle), part.lstat())
    except FileNotFoundError:
        return False


def _made_file(part: Path) -> int:
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)


def _made_folder(part: Path) -> int:
    part.mkdir(_PRIVATE_FOLDER)
    return os.open(part, _AS_IT_IS)


def _give_free_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename, this never takes the place of a file that came meanwhile
    except FileExistsError:
        raise _taken(path) from None


def _check_free(path: Path) -> None:
    if path.is_symlink() or path.exists():
        raise _taken(path)


def _taken(path: Path) -> NameTakenError:
    return NameTakenError(f"`{path}` exists already: choose another name, or remove it first")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses, in our words."""
    try:
        yield
    except OSError as error:
        raise OperatorError(f"`{path}` cannot be written: {error.strerror or 'check its folder'}") from None


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, onto the disk: a power failure leaves them as they are."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
