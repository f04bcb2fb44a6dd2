"""The kernel that answers one request, from its bytes to those of the answer, in one call.

It is made of the kernels of batches, so that a request alone is read, decided and answered as one among many. What
remains of a call is the work: no object stands for the request, no memory is asked for, and nothing waits for the
interpreter.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rules_service.evaluate.compiled import brief, inlined
from rules_service.evaluate.kernel import MIXED, decide
from rules_service.register.number_search import look_up
from rules_service.serve.wire.desk import LONGEST_REQUEST
from rules_service.serve.wire.python_bytes import column_of, written
from rules_service.serve.wire.reading import end_of_size, read_request
from rules_service.serve.wire.writing import (
    ERROR,
    NO_PIECE,
    PARTS,
    REASONS,
    Asked,
    Decided,
    Pieces,
    room_for,
    write_decision,
)

NOT_READY: Final = 1
"""In the place of an answer: the request is plain, but something is not prepared yet that it needs."""
ORDINARY: Final = 2
"""In the place of an answer: the request is odd, or there is no decision on it but an error."""
_FINE: Final = 0
_NO_TASK: Final = -1
_FIRST: Final[Any] = np.int64(0)
_END: Final[Any] = np.int64(1)
"""There is one request. Of a type, since the compiler would take each bare number for one of its own."""


@brief
def answer_one(raw: bytes, desk: Any, today: Any, may_date: bool, random: bytes) -> Any:
    """Answer a request.

    Args:
        raw: the request.
        desk: the `Desk` to decide and to answer by, kept.
        today: what the request is read against, a `Today`, kept.
        may_date: whether the request may state the date of the decision.
        random: `ID_BYTES` random bytes.

    Returns:
        The answer; where there is none a single byte, `NOT_READY` or `ORDINARY`, which no answer is.
    """
    data, out = column_of(raw), desk.bench.out
    why = _read(data, desk, today.terms, may_date)
    if why != _FINE:
        return _unanswered(why, out)
    why, shown = _decide(desk)
    if why != _FINE:
        return _unanswered(why, out)
    begin, end = _write(data, desk, shown, today.undated, column_of(random))
    if begin == end:
        return _unanswered(ORDINARY, out)
    return written(out[begin:end])


@inlined
def _unanswered(why: int, out: Any) -> Any:
    out[0] = why
    return written(out[:1])


@inlined
def _read(data: Any, desk: Any, terms: Any, may_date: bool) -> Any:
    """Read the request and find its task: `_FINE`, or why it is not answered."""
    space, task = desk.bench.space, desk.bench.requests.task
    if len(data) > LONGEST_REQUEST:
        return ORDINARY
    counts = (_FIRST, _FIRST, _FIRST)
    rows, missed, _ = read_request(data, _FIRST, len(data), terms, desk.looks, desk.requesters, space, _FIRST, counts)
    if rows == 0:
        return NOT_READY if missed > 0 else ORDINARY
    if space.date_at[0] != 0 and not may_date:
        return ORDINARY
    task[0] = _task_of(space.look[0], space.requester[0], desk)
    return _FINE if 0 <= task[0] < len(desk.tables.tasks) else NOT_READY


@inlined
def _task_of(look: int, requester: int, desk: Any) -> Any:
    """The task of a request, -1 where none is known: not all looks and requesters came before these were laid out."""
    looks, profiles = desk.task_of.shape
    if look >= looks or requester >= len(desk.profile):
        return _NO_TASK
    profile = desk.profile[requester]
    return desk.task_of[look, profile] if profile < profiles else _NO_TASK


@inlined
def _decide(desk: Any) -> Any:
    """Decide the request: `_FINE` or why it is not answered, and how many rows of evidence there are."""
    bench = desk.bench
    requests, answers = bench.requests, bench.answers
    persons = requests.person_offsets[1]
    answers.replaced_by[:persons] = 0
    look_up(requests.ssins[:persons], desk.persons, bench.lines, bench.bits, requests.person, requests.current)
    done, shown = decide(
        _FIRST,
        _END,
        desk.tables,
        desk.register,
        requests,
        answers,
        bench.evidence.row,
        _FIRST,
        bench.scratch,
        bench.block,
    )
    verdict = answers.verdict[0]
    if done == 0 or verdict == MIXED:
        return ORDINARY, shown
    place = verdict * REASONS + answers.reason[0]
    if verdict < 0 or place >= len(desk.piece_of) or desk.piece_of[place] == NO_PIECE:
        return NOT_READY, shown
    piece = desk.piece_of[place]
    return ORDINARY if desk.offsets[piece, ERROR] < desk.offsets[piece, PARTS] else _FINE, shown


@inlined
def _write(data: Any, desk: Any, rows: int, undated: Any, ids: Any) -> Any:
    """Write the answer: where it begins and where it ends, at the same place if there may be no room for it."""
    space, answers, evidence, out = desk.bench.space, desk.bench.answers, desk.bench.evidence, desk.bench.out
    persons = space.person_offsets[1]
    _describe_evidence(persons, rows, desk)
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
        person_reason=answers.person_reason[:persons],
        evidence_offsets=evidence.offsets,
        replaced_by=answers.replaced_by,
        begin=evidence.begin[:rows],
        end_exclusive=evidence.end_exclusive,
        code=evidence.code,
        flags=evidence.flags,
        row_id=evidence.row_id,
    )
    pieces = Pieces(
        piece_of=desk.piece_of,
        offsets=desk.offsets,
        bytes=desk.bytes,
        others=undated[:0],  # nothing follows the result
        other_offsets=desk.bench.no_offsets,
        ids=ids,
        undated=undated,
        shared=desk.shared,
    )
    if room_for(asked, decided, pieces) > len(out):
        return 0, 0
    piece = desk.piece_of[answers.verdict[0] * REASONS + answers.reason[0]]
    end = write_decision(asked, decided, pieces, desk.words, desk.outcome_of, space.item_row[0], piece, out, _FIRST)
    return end_of_size(out, 1, end), end


@inlined
def _describe_evidence(persons: int, rows: int, desk: Any) -> None:
    """Put down what the register has of each row of the evidence, and where that of each person ends."""
    evidence = desk.bench.evidence
    for person in range(persons):
        evidence.offsets[person + 1] = desk.bench.answers.evidence_end[person]
    for place in range(rows):
        row = evidence.row[place]
        record = desk.register.records[row]
        evidence.begin[place], evidence.end_exclusive[place] = record.begin, record.end_exclusive
        evidence.code[place], evidence.flags[place] = record.code, record.flags
        evidence.row_id[place] = desk.row_id[row]
