"""A register as columns: what the columnar evaluator reads, whoever built it."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rules_service.decision.facts import RegisterReader

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Records = NDArray[np.void]

RECORD: Final = np.dtype(
    [
        ("begin", np.int32),
        ("end_exclusive", np.int32),
        ("owner", np.int32),
        ("code", np.int16),
        ("flags", np.uint8),
        ("spare", np.uint8),
    ],
    align=True,
)
"""What a clause reads of an integration: 16 bytes, so that they come from memory together. `spare` is 0."""

IN_PRIMARY: Final = 1
IN_SECONDARY: Final = 2
"""The bits of `flags`: in which registers an integration stands (S14)."""


class ColumnarRegister(RegisterReader, Protocol):
    """All integrations at one revision. Persons are numbered from 0, organisations likewise (their ordinals).

    The integrations of person p are rows `offsets[p]` to `offsets[p + 1]`, excluded, of `records`, whose items are of
    type `RECORD`, and of every other column below, ordered by begin, end and row; each field of the records is such a
    column. A person stands for the whole chain of its numbers (S18). Days are half-open: `begin` is the first day,
    `end_exclusive` the day after the last one; an open end is `FUTURE + 1`. The rows of persons to whom `lookup` does
    not lead are of an earlier revision: read nobody's rows but those of persons that were looked up.

    `owner` says who integrated: a place in the small tables `owner_organisation` (ordinals), `owner_sector` and
    `owner_institution` (-1 where unknown). Several owners may be one organisation.
    """

    offsets: Int32
    records: Records
    begin: Int32
    end_exclusive: Int32
    code: Int16
    owner: Int32
    flags: UInt8
    row_id: Int64
    owner_organisation: Int32
    owner_sector: Int16
    owner_institution: Int16

    def lookup(self, ssins: Int64) -> Int32:
        """The person of each number, -1 where the register knows none."""

    def look_up_into(self, ssins: Int64, persons: Int32, current: Int64) -> None:
        """Puts down what `lookup` and `current_numbers` say of each number, found in one go; both are contiguous."""

    def ordinal_of(self, organisation: str) -> int:
        """The ordinal of an organisation key, -1 where the register knows none."""

    def current_numbers(self, ssins: Int64) -> Int64:
        """The number that stands today for each number: itself unless it was replaced."""
