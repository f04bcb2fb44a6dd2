"""Importing persons, and checking proofs against the directory at any revision, on both databases."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from rules_service.identifiers import format_ssin
from rules_service.register import (
    FileKind,
    GivenPerson,
    GivenProof,
    ImportReport,
    KeyUnusableError,
    PersonDirectory,
    Register,
    UnusableFileError,
    export_file,
    import_file,
)
from rules_service.register.persons import parse_birth_date
from rules_service.register.persons.tables import person_cards, persons
from tests.register.support import bis, import_aliases, national, with_organisations, write

HEADER = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
ANNE, BERT, CARL = national(1), national(2), national(3)
IDENTITY, SIS = GivenProof(identity_card_number="591191706458"), GivenProof(sis_card_number="1234567890")


@dataclass(frozen=True)
class World:
    """A register and its key file, in a folder."""

    register: Register
    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "persons.key"

    @property
    def directory(self) -> PersonDirectory:
        return PersonDirectory(self.register, self.key_file)

    def put(self, rows: Iterable[str], *, keep_good: bool = False) -> ImportReport:
        path = write(self.folder / "persons.csv", HEADER, *rows)
        return self.put_file(path, keep_good=keep_good)

    def put_file(self, path: Path, *, keep_good: bool = False) -> ImportReport:
        return import_file(self.register, FileKind.PERSONS, path, keep_good=keep_good, key_file=self.key_file)

    def proves(self, given: GivenProof, ssin: int = ANNE, revision: int | None = None) -> bool:
        return self.directory.proves(given, ssin, self.register.revision() if revision is None else revision)


@pytest.fixture
def world(place: str, tmp_path: Path) -> Iterator[World]:
    with with_organisations(tmp_path, place) as made:
        yield World(made, tmp_path)


def row(
    ssin: int = ANNE,
    last: str = "Lefèvre",
    first: str = "Anne",
    born: str = "1980-05-17",
    identity: str = "591-1917064-58",
    sis: str = "",
) -> str:
    return f"{format_ssin(ssin)},{last},{first},{born},{identity},{sis}"


def named(last: str = "lefevre", first: str = "", born: str = "1980-05-17") -> GivenProof:
    return GivenProof(person=GivenPerson(last, first, parse_birth_date(born)))


def test_a_person_that_came_in_can_be_proven(world: World) -> None:
    assert not world.directory.is_held(world.register.revision())
    report = world.put([row(), row(BERT, "O’Neill-Smith", "", "", "", "123.456.78.90")])
    assert (report.rows_read, report.rows_imported, report.bad_count, report.revision) == (2, 2, 0, 2)
    directory = world.directory
    assert [directory.is_held(revision) for revision in (0, 1, 2)] == [False, False, True]
    for given in (IDENTITY, named(), named(first="ANNE"), named(born="1980-00-00")):
        assert directory.proves(given, ANNE, 2)
        assert not directory.proves(given, ANNE, 1)
        assert not directory.proves(given, BERT, 2)
        assert not directory.proves(given, CARL, 2)
    assert directory.proves(SIS, BERT, 2)
    assert not directory.proves(named("O Neill Smith"), BERT, 2)


def test_a_new_row_takes_the_place_of_what_was_known(world: World) -> None:
    world.put([row()])
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=world.register.latest().recorded_at)
    assert world.put([row(last="Dubois", identity="7", sis="1234567890")]).revision == 3
    assert world.put([row(last="Dubois", identity="")]).revision == 4
    proofs = (named(), named("Dubois"), IDENTITY, GivenProof(identity_card_number="7"), SIS)
    known = [[world.proves(given, revision=revision) for given in proofs] for revision in (2, 3, 4)]
    assert known == [
        [True, False, True, False, False],
        [False, True, False, True, True],
        [False, True, False, False, False],
    ]
    assert world.register.reader(known_at=moment).revision == 2


def test_s18_a_proof_holds_under_every_number_of_the_person(world: World) -> None:
    world.put([row(bis(1), "Lefebvre", born="1980-00-00", identity=""), row(BERT)])
    assert not world.proves(named("Lefebvre"), ANNE)
    import_aliases(world.register, world.folder, [(bis(1), ANNE)])
    world.put([row(ANNE)])
    for number in (bis(1), ANNE):
        assert world.proves(named("Lefebvre"), number)
        assert world.proves(IDENTITY, number)
        assert not world.proves(named(), number, revision=2)
    assert not world.proves(named("Lefebvre"), ANNE, revision=2)


BAD_ROWS = [
    (row()[1:], "ssin", "exactly 11 digits"),
    (row(last=""), "last_name", "has no letter"),
    (row(last="-"), "last_name", "has no letter"),
    (row(last="Lefèvre" * 30), "last_name", "longer than 200"),
    (row(first="Anne" * 51), "first_name", "longer than 200"),
    (row(born="17/05/1980"), "birth_date", "unknown month or day is 00"),
    (row(born="1981-02-29"), "birth_date", "unknown month or day is 00"),
    (row(identity="B123456"), "identity_card_number", "1 to 20 digits"),
    (row(sis="-"), "sis_card_number", "1 to 20 digits"),
    (row() + ",x", "", "has 7 fields where the header has 6"),
    (row(BERT), "", "comes twice in this file"),
    (row(BERT, "Somebody else"), "", "comes twice in this file"),
]


@pytest.mark.parametrize(("bad", "field", "reason"), BAD_ROWS, ids=[f"{b[1]}-{n}" for n, b in enumerate(BAD_ROWS)])
def test_a_bad_row_is_told_without_its_values_and_nothing_comes_in(
    world: World, bad: str, field: str, reason: str
) -> None:
    report = world.put([row(BERT), "", bad, row(CARL)])
    assert [(found.line, found.field) for found in report.bad_rows] == [(4, field)]
    assert reason in report.bad_rows[0].reason
    assert (report.rows_imported, report.revision, world.register.revision()) == (0, None, 1)
    assert not world.directory.is_held(1)
    assert not any(value in str(report) for value in (format_ssin(ANNE), "Lef", "Anne", "1980", "5911", "B123"))


def test_only_good_rows_come_in_and_those_that_are_known_are_told(world: World) -> None:
    world.put([row(), row(BERT)])
    report = world.put([row(), "bad", row(BERT, "New"), row(BERT), row(CARL)], keep_good=True)
    assert [(found.line, found.reason) for found in report.bad_rows] == [
        (2, "is in the register already"),
        (3, "has 1 fields where the header has 6"),
        (5, "comes twice in this file"),
    ]
    assert (report.rows_imported, report.revision) == (2, 3)
    again = world.put([row(), "bad"], keep_good=True)
    assert (again.rows_imported, again.bad_count, again.revision, world.register.revision()) == (0, 2, None, 3)


def test_a_first_file_without_any_good_row_leaves_no_directory(world: World) -> None:
    report = world.put(["bad", row(last="")], keep_good=True)
    assert (report.bad_count, report.revision, world.register.revision()) == (2, None, 1)
    assert not world.directory.is_held(1)


def test_the_same_person_in_two_chunks_comes_twice(world: World) -> None:
    others = [f"{format_ssin(ANNE)},x,,,," for _ in range(20_000)]
    report = world.put([row(), *others], keep_good=True)
    assert (report.rows_imported, report.bad_count) == (1, 20_000)
    assert {found.reason for found in report.bad_rows} == {"comes twice in this file"}
    assert world.proves(IDENTITY)


def test_parquet_with_dates_and_numbers(world: World) -> None:
    columns = {
        "ssin": pa.array([ANNE, BERT], pa.int64()),
        "last_name": ["Lefèvre", "Brun"],
        "first_name": pa.array([None, None], pa.string()),
        "birth_date": pa.array([dt.date(1980, 5, 17), None], pa.date32()),
        "identity_card_number": pa.array([1_103_271, None], pa.int64()),
        "sis_card_number": pa.array([None, 12], pa.int64()),
    }
    path = world.folder / "persons.parquet"
    pq.write_table(pa.table(columns), path)
    assert world.put_file(path).rows_imported == 2
    assert world.proves(named())
    assert world.proves(GivenProof(identity_card_number="000001103271"))
    assert world.proves(GivenProof(sis_card_number="0000000012"), BERT)


def test_text_that_is_not_utf_8(world: World) -> None:
    path = world.folder / "persons.csv"
    path.write_bytes(f"{HEADER}\n{row()}\n".encode("latin-1"))
    report = world.put_file(path)
    assert [str(found) for found in report.bad_rows] == ["line 2: `last_name` is not UTF-8 text"]


def test_s31_neither_names_nor_card_numbers_nor_the_key_are_in_the_database(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.put([row(sis="1234567890"), row(BERT, "Lefèvre", "Anne", sis="1234567890")])
    with world.register.reading() as connection:
        held = [tuple(found) for table in (persons, person_cards) for found in connection.execute(select(table))]
        digests = connection.execute(select(persons.c.last_name_digest, persons.c.first_name_digest)).all()
    key = world.key_file.read_text().strip()
    for secret in ("lefevre", "lefèvre", "anne", "591191706458", "1234567890", key):
        assert secret not in f"{held}".casefold()
        assert secret not in caplog.text.casefold()
    assert len(set(digests)) == 2  # one name, two persons


def test_without_the_right_key_no_proof_is_found_wrong(world: World) -> None:
    world.put([row()])
    key, aside = world.key_file, world.folder / "aside"
    directory = world.directory
    assert directory.proves(IDENTITY, ANNE, 2)
    key.rename(aside)
    assert directory.proves(IDENTITY, ANNE, 2)  # a server that holds the key goes on
    with pytest.raises(KeyUnusableError, match="is missing"):
        world.directory.is_held(2)
    with pytest.raises(KeyUnusableError, match="is missing"):
        world.put([row(BERT)])
    assert not key.exists()
    key.write_text("00" * 32)
    key.chmod(0o600)
    with pytest.raises(KeyUnusableError, match="is not the key file of this person directory, it lacks key 1"):
        world.directory.is_held(2)
    with pytest.raises(KeyUnusableError, match="is not the key file of this person directory, it lacks key 1"):
        world.put([row(BERT)])
    aside.replace(key)
    assert world.put([row(BERT)]).revision == 3
    assert world.proves(IDENTITY, BERT)


def test_persons_are_not_exported(world: World) -> None:
    world.put([row()])
    with pytest.raises(UnusableFileError, match="digests only"):
        export_file(world.register, FileKind.PERSONS, world.folder / "out.csv")
    assert not (world.folder / "out.csv").exists()


def test_the_key_of_a_file_is_made_beside_it(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        import_file(register, FileKind.PERSONS, write(tmp_path / "persons.csv", HEADER, row()))
        assert PersonDirectory(register).proves(IDENTITY, ANNE, 2)
    key_file = tmp_path / "register.db.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "register.db")) as database:
        assert key_file.read_text().strip() not in "\n".join(database.iterdump()).casefold()


def test_a_register_without_a_file_of_its_own_wants_its_key_named(world: World) -> None:
    path = write(world.folder / "persons.csv", HEADER, row())
    with world.register.reading() as connection:
        has_a_file = connection.dialect.name == "sqlite"
    if has_a_file:
        assert import_file(world.register, FileKind.PERSONS, path).rows_imported == 1
    else:
        with pytest.raises(KeyUnusableError, match="--persons-key"):
            import_file(world.register, FileKind.PERSONS, path)
