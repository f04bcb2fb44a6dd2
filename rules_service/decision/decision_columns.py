"""Many decisions as columns, in the order of the requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules_service.decision.answer import Decision
from rules_service.errors import CallerError

UInt8 = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NO_REASON = 0
"""Stands in the place of a reason where a request has no decision but an error."""
NOT_TOLD = 0
"""Stands in the place of a new number where none may be told."""


@dataclass(frozen=True, slots=True)
class DecisionColumns:
    """Decisions on `n` requests over `m` persons with `e` pieces of evidence together.

    What decisions alike share stands once: `verdict` (n) is a place in `verdicts`, which holds for each a decision
    without ticket, persons, dates and revision (operation, variant, authorisations, assumptions, who executes, the
    information types that may be delivered), or the error that its caller must mend. The reason in it is not to be
    read: that of each request is in `reason` (n), `NO_REASON` for an error, and that of each person in `person_reason`
    (m); persons are those of the requests, in their order. The evidence for person p is `evidence_offsets[p]` to
    `evidence_offsets[p + 1]`, excluded, of `evidence_row` (e): rows of the register's columns. `replaced_by` (m) is
    the new number of a replaced one where it may be told (S18), `NOT_TOLD` elsewhere.
    """

    verdicts: Sequence[Decision | CallerError]
    verdict: Int32
    reason: UInt8
    person_reason: UInt8
    evidence_offsets: Int64
    evidence_row: Int64
    replaced_by: Int64 = field(repr=False)
