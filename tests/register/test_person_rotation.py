"""The keys of the person directory change: every row is checked with its own, and an old key goes when none is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from rules_service.errors import OperatorError
from rules_service.identifiers import format_ssin
from rules_service.register import FileKind, GivenProof, ImportReport, KeyUnusableError, PersonDirectory, Register
from rules_service.register import import_file as import_into
from rules_service.register.migrations import upgrade
from rules_service.register.operations import Cutoff, Retained, purge, verify
from rules_service.register.persons.keys import KeyFile, Part, read_or_make
from rules_service.register.persons.rotation import add_key, key_uses, remove_key
from rules_service.register.persons.tables import person_cards, persons
from rules_service.register.purges import purges
from rules_service.register.store import _database_of
from tests.register.support import bis, import_aliases, national, with_organisations, write

HEADER = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
ANNE, BERT = national(1), national(2)
CARD, OTHER_CARD = GivenProof(identity_card_number="591191706458"), GivenProof(identity_card_number="7")
EVERYTHING = dict.fromkeys((Retained.PERSONS, Retained.PERSON_CARDS), Cutoff(2**60, "1 day"))


@dataclass(frozen=True)
class World:
    """A register with Anne and Bert at revision 2, both with the first key."""

    register: Register
    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "persons.key"

    def put(self, *ssins: int, card: str = "591191706458") -> ImportReport:
        rows = [f"{format_ssin(ssin)},Peeters,,1985-07-30,{card}," for ssin in ssins]
        path = write(self.folder / "persons.csv", HEADER, *rows)
        return import_into(self.register, FileKind.PERSONS, path, keep_good=True, key_file=self.key_file)

    def proves(self, given: GivenProof, ssin: int, revision: int | None = None) -> bool:
        directory = PersonDirectory(self.register, self.key_file)
        return directory.proves(given, ssin, self.register.revision() if revision is None else revision)

    def keys_of(self, ssin: int) -> list[int]:
        with self.register.reading() as connection:
            found = [
                connection.execute(select(table.c.key_id).where(table.c.ssin == ssin, table.c.until_revision.is_(None)))
                for table in (persons, person_cards)
            ]
            return [key_id for result in found for key_id in result.scalars()]

    def uses(self) -> list[tuple[int, int, int, bool]]:
        return [
            (each.version.key_id, each.active_rows, each.closed_rows, each.version.until_revision is None)
            for each in key_uses(self.register)
        ]


@pytest.fixture
def world(place: str, tmp_path: Path) -> Iterator[World]:
    with with_organisations(tmp_path, place) as made:
        found = World(made, tmp_path)
        found.put(ANNE, BERT)
        yield found


def test_a_row_is_checked_with_the_key_it_was_made_with(world: World) -> None:
    directory = PersonDirectory(world.register, world.key_file)
    assert directory.proves(CARD, ANNE, 2)
    assert add_key(world.register, world.key_file) == 2
    world.put(BERT, card="7")
    assert (world.keys_of(ANNE), world.keys_of(BERT)) == ([1, 1], [2, 2])
    assert world.uses() == [(1, 2, 2, True), (2, 2, 0, True)]
    for ssin, given, revision in ((ANNE, CARD, 4), (BERT, OTHER_CARD, 4), (BERT, CARD, 2)):
        assert directory.proves(given, ssin, revision), "one that was there before has learnt of the new key"
        assert world.proves(given, ssin, revision)
    assert not world.proves(CARD, BERT)
    assert not world.proves(OTHER_CARD, BERT, 2)
    assert list(verify(world.register)) == []


def test_numbers_of_one_person_may_have_two_keys(world: World) -> None:
    add_key(world.register, world.key_file)
    world.put(bis(1), card="7")
    import_aliases(world.register, world.folder, [(bis(1), ANNE)])
    assert world.proves(CARD, ANNE)
    assert world.proves(OTHER_CARD, ANNE)


def test_importing_again_brings_a_directory_to_the_new_key(world: World) -> None:
    add_key(world.register, world.key_file)
    assert world.put(ANNE, BERT).rows_imported == 2
    assert world.uses() == [(1, 0, 4, True), (2, 4, 0, True)]
    assert world.put(ANNE, BERT).rows_imported == 0
    assert world.proves(CARD, ANNE)
    assert world.proves(CARD, ANNE, 2)


def test_a_key_goes_when_nothing_depends_on_it(world: World) -> None:
    with pytest.raises(OperatorError, match="key 1 is the newest: make another one first"):
        remove_key(world.register, 1, world.key_file)
    add_key(world.register, world.key_file)
    world.put(ANNE, BERT, card="7")
    for key_id, said in ((1, "0 rows that are known now and 4 that were closed depend on key 1"), (9, "no key 9")):
        with pytest.raises(OperatorError, match=said):
            remove_key(world.register, key_id, world.key_file)
    purge(world.register, EVERYTHING)
    assert world.uses() == [(1, 0, 0, True), (2, 4, 0, True)]
    before = world.key_file.read_text().split()
    for _ in range(2):
        remove_key(world.register, 1, world.key_file)
        assert world.key_file.read_text().split() == before[1:]
        assert world.uses() == [(1, 0, 0, False), (2, 4, 0, True)]
    assert world.proves(OTHER_CARD, ANNE)
    assert PersonDirectory(world.register, world.key_file).is_held(2), "there was a directory then, too"
    assert add_key(world.register, world.key_file) == 3, "no id stands for two keys"
    assert list(verify(world.register)) == []


def test_a_key_file_that_lacks_a_key_in_use_checks_nothing(world: World) -> None:
    old = world.key_file.read_bytes()
    add_key(world.register, world.key_file)
    world.put(BERT, card="7")
    world.key_file.write_bytes(old)
    with pytest.raises(KeyUnusableError, match="lacks key 2"):
        world.proves(CARD, ANNE)
    with pytest.raises(KeyUnusableError, match="lacks key 2"):
        world.put(ANNE)
    with pytest.raises(KeyUnusableError, match="lacks key 2"):
        add_key(world.register, world.key_file)


def test_a_key_that_came_into_the_file_alone_does_no_harm(world: World) -> None:
    """As when the program is stopped between the file and the database."""
    stray = KeyFile(world.key_file).add()
    assert world.put(ANNE, card="7").rows_imported == 1
    assert world.keys_of(ANNE) == [1, 1]
    assert add_key(world.register, world.key_file) == 2
    assert KeyFile(world.key_file).find(stray.fingerprint) is not None
    assert world.proves(OTHER_CARD, ANNE)


def test_there_is_no_new_key_before_the_first(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        with pytest.raises(OperatorError, match="there is no person directory"):
            add_key(register, tmp_path / "key")
        assert (key_uses(register), register.revision()) == ((), 1)
        assert not (tmp_path / "key").exists()


BEFORE = """
INSERT INTO revisions VALUES (0, 0, 'created'), (1, 1, 'import of persons');
INSERT INTO person_directory VALUES (1, {fingerprint});
INSERT INTO persons (ssin, last_name_digest, birth_year, birth_month, birth_day, since_revision)
VALUES ({ssin}, {name}, 1985, 7, 30, 1);
INSERT INTO person_cards (ssin, kind, number_digest, since_revision) VALUES ({ssin}, 1, {card}, 1);
INSERT INTO purges VALUES (1, 'aliases', 0, 0, 0)
"""


def test_a_directory_of_one_key_is_migrated(place: str, tmp_path: Path) -> None:
    key = read_or_make(tmp_path / "key").newest
    digests = {
        "fingerprint": key.fingerprint,
        "name": key.digest(Part.LAST_NAME, ANNE, "peeters"),
        "card": key.digest(Part.IDENTITY_CARD, ANNE, "591191706458"),
    }
    form = "decode('{}', 'hex')" if "://" in place else "x'{}'"
    written = {name: form.format(digest.hex()) for name, digest in digests.items()}
    database = _database_of(place, 5.0)
    database.prepare()
    with database.altering() as connection:
        upgrade(connection, 0, "0006")
        for statement in BEFORE.format(ssin=ANNE, **written).split(";"):
            connection.exec_driver_sql(statement)
    database.close()
    assert Register.migrate(place) == 6
    with Register.open(place) as register:
        assert [(use.version.since_revision, use.active_rows) for use in key_uses(register)] == [(1, 2)]
        directory = PersonDirectory(register, tmp_path / "key")
        assert [directory.is_held(revision) for revision in (0, 1)] == [False, True]
        assert directory.proves(CARD, ANNE, 1)
        assert add_key(register, tmp_path / "key") == 2
        with register.reading() as connection:
            assert connection.execute(select(purges.c.period)).scalars().all() == [""]
