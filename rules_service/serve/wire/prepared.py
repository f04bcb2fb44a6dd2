"""What many decisions share, as bytes that protobuf wrote once: the kernel copies them into every answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Decision, DecisionColumns, Reason
from rules_service.errors import CallerError
from rules_service.serve.convert import decision_message
from rules_service.serve.statuses import status_of
from rules_service.serve.wire.writing import NO_PIECE, PARTS, REASONS

_MOST: Final = 1 << 14
"""How many are kept before all are forgotten: errors are made anew with the rules and the looks."""


class Prepared(NamedTuple):
    """The parts of a decision that its verdict and reason tell, in their order on the wire; else its whole error."""

    outcome: bytes = b""
    """The field `outcome`."""
    status: bytes = b""
    """What is within the field `status`, without new numbers."""
    what: bytes = b""
    """Reason, operation and variant."""
    grounds: bytes = b""
    """Authorisations and assumptions."""
    by_whom: bytes = b""
    """Who executes the control, and the information types that may be given."""
    error: bytes = b""
    """The result of an item that has an error instead."""


class PreparedAnswers:
    """Prepares each verdict and reason once; any number of threads may share one."""

    def __init__(self) -> None:
        self._known: dict[tuple[Decision | CallerError, int], Prepared] = {}

    def of(self, decisions: DecisionColumns) -> tuple[NDArray[np.int32], Sequence[Prepared]]:
        """The piece that stands at each place of verdict and reason, and the pieces that these decisions need."""
        verdicts = decisions.verdicts
        present = np.zeros(len(verdicts) * REASONS, dtype=np.bool_)
        present[decisions.verdict * np.int32(REASONS) + decisions.reason] = True
        places = np.flatnonzero(present)
        piece_of = np.full(len(present), NO_PIECE, dtype=np.int32)
        piece_of[places] = np.arange(len(places))
        return piece_of, [self.piece(verdicts[place // REASONS], place % REASONS) for place in places.tolist()]

    def piece(self, verdict: Decision | CallerError, reason: int) -> Prepared:
        """What decisions with this verdict and reason share."""
        known = self._known.get((verdict, reason))
        if known is None:
            known = _of_error(verdict) if isinstance(verdict, CallerError) else _of_decision(verdict, Reason(reason))
            if len(self._known) >= _MOST:
                self._known = {}
            self._known[verdict, reason] = known
        return known


def laid_out(prepared: Sequence[Prepared]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The offsets and the bytes of pieces, as the kernel reads them: see `writing.Pieces`."""
    parts = list(chain.from_iterable(prepared))
    ends = np.fromiter(accumulate(map(len, parts), initial=0), dtype=np.int64)
    # The parts of all pieces follow each other: each piece ends where the next one begins.
    first = np.arange(len(prepared), dtype=np.int64)[:, np.newaxis] * PARTS
    return ends[first + np.arange(PARTS + 1)], np.frombuffer(b"".join(parts), dtype=np.uint8)


def _of_decision(verdict: Decision, reason: Reason) -> Prepared:
    whole = decision_message(replace(verdict, reason=reason))

    def only(*fields: str) -> bytes:
        return pb.Decision(**{field: getattr(whole, field) for field in fields}).SerializeToString()

    return Prepared(
        outcome=only("outcome"),
        status=whole.status.SerializeToString(),
        what=only("reason", "operation", "variant"),
        grounds=only("authorisations", "assumptions"),
        by_whom=only("executed_by", "information_types"),
    )


def _of_error(error: CallerError) -> Prepared:
    return Prepared(error=pb.DecideResult(error=status_of(error)).SerializeToString())
