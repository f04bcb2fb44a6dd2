"""Calendar shifts: "two months earlier", "five years earlier", "45 days later" (S5, S6).

One shift adds its years and months together, in one step, then its days. Where the target month has no such day,
`Rounding` decides. A result past the calendar is an ideal day, and ideal days never move, so nothing overflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra.days import FUTURE, MAX_DAY, MIN_DAY, PAST, date_of, day_of

# More than the calendar holds: a longer shift has the same result, and this one cannot overflow in a column.
_LONGEST_MONTHS: Final = 12 * 10_000
_LONGEST_DAYS: Final = 366 * 10_000


class Rounding(Enum):
    """What becomes of a day that the target month does not have, such as 30 February."""

    DOWN = "down"  # the last day of that month
    UP = "up"  # the first day of the month after


@dataclass(frozen=True, slots=True)
class Shift:
    """A move through the calendar: `months` (years included, twelve each) at once, then `days`; both may be negative.

    >>> from rules_service.algebra.days import format_day, parse_day
    >>> format_day(Shift(months=-2).apply(parse_day("2024-04-30")))
    '2024-02-29'
    """

    months: int = 0
    days: int = 0
    rounding: Rounding = Rounding.DOWN

    def apply(self, day: int) -> int:
        """The shifted day; `PAST` and `FUTURE` stay, and a result past the calendar becomes one of them (S5)."""
        return _shifted(self, day)

    def __str__(self) -> str:
        """The text that the window language reads back, such as `- 5 years - 2 months + 3 days rounding up`."""
        years, months = divmod(abs(self.months), 12)
        sign = -1 if self.months < 0 else 1
        amounts = [_amount(sign * years, "year"), _amount(sign * months, "month"), _amount(self.days, "day")]
        text = " ".join(filter(None, amounts)) or "+ 0 days"
        return f"{text} rounding up" if self.rounding is Rounding.UP else text


NO_SHIFT: Final = Shift()


def _amount(count: int, unit: str) -> str:
    if count == 0:
        return ""
    plural = "" if abs(count) == 1 else "s"
    return f"{'-' if count < 0 else '+'} {abs(count)} {unit}{plural}"


@lru_cache(maxsize=65_536)
def _shifted(shift: Shift, day: int) -> int:
    moved = _add_months(day, shift.months, shift.rounding)
    return _saturated(moved + shift.days) if MIN_DAY <= moved <= MAX_DAY else moved


def _add_months(day: int, months: int, rounding: Rounding) -> int:
    """The day some months away, rounded once; pendulum clamps to the last day of the month, as `DOWN` wants."""
    if months == 0 or not MIN_DAY <= day <= MAX_DAY:
        return _saturated(day)
    start = date_of(day)
    try:
        target = start.add(months=months)
    except (ValueError, OverflowError):  # pendulum's ways of saying that the year does not exist
        return FUTURE if months > 0 else PAST
    missing = target.day != start.day
    return day_of(target) + (1 if missing and rounding is Rounding.UP else 0)


def _saturated(day: int) -> int:
    return max(PAST, min(FUTURE, day))


def apply_to_column(days: NDArray[np.int32], shift: Shift) -> NDArray[np.int32]:
    """The same as `Shift.apply` for every day of a column, without a Python call per row.

    Args:
        days: days of any shape, ideal days included.
        shift: the one move for all of them.

    Returns:
        A new column of the same shape.
    """
    moved = np.clip(days.astype(np.int64), PAST, FUTURE)
    if shift.months:
        moved = _where_real(moved, _add_months_to_column(moved, shift.months, shift.rounding))
    if shift.days:
        moved = _where_real(moved, moved + max(-_LONGEST_DAYS, min(_LONGEST_DAYS, shift.days)))
    return moved.astype(np.int32)


def _where_real(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
    """`after`, saturated, where `before` was a real day; ideal days stay what they are."""
    real = (before >= MIN_DAY) & (before <= MAX_DAY)
    return np.where(real, np.clip(after, PAST, FUTURE), before)


def _add_months_to_column(days: NDArray[np.int64], months: int, rounding: Rounding) -> NDArray[np.int64]:
    """NumPy's months are numbers too: find the target month, then the day in it, or the rounded one."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    day_in_month = days - _first_day(month)
    target = month + max(-_LONGEST_MONTHS, min(_LONGEST_MONTHS, months))
    start, next_start = _first_day(target), _first_day(target + 1)
    rounded = next_start if rounding is Rounding.UP else next_start - 1
    return np.where(start + day_in_month < next_start, start + day_in_month, rounded)


def _first_day(months: NDArray[np.int64]) -> NDArray[np.int64]:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
