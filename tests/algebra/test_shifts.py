from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import (
    FUTURE,
    MAX_DAY,
    MIN_DAY,
    NO_SHIFT,
    PAST,
    Rounding,
    Shift,
    apply_to_column,
    date_of,
    parse_day,
    parse_shift,
)
from tests.vectors import make_calendar

DAYS = st.integers(PAST, FUTURE)
ROUNDINGS = st.sampled_from(Rounding)
USUAL = st.builds(Shift, st.integers(-150, 150), st.integers(-400, 400), ROUNDINGS)
WILD = st.builds(Shift, st.integers(-(10**20), 10**20), st.integers(-(10**20), 10**20), ROUNDINGS)
LONG = st.builds(Shift, st.integers(-130_000, 130_000), st.integers(-4_000_000, 4_000_000), ROUNDINGS)


def column(*days: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(days, dtype=np.int32)


@given(DAYS)
def test_no_shift_moves_nothing(day: int) -> None:
    assert NO_SHIFT.apply(day) == day
    assert apply_to_column(column(day), NO_SHIFT).tolist() == [day]


@given(st.lists(DAYS, max_size=30), st.one_of(USUAL, LONG, WILD))
def test_a_column_moves_as_its_days_do(days: list[int], shift: Shift) -> None:
    moved = apply_to_column(column(*days), shift)
    assert moved.dtype == np.int32
    assert moved.tolist() == [shift.apply(day) for day in days]


def test_a_column_keeps_its_shape_and_its_source() -> None:
    days = column(0, 1, 2, 3).reshape(2, 2)
    assert apply_to_column(days, Shift(days=1)).tolist() == [[1, 2], [3, 4]]
    assert days.tolist() == [[0, 1], [2, 3]]


@given(st.integers(MIN_DAY, MAX_DAY), USUAL)
def test_shifts_agree_with_arithmetic_by_hand(day: int, shift: Shift) -> None:
    move = make_calendar.Move(months=shift.months, days=shift.days, up=shift.rounding is Rounding.UP)
    assert shift.apply(day) - MIN_DAY == make_calendar.moved(day - MIN_DAY, move)


@given(DAYS, DAYS, st.one_of(USUAL, LONG))
def test_a_shift_keeps_the_order_of_days(one: int, other: int, shift: Shift) -> None:
    earlier, later = sorted((one, other))
    assert shift.apply(earlier) <= shift.apply(later)


@given(DAYS, st.integers(-150, 150), st.integers(-40, 40))
def test_rounding_down_is_at_most_one_day_before_rounding_up(day: int, months: int, days: int) -> None:
    down = Shift(months, days, Rounding.DOWN).apply(day)
    up = Shift(months, days, Rounding.UP).apply(day)
    assert down <= up <= down + 1


@given(st.integers(MIN_DAY, MAX_DAY), st.integers(-150, 150))
def test_rounding_up_differs_exactly_when_the_month_lacks_the_day(day: int, months: int) -> None:
    down = Shift(months).apply(day)
    differs = down != Shift(months, rounding=Rounding.UP).apply(day)
    assert differs == (down not in (PAST, FUTURE) and date_of(down).day != date_of(day).day)


@given(st.integers(MIN_DAY, MAX_DAY), st.integers(-5000, 5000))
def test_days_alone_are_plain_addition(day: int, days: int) -> None:
    assert Shift(days=days).apply(day) == min(FUTURE, max(PAST, day + days))


@given(WILD)
def test_infinity_does_not_move(shift: Shift) -> None:
    assert (shift.apply(PAST), shift.apply(FUTURE)) == (PAST, FUTURE)
    assert apply_to_column(column(PAST, FUTURE), shift).tolist() == [PAST, FUTURE]


@pytest.mark.parametrize("months", [10**9, 10**12, 10**30])
def test_a_shift_longer_than_the_calendar_saturates(months: int) -> None:
    day = parse_day("2024-01-31")
    assert Shift(months=months).apply(day) == Shift(days=months).apply(day) == FUTURE
    assert Shift(months=-months).apply(day) == Shift(days=-months).apply(day) == PAST


def test_days_do_not_bring_back_what_months_took_past_the_calendar() -> None:
    shift = Shift(months=1, days=-40)
    assert shift.apply(MAX_DAY) == FUTURE
    assert apply_to_column(column(MAX_DAY), shift).tolist() == [FUTURE]


def test_every_day_of_a_leap_cycle_by_the_shifts_of_the_rules() -> None:
    first, last = parse_day("2023-01-01"), parse_day("2026-12-31")
    days = np.arange(first, last + 1, dtype=np.int32)
    assert len(days) == 1461
    for text in (
        "- 2 months",
        "+ 2 months",
        "+ 45 days",
        "- 5 years",
        "+ 5 years",
        "+ 1 year",
        "+ 1 month",
        "- 12 months",
    ):
        for shift in (parse_shift(text), parse_shift(f"{text} rounding up")):
            move = make_calendar.Move(months=shift.months, days=shift.days, up=shift.rounding is Rounding.UP)
            expected = [make_calendar.moved(int(day) - MIN_DAY, move) + MIN_DAY for day in days]
            assert apply_to_column(days, shift).tolist() == expected, str(shift)


def test_moving_back_and_forth_does_not_always_return() -> None:
    """Why a shift has no inverse, and why two shifts are not their sum."""
    day = parse_day("2024-03-31")
    assert Shift(months=1).apply(Shift(months=-1).apply(day)) == parse_day("2024-03-29")
    there = parse_day("2024-01-31")
    assert Shift(months=1).apply(Shift(months=1).apply(there)) == parse_day("2024-03-29")
    assert Shift(months=2).apply(there) == parse_day("2024-03-31")


@given(st.builds(Shift, st.integers(-(10**6), 10**6), st.integers(-9_999_999, 9_999_999), ROUNDINGS))
def test_the_text_of_a_shift_is_read_back(shift: Shift) -> None:
    assert parse_shift(str(shift)) == shift


@pytest.mark.parametrize(
    ("shift", "text"),
    [
        (NO_SHIFT, "+ 0 days"),
        (Shift(months=-60), "- 5 years"),
        (Shift(months=-62, days=3), "- 5 years - 2 months + 3 days"),
        (Shift(months=1, days=-1), "+ 1 month - 1 day"),
        (Shift(months=13, rounding=Rounding.UP), "+ 1 year + 1 month rounding up"),
        (Shift(rounding=Rounding.UP), "+ 0 days rounding up"),
    ],
)
def test_the_text_of_a_shift(shift: Shift, text: str) -> None:
    assert str(shift) == text


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)), st.integers(-20, 20))
def test_whole_years_only_miss_the_29th_of_february(date: dt.date, years: int) -> None:
    day = date.toordinal() - dt.date(1970, 1, 1).toordinal()
    moved = Shift(months=12 * years).apply(day)
    if moved not in (PAST, FUTURE):
        target = date_of(moved)
        assert (target.year, target.month) == (date.year + years, date.month)
        assert target.day == date.day or (date.month, date.day, target.day) == (2, 29, 28)
