"""What may be written into the register, and what an end that is not given becomes (authorisations, chapters 2 and 3).

Rule authors write limits as shifts. `Bounds` shift the day of execution; a duration, which is kept as it is written,
shifts the begin of an integration.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

import pendulum

from rules_service.algebra import FUTURE, Shift, day_of, parse_shift, year_of
from rules_service.model.source import Citation

CALENDAR_YEAR: Final = "calendar_year"
"""The duration that ends with the year in which it began."""


def last_day(duration: str, begin: int) -> int:
    """The last day of what begins on `begin` and lasts as long as it may, the anniversary day included (S24, S25).

    >>> from rules_service.algebra import format_day, parse_day
    >>> format_day(last_day("+ 1 year", parse_day("2024-02-29")))
    '2025-02-28'

    Args:
        duration: a shift such as `+ 2 months`, `calendar_year`, or empty for no end at all.
        begin: a real day.

    Returns:
        The day; `FUTURE` where there is no end, or where it would lie past the calendar (S5).

    Raises:
        WindowSyntaxError: the duration is none of these.
    """
    if not duration:
        return FUTURE
    if duration == CALENDAR_YEAR:
        return day_of(pendulum.Date(year_of(begin), 12, 31))
    return shift_of(duration).apply(begin)


@cache
def shift_of(duration: str) -> Shift:
    """The shift of a duration, read once; raises as `parse_shift`."""
    return parse_shift(duration)


class MissingEnd(Enum):
    """What an end that is not given becomes; INFINITY leaves it open (S24, S27)."""

    MAXIMUM = "maximum"
    INFINITY = "infinity"


@dataclass(frozen=True, slots=True)
class EndRule:
    """What a missing end becomes, where it is written, and the assumptions that the reading rests on."""

    becomes: MissingEnd
    citation: Citation
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day that a date may be, both allowed, as shifts of the day of execution (S26).

    `earliest` is None where a date may lie as far back as it likes.
    """

    earliest: Shift | None
    latest: Shift
    citation: Citation


@dataclass(frozen=True, slots=True)
class PastPeriods:
    """Whether an integration may lie wholly before the day of execution (S29)."""

    allowed: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class WritingRules:
    """The rules of chapter 3: `dates` binds every date that is given, `begin` that of an integration beside it.

    A quality code that says itself what a missing end becomes (`default_end`) goes before `integration_without_end`.
    """

    integration_without_end: EndRule
    removal_without_end: EndRule
    dates: Bounds
    begin: Bounds
    past_periods: PastPeriods
