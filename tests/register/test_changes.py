"""What each revision changed, in order and in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_service.register import Register
from rules_service.register.changes import PAGE, Change, changes_of, revisions_after
from tests.register.support import GHENT, NAMUR, bis, import_lines, line, national, with_organisations
from tests.register.writing_support import days_of, integrate, key, remove, replace


@pytest.fixture
def register(tmp_path: Path, place: str) -> Iterator[Register]:
    with with_organisations(tmp_path, place) as register:
        yield register


def followed(register: Register, after: int = 0, organisation: str | None = None) -> list[Change]:
    found = revisions_after(register, after)
    return [change for revision in found for change in changes_of(register, revision, organisation)]


def test_every_revision_is_told_once_and_in_order(register: Register) -> None:
    integrate(register, key(), 100, 200)
    remove(register, key(), 150, 160)
    replace(register, bis(1), national(1))
    organisations, integrated, removed, replaced = followed(register)
    assert [change.revision.number for change in (organisations, integrated, removed, replaced)] == [1, 2, 3, 4]
    assert (organisations.opened, organisations.closed, organisations.replacements) == ((), (), ())
    assert (days_of(integrated.opened), integrated.closed) == ([(100, 200)], ())
    assert integrated.opened[0].until_revision is None, "as it was when it was made"
    assert (days_of(removed.opened), days_of(removed.closed)) == ([(100, 149), (161, 200)], [(100, 200)])
    assert removed.closed[0].until_revision == 3
    assert [(each.old, each.new) for each in replaced.replacements] == [(bis(1), national(1))]
    assert followed(register, after=2) == [removed, replaced]
    assert followed(register, after=4) == []


def test_reading_again_later_gives_the_same(register: Register) -> None:
    integrate(register, key(), 100, 200)
    before = followed(register)
    remove(register, key(), 0)
    assert followed(register)[: len(before)] == before


def test_a_large_revision_comes_in_parts_none_of_them_twice(register: Register, tmp_path: Path) -> None:
    count = 2 * PAGE + 1
    rows = [line(person % 900 + 1, code=person // 900) for person in range(count)]
    assert import_lines(register, tmp_path, rows).rows_imported == count
    parts = followed(register, after=1)
    assert [len(part.opened) for part in parts] == [PAGE, PAGE, 1]
    assert [part.continues for part in parts] == [True, True, False]
    assert len({row.row_id for part in parts for row in part.opened}) == count


def test_a_revision_of_exactly_one_page_does_not_continue(register: Register, tmp_path: Path) -> None:
    import_lines(register, tmp_path, [line(person % 900 + 1, code=person // 900) for person in range(PAGE)])
    assert [(len(part.opened), part.continues) for part in followed(register, after=1)] == [(PAGE, False)]


def test_one_organisation_sees_its_own_rows_alone(register: Register) -> None:
    integrate(register, key(), 100, 200)
    integrate(register, key(organisation=NAMUR), 100, 200)
    replace(register, bis(1), national(1))
    own = followed(register, after=1, organisation=GHENT)
    assert [len(change.opened) for change in own] == [1, 0, 0]
    assert [change.replacements for change in own] == [(), (), ()]


def test_revisions_are_read_page_by_page(register: Register) -> None:
    integrate(register, key(), 100, 200)
    assert [each.number for each in revisions_after(register, 0, most=1)] == [1]
