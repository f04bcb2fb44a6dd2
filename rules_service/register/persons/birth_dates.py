"""Birth dates of which the day, the month or all may be unknown, and when two of them agree (S28)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Final

from rules_service.algebra import InvalidDayError, parse_day
from rules_service.errors import InvalidRequestError

_SHAPE: Final = re.compile(r"([0-9]{4})-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])")


@dataclass(frozen=True, slots=True, repr=False)
class BirthDate:
    """A birth date; a part that is unknown is 0."""

    year: int = 0
    month: int = 0
    day: int = 0

    def agrees_with(self, other: BirthDate) -> bool:
        """Whether both can be the birth date of one person: the same year, and no known part that differs.

        A month or day that is unknown on either side says nothing: the register may know more than the card that the
        requester saw, or less. Dates without a year agree with none, not even with themselves. A day of a leap year
        (29 February) is a day like any other: 28 February and 1 March differ from it. Every part is compared, whatever
        the others say.
        """
        year = _same(self.year, other.year) & (self.year != 0) & (other.year != 0)
        month = _same(self.month, other.month) | (self.month == 0) | (other.month == 0)
        day = _same(self.day, other.day) | (self.day == 0) | (other.day == 0)
        return year & month & day


def _same(one: int, other: int) -> bool:
    return hmac.compare_digest(one.to_bytes(2), other.to_bytes(2))


def parse_birth_date(text: str, field: str = "birth_date") -> BirthDate:
    """The birth date written as YYYY-MM-DD, an unknown month or day as 00; `0000-00-00` is wholly unknown.

    Raises:
        InvalidRequestError: anything else, such as 30 February or a month without its year.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise _wrong(field)
    year, month, day = shape.groups()
    if (year, month, day) != ("0000", "00", "00"):
        # Where the month is unknown any day may be right; where only the day is unknown the first one stands for it.
        _check_day(f"{year}-{month if month != '00' else '01'}-{day if day != '00' else '01'}", field)
    return BirthDate(int(year), int(month), int(day))


def _check_day(text: str, field: str) -> None:
    try:
        parse_day(text)
    except InvalidDayError:
        raise _wrong(field) from None


def _wrong(field: str) -> InvalidRequestError:
    return InvalidRequestError.of(field, "is not a date YYYY-MM-DD; an unknown month or day is 00")
