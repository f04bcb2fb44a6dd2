"""Runs of days: one closed period, and sets of days made of many periods (S2, S3).

`portion` does the set algebra, on discrete intervals over day numbers, so that 30 June and 1 July touch. It is kept
behind `DaySet`, because two of its habits would grant by mistake: its intervals are continuous unless told otherwise,
and an inverted interval becomes silently empty, which is then inside everything. A `Period` cannot be inverted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import portion  # type: ignore[import-untyped]

from rules_service.algebra.days import format_day
from rules_service.errors import RulesServiceError


class InvertedPeriodError(RulesServiceError, ValueError):
    """A period that ends before it begins; it holds no day and must never be evaluated (S4)."""


def convert_bounds(begin: int, end: int, *, to_half_open: bool) -> tuple[int, int]:
    """The one place where closed bounds `[begin, end]` become half-open `[begin, end + 1)`, or return (S2).

    >>> convert_bounds(10, 12, to_half_open=True)
    (10, 13)
    """
    return begin, end + 1 if to_half_open else end - 1


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `begin` to `end`, both included; `FUTURE` as end means open, `PAST` as begin means from ever.

    Raises:
        InvertedPeriodError: `end` lies before `begin` (S4).
    """

    begin: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.begin:
            raise InvertedPeriodError(f"the period ends before it begins: {_span(self.begin, self.end)}")

    @classmethod
    def from_half_open(cls, begin: int, stop: int) -> Period:
        """The closed period of the half-open run `[begin, stop)`."""
        return cls(*convert_bounds(begin, stop, to_half_open=False))

    @property
    def half_open(self) -> tuple[int, int]:
        """The same days as `[begin, end + 1)`."""
        return convert_bounds(self.begin, self.end, to_half_open=True)

    @property
    def days(self) -> int:
        """How many days it has, at least one; an ideal day counts as one."""
        begin, stop = self.half_open
        return stop - begin

    def contains(self, day: int) -> bool:
        """Whether the day lies in the period."""
        return self.begin <= day <= self.end

    def __str__(self) -> str:
        return _span(self.begin, self.end)


def _span(begin: int, end: int) -> str:
    return f"{format_day(begin)} .. {format_day(end)}"


class _Days(portion.AbstractDiscreteInterval):  # type: ignore[misc]
    """Intervals over day numbers: consecutive numbers merge (S3)."""

    _step = 1


@dataclass(frozen=True, slots=True, init=False)
class DaySet:
    """A set of days, kept as the fewest possible periods; equal sets are equal however they were built.

    >>> DaySet([Period(1, 3), Period(4, 6)]) == DaySet([Period(1, 6)])
    True
    """

    _days: _Days

    def __init__(self, periods: Iterable[Period] = ()) -> None:
        """All periods at once: adding them one by one would take quadratic time."""
        pieces = [_days_of(period) for period in periods]
        object.__setattr__(self, "_days", _Days(*pieces))

    @classmethod
    def _of(cls, days: _Days) -> DaySet:
        made = cls()
        object.__setattr__(made, "_days", days)
        return made

    @property
    def empty(self) -> bool:
        """Whether the set has no day."""
        return bool(self._days.empty)

    def covers(self, period: Period) -> bool:
        """Whether every day of the period is in the set (S9)."""
        return _days_of(period) in self._days

    def overlaps(self, period: Period) -> bool:
        """Whether at least one day of the period is in the set (S8)."""
        return bool(self._days.overlaps(_days_of(period)))

    def count_within(self, period: Period) -> int:
        """How many days of the period are in the set, each counted once (S11)."""
        return sum(part.days for part in self._of(self._days & _days_of(period)).periods())

    def periods(self) -> tuple[Period, ...]:
        """The merged periods in order: no two of them touch."""
        return tuple(Period(piece.lower, piece.upper) for piece in self._days)

    def union(self, other: DaySet) -> DaySet:
        """The days of either set."""
        return self._of(self._days | other._days)

    def intersection(self, other: DaySet) -> DaySet:
        """The days of both sets."""
        return self._of(self._days & other._days)

    def difference(self, other: DaySet) -> DaySet:
        """The days of this set that are not in the other; one period may become two (S27)."""
        return self._of(self._days - other._days)

    def __str__(self) -> str:
        return ", ".join(map(str, self.periods())) or "no day"


NO_DAYS: Final = DaySet()


def _days_of(period: Period) -> _Days:
    days: _Days = _Days.from_atomic(portion.CLOSED, period.begin, period.end, portion.CLOSED)
    return days
