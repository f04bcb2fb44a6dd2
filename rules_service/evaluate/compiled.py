"""How kernels are compiled: without the interpreter and its lock, kept on disk for the next start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays that allocates nothing.

    It may run beside the interpreter. It does not count who uses an array either: counting at every access, which
    several threads must agree upon, took seven eighths of the time. Whoever calls it holds the arrays meanwhile.
    """
    return cast("Function", numba.njit(nogil=True, cache=True, _nrt=False)(function))


def allocating(function: Function) -> Function:
    """Compile a function that makes arrays of its own; for what runs once for a batch, not once for a request."""
    return cast("Function", numba.njit(nogil=True, cache=True)(function))


def inlined(function: Function) -> Function:
    """Put a function in place wherever a compiled one calls it: handing over arrays costs more than most calls do.

    The machine code is put in place, not the source: that is compiled once, and not again at each place.
    """
    return cast("Function", numba.njit(forceinline=True, nogil=True, _nrt=False)(function))
