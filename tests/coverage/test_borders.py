"""Which days decide a clause, and which periods touch them."""

from __future__ import annotations

import pytest

from rules_service.algebra import FUTURE, PAST, Period, parse_day, parse_window
from rules_service.coverage.borders import Border, borders_of, touched
from rules_service.model import Covers, Leaf, Overlaps, Selector, TotalDays, UnionScope, Whose

OWN = Selector(Whose.REQUESTER, None)
WINDOW = parse_window("2024-02-01 .. 2024-02-29", {})
FEBRUARY = Period(parse_day("2024-02-01"), parse_day("2024-02-29"))


def period(begin: str, end: str) -> Period:
    return Period(parse_day(begin), parse_day(end))


def borders(leaf: Leaf, *periods: Period, window: Period = FEBRUARY) -> set[Border]:
    return set(touched(leaf, window, periods))


@pytest.mark.parametrize(
    ("begin", "end", "border"),
    [
        ("2024-01-01", "2024-01-31", {Border.ENDS_THE_DAY_BEFORE}),
        ("2024-01-01", "2024-02-01", {Border.ENDS_ON_THE_FIRST_DAY}),
        ("2024-01-01", "2024-02-02", set[Border]()),
        ("2024-02-28", "2024-03-10", set[Border]()),
        ("2024-02-29", "2024-03-10", {Border.BEGINS_ON_THE_LAST_DAY}),
        ("2024-03-01", "2024-03-10", {Border.BEGINS_THE_DAY_AFTER}),
        ("2024-03-02", "2024-03-10", set[Border]()),
    ],
)
def test_one_day_in_common_is_decided_by_what_ends_before_it_or_begins_after_it(
    begin: str, end: str, border: set[Border]
) -> None:
    assert borders(Overlaps(WINDOW, OWN), period(begin, end)) == border


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("2024-02-01", "2024-02-29", {Border.COVERS_FROM_THE_FIRST_DAY, Border.COVERS_TO_THE_LAST_DAY}),
        ("2024-02-02", "2024-02-28", {Border.COVERS_FROM_A_DAY_LATER, Border.COVERS_TO_A_DAY_EARLIER}),
        ("2024-01-31", "2024-03-01", set[Border]()),
    ],
)
def test_full_cover_is_decided_at_both_ends_from_the_inside(begin: str, end: str, found: set[Border]) -> None:
    assert borders(Covers(WINDOW, OWN), period(begin, end)) == found


def test_integrations_that_touch_cover_together() -> None:
    first, second = period("2024-02-01", "2024-02-10"), period("2024-02-11", "2024-02-28")
    assert borders(Covers(WINDOW, OWN), first, second) == {
        Border.COVERS_FROM_THE_FIRST_DAY,
        Border.COVERS_TO_A_DAY_EARLIER,
    }
    alone = borders(Covers(WINDOW, OWN, UnionScope.ONE_INTEGRATION), period("2024-02-01", "2024-02-10"))
    assert alone == {Border.COVERS_FROM_THE_FIRST_DAY}


def test_counted_days_are_decided_by_their_number_and_by_the_window() -> None:
    leaf = TotalDays(WINDOW, OWN, 10)
    assert borders(leaf, period("2024-02-01", "2024-02-10")) == {Border.JUST_ENOUGH_DAYS}
    assert borders(leaf, period("2024-01-01", "2024-02-09")) == {Border.ONE_DAY_SHORT, Border.BEGINS_BEFORE_IT}
    assert borders(leaf, period("2024-02-20", "2024-03-20")) == {Border.JUST_ENOUGH_DAYS, Border.ENDS_AFTER_IT}


def test_there_is_no_day_before_the_beginning_of_time_nor_after_its_end() -> None:
    everything = Period(PAST, FUTURE)
    assert borders(Overlaps(WINDOW, OWN), everything, window=everything) == set()
    assert borders(Covers(WINDOW, OWN), everything, window=everything) == set()


def test_every_border_belongs_to_some_kind_of_clause() -> None:
    kinds: tuple[Leaf, ...] = (Overlaps(WINDOW, OWN), Covers(WINDOW, OWN), TotalDays(WINDOW, OWN, 10))
    assert {border for leaf in kinds for border in borders_of(leaf)} == set(Border)
