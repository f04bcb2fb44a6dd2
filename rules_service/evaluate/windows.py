"""The days of windows: what the requests say, moved by months and days, the earliest or the latest of them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra.days import FUTURE, PAST
from rules_service.evaluate.civil import days_later, months_later
from rules_service.evaluate.compiled import inlined, item
from rules_service.evaluate.tables import SYSTEM_DATE_SOURCE

Int64 = NDArray[np.int64]

_MEMORY_BITS: Final = 10
"""Shifted days are remembered in so many places, as a power of two: dates repeat in a batch."""
_MIXER: Final = 0x9E3779B97F4A7C15


class Scratch(NamedTuple):
    """What one call of the kernel works with: it allocates nothing, so that it need not count who uses its arrays.

    `slot_days` has the day of each slot of a request, binding after binding; `shifted_days` what shifts by months
    gave, each with the shift and the day that it belongs to.
    """

    slot_days: Int64
    shifted_days: Int64

    @classmethod
    def of(cls, most_slots: int) -> Self:
        """Room for tasks of so many slots times bindings, at most."""
        return cls(np.empty(most_slots + 1, dtype=np.int64), np.full((1 << _MEMORY_BITS, 2), -1, dtype=np.int64))


@inlined
def give_slots_days(task: Any, request: int, requests: Any, tables: Any, slot_days: Any) -> None:
    """Puts the day of each slot where windows look for it, binding after binding."""
    values = requests.value_offsets[request]
    for slot in range(task.bindings * task.slots):
        source: Any = item(tables.sources, task.source + slot)
        if source < 0:
            day = item(tables.constants, -1 - source)
        elif source == SYSTEM_DATE_SOURCE:
            day = requests.system_date[request]
        else:
            value = values + (source - 1) // 2
            day = item(requests.begin, value) if source % 2 == 1 else item(requests.end, value)
        slot_days[slot] = day


@inlined
def _shifted_day(term: Any, day: int, shifted_days: Any) -> Any:
    """The day of a term once moved; by months it is worked out once for each day that comes again and again."""
    if term.months == 0:
        return days_later(max(PAST, min(FUTURE, day)), term.days)
    key = (2 * np.int64(term.months) + term.up << 32) + (day - PAST)
    line = np.uint64(key) * np.uint64(_MIXER) >> np.uint64(64 - _MEMORY_BITS)
    if shifted_days[line, 0] != key:
        shifted_days[line, 0] = key
        shifted_days[line, 1] = months_later(day, term.months, term.up)
    return days_later(shifted_days[line, 1], term.days)


@inlined
def _endpoint(first: int, end: int, latest: int, terms: Any, days: Any, shifted_days: Any, at: int) -> Any:
    """The day of one end of a window: the earliest of its terms, or the latest. The days of slots begin at `at`."""
    result: Any = 0
    for place in range(first, end):
        term = item(terms, place)
        day: Any = np.int64(term.day)
        if term.slot >= 0:
            day = item(days, at + term.slot)
        if term.months != 0 or term.days != 0:
            day = _shifted_day(term, day, shifted_days)
        if place == first or (day > result if latest else day < result):
            result = day
    return result


@inlined
def window_days(place: int, tables: Any, scratch: Any, at: int) -> Any:
    """The days of a window, half-open."""
    days, shifted_days = scratch.slot_days, scratch.shifted_days
    window = item(tables.windows, place)
    if window.plain:
        return np.int64(item(days, at + window.begin_slot)), np.int64(item(days, at + window.end_slot)) + 1
    begin = _endpoint(window.first, window.middle, window.begin_latest, tables.terms, days, shifted_days, at)
    end = _endpoint(window.middle, window.end, window.end_latest, tables.terms, days, shifted_days, at)
    return np.int64(begin), np.int64(end) + 1
