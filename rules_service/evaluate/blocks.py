"""Requests taken in blocks, those that are decided alike one after the other: the processor then foresees each branch.

Deciding them in another order than they came in puts the rows of their evidence into that order too; once a block is
decided they are put back.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import inlined
from rules_service.evaluate.tables import FORMS, AnswerArrays, Int32, RequestArrays

Int64 = NDArray[np.int64]

BLOCK: Final = 1_024
"""So many requests are put in order at a time: what is read and written of them stays in the nearest caches."""


class Block(NamedTuple):
    """The requests of one block, counted from its first.

    `order` has them by the form of their tasks, and `counts` is what finds it; the evidence of each begins at `begins`
    of `rows`, where it stands in the order in which they were decided.
    """

    order: Int32
    counts: Int32
    begins: Int64
    rows: Int64

    @classmethod
    def with_room(cls, rows: int) -> Self:
        """Room for a block with so many rows of evidence."""
        return cls(
            np.empty(BLOCK, dtype=np.int32),
            np.empty(FORMS + 1, dtype=np.int32),
            np.empty(BLOCK, dtype=np.int64),
            np.empty(rows, dtype=np.int64),
        )


@inlined
def at(array: Any, place: Any) -> Any:
    """The item at a place; an unsigned one, or the compiler would ask each time whether to count from the end."""
    return array[np.uint64(place)]


@inlined
def put_in_order(start: int, stop: int, forms: Any, task: Int32, block: Block) -> None:
    """Orders the requests from `start` to `stop`, excluded, by the form of their tasks: by counting."""
    counts = block.counts
    counts[:] = 0
    for request in range(start, stop):
        counts[np.uint64(at(forms, at(task, request))) + np.uint64(1)] += 1
    for form in range(FORMS):
        counts[form + 1] += counts[form]
    for request in range(start, stop):
        form = np.uint64(at(forms, at(task, request)))
        block.order[np.uint64(counts[form])] = request - start
        counts[form] += 1


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
