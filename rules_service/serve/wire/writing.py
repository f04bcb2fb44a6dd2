"""The kernel that writes decisions as the bytes of an answer; it needs no interpreter lock.

It writes what protobuf would parse to the same messages, field by field in ascending order. What decisions share was
written by protobuf itself, once (see `prepared`), and is copied; what is a request's own is copied from its message.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled, compiled_to_join, inlined

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NO_PIECE: Final = -1
"""In the place of a piece: no decision of the batch has this verdict and reason."""
REASONS: Final = 16
"""Verdict v and reason r stand together at place `v * REASONS + r`."""
PARTS: Final = 6
"""Of a piece: see `prepared.Prepared`."""
ID_BYTES: Final = 16

_OUTCOME, _STATUS, _WHAT, _GROUNDS, _BY_WHOM, ERROR = range(PARTS)
_MOST_FRAME: Final = 64
"""More than the tags and sizes around one result, its id and its date, its status and its ticket, take up."""
_OF_ID: Final = 38
_OF_DATE: Final = 12
_OF_SSIN: Final = 13
_OF_PERSON: Final = 17
_OF_NEW_NUMBER: Final = 24
_MOST_EVIDENCE: Final = 72

_HEX: Final = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_DIGIT: Final = 0x30
_DASH: Final = 0x2D


class Asked(NamedTuple):
    """The message of the requests, where each of its items stands, and what the answer repeats of it."""

    data: UInt8
    item_row: Int32
    ticket_at: Int32
    ticket_size: Int32
    date_at: Int32
    person_offsets: Int32
    ssin_at: Int32


class Decided(NamedTuple):
    """The decisions on the rows: see `decision.DecisionColumns`; and what the register has of their evidence."""

    verdict: Int32
    reason: UInt8
    person_reason: UInt8
    evidence_offsets: Int64
    replaced_by: Int64
    begin: Int32
    end_exclusive: Int32
    code: Int16
    flags: UInt8
    row_id: Int64


class Pieces(NamedTuple):
    """What is written already. Part k of piece p is `bytes[offsets[p, k]]` to `bytes[offsets[p, k + 1]]`, excluded.

    `piece_of` says which piece a verdict and reason have. `others` are the results of the items without a row, in
    order, and what follows the results, `other_offsets` likewise; `ids` are random, 16 bytes for each row. `undated` is
    the date of each decision whose request states none, and `shared` what follows the date in each of them; in a batch,
    which says both once, they are empty.
    """

    piece_of: Int32
    offsets: Int64
    bytes: UInt8
    others: UInt8
    other_offsets: Int64
    ids: UInt8
    undated: UInt8
    shared: UInt8


class Words(NamedTuple):
    """Numbers that this kernel shares with other code."""

    open_end: int
    """The day of an open end."""
    primary: int
    secondary: int
    """The bits of the two registers."""
    no_new_number: int


@compiled_to_join
def room_for(asked: Asked, decided: Decided, pieces: Pieces) -> int:
    """How many bytes the answer has at the most."""
    own = len(pieces.undated) + len(pieces.shared) + _MOST_FRAME
    room = len(pieces.others) + _MOST_FRAME * len(asked.item_row)
    for row in range(len(decided.reason)):
        piece = pieces.piece_of[decided.verdict[row] * REASONS + decided.reason[row]]
        room += pieces.offsets[piece, PARTS] - pieces.offsets[piece, 0] + asked.ticket_size[row] + own
    persons = len(decided.person_reason)
    return room + persons * (_OF_PERSON + 2 + _OF_NEW_NUMBER) + len(decided.begin) * _MOST_EVIDENCE


@compiled
def write_answer(asked: Asked, decided: Decided, pieces: Pieces, words: Words, outcome_of: UInt8, out: UInt8) -> int:
    """Write every result, and what follows them, into `out`, which has `room_for` them; where they end."""
    at: Any = np.int64(0)
    other = 0
    for item in range(len(asked.item_row)):
        row = asked.item_row[item]
        if row < 0:
            begin, end = pieces.other_offsets[other], pieces.other_offsets[other + 1]
            at = _field(out, at, 0x0A, end - begin)
            at = _copy(out, at, pieces.others, begin, end)
            other += 1
            continue
        piece = pieces.piece_of[decided.verdict[row] * REASONS + decided.reason[row]]
        if pieces.offsets[piece, ERROR] < pieces.offsets[piece, PARTS]:
            at = _field(out, at, 0x0A, pieces.offsets[piece, PARTS] - pieces.offsets[piece, ERROR])
            at = _part(out, at, pieces, piece, ERROR)
        else:
            at = write_decision(asked, decided, pieces, words, outcome_of, row, piece, out, at)
    return _copy(out, at, pieces.others, pieces.other_offsets[other], pieces.other_offsets[other + 1])


@inlined
def write_decision(
    asked: Any, decided: Any, pieces: Any, words: Any, outcome_of: Any, row: int, piece: int, out: Any, at: int
) -> int:
    """Write one result that is a decision; where it ends."""
    first, end = asked.person_offsets[row], asked.person_offsets[row + 1]
    status_size = pieces.offsets[piece, _STATUS + 1] - pieces.offsets[piece, _STATUS]
    size = np.int64(_OF_ID) + (end - first) * (_OF_PERSON + 2)
    for person in range(first, end):
        if decided.replaced_by[person] != words.no_new_number:
            status_size += _OF_NEW_NUMBER
        for shown in range(decided.evidence_offsets[person], decided.evidence_offsets[person + 1]):
            size += 2 + _evidence_size(decided, words, shown)
    if asked.ticket_size[row] > 0:
        size += 1 + _number_size(asked.ticket_size[row]) + asked.ticket_size[row]
    size += np.int64(_OF_DATE) if asked.date_at[row] > 0 else len(pieces.undated)
    size += len(pieces.shared)
    size += pieces.offsets[piece, _STATUS] - pieces.offsets[piece, _OUTCOME]
    size += 1 + _number_size(status_size) + status_size
    size += pieces.offsets[piece, ERROR] - pieces.offsets[piece, _WHAT]

    at = _field(out, at, 0x0A, size + 1 + _number_size(size))
    at = _field(out, at, 0x0A, size)
    if asked.ticket_size[row] > 0:
        at = _field(out, at, 0x0A, asked.ticket_size[row])
        at = _copy(out, at, asked.data, asked.ticket_at[row], asked.ticket_at[row] + asked.ticket_size[row])
    at = _write_id(out, at, pieces.ids, row * ID_BYTES)
    at = _part(out, at, pieces, piece, _OUTCOME)
    at = _field(out, at, 0x22, status_size)
    at = _part(out, at, pieces, piece, _STATUS)
    for person in range(first, end):
        if decided.replaced_by[person] != words.no_new_number:
            at = _write_new_number(out, at, decided.replaced_by[person])
    at = _part(out, at, pieces, piece, _WHAT)
    for person in range(first, end):
        for shown in range(decided.evidence_offsets[person], decided.evidence_offsets[person + 1]):
            at = _field(out, at, 0x42, _evidence_size(decided, words, shown))
            at = _write_evidence(out, at, asked.data, asked.ssin_at[person], decided, words, shown)
    at = _part(out, at, pieces, piece, _GROUNDS)
    for person in range(first, end):
        at = _field(out, at, 0x5A, _OF_PERSON)
        at = _field(out, at, 0x0A, 11)
        at = _copy(out, at, asked.data, asked.ssin_at[person], asked.ssin_at[person] + 11)
        reason = decided.person_reason[person]
        at = _field(out, at, 0x10, outcome_of[reason])
        at = _field(out, at, 0x18, reason)
    if asked.date_at[row] > 0:
        at = _field(out, at, 0x62, 10)
        at = _copy(out, at, asked.data, asked.date_at[row], asked.date_at[row] + 10)
    else:
        at = _copy(out, at, pieces.undated, 0, len(pieces.undated))
    at = _copy(out, at, pieces.shared, 0, len(pieces.shared))
    return _part(out, at, pieces, piece, _BY_WHOM)


@inlined
def _evidence_size(decided: Any, words: Any, shown: int) -> int:
    size = _OF_SSIN + _OF_DATE
    if decided.code[shown] != 0:
        size += 1 + _number_size(decided.code[shown])
    if decided.end_exclusive[shown] <= words.open_end:
        size += _OF_DATE
    registers = _registers(decided.flags[shown], words)
    if registers > 0:
        size += 2 + registers
    if decided.row_id[shown] != 0:
        size += 1 + _number_size(decided.row_id[shown])
    return size


@inlined
def _write_evidence(out: Any, at: int, data: Any, ssin_at: int, decided: Any, words: Any, shown: int) -> int:
    at = _field(out, at, 0x0A, 11)
    at = _copy(out, at, data, ssin_at, ssin_at + 11)
    if decided.code[shown] != 0:
        at = _field(out, at, 0x10, decided.code[shown])
    at = _write_day(out, _field(out, at, 0x1A, 10), decided.begin[shown])
    if decided.end_exclusive[shown] <= words.open_end:
        at = _write_day(out, _field(out, at, 0x22, 10), decided.end_exclusive[shown] - 1)
    registers = _registers(decided.flags[shown], words)
    if registers > 0:
        at = _field(out, at, 0x2A, registers)
        if decided.flags[shown] & words.primary:
            out[at] = 1
            at += 1
        if decided.flags[shown] & words.secondary:
            out[at] = 2
            at += 1
    if decided.row_id[shown] != 0:
        at = _field(out, at, 0x30, decided.row_id[shown])
    return at


@inlined
def _registers(flags: int, words: Any) -> int:
    return (1 if flags & words.primary else 0) + (1 if flags & words.secondary else 0)


@inlined
def _write_new_number(out: Any, at: int, ssin: int) -> int:
    """The detail of a status that tells the number which replaced another, under the name `newSSIN`."""
    at = _field(out, at, 0x22, _OF_NEW_NUMBER - 2)
    at = _field(out, at, 0x0A, 7)
    for letter in (0x6E, 0x65, 0x77, 0x53, 0x53, 0x49, 0x4E):
        out[at] = letter
        at += 1
    return _write_digits(out, _field(out, at, 0x12, 11), ssin, 11)


@inlined
def _write_id(out: Any, at: int, ids: Any, begin: int) -> int:
    """A random UUID (version 4) as text, made of 16 random bytes but for the bits that tell what it is."""
    at = _field(out, at, 0x12, _OF_ID - 2)
    end = _write_hex(out, at, ids, begin, 4)
    end = _write_hex(out, end + 1, ids, begin + 4, 2)
    end = _write_hex(out, end + 1, ids, begin + 6, 2)
    end = _write_hex(out, end + 1, ids, begin + 8, 2)
    end = _write_hex(out, end + 1, ids, begin + 10, 6)
    out[at + 8] = out[at + 13] = out[at + 18] = out[at + 23] = _DASH
    out[at + 14] = _DIGIT + 4
    out[at + 19] = _HEX[8 | ids[begin + 8] >> 6]
    return end


@inlined
def _write_hex(out: Any, at: int, ids: Any, begin: int, count: int) -> int:
    for place in range(count):
        byte = ids[begin + place]
        out[at + 2 * place] = _HEX[byte >> 4]
        out[at + 2 * place + 1] = _HEX[byte & 0x0F]
    return at + 2 * count


@inlined
def _write_day(out: Any, at: int, day: int) -> int:
    """The day as YYYY-MM-DD; its year is counted from March on the way, so that the leap day is its last day."""
    days = np.uint64(np.int64(day) + 719_468)
    era = days // np.uint64(146_097)
    of_era = days - era * np.uint64(146_097)
    leap_days = of_era // np.uint64(1_460) - of_era // np.uint64(36_524) + of_era // np.uint64(146_096)
    year = (of_era - leap_days) // np.uint64(365)
    of_year = of_era - (np.uint64(365) * year + year // np.uint64(4) - year // np.uint64(100))
    from_march = (np.uint64(5) * of_year + np.uint64(2)) // np.uint64(153)
    of_month = of_year - (np.uint64(153) * from_march + np.uint64(2)) // np.uint64(5) + np.uint64(1)
    month = from_march + np.uint64(3) if from_march < np.uint64(10) else from_march - np.uint64(9)
    civil_year = era * np.uint64(400) + year + (np.uint64(1) if month <= np.uint64(2) else np.uint64(0))
    at = _write_digits(out, at, civil_year, 4)
    out[at] = _DASH
    at = _write_digits(out, at + 1, month, 2)
    out[at] = _DASH
    return _write_digits(out, at + 1, of_month, 2)


@inlined
def _write_digits(out: Any, at: int, number: Any, count: int) -> int:
    left = np.uint64(number)
    for place in range(at + count - 1, at - 1, -1):
        out[place] = np.uint64(_DIGIT) + left % np.uint64(10)
        left //= np.uint64(10)
    return at + count


@inlined
def _field(out: Any, at: int, tag: int, number: int) -> int:
    """A tag and the number behind it: the value of the field, or the size of what follows."""
    out[at] = tag
    at += 1
    left = np.uint64(np.int64(number))
    while left > np.uint64(0x7F):
        out[at] = (left & np.uint64(0x7F)) | np.uint64(0x80)
        left >>= np.uint64(7)
        at += 1
    out[at] = left
    return at + 1


@inlined
def _number_size(number: int) -> int:
    """How many bytes a number takes up; ten where it is negative."""
    left, size = np.uint64(np.int64(number)), 1
    while left > np.uint64(0x7F):
        left >>= np.uint64(7)
        size += 1
    return size


@inlined
def _part(out: Any, at: int, pieces: Any, piece: int, part: int) -> int:
    return _copy(out, at, pieces.bytes, pieces.offsets[piece, part], pieces.offsets[piece, part + 1])


@inlined
def _copy(out: Any, at: int, data: Any, begin: int, end: int) -> int:
    """Copy so many bytes; where they end. Places without a sign never count from the end: many are copied at once."""
    to, source = np.uint64(at), np.uint64(begin)
    for place in range(np.uint64(end - begin)):
        out[to + place] = data[source + place]
    return at + end - begin
