"""Numbers on pages of bits: each has its place among all in order, and what is not valid has none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rules_service.errors import InternalError, InvalidSsinError
from rules_service.identifiers import check_digits, format_ssin, parse_ssin
from rules_service.register.number_pages import NOWHERE, NumberPages, place_of
from rules_service.register.number_table import NumberTable
from rules_service.register.person_numbers import Persons

Int64 = NDArray[np.int64]
MONTHS = [month for first in (0, 20, 40) for month in range(first, first + 13)]
EDGE_DAYS = [(0, 1), (0, 999), (31, 1), (31, 999)]
MOST_DATES = 100 * len(MONTHS) * 32


def number(year: int, month: int, day: int, counter: int, *, later: bool = False) -> int:
    nine = ((year * 100 + month) * 100 + day) * 1000 + counter
    return nine * 100 + check_digits(nine, born_2000_or_later=later)


def is_valid(ssin: int) -> bool:
    try:
        return parse_ssin(format_ssin(ssin)) == ssin
    except InvalidSsinError:
        return False


def found(pages: NumberPages, ssins: Int64) -> list[int]:
    """The places of numbers; asserts that looking them up one by one says the same."""
    none = NumberTable.none()
    places, current = Persons(pages, none, none).find(ssins)
    assert current.tolist() == ssins.tolist()
    assert [pages.find_one(each) for each in ssins.tolist()] == places.tolist()
    return [int(each) for each in places]


def of(numbers: list[int]) -> NumberPages:
    return NumberPages.of(np.array(numbers, np.int64))


# A few dates and counters only, so that pages, lines and words are shared.
NUMBERS = st.builds(
    number,
    st.sampled_from([0, 1, 50, 99]),
    st.sampled_from(MONTHS),
    st.sampled_from([0, 1, 31]),
    st.sampled_from([1, 2, 31, 32, 95, 96, 111, 112, 113, 500, 998, 999]),
    later=st.booleans(),
)
ANYTHING = st.builds(
    lambda year, month, day, counter, check: (((year * 100 + month) * 100 + day) * 1000 + counter) * 100 + check,
    st.integers(0, 99),
    st.one_of(st.integers(0, 99), st.sampled_from([0, 12, 13, 19, 20, 32, 33, 39, 40, 52, 53])),
    st.one_of(st.integers(0, 31), st.sampled_from([0, 31, 32, 99])),
    st.one_of(st.integers(0, 999), st.sampled_from([0, 1, 999])),
    st.integers(0, 99),
)


@given(st.sets(NUMBERS, max_size=40), st.lists(st.one_of(NUMBERS, ANYTHING), max_size=20))
def test_a_number_has_its_place_in_order_and_others_have_none(held: set[int], others: list[int]) -> None:
    ordered = sorted(held)
    pages = of(ordered)
    assert (pages.count, pages.numbers().tolist()) == (len(held), ordered)
    asked = [*ordered, *others, *(near for each in ordered for near in (each - 1, each + 1, each + 100, -each))]
    expected = [ordered.index(each) if each in held else NOWHERE for each in asked]
    assert found(pages, np.array(asked, np.int64)) == expected


def random_numbers(rng: np.random.Generator, count: int) -> Int64:
    """Valid numbers of every kind and both centuries, sorted."""
    date = (rng.integers(0, 100, count) * 100 + rng.choice(MONTHS, count)) * 100 + rng.integers(0, 32, count)
    nine = date * 1000 + rng.integers(1, 1000, count)
    return np.unique(nine * 100 + 97 - (nine + 2_000_000_000 * rng.integers(0, 2, count)) % 97)


def test_places_are_those_of_a_sorted_array() -> None:
    rng = np.random.default_rng(3)
    numbers = random_numbers(rng, 300_000)
    pages = NumberPages.of(numbers)
    np.testing.assert_array_equal(pages.numbers(), numbers)
    asked = np.concatenate([rng.permutation(numbers), random_numbers(rng, 100_000), rng.integers(0, 10**11, 100_000)])
    place = np.minimum(np.searchsorted(numbers, asked), len(numbers) - 1)
    expected = np.where(numbers[place] == asked, place, NOWHERE)
    none = NumberTable.none()
    np.testing.assert_array_equal(Persons(pages, none, none).find(asked)[0], expected)


def edge_numbers() -> list[int]:
    """What lies at the ends of numbers, and of the integers that a processor has, and around them."""
    ends = [0, 2**30, 2**31, 2**32, 2**37, 2**62, 10**9, 10**10, 10**11, 97 * 10**11, 2**63 - 4]
    ends += [number(year, month, day, counter) for year in (0, 99) for month in (0, 52) for day, counter in EDGE_DAYS]
    near = {sign * end + by for end in ends for sign in (1, -1) for by in range(-3, 4)}
    return sorted(each for each in near | {-(2**63), 2**63 - 1} if -(2**63) <= each < 2**63)


def test_one_by_one_together_and_compiled_a_number_has_the_same_place() -> None:
    """Wherever in a block of numbers looked up together it stands."""
    rng = np.random.default_rng(4)
    held = random_numbers(rng, 5_000)
    pages, none = NumberPages.of(held), NumberTable.none()
    asked = np.concatenate(
        [
            held,
            rng.integers(0, 10**11, 5_000),
            rng.integers(-(2**63), 2**63 - 1, 5_000),
            np.repeat(np.array(edge_numbers()), 3),
        ]
    )
    for turn in range(3):
        mixed = rng.permutation(asked)[turn:]
        places = Persons(pages, none, none).find(mixed)[0]
        assert places.tolist() == [pages.find_one(each) for each in mixed.tolist()]


@pytest.mark.parametrize("check", range(100))
def test_an_array_of_numbers_is_placed_as_each_of_them(check: int) -> None:
    rng = np.random.default_rng(check)
    nine = np.concatenate([rng.integers(0, 10**9, 500), [0, 10**9 - 1]]).astype(np.uint32)
    together = place_of(nine, np.full(len(nine), check, np.uint32))
    one_by_one = [place_of(each, check) for each in nine.tolist()]
    assert list(zip(*(part.tolist() for part in together), strict=True)) == one_by_one


def test_a_page_holds_every_counter_and_both_centuries() -> None:
    held = sorted(number(85, 47, 30, counter, later=later) for counter in range(1000) for later in (False, True))
    assert found(of(held), np.array(held)) == list(range(2000))
    odd = held[1::2]
    places = found(of(odd), np.array(held))
    assert places == [place // 2 if place % 2 else NOWHERE for place in range(2000)]


def test_two_persons_with_the_same_nine_digits_are_in_order() -> None:
    for counter in range(1, 1000):
        pair = [number(0, 1, 1, counter, later=later) for later in (False, True)]
        (valid, date, first), (other_valid, same_date, second) = (place_of(*divmod(each, 100)) for each in pair)
        assert valid
        assert other_valid
        assert date == same_date
        assert abs(first - second) == 1
        assert (first < second) == (pair[0] < pair[1])


@given(st.one_of(ANYTHING, NUMBERS))
def test_exactly_the_valid_numbers_can_be_held(ssin: int) -> None:
    if is_valid(ssin):
        assert found(of([ssin]), np.array([ssin])) == [0]
        return
    with pytest.raises(InternalError, match="no valid number of a person") as caught:
        of([ssin])
    assert str(ssin) not in str(caught.value)


def test_every_month_day_counter_and_check_is_judged_as_it_is_parsed() -> None:
    asked = [
        ((8_500 + month) * 100 + day) * 100_000 + counter * 100 + check
        for month in range(100)
        for day in (0, 1, 31, 32)
        for counter in (0, 1, 999)
        for check in range(100)
    ]
    valid = [ssin for ssin in asked if is_valid(ssin)]
    assert valid
    pages = of(valid)
    assert [place != NOWHERE for place in found(pages, np.array(asked))] == [ssin in set(valid) for ssin in asked]


@pytest.mark.parametrize("wrong", [-1, -(2**63), 10**11, 2**63 - 1, 0])
def test_what_has_not_eleven_digits_is_no_number(wrong: int) -> None:
    assert found(of([number(0, 0, 0, 1), number(99, 52, 31, 999)]), np.array([wrong])) == [NOWHERE]
    with pytest.raises(InternalError, match="no valid number"):
        of([wrong])


def test_digits_beyond_the_eleventh_are_not_passed_over() -> None:
    good = number(85, 7, 30, 33)
    same_remainder = 97 * 10**11  # leaves the last eleven digits and the remainder as they are
    asked = np.array([good, -good, good + same_remainder, good - same_remainder])
    assert found(of([good]), asked) == [0, NOWHERE, NOWHERE, NOWHERE]


def test_no_numbers() -> None:
    pages = of([])
    assert pages.numbers().tolist() == []
    assert found(pages, np.array([number(0, 0, 0, 1), 0, -1])) == [NOWHERE] * 3
    assert found(pages, np.array([], np.int64)) == []


def test_five_million_numbers_take_8_bytes_each_wherever_they_lie() -> None:
    """Every date has a page of all lines."""
    every_date = [number(year, month, day, 999) for year in range(100) for month in MONTHS for day in range(32)]
    pages = of(sorted(every_date))
    assert pages.count == MOST_DATES
    assert pages.words.nbytes + pages.directory.nbytes <= 8 * 5_000_000
    assert pages.words.ctypes.data % 64 == 0, "a line lies in one line of the cache"


def test_columns_of_any_kind_are_looked_up() -> None:
    held = sorted(number(85, 7, 30, counter) for counter in range(1, 200))
    pages, none = of(held), NumberTable.none()
    strided = np.repeat(np.array(held), 2)[::2]
    read_only = np.array(held)
    read_only.setflags(write=False)
    unaligned = np.frombuffer(b"x" + np.array(held).tobytes(), np.int64, offset=1)
    for column in (strided, read_only, unaligned):
        persons, current = Persons(pages, none, none).find(column)
        assert (persons.dtype.name, current.dtype.name) == ("int32", "int64")
        assert persons.tolist() == list(range(len(held)))
    assert strided.flags.writeable
