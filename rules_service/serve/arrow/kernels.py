"""What is done for each row, compiled: one pass and nothing in between, where NumPy would make ten.

Every column that comes here is as long as was said and every code lies within its table: `stream` had Arrow check it.
Numbers that the kernels share with other code are handed to them, since a compiled kernel is kept on disk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled, inlined
from rules_service.evaluate.tables import read_only

UInt8 = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


def numbers_of(column: Any, kind: type[np.generic]) -> NDArray[Any]:
    """The numbers of a column where they lie in memory; what stands where there is null means nothing."""
    if not len(column):
        return np.zeros(0, dtype=kind)
    return np.frombuffer(column.buffers()[1], kind, len(column), column.offset * np.dtype(kind).itemsize)


def bits_of(column: Any) -> tuple[UInt8, int]:
    """The bits that say which rows of a column are not null, and the first of them; no bits: all rows."""
    if column.null_count == 0:
        return read_only(np.zeros(0, dtype=np.uint8)), 0
    bits = np.frombuffer(column.buffers()[0], np.uint8, (column.offset + len(column) + 7) // 8)
    return read_only(bits), column.offset


def gathered(table: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """What stands in a table at the place of each code, in the numbers of the table."""
    found = np.empty(len(codes), dtype=table.dtype)
    plain = codes if codes.dtype == np.uint8 else codes.astype(np.int32, copy=False)
    _gather(read_only(table), read_only(plain), found)
    return found


def first_rows_of(codes: NDArray[Any], size: int) -> Int32:
    """For each of so many codes the first row that has it, -1 where none has."""
    rows = np.full(size, -1, dtype=np.int32)
    _find_first(read_only(codes.astype(np.int32, copy=False)), rows)
    return rows


@compiled
def _gather(table: Any, codes: Any, found: Any) -> None:
    for row in range(len(codes)):
        found[row] = table[codes[row]]


@compiled
def _find_first(codes: Int32, rows: Int32) -> None:
    for back in range(1, len(codes) + 1):
        rows[codes[-back]] = len(codes) - back


def spread_lists(lengths: Int32, items: Int16, codes: Int32) -> tuple[Int32, Int16]:
    """The lists that stand behind codes: where each begins, and their items; of each list there are so many."""
    offsets = np.zeros(len(codes) + 1, dtype=np.int32)
    if not len(items):
        return offsets, items
    _measure_lists(lengths, codes, offsets)
    found = np.empty(offsets[-1], dtype=np.int16)
    _fill_lists(np.cumsum(lengths, dtype=np.int32) - lengths, items, codes, offsets, found)
    return offsets, found


@compiled
def _measure_lists(lengths: Int32, codes: Int32, offsets: Int32) -> None:
    for row in range(len(codes)):
        offsets[row + 1] = offsets[row] + lengths[codes[row]]


@compiled
def _fill_lists(first_of: Int32, items: Int16, codes: Int32, offsets: Int32, found: Int16) -> None:
    """Write the list that stands behind each code, from its first item on, one after the other."""
    for row in range(len(codes)):
        first = first_of[codes[row]] - offsets[row]
        for place in range(offsets[row], offsets[row + 1]):
            found[place] = items[first + place]


@compiled
def read_periods(
    begin: Int32,
    begin_bits: UInt8,
    begin_bit: int,
    end: Int32,
    end_bits: UInt8,
    end_bit: int,
    has_ends: bool,
    calendar: tuple[int, int, int],
    states: Any,
    wrong: Bools,
    offsets: Int32,
    first: Int32,
    last: Int32,
) -> Any:
    """Read the period of each row, if it gives one; how many are wrong.

    `calendar` is the first and last day that there is, and the day of an open end. A state is 0 where there is no
    period, 1 where it has an end, 2 where it is open.
    """
    place, wrongs = 0, 0
    for row in range(len(begin)):
        offsets[row] = place
        has_begin = _is_set(begin_bits, begin_bit + row)
        has_end = has_ends and _is_set(end_bits, end_bit + row)
        final = np.int64(end[row]) if has_end else np.int64(calendar[2])
        states[row] = (has_begin or has_end) + (has_begin and not has_end)
        wrong[row] = has_end and not has_begin
        if has_begin:
            outside = begin[row] < calendar[0] or begin[row] > calendar[1]
            wrong[row] = outside or final < begin[row] or (has_end and final > calendar[1])
        wrongs += wrong[row]
        if has_begin or has_end:
            first[place], last[place] = begin[row], final
            place += 1
    offsets[len(begin)] = place
    return wrongs


@inlined
def _is_set(bits: Any, place: int) -> Any:
    return len(bits) == 0 or (bits[place >> 3] >> np.uint8(place & 7)) & np.uint8(1) != 0
