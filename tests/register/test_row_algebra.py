"""Integrating is a union of days and removing a difference (S27): examples, then every case against sets of days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import FUTURE, MAX_DAY, Period
from rules_service.register.row_algebra import ActiveRow, NewRow, Registers, RowChanges, disintegrate, integrate

PRIMARY, SECONDARY, BOTH = Registers.PRIMARY, Registers.SECONDARY, Registers.BOTH


def row(row_id: int, begin: int, end: int, where: Registers = BOTH, *, defaulted: bool = False) -> ActiveRow:
    return ActiveRow(row_id, begin, end, PRIMARY in where, SECONDARY in where, end_defaulted=defaulted)


def new(begin: int, end: int, where: Registers = BOTH, *, defaulted: bool = False) -> NewRow:
    return NewRow(begin, end, PRIMARY in where, SECONDARY in where, end_defaulted=defaulted)


def added(rows: Iterable[ActiveRow], begin: int, end: int, where: Registers = BOTH) -> tuple[list[int], list[NewRow]]:
    return in_short(integrate(rows, Period(begin, end), where, end_defaulted=False))


def removed(rows: Iterable[ActiveRow], begin: int, end: int, where: Registers = BOTH) -> tuple[list[int], list[NewRow]]:
    return in_short(disintegrate(rows, Period(begin, end), where))


def in_short(changes: RowChanges) -> tuple[list[int], list[NewRow]]:
    return [each.row_id for each in changes.closed], list(changes.opened)


# Integrating.


def test_the_first_integration_is_a_row_in_both_registers() -> None:
    assert added([], 10, 20) == ([], [new(10, 20)])
    assert added([], 10, FUTURE, PRIMARY) == ([], [new(10, FUTURE, PRIMARY)])


def test_days_that_are_there_already_change_nothing() -> None:
    for begin, end in ((10, 20), (10, 15), (15, 20), (12, 18)):
        assert added([row(1, 10, 20)], begin, end) == ([], [])
    assert added([row(1, 10, 15), row(2, 16, 20)], 12, 18) == ([], []), "two rows that touch hold them together"
    assert added([row(1, 10, FUTURE)], 12, FUTURE) == ([], [])


def test_only_the_days_that_are_missing_are_opened() -> None:
    rows = [row(1, 10, 20), row(2, 30, 40)]
    assert added(rows, 20, 25) == ([], [new(21, 25)])
    assert added(rows, 21, 29) == ([], [new(21, 29)])
    assert added(rows, 20, 30) == ([], [new(21, 29)])
    assert added(rows, 5, 45) == ([], [new(5, 9), new(21, 29), new(41, 45)])
    assert added(rows, 25, FUTURE) == ([], [new(25, 29), new(41, FUTURE)])


def test_nothing_begins_after_the_calendar() -> None:
    assert added([row(1, 10, MAX_DAY)], 10, FUTURE) == ([], [])
    assert added([row(1, 10, 20), row(2, 30, MAX_DAY)], 10, FUTURE) == ([], [new(21, 29)])


def test_each_register_has_its_own_days() -> None:
    assert added([row(1, 10, 20, PRIMARY)], 15, 25) == ([], [new(15, 25, SECONDARY), new(21, 25, PRIMARY)])
    assert added([row(1, 10, 30, PRIMARY)], 15, 25) == ([], [new(15, 25, SECONDARY)])
    assert added([row(1, 10, 20, PRIMARY), row(2, 10, 20, SECONDARY)], 15, 25) == ([], [new(21, 25)])
    assert added([row(1, 10, 20, SECONDARY)], 15, 25, PRIMARY) == ([], [new(15, 25, PRIMARY)])


def test_integrating_in_one_register_leaves_a_row_of_both_as_it_is() -> None:
    assert added([row(1, 10, 20)], 15, 25, PRIMARY) == ([], [new(21, 25, PRIMARY)])
    rows = [row(1, 10, 20), row(2, 21, 30, SECONDARY)]
    assert added(rows, 15, 25) == ([], [new(21, 25, PRIMARY)]), "the second holds it already"


def test_the_row_that_ends_with_the_period_is_defaulted_as_its_end_is() -> None:
    changes = integrate([row(1, 10, 20)], Period(5, 25), end_defaulted=True)
    assert changes.opened == (new(5, 9), new(21, 25, defaulted=True))
    changes = integrate([row(1, 10, 20)], Period(5, 20), end_defaulted=True)
    assert changes.opened == (new(5, 9),)


# Removing.


def test_a_removal_takes_days_away_and_may_split_a_row() -> None:
    assert removed([row(1, 10, 20)], 13, 15) == ([1], [new(10, 12), new(16, 20)])
    assert removed([row(1, 10, 20)], 10, 15) == ([1], [new(16, 20)])
    assert removed([row(1, 10, 20)], 15, 20) == ([1], [new(10, 14)])
    assert removed([row(1, 10, 20)], 5, 25) == ([1], [])
    assert removed([row(1, 10, 20)], 21, FUTURE) == ([], [])
    assert removed([row(1, 10, 20), row(2, 30, FUTURE)], 15, 35) == ([1, 2], [new(10, 14), new(36, FUTURE)])


def test_a_removal_to_infinity_leaves_nothing_after_it() -> None:
    rows = [row(1, 10, 20), row(2, 30, MAX_DAY), row(3, MAX_DAY, FUTURE, SECONDARY)]
    assert removed(rows[:2], 15, FUTURE) == ([1, 2], [new(10, 14)])
    assert removed(rows[2:], 15, MAX_DAY) == ([3], []), "an open end is no day of its own"
    assert removed([row(1, 10, FUTURE)], 15, MAX_DAY) == ([1], [new(10, 14)])


def test_a_removal_in_one_register_leaves_the_other() -> None:
    assert removed([row(1, 10, 20)], 15, 25, SECONDARY) == ([1], [new(10, 14, SECONDARY), new(10, 20, PRIMARY)])
    assert removed([row(1, 10, 20, PRIMARY)], 15, 25, SECONDARY) == ([], [])


def test_what_is_left_before_a_removal_has_a_stated_end_and_what_is_left_after_keeps_its_own() -> None:
    rows = [row(1, 10, 20, defaulted=True)]
    assert removed(rows, 13, 15) == ([1], [new(10, 12), new(16, 20, defaulted=True)])


def test_no_register_no_change() -> None:
    assert integrate([row(1, 10, 20)], Period(15, 25), Registers(0), end_defaulted=False).is_empty
    assert disintegrate([row(1, 10, 20)], Period(15, 25), Registers(0)).is_empty


# Against sets of days: the days 0 to 30, and one that stands for all that follows an open end.

LAST: Final = 30
BEYOND: Final = LAST + 1
Days = frozenset[int]
Write = Callable[[Iterable[ActiveRow], Period, Registers], RowChanges]


def days_of(begin: int, end: int) -> Days:
    return frozenset(range(begin, min(end, BEYOND) + 1))


def days_in(rows: Iterable[ActiveRow], register: Registers) -> Days:
    return frozenset(day for each in rows if register in each.registers for day in days_of(each.begin, each.end))


def after(rows: Iterable[ActiveRow], changes: RowChanges) -> list[ActiveRow]:
    """The active rows once the changes are made."""
    closed = {each.row_id for each in changes.closed}
    opened = (
        ActiveRow(1_000 + place, each.begin, each.end, each.primary, each.secondary, each.end_defaulted)
        for place, each in enumerate(changes.opened)
    )
    return [*(each for each in rows if each.row_id not in closed), *opened]


def overlap(one: ActiveRow, other: ActiveRow) -> bool:
    return bool(one.registers & other.registers) and one.begin <= other.end and other.begin <= one.end


def content(each: ActiveRow | NewRow) -> tuple[int, int, bool, bool, bool]:
    return each.begin, each.end, each.primary, each.secondary, each.end_defaulted


BEGINS = st.integers(0, LAST)
PERIODS = st.builds(
    lambda begin, length: Period(begin, FUTURE if length is None else min(begin + length, LAST)),
    BEGINS,
    st.none() | st.integers(0, 12),
)
REGISTERS = st.sampled_from([PRIMARY, SECONDARY, BOTH])


@st.composite
def active_rows(draw: st.DrawFn) -> list[ActiveRow]:
    """The active rows of one key: no two of a register share a day."""
    wanted = draw(st.lists(st.tuples(PERIODS, REGISTERS, st.booleans()), max_size=8))
    rows: list[ActiveRow] = []
    for place, (period, where, defaulted) in enumerate(wanted):
        one = row(place, period.begin, period.end, where, defaulted=defaulted)
        if not any(overlap(one, other) for other in rows):
            rows.append(one)
    return rows


def stated(rows: Iterable[ActiveRow], period: Period, registers: Registers) -> RowChanges:
    return integrate(rows, period, registers, end_defaulted=False)


def by_default(rows: Iterable[ActiveRow], period: Period, registers: Registers) -> RowChanges:
    return integrate(rows, period, registers, end_defaulted=True)


WRITES = st.sampled_from([stated, by_default, disintegrate])


@given(active_rows(), PERIODS, REGISTERS)
def test_integrating_is_a_union_in_each_register_named(rows: list[ActiveRow], period: Period, where: Registers) -> None:
    result = after(rows, stated(rows, period, where))
    for register in BOTH:
        gained = days_of(period.begin, period.end) if register in where else frozenset()
        assert days_in(result, register) == days_in(rows, register) | gained


@given(active_rows(), PERIODS, REGISTERS)
def test_removing_is_a_difference_in_each_register_named(
    rows: list[ActiveRow], period: Period, where: Registers
) -> None:
    result = after(rows, disintegrate(rows, period, where))
    for register in BOTH:
        lost = days_of(period.begin, period.end) if register in where else frozenset()
        assert days_in(result, register) == days_in(rows, register) - lost


@given(active_rows(), PERIODS, REGISTERS, WRITES)
def test_no_two_rows_of_a_register_ever_overlap(
    rows: list[ActiveRow], period: Period, where: Registers, write: Write
) -> None:
    result = after(rows, write(rows, period, where))
    assert all(each.registers and each.begin <= min(each.end, MAX_DAY) for each in result)
    assert not any(overlap(one, other) for place, one in enumerate(result) for other in result[:place])


@given(active_rows(), PERIODS, REGISTERS, WRITES)
def test_the_same_write_again_changes_nothing(
    rows: list[ActiveRow], period: Period, where: Registers, write: Write
) -> None:
    assert write(after(rows, write(rows, period, where)), period, where).is_empty


@given(active_rows(), PERIODS, REGISTERS, WRITES)
def test_nothing_changes_but_what_must(rows: list[ActiveRow], period: Period, where: Registers, write: Write) -> None:
    changes = write(rows, period, where)
    result = after(rows, changes)
    changed = {register for register in BOTH if days_in(rows, register) != days_in(result, register)}
    assert changes.is_empty == (not changed)
    probe = row(-1, period.begin, period.end)
    for each in changes.closed:
        assert any(register in each.registers for register in changed & set(where))
        assert overlap(each, probe), "a row that shares no day with the period stays"
        assert content(each) not in map(content, changes.opened), "a row is not replaced by itself"
    spans = [(each.begin, each.end, each.end_defaulted) for each in changes.opened]
    assert len(set(spans)) == len(spans), "equal spans of the two registers are one row"


@given(active_rows(), PERIODS, REGISTERS)
def test_integrating_closes_nothing_and_opens_no_day_outside_of_the_period(
    rows: list[ActiveRow], period: Period, where: Registers
) -> None:
    changes = stated(rows, period, where)
    assert not changes.closed
    assert all(period.begin <= each.begin and each.end <= period.end for each in changes.opened)


@given(active_rows(), PERIODS, REGISTERS, WRITES, st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    rows: list[ActiveRow], period: Period, where: Registers, write: Write, chance: Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert write(shuffled, period, where) == write(rows, period, where)
