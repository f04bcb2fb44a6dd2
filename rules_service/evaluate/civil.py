"""Calendar shifts for kernels: the same as `algebra.Shift`, on one day, compiled.

The year is counted from March, so that the leap day is its last day and every rule of lengths is a division.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rules_service.algebra.days import FUTURE, MAX_DAY, MIN_DAY, PAST
from rules_service.evaluate.compiled import compiled, inlined

_TWELVE: Final = np.uint64(12)
_ERAS_BEFORE: Final = 40
"""Every day and month is counted from so many eras before the year 0: nothing is negative, so division is plain."""
_DAYS_OF_ERA: Final = 146_097
_YEARS_OF_ERA: Final = 400
_TO_EPOCH: Final = _ERAS_BEFORE * _DAYS_OF_ERA + 719_468
"""From 1 March of the year from which all is counted to 1 January 1970."""
_FIRST_YEAR: Final = _ERAS_BEFORE * _YEARS_OF_ERA + 1
_LAST_YEAR: Final = _ERAS_BEFORE * _YEARS_OF_ERA + 9999
_MOST_MONTHS: Final = 12 * 10_000
"""A longer shift has the same result."""


@inlined
def _first_of_month(months: Any) -> Any:
    """The first day of a month, which is counted from a March."""
    year, month = months // _TWELVE, months % _TWELVE
    leap_days = year // np.uint64(4) - year // np.uint64(100) + year // np.uint64(400)
    return (
        np.int64(year * np.uint64(365) + leap_days + (np.uint64(153) * month + np.uint64(2)) // np.uint64(5))
        - _TO_EPOCH
    )


@inlined
def _month_and_day(day: int) -> Any:
    """The month, counted from a March, and how many days of it came before the day."""
    from_start = np.uint64(day + _TO_EPOCH)
    era = from_start // np.uint64(_DAYS_OF_ERA)
    of_era = from_start - era * np.uint64(_DAYS_OF_ERA)
    leap_days = of_era // np.uint64(1_460) - of_era // np.uint64(36_524) + of_era // np.uint64(146_096)
    year = (of_era - leap_days) // np.uint64(365)
    of_year = of_era - (np.uint64(365) * year + year // np.uint64(4) - year // np.uint64(100))
    month = (np.uint64(5) * of_year + np.uint64(2)) // np.uint64(153)
    of_month = np.int64(of_year - (np.uint64(153) * month + np.uint64(2)) // np.uint64(5))
    return (era * np.uint64(_YEARS_OF_ERA) + year) * _TWELVE + month, of_month


@inlined
def _months_later(day: int, months: int, up: int) -> Any:
    """A real day moved by months; where the target month has no such day, `up` says which one is taken."""
    month, of_month = _month_and_day(day)
    target = np.uint64(np.int64(month) + max(-_MOST_MONTHS, min(_MOST_MONTHS, months)))
    civil_year = (target + np.uint64(2)) // _TWELVE  # January and February belong to the March before
    if civil_year < np.uint64(_FIRST_YEAR):
        return PAST
    if civil_year > np.uint64(_LAST_YEAR):
        return FUTURE
    moved = _first_of_month(target) + of_month
    next_start = _first_of_month(target + np.uint64(1))
    if moved < next_start:
        return moved
    return next_start if up else next_start - 1


@inlined
def months_later(day: int, months: int, up: int) -> Any:
    """The day moved by months (S6); `up` rounds to the month after, else down. `PAST` and `FUTURE` stay (S5)."""
    moved = max(PAST, min(FUTURE, day))
    if months != 0 and MIN_DAY <= moved <= MAX_DAY:
        moved = _months_later(moved, months, up)
    return moved


@inlined
def days_later(day: int, days: int) -> Any:
    """The day moved by days; `PAST` and `FUTURE` stay, and a result past the calendar becomes one of them (S5)."""
    if days != 0 and MIN_DAY <= day <= MAX_DAY:
        return max(PAST, min(FUTURE, day + days))
    return day


@compiled
def shifted(day: int, months: int, days: int, up: int) -> Any:
    """The day moved by months at once, then by days (S6); `up` rounds to the month after, else down."""
    return days_later(months_later(day, months, up), days)
