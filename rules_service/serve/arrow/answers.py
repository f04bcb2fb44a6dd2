"""Decisions on the good rows of a message spread over all of its rows, with the errors of the others among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import ColumnarRegister, Decision, DecisionColumns
from rules_service.errors import CallerError
from rules_service.serve.arrow.kernels import first_rows_of, gathered
from rules_service.serve.arrow.reader import ReadColumns

UInt8 = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to n rows over m persons with e pieces of evidence.

    `verdict` (n) is a place in `verdicts`, of which only those at the places `used` are some row's; `failed` (n) says
    which rows have errors, None where none has. Persons of row r are `offsets[r]` to `offsets[r + 1]`, excluded; a row
    that cannot be read has none. The evidence for person p is `evidence_offsets[p]` to `evidence_offsets[p + 1]`,
    excluded, of `evidence`: ids of integrations. `columns_of_verdicts` keeps the columns of numbers that were made from
    verdicts, by what made them.
    """

    asked: ReadColumns = field(repr=False)
    verdicts: Sequence[Decision | CallerError]
    used: Sequence[int]
    verdict: Int32
    failed: Bools | None
    reason: UInt8
    offsets: Int32
    person_reason: UInt8
    evidence_offsets: Int64
    evidence: Int64
    replaced_by: Int64 = field(repr=False)
    system_date: Int32
    columns_of_verdicts: dict[tuple[np.dtype[Any], bytes], NDArray[Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, asked: ReadColumns, decided: DecisionColumns, register: ColumnarRegister) -> Self:
        """The answers to a message, of which the good rows were decided on a register."""
        verdicts, verdict = [*decided.verdicts, *asked.errors], decided.verdict
        used = np.flatnonzero(first_rows_of(verdict, len(decided.verdicts)) >= 0).tolist()
        used += range(len(decided.verdicts), len(verdicts))
        offsets, reason, days = asked.requests.person_offsets, decided.reason, asked.requests.system_date
        if asked.errors:
            verdict = _spread(asked, verdict, asked.error_of + np.int32(len(decided.verdicts)))
            reason, days, counts = (_spread(asked, each, 0) for each in (reason, days, np.diff(offsets)))
            offsets = np.zeros(len(counts) + 1, dtype=np.int32)
            np.cumsum(counts, out=offsets[1:])
        is_error = np.zeros(len(verdicts), dtype=np.bool_)
        is_error[used] = [isinstance(verdicts[place], CallerError) for place in used]
        return cls(
            asked=asked,
            verdicts=verdicts,
            used=used,
            verdict=verdict,
            failed=gathered(is_error, verdict) if is_error.any() else None,
            reason=reason,
            offsets=offsets,
            person_reason=decided.person_reason,
            evidence_offsets=decided.evidence_offsets,
            evidence=gathered(register.row_id, decided.evidence_row),
            replaced_by=decided.replaced_by,
            system_date=days,
        )


def _spread(asked: ReadColumns, of_good: NDArray[Any], of_others: Any) -> NDArray[Any]:
    """A column over all rows."""
    is_good = np.zeros(asked.row_count, dtype=np.bool_)
    is_good[asked.good] = True
    spread = np.empty(asked.row_count, dtype=of_good.dtype)
    spread[asked.good] = of_good
    spread[~is_good] = of_others
    return spread
