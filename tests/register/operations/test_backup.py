"""A backup holds one state of the register, whoever writes meanwhile, and a restored register is the one it was."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from rules_service.errors import OperatorError
from rules_service.register import Register
from rules_service.register.operations import UnusableCopyError, archive, back_up, restore, verify
from tests.register.conftest import Places
from tests.register.operations.histories import contents, describe, history
from tests.register.support import national
from tests.register.writing_support import integrate, key

DAY = 20_000


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    with history(place, tmp_path) as made:
        yield made


def test_a_restored_register_equals(register: Register, places: Places, tmp_path: Path) -> None:
    file, place = tmp_path / "backup", places()
    if "://" in str(register):
        place = str(tmp_path / "restored.db")  # what came out of a server goes into a file just as well
    manifest = back_up(register, file)
    before, revision = contents(register), register.revision()
    assert (manifest.revision, manifest.rows) == (revision, sum(map(len, before.values())))
    describe(register, 77, "After the backup")
    assert restore(file, place) == manifest
    with Register.open(place) as restored:
        assert contents(restored) == before
        assert list(verify(restored)) == []
        assert restored.latest().recorded_at == manifest.recorded_at
        integrate(restored, key(7), DAY)
        assert restored.revision() == revision + 1


def test_a_restored_file_is_a_register_like_others(tmp_path: Path) -> None:
    with history(str(tmp_path / "register.db"), tmp_path) as register:
        back_up(register, tmp_path / "backup")
    restore(tmp_path / "backup", f"sqlite:///{tmp_path / 'restored.db'}")
    for name in ("register.db", "restored.db"):
        with closing(sqlite3.connect(tmp_path / name)) as file:
            assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
            assert ("alembic_version" in tables, "backup_manifest" in tables) == (True, False)


def test_s31_files_are_for_their_owner_alone(register: Register, tmp_path: Path) -> None:
    back_up(register, tmp_path / "backup")
    archive(register, tmp_path / "backup.tar")
    for name in ("backup", "backup.tar"):
        restore(tmp_path / name, tmp_path / f"restored-{name}") if "://" not in str(register) else None
    made = [path for path in tmp_path.iterdir() if "backup" in path.name]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert {path.name for path in made} <= {"backup", "backup.tar", "restored-backup", "restored-backup.tar"}


def test_nothing_is_overwritten(register: Register, place: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(OperatorError, match="exists already"):
        back_up(register, file)
    assert file.read_text() == "precious"
    file.unlink()
    back_up(register, file)
    before = contents(register)
    with pytest.raises(OperatorError, match=r"exists already|holds a register already"):
        restore(file, place)
    assert contents(register) == before


def test_a_backup_is_one_state_while_others_write(register: Register, tmp_path: Path) -> None:
    stop, started = Event(), Event()

    def write() -> None:
        person = 10
        while not stop.is_set():
            integrate(register, key(person), DAY)
            started.set()
            person += 1

    writer = Thread(target=write)
    writer.start()
    assert started.wait(10)
    try:
        manifest = back_up(register, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "backup", tmp_path / "restored.db")
    with Register.open(tmp_path / "restored.db") as restored:
        assert restored.revision() == manifest.revision < register.revision()
        assert list(verify(restored)) == []
        numbers = [national(person) for person in range(1, 100)]
        ours, theirs = register.snapshot(manifest.revision), restored.snapshot()
        assert [ours.integrations_of(number) for number in numbers] == [
            theirs.integrations_of(number) for number in numbers
        ]


def damages(file: Path) -> Iterator[tuple[str, bytes]]:
    content = file.read_bytes()
    yield "cut short", content[: len(content) // 2]
    yield "empty", b""
    yield "nonsense", b"nonsense" * 100
    for place in range(len(content) // 7, len(content), len(content) // 7):
        changed = bytearray(content)
        changed[place : place + 64] = bytes(255 - byte for byte in changed[place : place + 64])
        yield f"changed at {place}", bytes(changed)


def test_a_damaged_backup_makes_no_register_of_it(register: Register, tmp_path: Path) -> None:
    back_up(register, tmp_path / "backup")
    before = contents(register)
    for what, content in damages(tmp_path / "backup"):
        damaged = tmp_path / "damaged"
        damaged.write_bytes(content)
        place = tmp_path / "restored.db"
        try:
            restore(damaged, place)
        except UnusableCopyError:
            assert not place.exists(), what
            assert not list(tmp_path.glob(".restored*")), what
        else:  # what changed is no part of what a backup holds, such as the room that a page leaves free
            with Register.open(place) as restored:
                assert contents(restored) == before, what
            place.unlink()


def test_a_row_that_was_changed_by_hand_is_seen(tmp_path: Path) -> None:
    with history(str(tmp_path / "register.db"), tmp_path) as register:
        back_up(register, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup", isolation_level=None)) as file:
        file.execute("UPDATE revisions SET note = 'another' WHERE revision = 2")
    with pytest.raises(UnusableCopyError, match="rows of `revisions`"):
        restore(tmp_path / "backup", tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()


def test_a_register_is_no_backup(tmp_path: Path) -> None:
    history(str(tmp_path / "register.db"), tmp_path).close()
    with pytest.raises(UnusableCopyError, match="has no manifest"):
        restore(tmp_path / "register.db", tmp_path / "restored.db")
    with pytest.raises(UnusableCopyError, match="no backup at"):
        restore(tmp_path / "missing", tmp_path / "restored.db")


def test_a_backup_of_a_file_goes_into_a_file(tmp_path: Path, postgresql_place: str) -> None:
    with history(str(tmp_path / "register.db"), tmp_path) as register:
        back_up(register, tmp_path / "backup")
        archive(register, tmp_path / "backup.tar")
        with pytest.raises(OperatorError, match="register dump"):
            restore(tmp_path / "backup", postgresql_place)
        restore(tmp_path / "backup.tar", postgresql_place)
        with Register.open(postgresql_place) as restored:
            assert contents(restored) == contents(register)
