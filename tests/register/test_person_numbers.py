"""Who stands behind a number, when some were replaced and some changed since: as a dictionary would say."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.errors import InternalError
from rules_service.register.number_table import NumberTable
from rules_service.register.person_numbers import UNKNOWN, Persons
from tests.register.support import bis, national

NUMBERS = [*(national(person) for person in range(1, 9)), *(bis(person) for person in range(1, 9))]
STATES = st.lists(st.tuples(st.integers(UNKNOWN, 20), st.sampled_from(NUMBERS)), min_size=16, max_size=16)
"""For each number its person and its current number, as a change may leave them."""


def persons_of(held: dict[int, int | None]) -> Persons:
    """The persons of current numbers (None) and of replaced ones (the current number)."""
    numbers = sorted(each for each, current in held.items() if current is None)
    old = {each: current for each, current in sorted(held.items()) if current is not None}
    return Persons.of(*(np.array(list(each), np.int64) for each in (numbers, old, old.values())))


def table(states: dict[int, tuple[int, int]]) -> NumberTable:
    person, current = zip(*(states[each] for each in sorted(states)), strict=True) if states else ((), ())
    return NumberTable(np.array(sorted(states), np.int64), np.array(person, np.int32), np.array(current, np.int64))


def check(persons: Persons, expected: dict[int, tuple[int, int]]) -> None:
    """`expected` says the person and the current number; all other numbers are unknown."""
    asked = [*NUMBERS, national(900), -5, 0, 10**15]
    wanted = [expected.get(each, (UNKNOWN, each)) for each in asked]
    found, current = persons.find(np.array(asked, np.int64))
    assert list(zip(found.tolist(), current.tolist(), strict=True)) == wanted
    assert [(persons.find_one(each), persons.current_one(each)) for each in asked] == wanted


@given(st.sets(st.sampled_from(NUMBERS), min_size=1), st.data())
def test_s18_changed_numbers_count_before_current_ones_and_replaced_ones(
    current: set[int], data: st.DataObject
) -> None:
    others = [each for each in NUMBERS if each not in current]
    replaced = data.draw(st.dictionaries(st.sampled_from(others), st.sampled_from(sorted(current)))) if others else {}
    persons = persons_of(dict.fromkeys(current) | replaced)
    place = {number: place for place, number in enumerate(sorted(current))}
    expected = {number: (place[number], number) for number in current}
    expected |= {old: (place[new], new) for old, new in replaced.items()}
    check(persons, expected)
    for _ in range(2):
        names = data.draw(st.sets(st.sampled_from(NUMBERS)))
        states = {name: state for name, state in zip(NUMBERS, data.draw(STATES), strict=True) if name in names}
        persons = persons.with_changed(table(states))
        expected |= states
        check(persons, expected)


def test_many_replaced_and_changed_numbers_are_found_among_many() -> None:
    current = [national(person) for person in range(1, 900)]
    replaced = {bis(person): national(person) for person in range(1, 900, 3)}
    changed = {national(person): (5_000 + person, national(person)) for person in range(1, 900, 7)}
    persons = persons_of(dict.fromkeys(current) | replaced).with_changed(table(changed))
    asked = [*current, *(bis(person) for person in range(1, 900))] * 3
    expected = {number: (place, number) for place, number in enumerate(current)}
    expected |= {old: (current.index(new), new) for old, new in replaced.items()} | changed
    found, now = persons.find(np.array(asked, np.int64))
    pairs = list(zip(found.tolist(), now.tolist(), strict=True))
    assert pairs == [expected.get(each, (UNKNOWN, each)) for each in asked]


def test_a_replaced_number_that_is_not_valid_is_refused() -> None:
    with pytest.raises(InternalError, match="replaced number") as caught:
        persons_of({national(1): None, 12_345_678_901: national(1)})
    assert "12345678901" not in str(caught.value)


ONE_BY_ONE = """
import sys
from rules_service.decision import Integration
from rules_service.register import index_of_facts
from tests.register.support import national
index = index_of_facts([], [Integration(1, national(1), "1900000762", 17, 2, 5, 9)])
assert len(index.integrations_of(national(1))) == 1
assert not index.integrations_of(national(2))
assert "numba" not in sys.modules
"""


def test_looking_up_one_person_loads_no_compiler() -> None:
    subprocess.run([sys.executable, "-c", ONE_BY_ONE], check=True)
