"""A few numbers apart from the others, and who stands behind each: those that were replaced, or changed of late."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.register.arranging import places_in

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt8 = NDArray[np.uint8]

MIXER: Final = 0x9E3779B97F4A7C15
"""Spreads numbers over the sieve: 2 to the power of 64, divided by the golden ratio."""
MIXED: Final = 32
"""The product's bits from this one on say where."""
_SIEVE_SHARE: Final = 8
"""A sieve has at least so many bits for each number."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NumberTable:
    """Some numbers, sorted, and for each the person, -1 where there is none, and the number that stands for it today.

    A bit of `sieve` is set wherever a number falls: most of those that are not here fall through it.
    """

    numbers: Int64
    person: Int32
    current: Int64
    sieve: UInt8 = field(init=False)

    def __post_init__(self) -> None:
        size = max(8, 1 << (_SIEVE_SHARE * len(self.numbers)).bit_length())
        falls = np.zeros(size, dtype=np.bool_)
        mixed = self.numbers.astype(np.uint64) * np.uint64(MIXER) >> np.uint64(MIXED)
        falls[mixed & np.uint64(size - 1)] = True
        object.__setattr__(self, "sieve", np.packbits(falls, bitorder="little"))
        for column in (self.numbers, self.person, self.current, self.sieve):
            column.setflags(write=False)

    @classmethod
    def none(cls) -> NumberTable:
        """No number at all."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))

    def __len__(self) -> int:
        """How many numbers it holds."""
        return len(self.numbers)

    def place(self, ssin: int) -> int | None:
        """Where a number stands, None where it is not here."""
        mixed = ssin * MIXER >> MIXED & (8 * len(self.sieve) - 1)
        if not self.sieve.item(mixed >> 3) >> (mixed & 7) & 1:
            return None
        place = int(self.numbers.searchsorted(ssin))
        return place if place < len(self.numbers) and self.numbers[place] == ssin else None

    def updated(self, later: NumberTable) -> NumberTable:
        """These numbers and those of `later`, which count where a number is in both."""
        kept = ~places_in(later.numbers, self.numbers)[1]
        numbers = self.numbers[kept]
        place = np.searchsorted(numbers, later.numbers)
        return NumberTable(
            np.insert(numbers, place, later.numbers),
            np.insert(self.person[kept], place, later.person),
            np.insert(self.current[kept], place, later.current),
        )
