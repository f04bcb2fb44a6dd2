"""From decisions in columns to the bytes of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE
from rules_service.decision import ColumnarRegister, DecisionColumns, Reason
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.decision.decision_columns import NOT_TOLD
from rules_service.serve.wire.batch_reader import ReadBatch
from rules_service.serve.wire.prepared import PreparedAnswers, laid_out
from rules_service.serve.wire.random_bytes import random_bytes
from rules_service.serve.wire.writing import (
    ID_BYTES,
    REASONS,
    Asked,
    Decided,
    Pieces,
    Words,
    room_for,
    write_answer,
)

WORDS: Final = Words(open_end=FUTURE, primary=IN_PRIMARY, secondary=IN_SECONDARY, no_new_number=NOT_TOLD)
OUTCOME_OF: Final = np.zeros(REASONS, dtype=np.uint8)
OUTCOME_OF[list(Reason)] = [reason.outcome for reason in Reason]


class BatchWriter:
    """Writes answers; what decisions share is prepared once for all."""

    def __init__(self) -> None:
        self._prepared = PreparedAnswers()

    def write(
        self,
        batch: ReadBatch,
        decisions: DecisionColumns,
        register: ColumnarRegister,
        odd: Sequence[pb.DecideResult],
        shared: pb.BatchDecideResponse,
    ) -> bytes:
        """The answer to a batch.

        Args:
            batch: the requests.
            decisions: those on its rows.
            register: what they were decided on.
            odd: the results of its items without a row, in their order.
            shared: the answer without its results.
        """
        asked, decided = _asked(batch), _decided(decisions, register)
        pieces = self._pieces(decisions, [*(each.SerializeToString() for each in odd), shared.SerializeToString()])
        out = np.empty(room_for(asked, decided, pieces), dtype=np.uint8)
        end = write_answer(asked, decided, pieces, WORDS, OUTCOME_OF, out)
        return out[:end].tobytes()

    def _pieces(self, decisions: DecisionColumns, others: Sequence[bytes]) -> Pieces:
        piece_of, prepared = self._prepared.of(decisions)
        offsets, written = laid_out(prepared)
        return Pieces(
            piece_of=piece_of,
            offsets=offsets,
            bytes=written,
            others=_column(b"".join(others)),
            other_offsets=_offsets(others),
            ids=_column(random_bytes(ID_BYTES * len(decisions.reason))),
            undated=_column(b""),
            shared=_column(b""),
        )


def _asked(batch: ReadBatch) -> Asked:
    space = batch.space
    return Asked(
        data=batch.frames.data,
        item_row=batch.item_row,
        ticket_at=space.ticket_at,
        ticket_size=space.ticket_size,
        date_at=space.date_at,
        person_offsets=space.person_offsets,
        ssin_at=space.ssin_at,
    )


def _decided(decisions: DecisionColumns, register: ColumnarRegister) -> Decided:
    """The columns as the kernel is compiled for them; of the register those rows alone that are evidence."""
    row = decisions.evidence_row
    return Decided(
        verdict=np.ascontiguousarray(decisions.verdict, dtype=np.int32),
        reason=np.ascontiguousarray(decisions.reason, dtype=np.uint8),
        person_reason=np.ascontiguousarray(decisions.person_reason, dtype=np.uint8),
        evidence_offsets=np.ascontiguousarray(decisions.evidence_offsets, dtype=np.int64),
        replaced_by=np.ascontiguousarray(decisions.replaced_by, dtype=np.int64),
        begin=register.begin[row],
        end_exclusive=register.end_exclusive[row],
        code=register.code[row],
        flags=register.flags[row],
        row_id=register.row_id[row],
    )


def _column(raw: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(raw, dtype=np.uint8)


def _offsets(parts: Iterable[bytes]) -> NDArray[np.int64]:
    return np.fromiter(accumulate(map(len, parts), initial=0), dtype=np.int64)
