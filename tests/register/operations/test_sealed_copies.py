"""Copies that are encrypted at rest: read by their key as they were written, by no other, and never half."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_service.identifiers import format_ssin
from rules_service.register import FileKind, Register, export_file
from rules_service.register.index_file import write_index
from rules_service.register.key_files import random_key
from rules_service.register.operations import UnusableCopyError, back_up, dump, load, restore, verify
from rules_service.register.sealed_files import SealedFileError, SnapshotKeys, read_file
from rules_service.register.touched import read_state
from tests.register.conftest import Places
from tests.register.operations.histories import NUMBERS, contents, history

KEYS, OTHERS = (SnapshotKeys((random_key(),)) for _ in range(2))


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    with history(place, tmp_path) as made:
        yield made


def shows_numbers(path: Path) -> bool:
    """Whether some person's number stands in a file, as text or as a number."""
    held = path.read_bytes()
    forms = [form for number in NUMBERS for form in (format_ssin(number).encode(), number.to_bytes(8, "little"))]
    return any(form in held for form in forms)


def test_an_encrypted_backup_is_restored_on_either_database(
    register: Register, places: Places, postgresql_place: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    manifest = back_up(register, file, keys=KEYS)
    assert not shows_numbers(file)
    with tarfile.open(file) as tar:
        assert all(tar.extractfile(each).read(6) == b"RSSEAL" for each in tar)  # type: ignore[union-attr]
    for place in (places(), postgresql_place):
        assert restore(file, place, keys=KEYS) == manifest
        with Register.open(place) as restored:
            assert contents(restored) == contents(register)
            assert list(verify(restored)) == []
    assert not list(tmp_path.glob(".*"))


def test_a_backup_of_another_key_or_none_makes_nothing(register: Register, tmp_path: Path) -> None:
    place = tmp_path / "restored.db"
    back_up(register, tmp_path / "sealed", keys=KEYS)
    back_up(register, tmp_path / "plain")
    for name, keys, said in (
        ("sealed", OTHERS, "encrypted with another key"),
        ("sealed", None, "is encrypted: give its key"),
        ("plain", KEYS, "is not encrypted"),
    ):
        with pytest.raises(SealedFileError, match=said):
            restore(tmp_path / name, place, keys=keys)
        assert not list(tmp_path.glob("*restored*"))


def test_a_damaged_backup_makes_nothing(register: Register, tmp_path: Path) -> None:
    back_up(register, tmp_path / "backup", keys=KEYS)
    whole = (tmp_path / "backup").read_bytes()
    with tarfile.open(tmp_path / "backup") as tar:
        middles = [each.offset_data + each.size // 2 for each in tar]
    for place in middles:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises((UnusableCopyError, SealedFileError), match="is damaged"):
            restore(tmp_path / "damaged", tmp_path / "restored.db", keys=KEYS)
        assert not list(tmp_path.glob("*restored*"))


def test_an_encrypted_dump(register: Register, places: Places, tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    dump(register, folder, keys=KEYS)
    assert not any(shows_numbers(file) for file in folder.iterdir())
    with Register.create(places()) as other:
        for keys in (OTHERS, None):
            with pytest.raises(SealedFileError):
                load(other, folder, keys=keys)
        load(other, folder, keys=KEYS)
        assert contents(other) == contents(register)


def test_a_file_of_another_dump_is_found(register: Register, places: Places, tmp_path: Path) -> None:
    for name in ("one", "two"):
        dump(register, tmp_path / name, keys=KEYS)
    (tmp_path / "one" / "aliases.parquet").replace(tmp_path / "two" / "aliases.parquet")
    with Register.create(places()) as other, pytest.raises(UnusableCopyError, match="sum of the file of `aliases`"):
        load(other, tmp_path / "two", keys=KEYS)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_an_encrypted_export_holds_what_a_plain_one_does(register: Register, tmp_path: Path, suffix: str) -> None:
    for kind in (FileKind.ORGANISATIONS, FileKind.ALIASES, FileKind.INTEGRATIONS):
        plain, sealed = tmp_path / f"plain{suffix}", tmp_path / f"sealed{suffix}"
        assert export_file(register, kind, plain) == export_file(register, kind, sealed, keys=KEYS)
        assert not shows_numbers(sealed)
        with read_file(sealed, KEYS) as file:
            assert file.read() == plain.read_bytes()


@pytest.mark.parametrize(("keys", "is_right"), [(KEYS, True), (OTHERS, False), (None, False)])
def test_verify_looks_at_an_encrypted_index(
    register: Register, tmp_path: Path, keys: SnapshotKeys | None, is_right: bool
) -> None:
    path, index = tmp_path / "index", register.snapshot()
    with register.reading() as connection:
        state = read_state(connection, index.revision)
    assert state is not None
    write_index(index, state, path, KEYS)
    assert not shows_numbers(path)
    assert (list(verify(register, path, keys=keys)) == []) == is_right
