"""The flat tables that the kernel walks: what is to be tried for each look of a request and each kind of requester.

A *task* is what is left to do for one look once its checks have been made. It has groups of candidates: the first group
decides, each of the others says whether some information types may be delivered (S30b). A candidate is any-of
conjunctions, a conjunction all-of clauses, a clause one comparison with a window. A candidate is written as its first
clause, and each clause says which one comes next. All tables are rows of plain numbers; one compiled kernel serves
every ruleset.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = NDArray[np.void]
Int32 = NDArray[np.int32]
UInt64 = NDArray[np.uint64]

DECIDED: Final = 0
TRIED: Final = 1
FAILED: Final = 2
"""What a task is: the checks gave its reason, candidates are to be tried, or its caller must mend the request."""

FORMS: Final = 256
"""So many forms of tasks are told apart: tasks of one form are decided the same way, but for the numbers met there."""
READS_NO_ROWS: Final = 0
"""The form of tasks to which it does not matter what is integrated."""

SYSTEM_DATE_SOURCE: Final = 0
"""The source of a slot: 0 the system date, 1 + 2i and 2 + 2i first and last day of value i, below 0 a constant."""

NO_OWNER: Final = -1
SEVERAL_OWNERS: Final = -2
"""In the place of the owner as whom a requester integrates."""

TASK: Final = np.dtype(
    [
        ("kind", "u1"),
        ("reason", "u1"),  # of all persons where decided, of those for whom nothing holds where tried
        ("refuses_replaced", "u1"),
        ("deliveries", "u1"),  # how many groups follow the first one
        ("plain", "u1"),  # tried, without either of these
        ("stated", "i2"),  # the quality code that the request states, or -1
        ("group", "i4"),
        ("first", "i4"),  # of the candidates of its first group, and behind the last of them
        ("end", "i4"),
        ("bindings", "i4"),
        ("slots", "i4"),
        ("source", "i4"),  # of the first slot of the first binding
        ("verdict", "i4"),
        ("too_many", "i4"),  # the place of the verdict on more cases than one request may have
    ],
    align=True,
)
HOLDS: Final = -1
FAILS: Final = -2
"""In the place of the next clause: the candidate holds, or it does not."""
GROUP: Final = np.dtype([("first", "i4"), ("end", "i4"), ("always", "u1")], align=True)
"""Candidates; `always` where the types may be given without control."""
CLAUSE: Final = np.dtype(
    [
        ("mask", "u8"),
        ("threshold", "i4"),
        ("extend_months", "i4"),
        ("extend_days", "i4"),
        ("window", "i4"),
        ("other_window", "i4"),
        ("then", "i4"),  # the clause that comes next where this one holds, or `HOLDS`
        ("otherwise", "i4"),  # the one that does where it does not, or `FAILS`
        ("sector", "i2"),
        ("institution", "i2"),
        ("scope", "u1"),
        ("predicate", "u1"),
        ("register", "u1"),  # the bit of `flags`
        ("extended", "u1"),
        ("extend_up", "u1"),
    ],
    align=True,
)
WINDOW: Final = np.dtype(
    [
        ("first", "i4"),
        ("middle", "i4"),
        ("end", "i4"),
        ("begin_slot", "i4"),
        ("end_slot", "i4"),
        ("begin_latest", "u1"),
        ("end_latest", "u1"),
        ("plain", "u1"),
    ],
    align=True,
)
"""The terms of the begin from `first` to `middle`, those of the end from there; the latest or the earliest counts.

A plain window goes from the day of one slot to that of another, nothing being shifted: the terms need not be read.
"""
TERM: Final = np.dtype([("slot", "i4"), ("day", "i4"), ("months", "i4"), ("days", "i4"), ("up", "u1")], align=True)
"""A shifted day: that of a slot, counted within the task, or a fixed one where the slot is below 0."""


class TaskTables(NamedTuple):
    """Every task known so far; immutable but for `verdict_of`, whose places are filled once each.

    `form_of` is the form of each task.
    """

    tasks: Records
    groups: Records
    candidates: Int32
    clauses: Records
    windows: Records
    terms: Records
    sources: Int32
    constants: Int32
    bit_of_code: UInt64
    verdict_of: Int32
    form_of: Int32


class RegisterArrays(NamedTuple):
    """What the kernel reads of a register; see `decision.ColumnarRegister`."""

    offsets: Int32
    records: Records
    owner_organisation: Int32
    owner_sector: NDArray[np.int16]
    owner_institution: NDArray[np.int16]


class RequestArrays(NamedTuple):
    """What the kernel reads of requests; see `decision.RequestColumns`.

    `task` (n) is the task of each request; `owner`, `ordinal` and `sector` describe each requester by its number.
    `person` and `current` (m) are the person behind each number, and the number that stands for it today.
    """

    task: Int32
    requester: Int32
    system_date: Int32
    person_offsets: Int32
    ssins: NDArray[np.int64]
    person: Int32
    current: NDArray[np.int64]
    value_offsets: Int32
    begin: Int32
    end: Int32
    owner: Int32
    ordinal: Int32
    sector: NDArray[np.int16]


class AnswerArrays(NamedTuple):
    """What the kernel writes; see `decision.DecisionColumns`.

    `used` (m) is the candidate that holds for each person, or -1, and `delivered` (n) has a bit for each group of
    information types that may be delivered: both are written only where several candidates grant a request.
    """

    verdict: Int32
    reason: NDArray[np.uint8]
    delivered: NDArray[np.uint16]
    person_reason: NDArray[np.uint8]
    used: NDArray[np.int16]
    evidence_end: NDArray[np.int64]
    replaced_by: NDArray[np.int64]


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same memory, contiguous and not to be written: one type for the compiler, whoever made the array."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view
