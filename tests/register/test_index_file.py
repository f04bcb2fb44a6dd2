"""The index in a file: the same index when it is opened again, and an error rather than a wrong row."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from rules_service.algebra import FUTURE
from rules_service.decision import Integration
from rules_service.errors import OperatorError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import Index, index_of_facts
from rules_service.register.index_file import UnusableIndexError, open_index, write_index
from rules_service.register.overlay import Changes, with_changes
from rules_service.register.schema import SCHEMA_VERSION
from rules_service.register.touched import State
from tests.register.pictures import picture
from tests.register.support import GHENT, bis, national

ORGANISATIONS = (
    Organisation(GHENT, RequesterKind.CPAS, Region.FLANDERS, 17, 1),
    Organisation("40/21", RequesterKind.PARTNER, Region.NONE, 40, 21),
    Organisation("1900001455", RequesterKind.OTHER, Region.NONE, 0),
)
STATE = State(11, 12)
PERSONS = [national(person) for person in range(1, 60)]
NUMBERS = [*PERSONS, bis(1), bis(70), national(900)]


def some_index() -> Index:
    rows = [
        Integration(
            place, person, owner.key, owner.sector, 2, place, FUTURE if place % 3 else place + 9, place % 2 == 0
        )
        for place, (person, owner) in enumerate(zip(PERSONS * 2, ORGANISATIONS * 100, strict=False))
    ]
    rows = [replace(row, institution=21 if row.sector == 40 else 1) for row in rows if row.sector]
    return index_of_facts(ORGANISATIONS, rows, {bis(1): national(1)}, revision=7)


def saved(folder: Path) -> Path:
    path = folder / "register.index"
    write_index(some_index(), STATE, path)
    return path


def test_an_opened_index_says_what_was_written(tmp_path: Path) -> None:
    index, state = open_index(saved(tmp_path))
    assert state == STATE
    assert picture(index, NUMBERS) == picture(some_index(), NUMBERS)
    with pytest.raises(ValueError, match="read-only"):
        index.begin[:] = 0
    for name, column in index.rows.by_name().items():
        assert column.ctypes.data % 64 == 0, name


def test_s31_only_its_owner_may_read_it_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = saved(tmp_path)
    left_over = tmp_path / ".register.index.part"
    left_over.write_bytes(b"of a crash")
    left_over.chmod(0o666)
    write_index(some_index(), STATE, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["register.index"]


def test_what_is_added_stays_in_memory(tmp_path: Path) -> None:
    path = saved(tmp_path)
    before = path.read_bytes()
    index, _ = open_index(path)
    row = Integration(5_000, national(100), GHENT, 17, 2, 5, 9, institution=1)
    changed = index_of_facts(ORGANISATIONS, [row], revision=8)
    with_room = with_changes(index, Changes(np.array([row.ssin]), changed))
    assert with_room.integrations_of(row.ssin) == (row,)
    assert path.read_bytes() == before
    assert picture(index, NUMBERS) == picture(open_index(path)[0], NUMBERS)
    write_index(with_room, STATE, path)
    assert picture(open_index(path)[0], [*NUMBERS, row.ssin]) == picture(with_room, [*NUMBERS, row.ssin])


def test_an_index_that_is_read_survives_its_replacement(tmp_path: Path) -> None:
    path = saved(tmp_path)
    index, _ = open_index(path)
    write_index(index_of_facts([], []), STATE, path)
    assert picture(index, NUMBERS) == picture(some_index(), NUMBERS)
    assert open_index(path)[0].person_count == 0


def is_refused(path: Path) -> bool:
    try:
        index, state = open_index(path)
    except UnusableIndexError:
        return True
    assert (picture(index, NUMBERS), state) == (picture(some_index(), NUMBERS), STATE)
    return False


def test_a_changed_byte_is_found_or_read_by_nobody(tmp_path: Path) -> None:
    path = saved(tmp_path)
    content = path.read_bytes()
    places = range(0, len(content), 11)
    refused = 0
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 0x40
        path.write_bytes(changed)
        refused += is_refused(path)
    assert refused > 0.8 * len(places), "few bytes lie between two arrays"


@pytest.mark.parametrize("length", [0, 1, 27, 28, 200, 1_000, -64, -1])
def test_a_file_that_was_cut_short_is_found(tmp_path: Path, length: int) -> None:
    path = saved(tmp_path)
    os.truncate(path, length if length >= 0 else path.stat().st_size + length)
    with pytest.raises(UnusableIndexError):
        open_index(path)


@pytest.mark.parametrize("content", [b"x" * 4_000, b"SQLite format 3\0" + bytes(4_000), b"RSINDEX\x02" + bytes(99)])
def test_another_kind_of_file_or_format_is_found(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.index"
    path.write_bytes(content)
    with pytest.raises(UnusableIndexError, match="no saved index of this version"):
        open_index(path)


def test_another_schema_is_found_though_its_sums_are_right(tmp_path: Path) -> None:
    path = saved(tmp_path)
    content = path.read_bytes()
    signature, length, _ = struct.unpack_from("<8sI16s", content)
    header = content[28 : 28 + length].replace(f'"schema_version": {SCHEMA_VERSION}'.encode(), b'"schema_version": 0')
    digest = blake2b(header, digest_size=16).digest()
    path.write_bytes(struct.pack("<8sI16s", signature, length, digest) + header + content[28 + length :])
    with pytest.raises(UnusableIndexError, match="schema version 0"):
        open_index(path)


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UnusableIndexError, match="cannot be opened"):
        open_index(tmp_path / "register.index")
    with pytest.raises(UnusableIndexError, match="cannot be opened"):
        open_index(tmp_path)
    with pytest.raises(OperatorError, match="cannot be written"):
        write_index(some_index(), STATE, tmp_path / "missing" / "register.index")


WRITER = """
import sys
from pathlib import Path
from tests.register.test_index_file import STATE, some_index
from rules_service.register.index_file import write_index
print("ready", flush=True)
while True:
    write_index(some_index(), STATE, Path(sys.argv[1]))
"""


def test_killed_writers_never_leave_half_a_file(tmp_path: Path) -> None:
    path = saved(tmp_path)
    said = picture(some_index(), NUMBERS)
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            inode = path.stat().st_ino
            while path.stat().st_ino == inode:
                assert picture(open_index(path)[0], NUMBERS) == said
            writer.kill()
        assert picture(open_index(path)[0], NUMBERS) == said
        write_index(some_index(), STATE, path)
