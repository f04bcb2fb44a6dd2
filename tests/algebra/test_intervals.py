from __future__ import annotations

import dataclasses
from itertools import pairwise, product

import portion  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import (
    FUTURE,
    MAX_DAY,
    NO_DAYS,
    PAST,
    DaySet,
    InvertedPeriodError,
    Period,
    convert_bounds,
)
from rules_service.errors import RulesServiceError

SPAN = 40


@st.composite
def small_periods(draw: st.DrawFn) -> Period:
    begin, end = sorted((draw(st.integers(0, SPAN)), draw(st.integers(0, SPAN))))
    return Period(begin, end)


MANY = st.lists(small_periods(), max_size=8)


def days_of(periods: list[Period] | tuple[Period, ...]) -> set[int]:
    return {day for period in periods for day in range(period.begin, period.end + 1)}


def set_of(days: set[int]) -> DaySet:
    return DaySet(Period(day, day) for day in days)


def test_a_period_counts_both_ends() -> None:
    period = Period(10, 12)
    assert period.days == 3
    assert period.half_open == (10, 13)
    assert [day for day in range(8, 15) if period.contains(day)] == [10, 11, 12]
    assert Period(5, 5).days == 1


@given(small_periods())
def test_bounds_convert_back(period: Period) -> None:
    assert Period.from_half_open(*period.half_open) == period
    assert convert_bounds(*period.half_open, to_half_open=False) == (period.begin, period.end)


@pytest.mark.parametrize("gap", [1, 2, 1000])
def test_an_inverted_period_cannot_exist(gap: int) -> None:
    with pytest.raises(InvertedPeriodError, match="ends before it begins: 1970-01-11"):
        Period(10, 10 - gap)
    with pytest.raises(InvertedPeriodError):
        Period.from_half_open(10, 10)
    assert issubclass(InvertedPeriodError, RulesServiceError)
    assert issubclass(InvertedPeriodError, ValueError)


def test_an_open_period_reaches_past_the_last_day() -> None:
    assert Period(0, FUTURE).half_open == (0, FUTURE + 1)
    assert Period(0, FUTURE).contains(FUTURE)
    assert not Period(0, MAX_DAY).contains(FUTURE)
    assert str(Period(PAST, FUTURE)) == "-infinity .. infinity"


@given(MANY)
def test_a_set_holds_exactly_the_days_of_its_periods(periods: list[Period]) -> None:
    merged = DaySet(periods).periods()
    assert days_of(merged) == days_of(periods)
    assert all(left.end + 1 < right.begin for left, right in pairwise(merged))


@given(MANY, small_periods())
def test_questions_agree_with_plain_sets(periods: list[Period], asked: Period) -> None:
    held, wanted = days_of(periods), days_of([asked])
    days = DaySet(periods)
    assert days.covers(asked) is (wanted <= held)
    assert days.overlaps(asked) is bool(wanted & held)
    assert days.count_within(asked) == len(wanted & held)
    assert days.empty is (len(held) == 0)


@given(MANY, MANY)
def test_algebra_agrees_with_plain_sets(left: list[Period], right: list[Period]) -> None:
    one, other = DaySet(left), DaySet(right)
    assert days_of(one.union(other).periods()) == days_of(left) | days_of(right)
    assert days_of(one.intersection(other).periods()) == days_of(left) & days_of(right)
    assert days_of(one.difference(other).periods()) == days_of(left) - days_of(right)


@given(MANY)
def test_equal_days_are_equal_sets_however_built(periods: list[Period]) -> None:
    rebuilt = set_of(days_of(periods))
    assert rebuilt == DaySet(periods) == DaySet(reversed(periods))
    assert hash(rebuilt) == hash(DaySet(periods))
    assert rebuilt.difference(DaySet(periods)) == NO_DAYS


def test_every_pair_of_periods_of_a_week_against_every_question() -> None:
    """Exhaustive where the boundaries are: seven days, up to two held periods, every period asked."""
    week = [Period(begin, end) for begin in range(7) for end in range(begin, 7)]
    for first, second in product(week, repeat=2):
        held, days = days_of([first, second]), DaySet([first, second])
        for asked in week:
            common = len(days_of([asked]) & held)
            answers = (days.overlaps(asked), days.covers(asked), days.count_within(asked))
            assert answers == (common > 0, common == asked.days, common)


def test_the_empty_set_holds_nothing() -> None:
    day = Period(1, 1)
    assert DaySet() == DaySet([]) == NO_DAYS
    assert NO_DAYS.empty
    assert (NO_DAYS.covers(day), NO_DAYS.overlaps(day), NO_DAYS.count_within(day)) == (False, False, 0)
    assert NO_DAYS.periods() == ()
    assert NO_DAYS.union(DaySet([day])) == DaySet([day]).difference(NO_DAYS) == DaySet([day])
    assert str(NO_DAYS) == "no day"


def test_open_sets_reach_infinity() -> None:
    open_ended = DaySet([Period(0, FUTURE)])
    assert open_ended.covers(Period(MAX_DAY, FUTURE))
    assert not DaySet([Period(0, MAX_DAY)]).covers(Period(MAX_DAY, FUTURE))
    assert open_ended.difference(DaySet([Period(10, FUTURE)])).periods() == (Period(0, 9),)
    assert open_ended.difference(DaySet([Period(10, 19)])).periods() == (Period(0, 9), Period(20, FUTURE))
    assert str(DaySet([Period(0, 0), Period(2, FUTURE)])) == "1970-01-01 .. 1970-01-01, 1970-01-03 .. infinity"


def test_sets_and_periods_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Period(1, 2).begin = 0  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        DaySet()._days = NO_DAYS._days  # type: ignore[misc]


def test_ten_thousand_periods_are_built_at_once() -> None:
    """Folding them one by one would take minutes: the suite's time limit is the assertion."""
    days = DaySet(Period(3 * number, 3 * number + 1) for number in range(10_000))
    assert len(days.periods()) == 10_000
    assert days.count_within(Period(0, 29_999)) == 20_000


def test_the_traps_of_portion_are_still_there() -> None:
    """Why `DaySet` exists; should portion change, this says so."""
    january, february = portion.closed(0, 30), portion.closed(31, 58)
    assert portion.closed(0, 58) not in january | february
    assert portion.closed(10, 5) in january
