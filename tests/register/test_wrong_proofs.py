"""Wrong proofs are remembered in the database, for every process that serves it, without telling of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from rules_service.identifiers import format_ssin
from rules_service.register import FileKind, KeyUnusableError, PersonDirectory, Register, import_file
from rules_service.register.persons import WrongProofs
from rules_service.register.persons.rotation import add_key
from rules_service.register.persons.tables import wrong_proofs
from tests.register.support import GHENT, NAMUR, national, with_organisations, write

HEADER = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
ANNE, BERT = national(1), national(2)


@dataclass(frozen=True)
class World:
    """A register of one person, and what two processes that serve it remember."""

    register: Register
    key_file: Path
    one: WrongProofs
    other: WrongProofs


@pytest.fixture
def world(place: str, tmp_path: Path) -> Iterator[World]:
    key_file = tmp_path / "key"
    with with_organisations(tmp_path, place) as register, Register.open(place) as second:
        path = write(tmp_path / "persons.csv", HEADER, f"{format_ssin(ANNE)},Peeters,,1985-07-30,,")
        import_file(register, FileKind.PERSONS, path, key_file=key_file)
        yield World(register, key_file, remembered(register, key_file), remembered(second, key_file))


def remembered(register: Register, key_file: Path) -> WrongProofs:
    directory = PersonDirectory(register, key_file)
    assert directory.is_held(register.revision())
    return WrongProofs(register, directory)


def rows_of(register: Register) -> list[tuple[bytes, int]]:
    with register.reading() as connection:
        rows = connection.execute(select(wrong_proofs.c.pair_digest, wrong_proofs.c.recorded_at))
        return [(row.pair_digest, row.recorded_at) for row in rows]


def test_what_one_process_notes_the_other_knows(world: World) -> None:
    pair = world.one.pair(GHENT, ANNE)
    assert pair == world.other.pair(GHENT, ANNE)
    world.one.add(pair, 1_000, since=0)
    world.other.add(pair, 500, since=0)
    assert world.one.moments(pair, 0) == world.other.moments(pair, 0) == [500, 1_000]
    assert world.one.moments(pair, 500) == [1_000]
    for organisation, ssin in ((NAMUR, ANNE), (GHENT, BERT)):
        assert world.other.moments(world.other.pair(organisation, ssin), 0) == []
    world.other.clear(pair)
    assert world.one.moments(pair, 0) == []


def test_what_counts_no_more_is_forgotten(world: World) -> None:
    pairs = [world.one.pair(GHENT, ssin) for ssin in (ANNE, BERT)]
    for moment in (10, 20, 30):
        world.one.add(pairs[0], moment, since=0)
    world.one.add(pairs[1], 40, since=20)
    assert sorted(rows_of(world.register)) == sorted([(pairs[0], 30), (pairs[1], 40)])


def test_notes_are_no_part_of_the_history(world: World) -> None:
    before = world.register.latest()
    world.one.add(world.one.pair(GHENT, ANNE), 10, since=0)
    world.one.clear(world.one.pair(GHENT, ANNE))
    assert world.register.latest() == before


def test_s31_nobody_can_be_read_from_them(world: World) -> None:
    world.one.add(world.one.pair(GHENT, ANNE), 10, since=0)
    ((pair, _),) = rows_of(world.register)
    for told in (format_ssin(ANNE).encode(), GHENT.encode(), ANNE.to_bytes(8), ANNE.to_bytes(8, "little")):
        assert told not in pair


def test_a_new_key_counts_anew(world: World) -> None:
    pair = world.one.pair(GHENT, ANNE)
    add_key(world.register, world.key_file)
    again = remembered(world.register, world.key_file)
    assert again.pair(GHENT, ANNE) != pair


def test_without_a_directory_there_is_nothing_to_count(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        directory = PersonDirectory(register, tmp_path / "key")
        assert not directory.is_held(1)
        with pytest.raises(KeyUnusableError, match="there is no person directory"):
            WrongProofs(register, directory).pair(GHENT, ANNE)
