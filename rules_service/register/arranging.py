"""Putting integrations in order, person after person, at the speed of memory.

A register of 10 million rows is arranged whenever the index is built anew, so nothing here runs once for each row in
Python, and nothing sorts whole columns that are in order already.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.register.aliases import current_numbers

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SIEVE: Final = 1 << 22
_KEY_BITS: Final = 63
_MOST_IN_TABLE: Final = 1 << 22


def places_in(numbers: Int64, wanted: Int64) -> tuple[Int64, Bools]:
    """Where each wanted number stands among sorted `numbers`, or would stand, and whether it is there."""
    place = np.searchsorted(numbers, wanted)
    found = place < len(numbers)
    found[found] = numbers[place[found]] == wanted[found]
    return place, found


def chain_ends(old: Int64, new: Int64) -> tuple[Int64, Int64]:
    """The replaced numbers, sorted, and the number at the end of the chain of each (S18).

    Raises:
        InternalError: the replacements run in a circle.
    """
    numbers = np.unique(np.concatenate([old, new]))
    ends = current_numbers(numbers, old, new)
    replaced = ends != numbers
    return numbers[replaced], ends[replaced]


def replace_numbers(ssins: Int64, replaced: Int64, current: Int64) -> Int64:
    """Each number, or the current one where it is among the `replaced`, which are sorted."""
    if not len(replaced):
        return ssins
    # A sieve first: searching is slow, and hardly any number is a replaced one.
    sieve = np.zeros(_SIEVE, dtype=np.bool_)
    sieve[replaced & (_SIEVE - 1)] = True
    suspects = np.flatnonzero(sieve[ssins & (_SIEVE - 1)])
    place, found = places_in(replaced, ssins[suspects])
    result = ssins.copy()
    result[suspects[found]] = current[place[found]]
    return result


def row_order(ssin: Int64, begin: Int32, end: Int32, row_id: Int64) -> Int64 | None:
    """The order of rows by person, begin, end and row; None where they are in that order already."""
    key = _sort_key(ssin, begin)
    if bool(np.all(key[1:] > key[:-1])):
        return None
    order = np.arange(len(key)) if bool(np.all(key[1:] >= key[:-1])) else np.argsort(key)
    key = key[order]
    tied = np.zeros(len(key) + 1, dtype=np.bool_)
    np.equal(key[1:], key[:-1], out=tied[1:-1])
    among = np.flatnonzero(tied[1:] | tied[:-1])  # rows that have the key of a neighbour
    rows = order[among]
    order[among] = rows[np.lexsort((row_id[rows], end[rows], begin[rows], key[among]))]
    return order


def _sort_key(ssin: Int64, begin: Int32) -> Int64:
    """One number for each row that orders as person, then begin: exactly, or with ties where they do not fit."""
    if not len(ssin):
        return ssin
    least, first = ssin.min(), np.int64(begin.min())
    room = max(_KEY_BITS - (int(ssin.max()) - int(least)).bit_length(), 0)
    key: Int64 = (ssin - least) << room
    if room:
        key |= np.minimum(begin - first, (1 << room) - 1)
    return key


def persons_of(ssin: Int64, others: Int64) -> tuple[Int64, Int32]:
    """The distinct numbers of sorted rows and of `others`, and where the rows of each of them begin and end.

    Args:
        ssin: the number of each row, sorted.
        others: numbers that may have no row.
    """
    first = np.ones(len(ssin), dtype=np.bool_)
    np.not_equal(ssin[1:], ssin[:-1], out=first[1:])
    begins = np.flatnonzero(first)
    numbers = ssin[begins]
    offsets = np.append(begins, len(ssin)).astype(np.int32)
    more = np.unique(others)
    place, known = places_in(numbers, more)
    new = place[~known]
    return np.insert(numbers, new, more[~known]), np.insert(offsets, new, offsets[new])


def number_distinct(*columns: NDArray[np.signedinteger]) -> tuple[Int32, Int64]:
    """Number the distinct combinations of columns from 0: the number of each row, and one row of each number."""
    numbers, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        least, most = int(column.min(initial=0)), int(column.max(initial=0))
        span = most - least + 1
        if size * span > _MOST_IN_TABLE:
            numbers, size = _without_gaps(numbers, size)
        numbers = numbers * span + (column - np.int64(least))
        size *= span
    numbers, count = _without_gaps(numbers, size)
    example = np.zeros(count, dtype=np.int64)
    example[numbers] = np.arange(len(numbers))
    return numbers.astype(np.int32), example


def _without_gaps(numbers: Int64, size: int) -> tuple[Int64, int]:
    """The numbers, all below `size`, numbered again from 0 in the same order, and how many distinct ones there are."""
    if size > _MOST_IN_TABLE:
        distinct, again = np.unique(numbers, return_inverse=True)
        return again, len(distinct)
    present = np.zeros(size, dtype=np.bool_)
    present[numbers] = True
    return (np.cumsum(present) - 1)[numbers], int(present.sum())
