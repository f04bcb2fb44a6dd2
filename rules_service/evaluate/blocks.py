"""Requests taken in blocks, those that are decided alike one after the other: the processor then foresees each branch.

Deciding them in another order than they came in puts the rows of their evidence into that order too; once a block is
decided they are put back.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import inlined, item
from rules_service.evaluate.intrinsics import prefetch
from rules_service.evaluate.tables import FORMS, READS_NO_ROWS, AnswerArrays, Int32, RequestArrays

Int64 = NDArray[np.int64]

BLOCK: Final = 512
"""So many requests are put in order at a time: what is read and written of them stays in the nearest caches."""
AT_ONCE: Final = 8
"""Requests for whose rows the memory is asked together, while those before them are decided: so the waits overlap."""

NOBODY: Final = -1
SEVERAL: Final = -2
"""In the place of a request's only person: there are several, or none."""


class Block(NamedTuple):
    """The requests of one block, counted from its first.

    `counts` finds their order, by the form of their tasks. In that order stand `request`, `person` and the rows of that
    person, from `first` to `end`, excluded: the only person of a request, `NOBODY` where it is not known or its rows
    do not matter, or `SEVERAL`. The evidence of each request begins at `begins` of `rows`, in the order of deciding.
    """

    counts: Int32
    request: Int32
    person: Int32
    first: Int32
    end: Int32
    begins: Int64
    rows: Int64

    @classmethod
    def with_room(cls, rows: int, requests: int = BLOCK) -> Self:
        """Room for `requests` requests, `BLOCK` at the most, and for `rows` rows of their evidence."""
        request, person, first, end = np.empty((4, requests), dtype=np.int32)
        counts, begins = np.empty(FORMS + 1, dtype=np.int32), np.empty(requests, dtype=np.int64)
        return cls(counts, request, person, first, end, begins, np.empty(rows, dtype=np.int64))


@inlined
def put_in_order(start: int, stop: int, forms: Any, requests: RequestArrays, block: Block) -> None:
    """Orders the requests from `start` to `stop`, excluded, by the form of their tasks: by counting."""
    counts = block.counts
    if stop - start > 1:
        counts[:] = 0
        for request in range(start, stop):
            counts[np.uint64(item(forms, item(requests.task, request))) + np.uint64(1)] += 1
        for form in range(FORMS):
            counts[form + 1] += counts[form]
    else:
        # A request alone stands first whatever its form: to set its own count is enough, and all others stay unread.
        counts[np.uint64(item(forms, item(requests.task, start)))] = 0
    for request in range(start, stop):
        own = np.uint64(item(forms, item(requests.task, request)))
        turn = np.uint64(counts[own])
        counts[own] += 1
        place = item(requests.person_offsets, request)
        alone = item(requests.person_offsets, request + 1) - place == 1
        person = item(requests.person, place) if alone else SEVERAL
        block.request[turn] = request - start
        # Or `NOBODY`, without a branch that the processor cannot foresee.
        block.person[turn] = person | -np.int64(own == READS_NO_ROWS)


@inlined
def _ask_for_offsets(turn: int, end: int, start: int, requests: RequestArrays, register: Any, block: Block) -> None:
    """Asks for the memory that says where the rows of persons are, of the requests from a turn on."""
    for each in range(turn, end):
        person = item(block.person, each)
        if person >= 0:
            prefetch(register.offsets, person)
        elif person == SEVERAL:
            request = start + item(block.request, each)
            for place in range(item(requests.person_offsets, request), item(requests.person_offsets, request + 1)):
                if item(requests.person, place) >= 0:
                    prefetch(register.offsets, item(requests.person, place))


@inlined
def _ask_for_rows(turn: int, end: int, start: int, requests: RequestArrays, register: Any, block: Block) -> None:
    """Puts down where the rows of persons are, and asks for their memory."""
    for each in range(turn, end):
        person = item(block.person, each)
        first, last = 0, 0
        if person >= 0:
            first, last = item(register.offsets, person), item(register.offsets, person + 1)
            prefetch(register.records, first)
            prefetch(register.records, max(first, last - 1))
        elif person == SEVERAL:
            request = start + item(block.request, each)
            for place in range(item(requests.person_offsets, request), item(requests.person_offsets, request + 1)):
                if item(requests.person, place) >= 0:
                    prefetch(register.records, item(register.offsets, item(requests.person, place)))
        block.first[np.uint64(each)], block.end[np.uint64(each)] = first, last


@inlined
def ask_ahead(turn: int, count: int, start: int, requests: RequestArrays, register: Any, block: Block) -> None:
    """Every so many of `count` requests, asks for the memory that is read for those that come next."""
    if turn == 0:
        _ask_for_offsets(0, min(2 * AT_ONCE, count), start, requests, register, block)
        _ask_for_rows(0, min(AT_ONCE, count), start, requests, register, block)
    if turn % AT_ONCE == 0:
        soon, later, last = turn + AT_ONCE, turn + 2 * AT_ONCE, turn + 3 * AT_ONCE
        _ask_for_offsets(later, min(last, count), start, requests, register, block)
        _ask_for_rows(soon, min(later, count), start, requests, register, block)


@inlined
def put_evidence_back(
    start: int, stop: int, requests: RequestArrays, answers: AnswerArrays, block: Block, evidence: Int64, shown: int
) -> Any:
    """Appends the evidence of a block in the order of its requests; the end of all evidence then.

    There must be room for a row more than that.
    """
    for request in range(start, stop):
        begin = item(block.begins, request - start)
        for person in range(item(requests.person_offsets, request), item(requests.person_offsets, request + 1)):
            end = item(answers.evidence_end, person)
            # Mostly there is one row or none: to write one that is none costs less than to ask.
            evidence[np.uint64(shown)] = item(block.rows, begin)
            for further in range(begin + 1, end):
                evidence[np.uint64(shown + further - begin)] = item(block.rows, further)
            shown += end - begin
            begin = end
            answers.evidence_end[np.uint64(person)] = shown
    return shown
