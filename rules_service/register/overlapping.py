"""Which rows may come in: the active integrations of one key never overlap, so that its days are a set.

A key is a person, an organisation, a sector, a quality code and a register; a row in both registers has two.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

_APART: Final = 1 << 33
"""More than there are days: what is moved by different multiples of it cannot overlap."""


class IntegrationOutcome(IntEnum):
    """What became of the wish to add an integration; only ADDED changes the register."""

    ADDED = 0
    KNOWN = 1
    OVERLAPS = 2


def outcomes_of(held: Int64, new: Int64) -> NDArray[np.int8]:
    """The `IntegrationOutcome` of each new row, judged in their order: one that is refused is in nobody's way.

    Args:
        held: rows of `schema.KEYED_DAYS` that do not overlap each other, among them every one that a new row may meet.
        new: rows of the same columns.
    """
    rows = np.concatenate([held, new])
    outcomes = np.full(len(new), IntegrationOutcome.ADDED, dtype=np.int8)
    days: defaultdict[tuple[int, ...], _Days] = defaultdict(_Days)
    for place in _in_doubt(rows).tolist():
        *key, begin, end, primary, secondary = rows[place].tolist()
        outcome = days[tuple(key)].take(begin, end, bool(primary), bool(secondary))
        if place >= len(held):
            outcomes[place - len(held)] = outcome
    return outcomes


def _in_doubt(rows: Int64) -> Int64:
    """The rows of every key of which some overlap, in their order: few, so that they can be looked at one by one."""
    order = np.lexsort((rows[:, 4], *rows[:, :4].T))  # key by key, and each by begin
    sorted_rows = rows[order]
    key = np.zeros(len(rows), dtype=np.int64)
    key[1:] = np.cumsum(np.any(sorted_rows[1:, :4] != sorted_rows[:-1, :4], axis=1))
    doubtful = np.zeros(len(rows), dtype=np.bool_)  # there are no more keys than rows
    for register in (6, 7):
        among = np.flatnonzero(sorted_rows[:, register])
        begin, end = (sorted_rows[among, column] + key[among] * _APART for column in (4, 5))
        overlapping = begin[1:] <= np.maximum.accumulate(end)[:-1]
        doubtful[key[among[1:][overlapping]]] = True
    return np.sort(order[doubtful[key]])


class _Days:
    """The rows of one person, organisation, sector and quality code that were taken so far."""

    def __init__(self) -> None:
        self._rows: set[tuple[int, int, bool, bool]] = set()
        self._primary: list[tuple[int, int]] = []
        self._secondary: list[tuple[int, int]] = []

    def take(self, begin: int, end: int, primary: bool, secondary: bool) -> IntegrationOutcome:
        """Take a row unless it overlaps another one in some register."""
        if (begin, end, primary, secondary) in self._rows:
            return IntegrationOutcome.KNOWN
        registers = [days for days, stands in ((self._primary, primary), (self._secondary, secondary)) if stands]
        if any(_meets(days, begin, end) for days in registers):
            return IntegrationOutcome.OVERLAPS
        self._rows.add((begin, end, primary, secondary))
        for days in registers:
            insort(days, (begin, end))
        return IntegrationOutcome.ADDED


def _meets(days: list[tuple[int, int]], begin: int, end: int) -> bool:
    """Whether a period shares a day with one of these, which are sorted and share none with each other."""
    place = bisect_right(days, (end, _APART))
    return place > 0 and days[place - 1][1] >= begin
