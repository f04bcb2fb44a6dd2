"""Single writes: days are added and taken away under a person's every number, and nothing is ever lost (S18, S27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as replace_rows
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules_service.algebra import FUTURE, Period
from rules_service.errors import InternalError, RegisterUnavailableError
from rules_service.register import Register, Revision
from rules_service.register.admission import Admitted
from rules_service.register.integrating import integrate_days
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import ReplacementRefusedError, history_of, numbers_of, wrong_kinds
from tests.register.support import GHENT, NAMUR, bis, import_aliases, import_lines, line, national, with_organisations
from tests.register.writing_support import days_of, integrate, key, remove, replace, rows_of

PERSON = national(1)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path, place: str) -> Iterator[Register]:
    with with_organisations(tmp_path, place) as register:
        yield register


def test_a_first_integration_is_one_row_of_one_revision(register: Register) -> None:
    written = integrate(register, key(), 100, 200, end_defaulted=True)
    (row,) = written.opened
    assert (written.revision, written.closed, written.overlapping) == (2, (), (row,))
    assert (row.begin, row.end, row.registers, row.end_defaulted) == (100, 200, Registers.BOTH, True)
    assert (row.organisation, row.sector, row.quality_code, row.since_revision) == (GHENT, 17, 2, 2)
    assert rows_of(register, PERSON) == (row,)
    (seen,) = register.reader().integrations_of(PERSON)
    assert (seen.row_id, seen.begin, seen.end) == (row.row_id, 100, 200)


def test_days_that_are_held_already_make_no_revision(register: Register) -> None:
    integrate(register, key(), 100, 200)
    again = integrate(register, key(), 120, 180)
    assert (again.revision, again.opened, again.closed) == (2, (), ())
    assert days_of(again.overlapping) == [(100, 200)]
    assert register.revision() == 2


def test_only_missing_days_are_added_and_what_overlaps_is_told(register: Register) -> None:
    integrate(register, key(), 100, 200)
    integrate(register, key(), 400, 500)
    written = integrate(register, key(), 150, FUTURE)
    assert days_of(written.opened) == [(201, 399), (501, FUTURE)]
    assert days_of(written.overlapping) == [(100, 200), (201, 399), (400, 500), (501, FUTURE)]


def test_a_removal_splits_a_row_and_earlier_revisions_still_show_it(register: Register) -> None:
    integrate(register, key(), 100, FUTURE)
    removed = remove(register, key(), 150, 160)
    assert days_of(removed.opened) == [(100, 149), (161, FUTURE)]
    assert [(row.begin, row.until_revision) for row in removed.closed] == [(100, 3)]
    assert removed.overlapping == ()
    assert days_of(rows_of(register, PERSON)) == [(100, 149), (161, FUTURE)]
    assert days_of(rows_of(register, PERSON, revision=2)) == [(100, FUTURE)]


def test_a_removal_from_one_register_leaves_the_other(register: Register) -> None:
    integrate(register, key(), 100, 200)
    removed = remove(register, key(), 150, FUTURE, Registers.PRIMARY)
    assert [(row.begin, row.end, row.registers) for row in removed.opened] == [
        (100, 149, Registers.PRIMARY),
        (100, 200, Registers.SECONDARY),
    ]
    assert [row.registers for row in removed.overlapping] == [Registers.SECONDARY]


def test_nothing_to_remove_makes_no_revision(register: Register) -> None:
    assert remove(register, key(), 100).revision == 1
    assert register.revision() == 1


def test_rows_of_others_and_under_other_codes_are_never_touched(register: Register) -> None:
    for whose in (key(organisation=NAMUR), key(code=3), key(2)):
        integrate(register, whose, 100, 200)
    before = rows_of(register, PERSON) + rows_of(register, national(2))
    integrate(register, key(), 100, 200)
    remove(register, key(), 0)
    assert rows_of(register, PERSON) + rows_of(register, national(2)) == before


def test_a_person_is_one_under_every_number(register: Register, tmp_path: Path) -> None:
    old = key(ssin=bis(1))
    integrate(register, old, 100, 200)
    import_aliases(register, tmp_path, [(bis(1), PERSON)])
    assert integrate(register, key(), 120, 180).opened == (), "held under the old number"
    added = integrate(register, old, 150, 250)
    assert [(row.ssin, row.begin, row.end) for row in added.opened] == [(PERSON, 201, 250)]
    removed = remove(register, key(), 190, 210)
    assert [(row.ssin, row.begin, row.end) for row in removed.opened] == [(bis(1), 100, 189), (PERSON, 211, 250)]
    assert days_of(rows_of(register, bis(1))) == days_of(rows_of(register, PERSON)) == [(100, 189), (211, 250)]


def test_days_held_twice_by_joined_numbers_are_removed_from_both(register: Register) -> None:
    integrate(register, key(ssin=bis(1)), 100, 200)
    integrate(register, key(), 150, 250)
    assert replace(register, bis(1), PERSON)
    remove(register, key(), 160, 170)
    assert days_of(rows_of(register, PERSON)) == [(100, 159), (150, 159), (171, 200), (171, 250)]


def test_rows_that_were_imported_are_written_on(register: Register, tmp_path: Path) -> None:
    import_lines(register, tmp_path, [line(1, begin="1970-04-11", end="1970-07-20")])
    assert days_of(integrate(register, key(), 150, 300).opened) == [(201, 300)]
    import_lines(register, tmp_path, [line(2)])
    assert len({row.row_id for row in rows_of(register, PERSON) + rows_of(register, national(2))}) == 3


def test_the_database_refuses_what_contradicts_it_and_keeps_nothing_of_it(register: Register) -> None:
    integrate(register, key(), 100, 200)
    with register.write_days("test", key(), "request") as writer:
        late = writer.holding()
    twice = integrate_days(replace_rows(late, rows=()), Admitted(Period(150, 300), end_defaulted=False))
    with (
        pytest.raises(RegisterUnavailableError, match="contradicts") as failure,
        register.write_days("test", key(), "request") as writer,
    ):
        writer.put(twice)
    assert str(PERSON) not in str(failure.value)
    assert failure.value.__suppress_context__
    assert (register.revision(), days_of(rows_of(register, PERSON))) == (2, [(100, 200)])


def test_a_single_write_waits_for_another_writer_no_longer_than_it_may(register: Register, place: str) -> None:
    with Register.open(place, busy_seconds=0.05) as other, register.write("first") as writer:
        writer.add_aliases([(bis(1), PERSON)])
        with pytest.raises(RegisterUnavailableError, match="locked"):
            integrate(other, key(), 100, 200)
    assert register.revision() == 2


def test_stamps_never_go_back_where_the_clock_does(tmp_path: Path, place: str) -> None:
    with with_organisations(tmp_path, place) as register, Register.open(place, clock=lambda: LONG_AGO) as slow:
        before = register.latest()
        integrate(slow, key(), 100, 200)
        assert register.latest() == Revision(2, before.recorded_at + 1)


def test_an_organisation_that_the_directory_lacks_cannot_write(register: Register) -> None:
    with pytest.raises(InternalError):
        integrate(register, key(organisation="0000000097"), 100)
    assert register.revision() == 1


# Replacing numbers.


def test_a_chain_of_replacements(register: Register) -> None:
    assert replace(register, bis(1), bis(2))
    assert replace(register, bis(2), PERSON)
    assert not replace(register, bis(1), bis(2)), "it is so already"
    assert register.revision() == 3
    assert register.reader().current_number(bis(1)) == PERSON
    with register.reading() as connection:
        assert set(numbers_of(connection, bis(2), 3)) == {bis(1), bis(2), PERSON}
        assert numbers_of(connection, bis(1), 1) == (bis(1),)
        history = history_of(connection, PERSON, 3)
        assert [(each.old, each.new, each.since_revision) for each in history] == [
            (bis(1), bis(2), 2),
            (bis(2), PERSON, 3),
        ]
        assert history[0].recorded_at <= history[1].recorded_at
        assert len(history_of(connection, bis(2), 2)) == 1


def test_replacements_that_contradict_the_register(register: Register) -> None:
    replace(register, bis(1), bis(2))
    with pytest.raises(ReplacementRefusedError) as another:
        replace(register, bis(1), PERSON)
    with pytest.raises(ReplacementRefusedError) as circle:
        replace(register, bis(2), bis(1))
    assert [error.value.violations[0].field for error in (another, circle)] == ["old_ssin", "new_ssin"]
    assert register.revision() == 2


def test_only_bis_numbers_are_replaced() -> None:
    assert [violation.field for violation in wrong_kinds(PERSON, bis(1))] == ["old_ssin"]
    assert [violation.field for violation in wrong_kinds(bis(1), bis(1))] == ["new_ssin"]
    assert list(wrong_kinds(bis(1), bis(2))) == list(wrong_kinds(bis(1), PERSON)) == []
