"""The days on which a clause turns from no to yes: the day before a window, its first, its last, the day after.

What lies on such a day depends on what a clause asks. One day in common is decided by an integration that ends the
day before the window or on its first day, and by one that begins on its last day or the day after. Full cover is
decided at the same two ends from the inside, counted days also by their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from rules_service.algebra import FUTURE, PAST, DaySet, Period
from rules_service.model import Covers, Leaf, TotalDays, UnionScope


class Border(Enum):
    """A case that decides a clause by a single day, in words."""

    ENDS_THE_DAY_BEFORE = "ends the day before"
    ENDS_ON_THE_FIRST_DAY = "ends on the first day"
    BEGINS_ON_THE_LAST_DAY = "begins on the last day"
    BEGINS_THE_DAY_AFTER = "begins the day after"
    COVERS_FROM_THE_FIRST_DAY = "covers from the first day"
    COVERS_FROM_A_DAY_LATER = "covers from a day later"
    COVERS_TO_THE_LAST_DAY = "covers to the last day"
    COVERS_TO_A_DAY_EARLIER = "covers to a day earlier"
    JUST_ENOUGH_DAYS = "just enough days"
    ONE_DAY_SHORT = "one day short"
    BEGINS_BEFORE_IT = "begins before the window"
    ENDS_AFTER_IT = "ends after the window"


_OVERLAP = (
    Border.ENDS_THE_DAY_BEFORE,
    Border.ENDS_ON_THE_FIRST_DAY,
    Border.BEGINS_ON_THE_LAST_DAY,
    Border.BEGINS_THE_DAY_AFTER,
)
_COVER = (
    Border.COVERS_FROM_THE_FIRST_DAY,
    Border.COVERS_FROM_A_DAY_LATER,
    Border.COVERS_TO_THE_LAST_DAY,
    Border.COVERS_TO_A_DAY_EARLIER,
)
_COUNT = (Border.JUST_ENOUGH_DAYS, Border.ONE_DAY_SHORT, Border.BEGINS_BEFORE_IT, Border.ENDS_AFTER_IT)


def borders_of(leaf: Leaf) -> tuple[Border, ...]:
    """The borders that the cases of a clause should touch."""
    match leaf:
        case Covers():
            return _COVER
        case TotalDays():
            return _COUNT
        case _:
            return _OVERLAP


def touched(leaf: Leaf, window: Period, periods: Iterable[Period]) -> Iterator[Border]:
    """The borders of a window that some periods touch; `periods` are the integrations that count for the clause.

    Where the window has no first or no last day, there is nothing to touch at that end.
    """
    periods = tuple(periods)
    match leaf:
        case TotalDays(at_least=at_least):
            yield from _counted(window, periods, at_least)
        case Covers(union=union):
            together = periods if union is UnionScope.ONE_INTEGRATION else DaySet(periods).periods()
            yield from _covered(window, together)
        case _:
            yield from _overlapped(window, periods)


def _overlapped(window: Period, periods: Iterable[Period]) -> Iterator[Border]:
    for period in periods:
        if window.begin != PAST and period.end in (window.begin - 1, window.begin):
            yield Border.ENDS_THE_DAY_BEFORE if period.end < window.begin else Border.ENDS_ON_THE_FIRST_DAY
        if window.end != FUTURE and period.begin in (window.end, window.end + 1):
            yield Border.BEGINS_THE_DAY_AFTER if period.begin > window.end else Border.BEGINS_ON_THE_LAST_DAY


def _covered(window: Period, periods: Iterable[Period]) -> Iterator[Border]:
    for period in periods:
        if window.begin != PAST and period.begin in (window.begin, window.begin + 1):
            late = period.begin > window.begin
            yield Border.COVERS_FROM_A_DAY_LATER if late else Border.COVERS_FROM_THE_FIRST_DAY
        if window.end != FUTURE and period.end in (window.end - 1, window.end):
            yield Border.COVERS_TO_A_DAY_EARLIER if period.end < window.end else Border.COVERS_TO_THE_LAST_DAY


def _counted(window: Period, periods: tuple[Period, ...], at_least: int) -> Iterator[Border]:
    days = DaySet(periods).count_within(window)
    if days in (at_least, at_least - 1):
        yield Border.JUST_ENOUGH_DAYS if days == at_least else Border.ONE_DAY_SHORT
    for period in periods:
        if period.begin < window.begin <= period.end:
            yield Border.BEGINS_BEFORE_IT
        if period.begin <= window.end < period.end:
            yield Border.ENDS_AFTER_IT
