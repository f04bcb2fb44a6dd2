"""An index that follows writes says the same as one built from scratch, and what it was stays what it was."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.algebra import FUTURE, Period
from rules_service.decision import Integration
from rules_service.errors import InternalError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import Index, Register, index_of_facts
from rules_service.register.integrating import Key
from rules_service.register.overlay import Changes, packed, with_changes
from rules_service.register.row_algebra import Registers
from rules_service.register.row_columns import RowColumns
from rules_service.register.touched import read_touched
from rules_service.register.writing import DirectoryEntry, NewIntegrations
from tests.evaluate.scene import TODAY
from tests.register.conftest import Places
from tests.register.pictures import decisions, picture
from tests.register.support import GHENT, NAMUR, bis, national
from tests.register.writing_support import integrate, remove

ORGANISATIONS = (
    Organisation(GHENT, RequesterKind.CPAS, Region.FLANDERS, 17, 1),
    Organisation(NAMUR, RequesterKind.CPAS, Region.WALLONIA, 17, 1),
    Organisation("40/21", RequesterKind.PARTNER, Region.NONE, 40, 21),
)
LATER = Organisation("1900002148", RequesterKind.CPAS, Region.BRUSSELS, 17, 1)
NUMBERS = (*(bis(person) for person in range(1, 5)), *(national(person) for person in range(1, 4)))
STRANGER = national(900)
EVERYBODY = (*NUMBERS, STRANGER)


@st.composite
def days(draw: st.DrawFn) -> Period:
    begin = TODAY + draw(st.integers(-4, 3))
    return Period(begin, draw(st.one_of(st.just(FUTURE), st.integers(begin, TODAY + 4))))


KEYS = st.builds(
    lambda ssin, owner, code: Key(ssin, owner.key, owner.sector, code),
    st.sampled_from(NUMBERS),
    st.sampled_from(ORGANISATIONS),
    st.sampled_from([1, 2, 902]),
)
DAYS = st.tuples(KEYS, days(), st.sampled_from([Registers.BOTH, Registers.PRIMARY, Registers.SECONDARY]))
ALIASES = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).filter(lambda pair: pair[0] != pair[1])
DIRECTORY = st.one_of(
    st.just(LATER),
    st.builds(lambda number: replace(ORGANISATIONS[2], institution=number), st.sampled_from([20, 21, None])),
)
ACTIONS = st.one_of(
    st.tuples(st.just("integrate"), DAYS),
    st.tuples(st.just("integrate"), DAYS),
    st.tuples(st.just("remove"), DAYS),
    st.tuples(st.just("replace"), ALIASES),
    st.tuples(st.just("describe"), DIRECTORY),
)
WRITES = st.lists(st.lists(ACTIONS, max_size=4), min_size=1, max_size=6)


def write(register: Register, actions: Sequence[tuple[str, object]]) -> None:
    """Days are written one by one, and before them all the rest under one revision."""
    with register.write("test") as writer:
        for name, what in actions:
            match name, what:
                case "replace", (int() as old, int() as new):
                    writer.add_aliases([(old, new)])
                case "describe", Organisation() as organisation:
                    writer.put_organisation(DirectoryEntry(organisation, None, "name"))
    for name, what in actions:
        match name, what:
            case "integrate", (Key() as key, Period() as period, Registers() as registers):
                integrate(register, key, period.begin, period.end, registers)
            case "remove", (Key() as key, Period() as period, Registers() as registers):
                remove(register, key, period.begin, period.end, registers)


def with_directory(place: str) -> Register:
    register = Register.create(place)
    write(register, [("describe", organisation) for organisation in ORGANISATIONS])
    return register


def followed(register: Register, index: Index) -> Index:
    """The index with all that was written since."""
    with register.reading() as connection:
        changes = read_touched(connection, index, register.revision())
    assert changes is not None
    return with_changes(index, changes)


def check_following(register: Register, writes: list[list[tuple[str, object]]], pack: int) -> None:
    """After each write the index that follows says what one built from scratch says; `pack` is when it is packed."""
    index = first = register.snapshot()
    seen = [(index, picture(index, EVERYBODY))]
    for number, actions in enumerate(writes):
        write(register, actions)
        index, scratch = followed(register, index), register.snapshot()
        seen.append((index, picture(scratch, EVERYBODY)))
        assert picture(index, EVERYBODY) == seen[-1][1]
        assert decisions(index, EVERYBODY) == decisions(scratch, EVERYBODY)
        assert picture(packed(index), EVERYBODY) == seen[-1][1]
        if number == pack:
            index = packed(index)
    # One that comes late reads all at once, into the room that it shares with those before.
    seen.append((followed(register, first), seen[-1][1]))
    for index, said in seen:
        assert picture(index, EVERYBODY) == said


@settings(max_examples=60)
@given(WRITES, st.integers(0, 5))
def test_s18_following_writes_equals_building_from_scratch(writes: list[list[tuple[str, object]]], pack: int) -> None:
    with tempfile.TemporaryDirectory() as folder, with_directory(f"{folder}/register.db") as register:
        check_following(register, writes, pack)


@settings(max_examples=8)  # another database is another dialect, not another way of following
@given(WRITES, st.integers(0, 5))
def test_s18_following_equals_building_on_every_database(
    places: Places, writes: list[list[tuple[str, object]]], pack: int
) -> None:
    with with_directory(places()) as register:
        check_following(register, writes, pack)


def test_s18_a_row_under_a_replaced_number_is_closed_in_the_chain_of_its_person(place: str) -> None:
    first, second, last = bis(1), bis(2), national(1)
    with with_directory(place) as register:
        for ssin, code in ((first, 1), (second, 2), (last, 902)):
            write(register, [("integrate", (Key(ssin, GHENT, 17, code), Period(TODAY, FUTURE), Registers.BOTH))])
        write(register, [("replace", (first, second)), ("replace", (second, last))])
        index = register.snapshot()
        for code, left in ((2, [1, 902]), (1, [902]), (902, [])):
            everything = Key(last, GHENT, 17, code), Period(TODAY, FUTURE), Registers.BOTH
            write(register, [("remove", everything)])
            index = followed(register, index)
            for ssin in (first, second, last):
                assert [row.quality_code for row in index.integrations_of(ssin)] == left
            assert picture(index, EVERYBODY) == picture(register.snapshot(), EVERYBODY)


def test_a_packed_index_has_no_rows_of_before(place: str) -> None:
    with with_directory(place) as register:
        index = register.snapshot()
        key = Key(national(1), GHENT, 17, 2)
        for day in range(20):
            write(register, [("integrate", (key, Period(TODAY + 2 * day, TODAY + 2 * day), Registers.BOTH))])
            index = followed(register, index)
        assert index.integration_count == 20
        assert index.added_rows == sum(range(1, 21))
        again = packed(index)
        assert (again.integration_count, again.added_rows, again.rows.rows) == (20, 0, 20)


def test_a_large_import_is_better_read_whole(place: str) -> None:
    with with_directory(place) as register:
        index = register.snapshot()
        days = [Period(TODAY + 2 * day, TODAY + 2 * day) for day in range(20_001)]
        columns = {name: np.full(len(days), value) for name, value in {"ssin": national(1), "sector": 17}.items()}
        with register.write("test") as writer:
            organisation = writer.find_organisation(GHENT)
            writer.add_integrations(
                NewIntegrations(
                    **columns,
                    organisation_id=np.full(len(days), organisation),
                    quality_code=np.full(len(days), 2),
                    begin=np.array([each.begin for each in days]),
                    end=np.array([each.end for each in days]),
                    primary=np.ones(len(days), np.bool_),
                    secondary=np.ones(len(days), np.bool_),
                    end_defaulted=np.zeros(len(days), np.bool_),
                )
            )
        with register.reading() as connection:
            assert read_touched(connection, index, 2) is None


def test_the_room_grows_where_persons_do_not_fit() -> None:
    rows = [Integration(place, national(place), GHENT, 17, 2, 5, 9, institution=1) for place in range(1, 900)]
    numbers = np.sort(np.array([row.ssin for row in rows]))
    index = index_of_facts(ORGANISATIONS, rows)
    for later in range(1, 8):
        rows = [replace(row, end=row.end + 1) for row in rows]
        index = with_changes(index, Changes(numbers, index_of_facts(ORGANISATIONS, rows, revision=later)))
        assert (index.revision, index.person_count, index.integration_count) == (later, 899, 899)
        assert all(index.integrations_of(row.ssin) == (row,) for row in rows)
    assert index.added_rows == index.added_persons == 7 * 899


def test_more_rows_than_an_offset_counts_are_refused() -> None:
    with pytest.raises(InternalError, match="at most"):
        RowColumns.empty(1, 1 << 31)
