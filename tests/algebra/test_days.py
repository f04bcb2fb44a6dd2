from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import (
    FUTURE,
    MAX_DAY,
    MIN_DAY,
    PAST,
    InvalidDayError,
    brussels_day,
    date_of,
    day_of,
    format_day,
    parse_day,
    year_of,
)
from rules_service.errors import RulesServiceError

DAYS = st.integers(MIN_DAY, MAX_DAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017), ("0001-01-01", MIN_DAY), ("9999-12-31", MAX_DAY)],
)
def test_a_day_counts_from_1970(text: str, day: int) -> None:
    assert parse_day(text) == day
    assert format_day(day) == text


def test_the_ideal_days_are_next_to_the_real_ones() -> None:
    assert (PAST, FUTURE) == (MIN_DAY - 1, MAX_DAY + 1) == (-719_163, 2_932_897)
    assert (format_day(PAST), format_day(FUTURE)) == ("-infinity", "infinity")


@given(DAYS)
def test_text_and_date_come_back(day: int) -> None:
    assert parse_day(format_day(day)) == day
    assert day_of(date_of(day)) == day


@given(st.dates())
def test_dates_agree_with_the_standard_library(date: dt.date) -> None:
    day = day_of(date)
    assert date_of(day) == date
    assert format_day(day) == date.isoformat()
    assert year_of(day) == date.year


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2023-02-29", "between 01 and 28"),
        ("2024-02-30", "between 01 and 29"),
        ("1900-02-29", "between 01 and 28"),
        ("2024-04-31", "between 01 and 30"),
        ("2024-00-10", "the month must lie between 01 and 12"),
        ("2024-13-10", "the month must lie between 01 and 12"),
        ("2024-01-00", "between 01 and 31"),
        ("0000-01-01", "the year must lie between 0001 and 9999"),
    ],
)
def test_a_day_that_the_calendar_lacks_is_explained(text: str, complaint: str) -> None:
    with pytest.raises(InvalidDayError, match=complaint) as caught:
        parse_day(text)
    assert f"`{text}`" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", " 2024-01-01", "2024-01-01 ", "2024-01-01\n", "2024-1-1", "20240101", "01-01-2024", "2024/01/01", "-024-01-01",
     "2024-01-01T00:00", "10000-01-01", "infinity", "٢٠٢٤-01-01", "2024-W01-1", "+024-01-01"],
)  # fmt: skip
def test_other_ways_of_writing_a_date_are_refused(text: str) -> None:
    with pytest.raises(InvalidDayError, match="YYYY-MM-DD"):
        parse_day(text)


def test_a_text_in_the_wrong_form_is_not_repeated() -> None:
    """A person's number put into a date field must not reach a log."""
    with pytest.raises(InvalidDayError) as caught:
        parse_day("00010100153")
    assert "00010100153" not in str(caught.value)


def test_a_wrong_day_is_one_of_our_errors_and_a_value_error() -> None:
    assert issubclass(InvalidDayError, RulesServiceError)
    assert issubclass(InvalidDayError, ValueError)


@pytest.mark.parametrize("day", [PAST, FUTURE, FUTURE + 1])
def test_ideal_days_have_no_date(day: int) -> None:
    with pytest.raises(InvalidDayError, match="has no date"):
        date_of(day)


def test_a_datetime_is_not_taken_for_a_day() -> None:
    with pytest.raises(InvalidDayError, match="brussels_day"):
        day_of(dt.datetime(2024, 6, 1, 23, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2024-06-01T21:59:59+00:00", "2024-06-01"),
        ("2024-06-01T22:00:00+00:00", "2024-06-02"),
        ("2024-12-31T22:59:59+00:00", "2024-12-31"),
        ("2024-12-31T23:00:00+00:00", "2025-01-01"),
        ("2024-03-31T00:30:00+00:00", "2024-03-31"),
        ("2024-10-26T22:00:00+00:00", "2024-10-27"),
        ("2024-10-27T23:00:00+00:00", "2024-10-28"),
        ("2024-06-01T00:00:00+14:00", "2024-05-31"),
        ("2024-06-01T20:00:00-06:00", "2024-06-02"),
    ],
)
def test_the_day_in_brussels(instant: str, expected: str) -> None:
    assert format_day(brussels_day(dt.datetime.fromisoformat(instant))) == expected


def test_an_instant_without_time_zone_has_no_day() -> None:
    with pytest.raises(InvalidDayError, match="time zone"):
        brussels_day(dt.datetime(2024, 6, 1, 12, 0))  # noqa: DTZ001


def test_an_instant_past_the_calendar_has_no_day() -> None:
    with pytest.raises(InvalidDayError, match="outside"):
        brussels_day(dt.datetime(9999, 12, 31, 23, 30, tzinfo=dt.UTC))
