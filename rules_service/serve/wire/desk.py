"""All that the kernel needs to answer single requests: what it reads, and the memory that it works with."""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.blocks import Block
from rules_service.evaluate.requesters import RequesterColumns
from rules_service.evaluate.tables import AnswerArrays, RegisterArrays, RequestArrays, TaskTables, read_only
from rules_service.evaluate.windows import Scratch
from rules_service.register.number_search import PersonArrays
from rules_service.serve.wire.known_bytes import KnownBytes
from rules_service.serve.wire.reading import Space, Terms, space_for
from rules_service.serve.wire.writing import Words

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt32 = NDArray[np.uint32]

LONGEST_REQUEST: Final = 1 << 12
"""Bytes; a longer request is not answered here."""
_ROOM: Final = 1 << 14
"""For an answer; one that may need more is not written here."""
_MOST_EVIDENCE: Final = 256
"""Rows; where there may be more, they are not looked at here."""


class Evidence(NamedTuple):
    """The rows of the register that are evidence, and what it has of each; those of person p begin at `offsets[p]`."""

    offsets: Int64
    row: Int64
    begin: Int32
    end_exclusive: Int32
    code: Int16
    flags: UInt8
    row_id: Int64

    @classmethod
    def with_room(cls, persons: int, rows: int) -> Self:
        """For so many of them."""
        return cls(
            offsets=np.zeros(persons + 1, dtype=np.int64),
            row=np.empty(rows, dtype=np.int64),
            begin=np.empty(rows, dtype=np.int32),
            end_exclusive=np.empty(rows, dtype=np.int32),
            code=np.empty(rows, dtype=np.int16),
            flags=np.empty(rows, dtype=np.uint8),
            row_id=np.empty(rows, dtype=np.int64),
        )


class Bench(NamedTuple):
    """Memory for one request at a time.

    The next request reads of it, without having written it, only what stays right: shifted days, and the zero that
    offsets begin with. `requests` are those that were read into `space`; `lines` and `bits` are for `look_up`.

    INVARIANT (room enough): a request is of `LONGEST_REQUEST` bytes at the most. `space_for` has room for all that may
    be read of so many, and wherever something stands for each person there is room for as many. `decide` stops before
    it puts more rows down than the block and the evidence have room for. Of an answer its size is known before it is
    written.
    """

    space: Space
    requests: RequestArrays
    lines: UInt32
    bits: UInt32
    answers: AnswerArrays
    evidence: Evidence
    scratch: Scratch
    block: Block
    no_offsets: Int64
    out: UInt8

    @classmethod
    def with_room(cls, most_slots: int, requesters: RequesterColumns) -> Self:
        """For tasks of so many slots times bindings at the most, and requests of these requesters."""
        space = space_for(LONGEST_REQUEST, 1)
        persons = len(space.ssins)
        return cls(
            space=space,
            requests=_requests(space, requesters),
            lines=np.empty(persons, dtype=np.uint32),
            bits=np.empty(persons, dtype=np.uint32),
            answers=_answers(persons),
            evidence=Evidence.with_room(persons, _MOST_EVIDENCE),
            scratch=Scratch.of(most_slots),
            block=Block.with_room(_MOST_EVIDENCE, requests=1),
            no_offsets=np.zeros(1, dtype=np.int64),
            out=np.empty(_ROOM, dtype=np.uint8),
        )


def _requests(space: Space, requesters: RequesterColumns) -> RequestArrays:
    """The request in a space, as it is decided on; of the types of a batch, or all would be compiled for others too."""
    persons = len(space.ssins)
    return RequestArrays(
        task=np.empty(1, dtype=np.int32),
        requester=read_only(space.requester),
        system_date=read_only(space.system_date),
        person_offsets=read_only(space.person_offsets),
        ssins=read_only(space.ssins),
        person=np.empty(persons, dtype=np.int32),
        current=np.empty(persons, dtype=np.int64),
        value_offsets=read_only(space.value_offsets),
        begin=read_only(space.begin),
        end=read_only(space.end),
        owner=requesters.owner,
        ordinal=requesters.ordinal,
        sector=requesters.sector,
    )


def _answers(persons: int) -> AnswerArrays:
    return AnswerArrays(
        verdict=np.empty(1, dtype=np.int32),
        reason=np.empty(1, dtype=np.uint8),
        delivered=np.empty(1, dtype=np.uint16),
        person_reason=np.empty(persons, dtype=np.uint8),
        used=np.empty(persons, dtype=np.int16),
        evidence_end=np.empty(persons, dtype=np.int64),
        replaced_by=np.empty(persons, dtype=np.int64),
    )


class Today(NamedTuple):
    """What the requests of a day are read against, and how a decision names the day where its request states none."""

    terms: Terms
    undated: UInt8


class Desk(NamedTuple):
    """All that answers are made of and callers share: what is known of requests, the tasks, the register, the pieces.

    `task_of` is as it becomes, not as it was when the tables were laid out; `profile` is that of each requester.
    `row_id` belongs to the rows of the register. `piece_of`, `offsets`, `bytes` and `shared` are those of
    `writing.Pieces`.

    INVARIANT (one at a time): all callers share one bench, since whoever answers holds the interpreter lock until the
    answer is an object of its own.
    """

    looks: KnownBytes
    requesters: KnownBytes
    tables: TaskTables
    task_of: Int32
    profile: Int32
    register: RegisterArrays
    row_id: Int64
    persons: PersonArrays
    piece_of: Int32
    offsets: Int64
    bytes: UInt8
    shared: UInt8
    words: Words
    outcome_of: UInt8
    bench: Bench
