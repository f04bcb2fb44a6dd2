"""The kernel that answers one request, from its bytes to those of the answer, in one call.

It is made of the kernels of batches, so that a request alone is read, decided and answered as one among many. What
remains of a call is to hand over the arrays: no object stands for the request, and nothing waits for the interpreter.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate import kernel
from rules_service.evaluate.blocks import Block
from rules_service.evaluate.compiled import brief, inlined
from rules_service.evaluate.tables import AnswerArrays, RegisterArrays, RequestArrays, TaskTables
from rules_service.evaluate.windows import Scratch
from rules_service.register.number_search import AT_ONCE, PersonArrays, look_up
from rules_service.serve.wire.known_bytes import KnownBytes
from rules_service.serve.wire.reading import (
    LONGEST_REQUESTER,
    MISSED,
    SHORTEST_PERSON,
    SHORTEST_VALUE,
    Space,
    Terms,
    end_of_size,
    read_requests,
)
from rules_service.serve.wire.writing import (
    ERROR,
    NO_PIECE,
    PARTS,
    REASONS,
    Asked,
    Decided,
    Pieces,
    Words,
    room_for,
    write_answer,
)

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NOT_READY: Final = -1
"""In the place of an answer: the request is plain, but something is not prepared yet that it needs."""
ORDINARY: Final = -2
"""In the place of an answer: the request is odd, or there is no decision on it but an error."""


class Requesters(NamedTuple):
    """Who may ask: see `evaluate.requesters.RequesterColumns`."""

    profile: Int32
    owner: Int32
    ordinal: Int32
    sector: Int16


class Desk(NamedTuple):
    """All that answers are made of and callers share: what is known of requests, the tasks, the register, the pieces.

    `task_of` is as it becomes, not as it was when the tables were laid out. `row_id` belongs to the rows of the
    register. `piece_of`, `offsets`, `bytes` and `shared` are those of `writing.Pieces`.

    INVARIANT (one at a time): `scratch` and `block` are shared, since whoever answers holds the interpreter lock; the
    shifted days that are remembered there stay right for ever.
    """

    looks: KnownBytes
    requesters: KnownBytes
    tables: TaskTables
    task_of: Int32
    scratch: Scratch
    block: Block
    asking: Requesters
    register: RegisterArrays
    row_id: Int64
    persons: PersonArrays
    piece_of: Int32
    offsets: Int64
    bytes: UInt8
    shared: UInt8
    words: Words
    outcome_of: UInt8


@brief
def answer_one(data: UInt8, kept: Any, terms: Terms, undated: UInt8, may_date: bool, ids: UInt8, out: UInt8) -> Any:
    """Answer the only request of a message, with `ids` for 16 random bytes.

    Args:
        data: the message, as `read_requests` takes it.
        kept: the `Desk` to decide and to answer by.
        terms: what the request is read against.
        undated: the date of the decision where the request states none, as a field.
        may_date: whether the request may state one.
        ids: sixteen random bytes.
        out: where the answer goes.

    Returns:
        Where the answer begins and ends in `out`; `NOT_READY` or `ORDINARY` first where there is none.
    """
    desk, space = kept.value, _space_for(len(data))
    rows, persons, _, missed = read_requests(data, terms, desk.looks, desk.requesters, space)
    if rows == 0:
        return NOT_READY if missed > 0 else ORDINARY, 0
    if space.date_at[0] != 0 and not may_date:
        return ORDINARY, 0
    if not _has_task(space.look[0], space.requester[0], desk):
        return NOT_READY, 0
    answers = _no_answers(persons)
    evidence = np.empty(len(desk.block.rows), dtype=np.int64)
    requests = _request_arrays(space, persons, desk)
    done, shown = kernel.decide(
        0, 1, desk.tables, desk.register, requests, answers, evidence, 0, desk.scratch, desk.block
    )
    verdict = answers.verdict[0]
    if done == 0 or verdict == kernel.MIXED:
        return ORDINARY, 0
    piece = NO_PIECE
    place = verdict * REASONS + answers.reason[0]
    if verdict >= 0 and place < len(desk.piece_of):
        piece = desk.piece_of[place]
    if piece == NO_PIECE:
        return NOT_READY, 0
    if desk.offsets[piece, ERROR] < desk.offsets[piece, PARTS]:
        return ORDINARY, 0
    return _write(data, space, answers, evidence[:shown], desk, undated, ids, out)


@brief
def _space_for(size: int) -> Any:
    """As `reading.space_for` of one item."""
    persons, values = size // SHORTEST_PERSON + 1, size // SHORTEST_VALUE + 1
    return Space(
        item_begin=np.empty(1, dtype=np.int32),
        item_end=np.empty(1, dtype=np.int32),
        item_row=np.empty(1, dtype=np.int32),
        row_item=np.empty(1, dtype=np.int32),
        look=np.empty(1, dtype=np.int32),
        requester=np.empty(1, dtype=np.int32),
        system_date=np.empty(1, dtype=np.int32),
        date_at=np.empty(1, dtype=np.int32),
        ticket_at=np.empty(1, dtype=np.int32),
        ticket_size=np.empty(1, dtype=np.int32),
        requester_at=np.empty(1, dtype=np.int32),
        requester_size=np.empty(1, dtype=np.int32),
        person_offsets=np.zeros(2, dtype=np.int32),
        value_offsets=np.zeros(2, dtype=np.int32),
        ssins=np.empty(persons, dtype=np.int64),
        ssin_at=np.empty(persons, dtype=np.int32),
        begin=np.empty(values, dtype=np.int32),
        end=np.empty(values, dtype=np.int32),
        missed=np.empty(MISSED, dtype=np.int32),
        look_bytes=np.empty((size + 48) // 8 * 8, dtype=np.uint8),
        requester_bytes=np.empty(LONGEST_REQUESTER + 8, dtype=np.uint8),
    )


@inlined
def _has_task(look: int, requester: int, desk: Any) -> Any:
    """Whether the tables have the task of a request; what was made since they were laid out is not among them."""
    looks, profiles = desk.task_of.shape
    if look >= looks or requester >= len(desk.asking.profile):
        return False
    profile = desk.asking.profile[requester]
    return profile < profiles and 0 <= desk.task_of[look, profile] < len(desk.tables.tasks)


@brief
def _request_arrays(space: Any, persons: int, desk: Any) -> Any:
    ssins = space.ssins[:persons]
    person, current = np.empty(persons, dtype=np.int32), np.empty(persons, dtype=np.int64)
    lines, bits = np.empty(AT_ONCE, dtype=np.uint32), np.empty(AT_ONCE, dtype=np.uint32)
    look_up(ssins, desk.persons, lines, bits, person, current)
    task = np.empty(1, dtype=np.int32)
    task[0] = desk.task_of[space.look[0], desk.asking.profile[space.requester[0]]]
    return RequestArrays(
        task=task,
        requester=space.requester,
        system_date=space.system_date,
        person_offsets=space.person_offsets,
        ssins=ssins,
        person=person,
        current=current,
        value_offsets=space.value_offsets,
        begin=space.begin,
        end=space.end,
        owner=desk.asking.owner,
        ordinal=desk.asking.ordinal,
        sector=desk.asking.sector,
    )


@brief
def _no_answers(persons: int) -> Any:
    return AnswerArrays(
        verdict=np.empty(1, dtype=np.int32),
        reason=np.empty(1, dtype=np.uint8),
        delivered=np.empty(1, dtype=np.uint16),
        person_reason=np.empty(persons, dtype=np.uint8),
        used=np.full(persons, -1, dtype=np.int16),
        evidence_end=np.zeros(persons, dtype=np.int64),
        replaced_by=np.zeros(persons, dtype=np.int64),
    )


@brief
def _write(data: Any, space: Any, answers: Any, evidence: Any, desk: Any, undated: Any, ids: Any, out: Any) -> Any:
    persons, rows = len(answers.person_reason), len(evidence)
    evidence_offsets = np.zeros(persons + 1, dtype=np.int64)
    begin, end_exclusive = np.empty(rows, dtype=np.int32), np.empty(rows, dtype=np.int32)
    code, flags = np.empty(rows, dtype=np.int16), np.empty(rows, dtype=np.uint8)
    row_id = np.empty(rows, dtype=np.int64)
    for person in range(persons):
        evidence_offsets[person + 1] = answers.evidence_end[person]
    for place in range(rows):
        row = evidence[place]
        record = desk.register.records[row]
        begin[place], end_exclusive[place] = record.begin, record.end_exclusive
        code[place], flags[place], row_id[place] = record.code, record.flags, desk.row_id[row]
    asked = Asked(
        data=data,
        item_row=space.item_row,
        ticket_at=space.ticket_at,
        ticket_size=space.ticket_size,
        date_at=space.date_at,
        person_offsets=space.person_offsets,
        ssin_at=space.ssin_at,
    )
    decided = Decided(
        verdict=answers.verdict,
        reason=answers.reason,
        person_reason=answers.person_reason,
        evidence_offsets=evidence_offsets,
        replaced_by=answers.replaced_by,
        begin=begin,
        end_exclusive=end_exclusive,
        code=code,
        flags=flags,
        row_id=row_id,
    )
    pieces = Pieces(
        piece_of=desk.piece_of,
        offsets=desk.offsets,
        bytes=desk.bytes,
        others=desk.shared[:0],
        other_offsets=np.zeros(2, dtype=np.int64),  # nothing follows the result
        ids=ids,
        undated=undated,
        shared=desk.shared,
    )
    if room_for(asked, decided, pieces) > len(out):
        return ORDINARY, 0
    end = write_answer(asked, decided, pieces, desk.words, desk.outcome_of, out)
    return end_of_size(out, 1, end), end
