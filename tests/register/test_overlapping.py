"""The active integrations of a key never overlap: found before a write, and enforced by the database itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from rules_service.algebra import FUTURE, parse_day
from rules_service.errors import RegisterUnavailableError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import Register
from rules_service.register.overlapping import IntegrationOutcome, outcomes_of
from rules_service.register.schema import integrations
from rules_service.register.writing import DirectoryEntry
from tests.register.support import GHENT, national

ADDED, KNOWN, OVERLAPS = IntegrationOutcome
Row = tuple[int, ...]
COLUMNS = 8


@st.composite
def row(draw: st.DrawFn) -> Row:
    key = (draw(st.integers(1, 2)), 1, draw(st.integers(17, 18)), draw(st.integers(2, 3)))
    begin = draw(st.integers(-5, 8))
    end = draw(st.one_of(st.just(FUTURE), st.integers(begin, begin + 4)))
    return (*key, begin, end, *draw(st.sampled_from([(1, 1), (1, 0), (0, 1)])))


def days_of(each: Row) -> set[tuple[object, ...]]:
    """Every day of a row in each of its registers, with its key; an open end is a day of its own."""
    days = [*range(each[4], min(each[5], 20) + 1), *([FUTURE] if each[5] == FUTURE else [])]
    return {(*each[:4], register, day) for register in (6, 7) if each[register] for day in days}


def naive(rows: list[Row]) -> list[IntegrationOutcome]:
    taken: list[Row] = []
    outcomes = []
    for each in rows:
        overlaps = any(days_of(each) & days_of(other) for other in taken)
        outcomes.append(KNOWN if each in taken else OVERLAPS if overlaps else ADDED)
        taken += [each] if outcomes[-1] is ADDED else []
    return outcomes


def table(rows: list[Row]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(rows, dtype=np.int64).reshape(-1, COLUMNS)


@given(st.lists(row(), max_size=25), st.integers(0, 25))
def test_rows_are_judged_in_their_order_as_days_would_be(rows: list[Row], held: int) -> None:
    outcomes = naive(rows)
    held_rows = [each for each, outcome in zip(rows[:held], outcomes, strict=False) if outcome is ADDED]
    assert outcomes_of(table(held_rows), table(rows[held:])).tolist() == outcomes[held:]


FIRST = {
    "row_id": 1,
    "ssin": national(1),
    "organisation_id": 1,
    "sector": 17,
    "quality_code": 2,
    "begin_day": parse_day("2024-01-01"),
    "end_day": parse_day("2024-06-30"),
    "in_primary": True,
    "in_secondary": False,
    "end_defaulted": False,
    "since_revision": 1,
    "until_revision": None,
}
FROM_JUNE = {"row_id": 2, "begin_day": parse_day("2024-06-30"), "end_day": None}


@pytest.fixture
def register(place: str) -> Iterator[Register]:
    organisation = Organisation(GHENT, RequesterKind.CPAS, Region.FLANDERS, 17, 1)
    with Register.create(place) as made:
        with made.write("organisations") as writer:
            writer.put_organisation(DirectoryEntry(organisation, None, "name"))
        with made._database.writing() as connection:
            connection.execute(insert(integrations).values(FIRST))
        yield made


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"begin_day": 0},
        {"end_day": parse_day("2024-06-30")},
        {"in_secondary": True},
        {"begin_day": parse_day("0001-01-01"), "end_day": parse_day("9999-12-31")},
    ],
)
def test_the_database_itself_refuses_what_overlaps(register: Register, change: dict[str, object]) -> None:
    with (
        pytest.raises(RegisterUnavailableError, match="contradicts") as failure,
        register._database.writing() as connection,
    ):
        connection.execute(insert(integrations).values(FIRST | FROM_JUNE | change))
    assert str(national(1)) not in str(failure.value)
    assert len(register.snapshot().row_id) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"begin_day": parse_day("2024-07-01")},
        {"begin_day": 0, "end_day": parse_day("2023-12-31")},
        {"ssin": national(2)},
        {"sector": 18},
        {"quality_code": 3},
        {"in_primary": False, "in_secondary": True},
        {"until_revision": 1},
    ],
)
def test_the_database_takes_what_does_not(register: Register, change: dict[str, object]) -> None:
    with register._database.writing() as connection:
        connection.execute(insert(integrations).values(FIRST | FROM_JUNE | change))
    with register.reading() as connection:
        assert len(connection.execute(integrations.select()).all()) == 2


def test_a_closed_row_makes_room_and_cannot_come_back(register: Register) -> None:
    close = update(integrations).where(integrations.c.row_id == 1)
    with register._database.writing() as connection:
        connection.execute(close.values(until_revision=1))
        connection.execute(insert(integrations).values(FIRST | FROM_JUNE))
    with pytest.raises(RegisterUnavailableError, match="contradicts"), register._database.writing() as connection:
        connection.execute(close.values(until_revision=None))
