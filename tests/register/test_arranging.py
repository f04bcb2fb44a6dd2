"""The order of rows, whatever their numbers and days are, and numbering what is distinct."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import FUTURE, PAST
from rules_service.register.arranging import number_distinct, persons_of, replace_numbers, row_order

NUMBERS = st.one_of(st.integers(1, 5), st.sampled_from([0, 99_999_999_999, 2**62, 2**62 + 1]))
DAYS = st.one_of(st.integers(19_000, 19_003), st.sampled_from([PAST, FUTURE, -(2**30), 2**30]))
ROWS = st.lists(st.tuples(NUMBERS, DAYS, DAYS, st.integers(1, 4)), max_size=30)


@given(ROWS, st.booleans())
def test_rows_come_by_person_begin_end_and_row(rows: list[tuple[int, int, int, int]], sort_before: bool) -> None:
    if sort_before:
        rows.sort()
    table = np.array(rows, np.int64).reshape(-1, 4)
    order = row_order(table[:, 0], table[:, 1].astype(np.int32), table[:, 2].astype(np.int32), table[:, 3])
    arranged = table if order is None else table[order]
    assert list(map(tuple, arranged.tolist())) == sorted(rows)


def test_rows_in_order_are_left_as_they_are() -> None:
    persons, days = np.repeat(np.arange(100), 2), np.tile(np.array([1, 2], np.int32), 100)
    assert row_order(persons, days, days, persons) is None


@given(st.lists(NUMBERS, max_size=20), st.dictionaries(NUMBERS, NUMBERS, max_size=5))
def test_replaced_numbers_are_found_and_no_others(ssins: list[int], replaced: dict[int, int]) -> None:
    old = np.array(sorted(replaced), np.int64)
    current = np.array([replaced[number] for number in old.tolist()], np.int64)
    column = np.array(ssins, np.int64)
    assert replace_numbers(column, old, current).tolist() == [replaced.get(number, number) for number in ssins]
    assert column.tolist() == ssins


@given(st.lists(NUMBERS, max_size=20), st.lists(NUMBERS, max_size=5))
def test_persons_are_the_distinct_numbers_with_their_rows(ssins: list[int], others: list[int]) -> None:
    ssins.sort()
    numbers, offsets = persons_of(np.array(ssins, np.int64), np.array(others, np.int64))
    assert numbers.tolist() == sorted({*ssins, *others})
    runs = [ssins[begin:end] for begin, end in pairwise(offsets)]
    assert [len(run) for run in runs] == [ssins.count(number) for number in numbers.tolist()]
    assert all(set(run) <= {number} for run, number in zip(runs, numbers.tolist(), strict=True))


SMALL = st.integers(-(2**15), 2**15 - 1)


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), SMALL, SMALL), max_size=20))
def test_distinct_combinations_are_numbered_without_gaps(rows: list[tuple[int, int, int]]) -> None:
    table = np.array(rows, np.int64).reshape(-1, 3)
    numbers, example = number_distinct(table[:, 0].astype(np.int32), *table[:, 1:].astype(np.int16).T)
    assert [tuple(row) for row in table[example][numbers].tolist()] == rows
    assert sorted(set(numbers.tolist())) == list(range(len(set(rows))))
