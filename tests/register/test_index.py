"""The index in memory says the same as the database, and as facts given in a request."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.algebra import FUTURE
from rules_service.decision import ColumnarRegister, InlineRegister, Integration
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY, RECORD
from rules_service.errors import InternalError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import Index, Register, index_of_facts, index_of_person
from rules_service.register.overlapping import IntegrationOutcome
from rules_service.register.writing import AliasOutcome, DirectoryEntry, NewIntegrations
from tests.register.conftest import Places
from tests.register.support import GHENT, NAMUR, bis, national

ORGANISATIONS = (
    Organisation(GHENT, RequesterKind.CPAS, Region.FLANDERS, 17, 1),
    Organisation(NAMUR, RequesterKind.CPAS, Region.WALLONIA, 17, 1),
    Organisation("40/21", RequesterKind.PARTNER, Region.NONE, 40, 21),
    Organisation("1900002148", RequesterKind.ASSOCIATION_CHAPTER_XII, Region.FLANDERS, 17),
)
NUMBERS = [*(bis(person) for person in range(1, 7)), *(national(person) for person in range(1, 4))]
STRANGER = national(900)


@st.composite
def integration(draw: st.DrawFn) -> Integration:
    organisation = draw(st.sampled_from(ORGANISATIONS))
    primary = draw(st.booleans())
    begin = draw(st.integers(19_700, 19_706))
    return Integration(
        row_id=0,
        ssin=draw(st.sampled_from(NUMBERS)),
        organisation=organisation.key,
        sector=draw(st.sampled_from([17, 40])),
        quality_code=draw(st.sampled_from([0, 1, 2, 902])),
        begin=begin,
        end=draw(st.one_of(st.just(FUTURE), st.integers(begin, begin + 5))),
        primary=primary,
        secondary=not primary or draw(st.booleans()),
        institution=organisation.institution,
    )


ROWS = st.lists(integration(), max_size=15, unique=True)
PAIRS = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)), max_size=6)


def write(
    register: Register, rows: list[Integration], pairs: list[tuple[int, int]]
) -> tuple[list[Integration], dict[int, int]]:
    """Write what the register takes, and return just that."""
    with register.write("test") as writer:
        for organisation in ORGANISATIONS:
            writer.put_organisation(DirectoryEntry(organisation, None, "name"))
        ids = [writer.find_organisation(row.organisation) for row in rows]
        new = NewIntegrations(
            ssin=np.array([row.ssin for row in rows], np.int64),
            organisation_id=np.array(ids, np.int64),
            sector=np.array([row.sector for row in rows], np.int64),
            quality_code=np.array([row.quality_code for row in rows], np.int64),
            begin=np.array([row.begin for row in rows], np.int64),
            end=np.array([row.end for row in rows], np.int64),
            primary=np.array([row.primary for row in rows], np.bool_),
            secondary=np.array([row.secondary for row in rows], np.bool_),
            end_defaulted=np.zeros(len(rows), np.bool_),
        )
        first = 1 + max((int(row) for row in register.snapshot().row_id), default=0)
        added = writer.add_integrations(new) == IntegrationOutcome.ADDED
        outcomes = writer.add_aliases(pairs)
    kept = [replace(row, row_id=row_id) for row_id, row in enumerate(compress(rows, added), start=first)]
    chosen = zip(pairs, outcomes, strict=True)
    return kept, {old: new for (old, new), outcome in chosen if outcome is AliasOutcome.ADDED}


def assert_same(register: Register, revision: int, rows: list[Integration], replaced: dict[int, int]) -> None:
    inline = InlineRegister(ORGANISATIONS[0], rows, replaced)
    reader, snapshot = register.reader(revision), register.snapshot(revision)
    facts = index_of_facts(ORGANISATIONS, rows, replaced, revision)
    for number in [*NUMBERS, STRANGER]:
        expected = tuple(replace(row, ssin=number) for row in inline.integrations_of(number))
        for each in (reader, snapshot, facts):
            assert each.revision == revision
            assert each.organisations() == tuple(sorted(ORGANISATIONS, key=attrgetter("key")))
            assert each.integrations_of(number) == expected
            assert each.current_number(number) == inline.current_number(number)
        of_one = index_of_person(reader, number)
        assert of_one.revision == revision
        assert of_one.organisations() == snapshot.organisations()
        assert of_one.integrations_of(number) == expected
        assert of_one.current_number(number) == inline.current_number(number)
    assert inline.organisations() == (ORGANISATIONS[0],)
    assert_columns(snapshot, facts)


def assert_columns(snapshot: Index, facts: Index) -> None:
    columnar: ColumnarRegister = snapshot
    for name in ("numbers", "offsets", "begin", "end_exclusive", "code", "flags", "row_id"):
        np.testing.assert_array_equal(getattr(snapshot, name), getattr(facts, name))
    for name in ("owner_sector", "owner_institution"):
        of_rows = [getattr(index, name)[index.owner] for index in (snapshot, facts)]
        np.testing.assert_array_equal(*of_rows)
    for index in (columnar, facts):
        for organisation in ORGANISATIONS:
            assert index.ordinal_of(organisation.key) >= 0
            assert index.organisation(organisation.key) == organisation
    numbers = np.array([*NUMBERS, STRANGER, -1, 2**62], np.int64)
    current = [snapshot.current_number(int(number)) for number in numbers]
    assert snapshot.current_numbers(numbers).tolist() == current
    for number, person in zip(numbers.tolist(), snapshot.lookup(numbers).tolist(), strict=True):
        held = [] if person < 0 else snapshot.row_id[snapshot.offsets[person] : snapshot.offsets[person + 1]].tolist()
        assert held == [row.row_id for row in snapshot.integrations_of(number)]


@settings(max_examples=25)
@given(ROWS, PAIRS, ROWS, PAIRS)
def test_s18_index_database_and_inline_facts_agree_at_every_revision(
    places: Places,
    rows: list[Integration],
    pairs: list[tuple[int, int]],
    more_rows: list[Integration],
    more_pairs: list[tuple[int, int]],
) -> None:
    with Register.create(places()) as register:
        first, replaced = write(register, rows, pairs)
        assert_same(register, 1, first, replaced)
        then, replaced_then = write(register, more_rows, more_pairs)
        assert_same(register, register.revision(), first + then, replaced | replaced_then)
        assert_same(register, 1, first, replaced)


def test_s18_a_long_chain_is_one_person() -> None:
    numbers = [bis(person) for person in range(1, 900)]
    replaced = dict(zip(numbers, [*numbers[1:], national(1)], strict=True))
    rows = [Integration(place, number, GHENT, 17, 2, 100 - place % 7, 200) for place, number in enumerate(numbers)]
    index = index_of_facts(ORGANISATIONS, rows, replaced)
    assert index.person_count == 1
    assert set(index.current_numbers(np.array(numbers, np.int64)).tolist()) == {national(1)}
    found = index.integrations_of(numbers[500])
    assert len(found) == len(rows)
    assert {row.ssin for row in found} == {numbers[500]}
    assert [(row.begin, row.row_id) for row in found] == sorted((row.begin, row.row_id) for row in rows)


def test_replacements_in_a_circle_are_an_error_not_an_endless_loop() -> None:
    with pytest.raises(InternalError, match="circle"):
        index_of_facts(ORGANISATIONS, [], {1: 2, 2: 3, 3: 1})


def test_the_columns_have_the_widths_that_evaluators_expect_and_are_read_only() -> None:
    index = index_of_facts(ORGANISATIONS, [Integration(1, national(1), GHENT, 17, 2, 5, FUTURE)])
    kinds: dict[str, object] = {"offsets": "int32", "records": RECORD, "row_id": "int64", "begin": "int32"}
    kinds |= {"end_exclusive": "int32", "code": "int16", "owner": "int32", "flags": "uint8"}
    kinds |= {"owner_organisation": "int32", "owner_sector": "int16", "owner_institution": "int16"}
    for name, kind in kinds.items():
        assert getattr(index, name).dtype == kind
        with pytest.raises(ValueError, match="read-only"):
            getattr(index, name)[:] = 0
    assert index.end_exclusive.tolist() == [FUTURE + 1]
    assert index.records.tolist() == [(5, FUTURE + 1, 0, 2, IN_PRIMARY | IN_SECONDARY, 0)]
    assert (index.records.dtype.itemsize, index.records.dtype.isalignedstruct) == (16, True)
    assert index.records.flags.c_contiguous
    assert index.numbers.tolist() == [national(1)]
    assert index.lookup(np.array([national(1)], np.int64)).dtype == np.int32
    assert str(national(1)) not in repr(index)


def test_the_memory_of_the_index_stays_within_its_bounds() -> None:
    """24 bytes for an integration and 12 for a person, numbers that were replaced included."""
    persons = [bis(person) for person in range(1, 900)]
    rows = [Integration(place, persons[place % 899], GHENT, 17, 2, place, FUTURE) for place in range(3 * 899)]
    replaced = {national(person): bis(person) for person in range(1, 45)}
    index = index_of_facts(ORGANISATIONS, rows, replaced)
    arrays = [*index.rows.by_name().values(), *index.owners.by_name().values()]
    arrays += [*index.persons.by_name().values(), index.persons.replaced.sieve]
    assert sum(array.nbytes for array in arrays) <= 24 * len(rows) + 12 * index.person_count


def test_an_empty_index_answers() -> None:
    index = index_of_facts([], [])
    numbers = np.array([national(1), 0], np.int64)
    assert index.lookup(numbers).tolist() == [-1, -1]
    assert index.current_numbers(numbers).tolist() == numbers.tolist()
    assert index.offsets.tolist() == [0]
    assert index.integrations_of(national(1)) == ()
    assert index.organisation(GHENT) is None
    assert index.ordinal_of(GHENT) == -1
