"""Civil days as plain integers, and the only doors between them and text, dates and instants.

A day is the number of days since 1970-01-01 in the proleptic Gregorian calendar (S2). Two ideal days close the line:
`PAST`, before every real day, and `FUTURE`, after every real day. An open-ended integration is the closed period
`[begin, FUTURE]` (S5); one that ends on 9999-12-31 does not contain `FUTURE`. Both are ordinary integers, so that
comparing, counting and columns need no special case.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

import pendulum

from rules_service.errors import RulesServiceError

EPOCH: Final = pendulum.Date(1970, 1, 1)
_EPOCH_ORDINAL: Final = EPOCH.toordinal()

MIN_DAY: Final = pendulum.Date(1, 1, 1).toordinal() - _EPOCH_ORDINAL
MAX_DAY: Final = pendulum.Date(9999, 12, 31).toordinal() - _EPOCH_ORDINAL
PAST: Final = MIN_DAY - 1
FUTURE: Final = MAX_DAY + 1

BRUSSELS: Final = pendulum.timezone("Europe/Brussels")
_DATE_SHAPE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class InvalidDayError(RulesServiceError, ValueError):
    """A text, date or instant that is no day of the calendar 0001-01-01 to 9999-12-31."""


def parse_day(text: str) -> int:
    """The day written as `YYYY-MM-DD`, and in no other way.

    >>> parse_day("1970-01-02")
    1

    Raises:
        InvalidDayError: the text has another form, or the calendar has no such day.
    """
    shape = _DATE_SHAPE.fullmatch(text)
    if shape is None:
        # The text is not repeated: whatever was put into a date field by mistake may be about a person.
        raise InvalidDayError("a date must be written YYYY-MM-DD, such as 2024-02-29")
    year, month, day = map(int, shape.groups())
    _check_day_exists(text, year, month, day)
    return pendulum.Date(year, month, day).toordinal() - _EPOCH_ORDINAL


def _check_day_exists(text: str, year: int, month: int, day: int) -> None:
    if year < 1:
        raise InvalidDayError(f"`{text}`: the year must lie between 0001 and 9999")
    if not 1 <= month <= 12:
        raise InvalidDayError(f"`{text}`: the month must lie between 01 and 12")
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise InvalidDayError(f"`{text}`: the day must lie between 01 and {length} in this month")


def format_day(day: int) -> str:
    """The day as `YYYY-MM-DD`; the ideal days are `-infinity` and `infinity`.

    >>> format_day(0), format_day(FUTURE)
    ('1970-01-01', 'infinity')
    """
    if day in (PAST, FUTURE):
        return "-infinity" if day == PAST else "infinity"
    return date_of(day).isoformat()


def day_of(date: dt.date) -> int:
    """The day of a calendar date; of a datetime it would lose the time zone, see `brussels_day`.

    Raises:
        InvalidDayError: the argument is a datetime.
    """
    if isinstance(date, dt.datetime):
        raise InvalidDayError("a datetime is not a day: use `brussels_day`, which knows the time zone")
    return date.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> pendulum.Date:
    """The calendar date of a real day.

    Raises:
        InvalidDayError: the day is ideal (`PAST`, `FUTURE`) or further out: it has no date.
    """
    if not MIN_DAY <= day <= MAX_DAY:
        raise InvalidDayError(f"day number {day} lies outside of 0001-01-01 to 9999-12-31 and has no date")
    return pendulum.Date.fromordinal(day + _EPOCH_ORDINAL)


def year_of(day: int) -> int:
    """The calendar year of a real day; raises `InvalidDayError` for the ideal days."""
    return date_of(day).year


def brussels_day(instant: dt.datetime) -> int:
    """The civil day in Brussels at an instant (S1): 22:30 UTC in summer is already tomorrow.

    Raises:
        InvalidDayError: the instant has no time zone, or falls outside of the calendar once in Brussels.
    """
    if instant.utcoffset() is None:
        raise InvalidDayError("an instant must carry its time zone to have a day in Brussels")
    try:
        return instant.astimezone(BRUSSELS).date().toordinal() - _EPOCH_ORDINAL
    except OverflowError:
        raise InvalidDayError("the instant lies outside of 0001-01-01 to 9999-12-31 in Brussels") from None
