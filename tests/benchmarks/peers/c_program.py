"""C: the eight rules by hand, on the very records of our index, with a look-up that checks the check digits.

Compiled when it is asked for, for the processor at hand.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.mix.population import Int64
from tests.benchmarks.mix.work import Answers, Decide, Work

SOURCE = Path(__file__).with_name("ceiling.c")
COMMAND = ("gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o")
RANKS = 2 * 100 * 39 * 32 * 16
RANK = np.dtype([("bits", np.uint64), ("first", np.int64)])
MOST_EVIDENCE = 6
"""Rows that a person has, at most."""


class _Register(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("ranks", "offsets", "records", "owner_organisation")),
        ("first_day", ctypes.c_int32),
        ("days", ctypes.c_int32),
    )


class _Requests(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("service", "organisation", "ssin", "system_date", "begin", "end")
    )


class _Shifts(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("two_months", "twelve_months", "five_years")),
        ("first_day", ctypes.c_int32),
    )


@contextmanager
def with_evidence(work: Work) -> Iterator[Decide]:
    """The same answer as ours: the outcome of each request, and the rows that show it."""
    with _program() as program:
        yield _Deciding(program, work).with_evidence


@contextmanager
def outcomes_alone(work: Work) -> Iterator[Decide]:
    """Less than our answer: nothing is written but the outcome."""
    with _program() as program:
        yield _Deciding(program, work).alone


@contextmanager
def _program() -> Iterator[ctypes.CDLL]:
    with tempfile.TemporaryDirectory() as folder:
        assert shutil.which("gcc"), "gcc is not installed: apt-get install gcc libc6-dev"
        library = Path(folder, "ceiling.so")
        subprocess.run([*COMMAND, str(library), str(SOURCE)], check=True)
        yield ctypes.CDLL(str(library))


class _Deciding:
    """The register and the requests as the program takes them."""

    def __init__(self, program: ctypes.CDLL, work: Work) -> None:
        index, requests = work.index, work.requests
        begins = index.records["begin"]
        days = (
            min(int(begins.min()), int(requests.system_date.min())),
            max(int(begins.max()), int(requests.system_date.max())),
        )
        self._program, self._count = program, len(requests)
        self._ranks = _ranks(program, index.numbers)
        register: tuple[NDArray[Any], ...] = self._ranks, index.offsets, index.records, index.owner_organisation
        columns: tuple[NDArray[Any], ...] = (
            requests.service,
            requests.organisation,
            requests.ssin,
            requests.system_date,
            requests.begin,
            requests.end,
        )
        self._kept = *register, *columns
        self._register = _Register(*map(_pointer, register), days[0], days[1] - days[0] + 1)
        self._requests = _Requests(*map(_pointer, columns))

    def with_evidence(self) -> Answers:
        reason, offsets = np.empty(self._count, np.uint8), np.empty(self._count + 1, np.int64)
        shown = np.empty(self._count * MOST_EVIDENCE, np.int64)
        self._decide(self._program.decide_with_evidence, (reason, offsets, shown))
        return Answers(reason, (offsets, shown[: offsets[-1]]))

    def alone(self) -> Answers:
        reason = np.empty(self._count, np.uint8)
        self._decide(self._program.decide_alone, (reason,))
        return Answers(reason)

    def _decide(self, function: ctypes._NamedFuncPointer, answers: Sequence[NDArray[Any]]) -> None:
        """Every batch shifts its days anew."""
        shifted = np.empty((3, self._register.days), np.int32)
        pointers = [_pointer(each) for each in shifted]
        self._program.shift_days(ctypes.byref(self._register), *pointers)
        shifts = _Shifts(*pointers, self._register.first_day)
        arguments = [ctypes.byref(each) for each in (self._register, self._requests, shifts)]
        function(*arguments, ctypes.c_int64(self._count), *map(_pointer, answers))


def _ranks(program: ctypes.CDLL, numbers: Int64) -> NDArray[np.void]:
    """A bit for each person; where the dates of two centuries interleave, persons would have to be numbered anew."""
    place = np.empty(len(numbers), np.int64)
    program.places_of(_pointer(numbers), ctypes.c_int64(len(numbers)), _pointer(place))
    assert place.min() >= 0, "a number in the register is not valid"
    starts = np.flatnonzero(np.diff(place >> 6, prepend=-1))
    entries = place[starts] >> 6
    assert len(np.unique(entries)) == len(entries)
    ranks = np.zeros(RANKS, RANK)
    ranks["bits"][entries] = np.add.reduceat(np.uint64(1) << (place & 63).astype(np.uint64), starts)
    ranks["first"][entries] = starts
    return ranks


def _pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
