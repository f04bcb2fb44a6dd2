"""Requests taken in blocks, those that are decided alike one after the other: the processor then foresees each branch.

Deciding them in another order than they came in puts the rows of their evidence into that order too; once a block is
decided they are put back.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import inlined
from rules_service.evaluate.intrinsics import prefetch
from rules_service.evaluate.tables import FORMS, AnswerArrays, Int32, RequestArrays

Int64 = NDArray[np.int64]

BLOCK: Final = 512
"""So many requests are put in order at a time: what is read and written of them stays in the nearest caches."""
AHEAD: Final = 16
"""So many requests ahead the memory of the rows of their persons is asked for, and that of their offsets twice as far."""
_LEAD: Final = 2 * AHEAD

NOBODY: Final = -1
SEVERAL: Final = -2
"""In the place of a request's only person: there are several, or none."""


class Block(NamedTuple):
    """The requests of one block, counted from its first.

    `counts` finds their order, by the form of their tasks. In that order stand `request`, `person`, which is the only
    one of a request, `NOBODY` where it is not known or `SEVERAL`, and the rows of that person, from `first` to `end`,
    excluded. The evidence of each request begins at `begins` of `rows`, where it stands in the order of deciding.
    """

    counts: Int32
    request: Int32
    person: Int32
    first: Int32
    end: Int32
    begins: Int64
    rows: Int64

    @classmethod
    def with_room(cls, rows: int) -> Self:
        """Room for a block with so many rows of evidence."""
        request, person, first, end = np.zeros((4, BLOCK + _LEAD), dtype=np.int32)
        counts, begins = np.empty(FORMS + 1, dtype=np.int32), np.empty(BLOCK, dtype=np.int64)
        return cls(counts, request, person, first, end, begins, np.empty(rows, dtype=np.int64))


@inlined
def at(array: Any, place: Any) -> Any:
    """The item at a place; an unsigned one, or the compiler would ask each time whether to count from the end."""
    return array[np.uint64(place)]


@inlined
def put_in_order(start: int, stop: int, forms: Any, requests: RequestArrays, block: Block) -> None:
    """Orders the requests from `start` to `stop`, excluded, by the form of their tasks: by counting."""
    counts = block.counts
    counts[:] = 0
    for request in range(start, stop):
        counts[np.uint64(at(forms, at(requests.task, request))) + np.uint64(1)] += 1
    for form in range(FORMS):
        counts[form + 1] += counts[form]
    for request in range(start, stop):
        form = np.uint64(at(forms, at(requests.task, request)))
        turn = np.uint64(counts[form])
        counts[form] += 1
        place = at(requests.person_offsets, request)
        alone = at(requests.person_offsets, request + 1) - place == 1
        block.request[turn] = request - start
        block.person[turn] = at(requests.person, place) if alone else SEVERAL
    block.person[stop - start : stop - start + _LEAD] = NOBODY


@inlined
def ask_ahead(turn: int, start: int, requests: RequestArrays, register: Any, block: Block) -> None:
    """Asks for the rows of the persons that come next, and for the offsets of those after them."""
    later = at(block.person, turn + 2 * AHEAD)
    if later >= 0:
        prefetch(register.offsets, later)
    elif later == SEVERAL:
        request = start + at(block.request, turn + 2 * AHEAD)
        for place in range(at(requests.person_offsets, request), at(requests.person_offsets, request + 1)):
            if at(requests.person, place) >= 0:
                prefetch(register.offsets, at(requests.person, place))
    if turn + AHEAD < 0:
        return
    soon = at(block.person, turn + AHEAD)
    first, end = 0, 0
    if soon >= 0:
        first, end = at(register.offsets, soon), at(register.offsets, soon + 1)
        prefetch(register.records, first)
        prefetch(register.records, max(first, end - 1))
    elif soon == SEVERAL:
        request = start + at(block.request, turn + AHEAD)
        for place in range(at(requests.person_offsets, request), at(requests.person_offsets, request + 1)):
            if at(requests.person, place) >= 0:
                prefetch(register.records, at(register.offsets, at(requests.person, place)))
    block.first[np.uint64(turn + AHEAD)], block.end[np.uint64(turn + AHEAD)] = first, end


@inlined
def put_evidence_back(
    start: int, stop: int, requests: RequestArrays, answers: AnswerArrays, block: Block, evidence: Int64, shown: int
) -> Any:
    """Appends the evidence of a block in the order of its requests; the end of all evidence then.

    There must be room for a row more than that.
    """
    for request in range(start, stop):
        begin = at(block.begins, request - start)
        for person in range(at(requests.person_offsets, request), at(requests.person_offsets, request + 1)):
            end = at(answers.evidence_end, person)
            # Mostly there is one row or none: to write one that is none costs less than to ask.
            evidence[np.uint64(shown)] = at(block.rows, begin)
            for further in range(begin + 1, end):
                evidence[np.uint64(shown + further - begin)] = at(block.rows, further)
            shown += end - begin
            begin = end
            answers.evidence_end[np.uint64(person)] = shown
    return shown
