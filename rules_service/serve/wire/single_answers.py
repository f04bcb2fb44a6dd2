"""Answers to single requests by the kernel, and what has to be prepared for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import Enum
from threading import Lock
from typing import Any, Final

import numpy as np
from numba import typeof, types
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, format_day
from rules_service.decision import Decision, DecisionColumns
from rules_service.decision.checking import MAX_PERSONS, MAX_TICKET_LENGTH
from rules_service.errors import CallerError
from rules_service.evaluate import LaidOut
from rules_service.evaluate.run import register_arrays
from rules_service.evaluate.tables import read_only
from rules_service.register import Index
from rules_service.register.number_search import PersonArrays
from rules_service.serve.wire.answering import NOT_READY, ORDINARY, answer_one
from rules_service.serve.wire.batch_writer import OUTCOME_OF, WORDS
from rules_service.serve.wire.desk import Bench, Desk, Today
from rules_service.serve.wire.kept import Kept
from rules_service.serve.wire.memory import Known
from rules_service.serve.wire.prepared import Prepared, PreparedAnswers, laid_out
from rules_service.serve.wire.reading import Terms
from rules_service.serve.wire.writing import ID_BYTES, NO_PIECE, REASONS

_IDS_AT_ONCE: Final = 128
_TAG: Final = b"\x0a"
_ONE_BYTE: Final = 0x7F


class Unanswered(Enum):
    """Why there is no answer."""

    NOT_READY = NOT_READY
    """The request is plain, but is the first of its kind: once it is learned, it can be answered."""
    ORDINARY = ORDINARY
    """The request has to be read as a message: it is odd, or is to be answered by an error."""


def framed(raw: bytes) -> bytes:
    """A request as the only one of a batch; two bytes must hold its size, so it is shorter than 16 KiB.

    Only requests that are `NOT_READY` are framed, and those have no more than `LONGEST_REQUEST` bytes.
    """
    size = len(raw)
    if size <= _ONE_BYTE:
        return b"%b%c%b" % (_TAG, size, raw)
    return b"%b%c%c%b" % (_TAG, size & _ONE_BYTE | _ONE_BYTE + 1, size >> 7, raw)


class KnownPieces:
    """What decisions that came before share, by verdict and reason; any number of threads may use it."""

    def __init__(self) -> None:
        self._prepared = PreparedAnswers()
        self._lock = Lock()
        self._verdicts: Sequence[Decision | CallerError] = ()
        self._pieces: dict[int, Prepared] = {}

    def learn(self, decisions: DecisionColumns) -> None:
        """Know these verdicts and reasons from now on."""
        with self._lock:
            if decisions.verdicts is not self._verdicts:
                self._verdicts, self._pieces = decisions.verdicts, {}
            for verdict, reason in zip(decisions.verdict.tolist(), decisions.reason.tolist(), strict=True):
                piece = self._prepared.piece(decisions.verdicts[verdict], reason)
                self._pieces[verdict * REASONS + reason] = piece

    def arrays(
        self, verdicts: Sequence[Decision | CallerError]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
        """The piece at each place of verdict and reason, and all pieces laid out; none for other verdicts."""
        with self._lock:
            pieces = dict(self._pieces) if verdicts is self._verdicts else {}
        piece_of = np.full(max(pieces, default=0) + 1, NO_PIECE, dtype=np.int32)
        piece_of[list(pieces)] = np.arange(len(pieces))
        return piece_of, *laid_out(list(pieces.values()))


class SingleAnswers:
    """Answers by one revision of the register and what is known of requests; any number of threads may share it."""

    def __init__(self, known: Known, decided_by: LaidOut, pieces: KnownPieces, register: Index, digest: str) -> None:
        """`decided_by` belongs to what is known and to the register, `digest` to the rules."""
        self.register = register
        self._day = _Day(0)
        self._ids: list[bytes] = []
        requesters, persons = decided_by.requesters, register.persons
        piece_of, offsets, written = pieces.arrays(decided_by.verdicts)
        shared = pb.Decision(ruleset_digest=digest, register_revision=register.revision).SerializeToString()
        self._desk = Kept(
            Desk(
                looks=known.looks.table,
                requesters=known.requesters.table,
                tables=decided_by.tables,
                task_of=read_only(decided_by.task_of),
                profile=requesters.profile,
                register=register_arrays(register),
                row_id=read_only(register.row_id),
                persons=PersonArrays.of(persons.pages, persons.replaced, persons.changed),
                piece_of=piece_of,
                offsets=offsets,
                bytes=written,
                shared=np.frombuffer(shared, dtype=np.uint8),
                words=WORDS,
                outcome_of=OUTCOME_OF,
                bench=Bench.with_room(decided_by.most_slots, requesters),
            )
        )
        self._address = self._desk.address
        self._answer_one = self._compiled()

    def answer(self, raw: bytes, received_on: int, *, may_date: bool) -> bytes | Unanswered:
        """The answer to a request that came in on a day, and may state one if that is allowed."""
        day = self._day
        if day.received_on != received_on:
            self._day = day = _Day(received_on)
        try:
            own_id = self._ids.pop()
        except IndexError:
            own_id = self._new_id()
        answer = self._answer_one(raw, self._address, day.address, may_date, own_id)
        return answer if len(answer) > 1 else Unanswered(answer[0])

    def _compiled(self) -> Callable[..., bytes]:
        """The machine code for arrays of these kinds: to find it anew for each call takes as long as some answers."""
        raw = typeof(b"")
        kinds = (raw, self._desk.kind, self._day.kept.kind, types.boolean, raw)
        dispatcher: Any = answer_one
        dispatcher.compile(kinds)
        found: Callable[..., bytes] = dispatcher.get_overload(kinds)
        return found

    def _new_id(self) -> bytes:
        """Random bytes that nobody else gets; asked of the system for many at a time."""
        fresh = os.urandom(_IDS_AT_ONCE * ID_BYTES)
        own, *others = (fresh[at : at + ID_BYTES] for at in range(0, len(fresh), ID_BYTES))
        self._ids.extend(others)
        return own


class _Day:
    """What requests of a day are read against, and how their decisions name it."""

    def __init__(self, received_on: int) -> None:
        self.received_on = received_on
        terms = Terms(received_on, FUTURE, MAX_PERSONS, MAX_TICKET_LENGTH)
        dated = pb.Decision(system_date=format_day(received_on)).SerializeToString()
        self.kept = Kept(Today(terms, np.frombuffer(dated, dtype=np.uint8)))
        self.address = self.kept.address
