"""How kernels are compiled: without the interpreter and its lock, kept on disk for the next start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = (
    "algebra",
    "decision",
    "errors.py",
    "evaluate",
    "identifiers",
    "plan",
    "register/number_pages.py",
    "register/number_search.py",
    "register/number_table.py",
    "serve/arrow",
    "serve/wire",
)
"""Where the kernels are, and all that they take functions or numbers from."""


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays that allocates nothing.

    It may run beside the interpreter. It does not count who uses an array either: counting at every access, which
    several threads must agree upon, took seven eighths of the time. Whoever calls it holds the arrays meanwhile.
    """
    return cast("Function", numba.njit(nogil=True, cache=True, _nrt=False)(function))


def brief(function: Function) -> Function:
    """Compile a function that is over in some microseconds, as `compiled` does.

    But it keeps the interpreter lock: to give it away and have it back from another thread takes far longer.
    """
    return cast("Function", numba.njit(cache=True, _nrt=False)(function))


def compiled_to_join(function: Function) -> Function:
    """Compile a function as `compiled` does, and put it in place, as `inlined` does, where a compiled one calls it."""
    return cast("Function", numba.njit(forceinline=True, nogil=True, cache=True, _nrt=False)(function))


def inlined(function: Function) -> Function:
    """Put a function in place wherever a compiled one calls it: handing over arrays costs more than most calls do.

    The machine code is put in place, not the source: that is compiled once, and not again at each place.
    """
    return cast("Function", numba.njit(forceinline=True, nogil=True, _nrt=False)(function))


@inlined
def item(array: Any, place: Any) -> Any:
    """The item at a place; an unsigned one, or the compiler would ask each time whether to count from the end."""
    return array[np.uint64(place)]


def _files() -> Iterator[Path]:
    for source in SOURCES:
        path = _PACKAGE / source
        yield from sorted(path.rglob("*.py")) if path.is_dir() else (path,)


def _digest() -> str:
    """What stands for the sources of all kernels together."""
    digest = sha256()
    for file in _files():
        content = file.read_bytes()
        digest.update(f"{file.relative_to(_PACKAGE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _keeping_folder() -> Path:
    """Where compiled kernels are kept: beside the program, or with the user's other caches where that is read-only.

    The compiler would only see when the file of a kernel changes, and go on using an old one when a function or a
    number that it takes from another file does. So kernels of other sources have another folder.
    """
    name = f"kernels-{_digest()}"
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"]) / name
    if os.access(_PACKAGE, os.W_OK):
        return _PACKAGE / "__pycache__" / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rules-service" / name


numba.config.CACHE_DIR = str(_keeping_folder())
