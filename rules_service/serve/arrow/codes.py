"""Columns of few distinct values: numbers in the rows, each value once, so that what depends on it is done once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

from rules_service.decision.checking import MAX_NAMED_VALUES
from rules_service.serve.arrow.kernels import first_rows_of, gathered

Int32 = NDArray[np.int32]
_FEW: Final = 1 << 12
"""So many values may be looked at one by one, whether there is a row that has them or not."""
_MOST: Final = 1 << 30
"""So many combinations are numbered by reckoning, in 32 bits; more are found by a hash."""


@dataclass(frozen=True, slots=True)
class Codes:
    """For each row the place of its value in `values`; `label` says what the values are."""

    label: str
    codes: NDArray[Any]
    values: Sequence[Hashable]

    @classmethod
    def of_array(cls, label: str, array: Any) -> Self:
        """A column of texts or numbers, dictionary or plain; null stands as None."""
        encoded = array if types.is_dictionary(array.type) else array.dictionary_encode()
        dictionary, indices = encoded.dictionary, encoded.indices
        null = len(dictionary)
        codes = (indices.cast(pa.int32()).fill_null(null) if indices.null_count else indices).to_numpy()
        if null < _FEW:
            return cls(label, codes, [*dictionary.to_pylist(), *([None] if indices.null_count else [])])
        first_rows = first_rows_of(codes, null + 1)
        used, number_of = _numbered(first_rows)
        values = dictionary.take(pa.array(used[used < null])).to_pylist()
        return cls(label, gathered(number_of, codes), values if len(values) == len(used) else [*values, None])

    @classmethod
    def of_lists(cls, label: str, array: Any) -> Self:
        """A column of lists, each a tuple in which null stands as None; of long ones no more than is too much."""
        counts = array.value_lengths().fill_null(0).to_numpy()
        items = cls.of_array(label, array.flatten())
        starts = np.cumsum(counts, dtype=np.int64) - counts
        longest = min(int(counts.max(initial=0)), MAX_NAMED_VALUES + 1)
        beyond = len(items.values)
        columns = []
        for place in range(longest):
            codes = np.full(len(array), beyond, dtype=np.int32)
            there = counts > place
            codes[there] = items.codes[starts[there] + place]
            columns.append(cls(label, codes, (*items.values, None)))
        found = combined(columns, len(array)).dense()
        firsts = [(starts[row], min(counts[row], longest)) for row in found.first_rows]
        values = [tuple(items.values[code] for code in items.codes[start : start + n]) for start, n in firsts]
        return cls(label, found.codes, values)


@dataclass(frozen=True, slots=True)
class Combined:
    """For each row the number of its combination of values; for each number the first row, -1 where none has it."""

    codes: Int32
    first_rows: Int32

    def dense(self) -> Combined:
        """The same with the numbers alone that some row has."""
        used, number_of = _numbered(self.first_rows)
        return Combined(gathered(number_of, self.codes), self.first_rows[used])


def combined(columns: Sequence[Codes], rows: int) -> Combined:
    """The combinations of values, numbered: not many more numbers than rows."""
    codes, size = np.zeros(rows, dtype=np.int32), 1
    for column in columns:
        count = len(column.values)
        if count > 1 and size * count <= _MOST:
            codes = codes * np.int32(count) + column.codes.astype(np.int32, copy=False)
            size *= count
        elif count > 1:
            codes, size = _by_hash(codes.astype(np.int64) * count + column.codes)
    if size > 4 * rows + _FEW:
        codes, size = _by_hash(codes)
    return Combined(codes, first_rows_of(codes, size))


def _by_hash(codes: NDArray[Any]) -> tuple[Int32, int]:
    """The same codes numbered in the order in which they come, and how many there are."""
    found = pa.array(codes).dictionary_encode()
    return found.indices.to_numpy(), len(found.dictionary)


def _numbered(first_rows: Int32) -> tuple[NDArray[np.int64], Int32]:
    """The codes that a row has, ascending, and the place of each among them."""
    used = np.flatnonzero(first_rows >= 0)
    number_of = np.zeros(len(first_rows), dtype=np.int32)
    number_of[used] = np.arange(len(used))
    return used, number_of
