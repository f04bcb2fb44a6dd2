"""Every rule that the data of a register keep is checked: each kind of damage is found, and named without a number."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.register import Register
from rules_service.register.index_file import open_index, write_index
from rules_service.register.operations import verify
from rules_service.register.operations.index_checks import check_index, sums_of_index
from rules_service.register.operations.number_checks import in_circles
from rules_service.register.touched import read_state
from tests.register.conftest import Places
from tests.register.operations.damage import defenceless
from tests.register.operations.histories import describe, history, know_person
from tests.register.support import bis, national, with_organisations
from tests.register.writing_support import integrate, key, remove, replace

DAY = 20_000
A_NUMBER = re.compile(r"\d{8,}")


@pytest.fixture
def damaged(place: str, tmp_path: Path) -> Callable[..., list[str]]:
    """What is found after some statements on a register with three rows, a person, a chain and five revisions."""

    def find(*statements: str) -> list[str]:
        with with_organisations(tmp_path, place) as register:
            integrate(register, key(1), DAY, DAY + 10)  # row 1, revision 2
            integrate(register, key(1), DAY + 20)  # row 2, revision 3
            remove(register, key(1), DAY, DAY + 5)  # closes row 1, opens row 3, revision 4
            replace(register, bis(1), national(1))  # revision 5
            replace(register, bis(2), national(1))  # revision 6
            know_person(register, tmp_path, national(1), "Anne")  # revision 7, person 1
        with defenceless(place) as run:
            for statement in statements:
                run(statement)
        with Register.open(place) as register:
            return sorted(map(str, verify(register)))

    return find


COPY_PERSON = (
    "INSERT INTO persons SELECT 2, ssin, last_name_digest, first_name_digest, birth_year, birth_month, birth_day, 7, "
    "NULL, key_id FROM persons WHERE version_id = 1"
)
COPY_ROW = (
    "INSERT INTO integrations (row_id, ssin, organisation_id, sector, quality_code, begin_day, end_day, in_primary, "
    "in_secondary, end_defaulted, since_revision, until_revision) SELECT {row}, ssin, organisation_id, sector, "
    "quality_code, {days}, {registers}, end_defaulted, {revisions} FROM integrations WHERE row_id = 2"
)


def copy_row(days: str = "begin_day, end_day", registers: str = "true, true", revisions: str = "7, NULL") -> str:
    """Row 4, like row 2, which begins on day 20020 and stays open."""
    return COPY_ROW.format(row=4, days=days, registers=registers, revisions=revisions)


def point_at(revision: int, new: int) -> str:
    return "UPDATE aliases SET new_ssin = {} WHERE since_revision = {}".format(new, revision)  # noqa: S608, UP032


SAME = "was opened while another version of the same was known"
EARLY = "was closed at or before the revision that opened it"
OVERLAPS = "overlaps another active row of the same key in the {} register"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        # Days of one key.
        ([copy_row("20030, 20040", "true, false")], [f"integrations 4: {OVERLAPS.format('primary')}"]),
        ([copy_row("20030, 20040", "false, true")], [f"integrations 4: {OVERLAPS.format('secondary')}"]),
        ([copy_row("20011, 20020", "false, true")], [f"integrations 2: {OVERLAPS.format('secondary')}"]),
        ([copy_row("20011, 20019")], []),
        ([copy_row("20030, 20040", revisions="6, 7")], []),
        # Versions.
        ([copy_row(revisions="6, 7")], [f"integrations 4: {SAME}"]),
        (["UPDATE integrations SET until_revision = 2 WHERE row_id = 1"], [f"integrations 1: {EARLY}"]),
        (["UPDATE integrations SET since_revision = 7 WHERE row_id = 1"], [f"integrations 1: {EARLY}"]),
        ([COPY_PERSON], [f"persons 2: {SAME}"]),
        # Values.
        (
            ["UPDATE integrations SET end_day = begin_day - 1 WHERE row_id = 1"],
            ["integrations 1: breaks the rule `integrations_begin_before_end`"],
        ),
        (
            ["UPDATE integrations SET in_primary = false, in_secondary = false WHERE row_id = 1"],
            ["integrations 1: breaks the rule `integrations_in_some_register`"],
        ),
        (
            ["UPDATE integrations SET end_day = 2932897 WHERE row_id = 2"],
            ["integrations 2: `end_day` is out of range"],
        ),
        (
            ["UPDATE integrations SET begin_day = -719163 WHERE row_id = 1"],
            ["integrations 1: `begin_day` is out of range"],
        ),
        (
            ["UPDATE integrations SET quality_code = 1000 WHERE row_id = 1"],
            ["integrations 1: `quality_code` is out of range"],
        ),
        (["UPDATE persons SET birth_month = 13"], ["persons 1: `birth_month` is out of range"]),
        (["UPDATE organisations SET name = NULL WHERE version_id = 1"], ["organisations 1: `name` is missing"]),
        # References.
        (
            ["UPDATE integrations SET organisation_id = 99 WHERE row_id = 1"],
            ["integrations 1: `organisation_id` refers to a row of `organisation_keys` that does not exist"],
        ),
        (
            ["UPDATE integrations SET until_revision = 99 WHERE row_id = 1"],
            ["integrations 1: `until_revision` refers to a row of `revisions` that does not exist"],
        ),
        (
            ["UPDATE aliases SET since_revision = 77 WHERE since_revision = 5"],
            ["aliases 1 of revision 77: `since_revision` refers to a row of `revisions` that does not exist"],
        ),
        (["DELETE FROM organisations WHERE version_id = 3"], ["organisation_keys 3: is described by no version"]),
        # Numbers.
        (
            ["UPDATE integrations SET ssin = 12345678901 WHERE row_id = 1"],
            ["integrations 1: `ssin` is no valid number"],
        ),
        (["UPDATE persons SET ssin = 1"], ["persons 1: `ssin` is no valid number"]),
        (
            [point_at(5, bis(2))],
            [],
        ),
        (
            [
                point_at(5, bis(2)),
                point_at(6, bis(1)),
            ],
            [
                "aliases 1 of revision 5: is part of a circle of replaced numbers",
                "aliases 1 of revision 6: is part of a circle of replaced numbers",
            ],
        ),
        (
            ["UPDATE aliases SET new_ssin = old_ssin WHERE since_revision = 6"],
            ["aliases 1 of revision 6: is part of a circle of replaced numbers"],
        ),
        # Revisions.
        (
            ["UPDATE revisions SET revision = 8 WHERE revision = 7", "UPDATE persons SET since_revision = 8"],
            ["revisions 8: does not follow the revision before it"],
        ),
        (
            ["UPDATE revisions SET recorded_at = 0 WHERE revision = 3"],
            ["revisions 3: was recorded before the revision that it follows"],
        ),
        (["UPDATE revisions SET note = NULL WHERE revision = 3"], ["revisions 3: `note` is missing"]),
        (["INSERT INTO meta SELECT schema_version FROM meta"], ["meta: must hold the one schema version"]),
    ],
)
def test_each_damage_is_found(damaged: Callable[..., list[str]], statements: list[str], said: list[str]) -> None:
    found = damaged(*statements)
    assert [each for each in found if "person_keys" not in each and "person_cards" not in each] == said
    assert not A_NUMBER.search("".join(found))


def test_a_missing_table_is_named(damaged: Callable[..., list[str]]) -> None:
    assert damaged("DROP TABLE person_cards") == ["person_cards: the table is not there"]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_written_is_sound(place: str, tmp_path: Path, seed: int) -> None:
    told: list[tuple[int, int]] = []
    with history(place, tmp_path, seed, writes=60) as register:
        assert list(verify(register, progress=lambda done, total, _what: told.append((done, total)))) == []
    assert [done for done, _ in told] == list(range(told[-1][1] + 1))


def test_a_broken_page_of_a_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    history(str(path), tmp_path).close()
    with closing(sqlite3.connect(path)) as file:
        (root,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'integrations_by_key'").fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    page = content[(root - 1) * size : root * size]
    content[(root - 1) * size : root * size] = page[:3] + b"\0\0" + page[5:]  # the page has no cells any more
    path.write_bytes(content)
    with Register.open(path) as register:
        found = list(map(str, verify(register)))
    assert any(each.startswith("file: row") and "integrations_by_key" in each for each in found)
    assert not A_NUMBER.search("".join(found))


def test_the_file_of_an_index_is_compared(places: Places, tmp_path: Path) -> None:
    saved = tmp_path / "index"
    place = places()
    with history(place, tmp_path) as register:
        save_index(register, saved)
        assert list(verify(register, saved)) == []
        describe(register, 55, "Later")
        assert list(verify(register, saved)) == [], "an index of an earlier revision is right about that one"
    with defenceless(place) as run:
        run("UPDATE integrations SET quality_code = 7 WHERE row_id = 2")
        run("UPDATE integrations SET begin_day = begin_day - 1 WHERE row_id = 1")
    with Register.open(place) as register:
        assert set(map(str, verify(register, saved))) == {
            f"index {name}: differs from the rows of the database" for name in changed_columns(register, saved)
        }
        saved.write_bytes(saved.read_bytes()[:-9])
        assert [each.rule[:15] for each in verify(register, saved)] == ["its file is mis"]
    with history(places(), tmp_path, seed=2) as other:
        save_index(other, saved)
    with Register.open(place) as register:
        assert [each.rule[:27] for each in verify(register, saved)] == ["its file is of another regi"]


def save_index(register: Register, path: Path) -> None:
    index = register.snapshot()
    with register.reading() as connection:
        state = read_state(connection, index.revision)
    assert state is not None
    write_index(index, state, path)


def changed_columns(register: Register, saved: Path) -> set[str]:
    index, _ = open_index(saved)
    now, then = sums_of_index(register.snapshot(index.revision)), sums_of_index(index)
    changed = {name for name in now if now[name] != then[name]}
    assert changed
    return changed


def test_every_column_of_an_index_is_looked_at(place: str, tmp_path: Path) -> None:
    with history(place, tmp_path) as register:
        index = register.snapshot()
        with register.reading() as connection:
            assert list(check_index(connection, index)) == []
            for name in ("begin", "end_exclusive", "code", "flags", "owner"):
                index.rows.records.setflags(write=True)
                column = index.rows.records[name]
                before = column.copy()
                column[0] ^= 1
                found = {each.row for each in check_index(connection, index)}
                column[:] = before
                assert found, name
            assert list(check_index(connection, index)) == []


@settings(max_examples=200)
@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12), min_size=1))
def test_circles_are_those_that_one_walks_in(successors: dict[int, int]) -> None:
    def comes_back(start: int) -> bool:
        at = start
        for _ in range(len(successors) + 1):
            if at not in successors:
                return False
            at = successors[at]
            if at == start:
                return True
        return False

    old, new = np.array(list(successors)), np.array(list(successors.values()))
    assert in_circles(old, new).tolist() == [number for number in sorted(successors) if comes_back(number)]
