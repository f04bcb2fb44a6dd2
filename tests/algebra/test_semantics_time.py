"""One test for each decision on time (S1 to S11), as far as days, shifts, sets and windows can state it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from rules_service.algebra import (
    FUTURE,
    MAX_DAY,
    MIN_DAY,
    PAST,
    DaySet,
    InvertedPeriodError,
    NameKind,
    Period,
    Rounding,
    Shift,
    Window,
    brussels_day,
    format_day,
    parse_day,
    parse_shift,
    parse_window,
)
from tests.vectors import make_calendar

SYSTEM_DATE = {"system_date": NameKind.DATE}
LEAP_CYCLE = range(parse_day("2023-01-01"), parse_day("2026-12-31") + 1)
FICTIVE = "system_date - 2 months .. system_date + 45 days"


def period(begin: str, end: str | None = None) -> Period:
    return Period(parse_day(begin), parse_day(end) if end else FUTURE)


def resolved(window: Window, system_date: int) -> tuple[int, int]:
    bounds = window.resolve({"system_date": system_date})
    assert bounds is not None
    return bounds


def moved(day: str, shift: str) -> str:
    return format_day(parse_shift(shift).apply(parse_day(day)))


def test_s1_a_day_is_a_civil_day_in_brussels() -> None:
    summer = dt.datetime(2024, 6, 30, 22, 30, tzinfo=dt.UTC)
    winter = dt.datetime(2024, 12, 30, 22, 30, tzinfo=dt.UTC)
    assert format_day(brussels_day(summer)) == "2024-07-01"
    assert format_day(brussels_day(winter)) == "2024-12-30"


def test_s2_bounds_are_closed_outside_and_half_open_inside() -> None:
    june = period("2024-06-01", "2024-06-30")
    assert june.half_open == (parse_day("2024-06-01"), parse_day("2024-07-01"))
    assert Period.from_half_open(*june.half_open) == june
    assert june.days == 30


def test_s3_following_days_touch_and_a_gap_of_one_day_is_a_gap() -> None:
    year = period("2024-01-01", "2024-12-31")
    first_half = period("2024-01-01", "2024-06-30")
    assert DaySet([first_half, period("2024-07-01", "2024-12-31")]).periods() == (year,)
    assert DaySet([first_half, period("2024-07-01", "2024-12-31")]).covers(year)
    assert not DaySet([first_half, period("2024-07-02", "2024-12-31")]).covers(year)


def test_s4_no_period_is_empty_or_inverted() -> None:
    with pytest.raises(InvertedPeriodError):
        period("2024-02-01", "2024-01-31")
    one_day = period("2024-02-01", "2024-02-01")
    assert not DaySet().covers(one_day)


def test_s4_the_window_between_two_dates_is_written_with_min_and_max() -> None:
    names = {"system_date": NameKind.DATE, "end_date": NameKind.DATE}
    window = parse_window("min(system_date, end_date) .. max(system_date, end_date)", names)
    assert window.resolve({"system_date": 9, "end_date": 4}) == (4, 9)
    assert window.resolve({"system_date": 4, "end_date": 9}) == (4, 9)


def test_s5_an_open_end_is_infinite_and_shifts_saturate() -> None:
    to_infinity = Period(parse_day("9999-12-31"), Shift(days=45).apply(MAX_DAY))
    assert to_infinity.end == FUTURE
    assert DaySet([period("2024-01-01")]).covers(to_infinity)
    assert not DaySet([period("2024-01-01", "9999-12-31")]).covers(to_infinity)
    assert Shift(months=-60).apply(MIN_DAY) == PAST
    assert Shift(months=-60).apply(FUTURE) == FUTURE
    assert Shift(months=60).apply(PAST) == PAST


def test_s6_months_and_years_are_added_at_once_and_clamped_once() -> None:
    assert moved("2024-04-30", "- 2 months") == "2024-02-29"
    assert moved("2023-04-30", "- 2 months") == "2023-02-28"
    assert moved("2024-02-29", "- 5 years") == "2019-02-28"
    assert moved("2024-02-29", "- 1 year - 11 months") == "2022-03-29"
    assert moved("2024-01-31", "+ 1 day + 1 month") == "2024-03-01"
    assert moved("2023-04-30", "- 2 months rounding up") == "2023-03-01"
    assert parse_shift("- 2 months").rounding is Rounding.DOWN


def test_s7_two_months_before_and_45_days_after_are_independent() -> None:
    begin, end = resolved(parse_window(FICTIVE, SYSTEM_DATE), parse_day("2023-04-30"))
    assert (format_day(begin), format_day(end)) == ("2023-02-28", "2023-06-14")


def test_s7_every_system_date_of_a_leap_cycle() -> None:
    window = parse_window(FICTIVE, SYSTEM_DATE)
    for day in LEAP_CYCLE:
        place = day - MIN_DAY
        begin = make_calendar.moved(place, make_calendar.Move(months=-2)) + MIN_DAY
        assert resolved(window, day) == (begin, day + 45)
    lengths = Counter(Period(*resolved(window, day)).days for day in LEAP_CYCLE)
    assert lengths == {105: 177, 106: 63, 107: 980, 108: 241}


def test_s7_the_days_on_which_the_rounding_matters() -> None:
    down, up = Shift(months=-2), Shift(months=-2, rounding=Rounding.UP)
    differing = [format_day(day) for day in LEAP_CYCLE if down.apply(day) != up.apply(day)]
    assert differing == [
        "2023-01-31", "2023-04-29", "2023-04-30", "2023-08-31",
        "2024-01-31", "2024-04-30", "2024-08-31",
        "2025-01-31", "2025-04-29", "2025-04-30", "2025-08-31",
        "2026-01-31", "2026-04-29", "2026-04-30", "2026-08-31",
    ]  # fmt: skip


def test_s8_one_common_day_is_enough() -> None:
    held = DaySet([period("2024-03-01", "2024-03-31")])
    assert held.overlaps(period("2024-03-31", "2024-04-30"))
    assert held.overlaps(period("2024-02-01", "2024-03-01"))
    assert not held.overlaps(period("2024-04-01", "2024-04-30"))
    assert not held.overlaps(period("2024-02-01", "2024-02-29"))


def test_s9_the_union_must_cover_every_day() -> None:
    asked = period("2024-01-10", "2024-03-10")
    january, rest = period("2024-01-01", "2024-01-31"), period("2024-02-01", "2024-03-10")
    assert DaySet([rest, january]).covers(asked)
    assert not DaySet([january]).covers(asked)
    assert not DaySet([january, period("2024-02-01", "2024-03-09")]).covers(asked)


def test_s9_the_pension_register_extends_each_integration_five_years_back() -> None:
    extend = parse_shift("- 5 years")
    held = period("2024-02-29", "2024-12-31")
    extended = DaySet([Period(extend.apply(held.begin), held.end)])
    assert extended.covers(period("2019-02-28", "2024-12-31"))
    assert not extended.covers(period("2019-02-27", "2024-12-31"))
    assert not extended.covers(period("2019-02-28", "2025-01-01"))


def test_s10_at_the_system_date_is_that_one_day() -> None:
    begin, end = resolved(parse_window("system_date", SYSTEM_DATE), parse_day("2024-05-05"))
    assert Period(begin, end) == period("2024-05-05", "2024-05-05")


def test_s11_days_of_the_union_inside_the_window_count_once() -> None:
    asked = period("2023-06-16", "2024-06-15")
    overlapping = DaySet([period("2023-07-01", "2023-08-14"), period("2023-07-16", "2023-08-29")])
    assert overlapping.count_within(asked) == 60
    assert DaySet([period("2024-03-18")]).count_within(asked) == 90
    assert DaySet([period("2023-01-01", "2023-06-16")]).count_within(asked) == 1
    assert DaySet([period("2024-06-16")]).count_within(asked) == 0
