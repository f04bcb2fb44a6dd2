"""A register as columns: what the columnar evaluator reads, whoever built it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rules_service.decision.facts import RegisterReader

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class ColumnarRegister(RegisterReader, Protocol):
    """All integrations at one revision. Persons are numbered 0..n-1, organisations likewise (their ordinals).

    The integrations of person p are rows `offsets[p]` to `offsets[p + 1]`, excluded, of every column below, ordered by
    begin, end and row. A person stands for the whole chain of its numbers (S18). Days are half-open: `begin` is the
    first day, `end_exclusive` the day after the last one; an open end is `FUTURE + 1`.
    """

    offsets: Int64
    begin: Int32
    end_exclusive: Int32
    code: Int16
    organisation_ordinal: Int32
    sector: Int16
    institution: Int16
    primary: Bools
    secondary: Bools
    row_id: Int64

    def lookup(self, ssins: Int64) -> Int32:
        """The person of each number, -1 where the register knows none."""

    def ordinal_of(self, organisation: str) -> int:
        """The ordinal of an organisation key, -1 where the register knows none."""

    def current_numbers(self, ssins: Int64) -> Int64:
        """The number that stands today for each number: itself unless it was replaced."""
