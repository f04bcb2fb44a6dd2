"""Memory that large messages take up stays with the process, instead of going to and fro between it and the system."""

from __future__ import annotations

import ctypes
from typing import Final

_MEBIBYTE: Final = 1024 * 1024
# Parameters of `mallopt` (malloc.h of the GNU C library).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KEPT: Final = {
    _MMAP_THRESHOLD: 32 * _MEBIBYTE,  # the highest that it takes
    _TRIM_THRESHOLD: 64 * _MEBIBYTE,
    # Each arena keeps memory of its own; a few are enough for threads that take turns in the interpreter.
    _ARENA_MAX: 2,
}


def keep_freed_memory() -> None:
    """Have the C library keep freed memory for the next message; to be called before there are many threads.

    Otherwise it asks the system anew for each array of some size, and the system clears every page of it: that takes
    up to a quarter of the time of a batch. Where there is another C library, nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in _KEPT.items():
            mallopt(parameter, value)
