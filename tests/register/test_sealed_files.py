"""An encrypted file is read back as it was written, or not at all."""

from __future__ import annotations

import io
import os
import random
from itertools import combinations, pairwise
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_service.register.key_files import KeyFileError, make_key_file, random_key, read_keys, write_keys
from rules_service.register.sealed_files import SealedFileError, SnapshotKeys, load_file, read_file, written_file

CHUNK, SEALED_CHUNK, HEADER = 1 << 18, (1 << 18) + 16, 56
KEYS = SnapshotKeys((random_key(),))
LENGTHS = (0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17)


def content(length: int) -> bytes:
    return random.Random(length).randbytes(length)


def sealed(path: Path, data: bytes, keys: SnapshotKeys | None = KEYS) -> Path:
    with written_file(path, keys) as file:
        file.write(data)
    return path


def opened(path: Path, keys: SnapshotKeys | None = KEYS) -> bytes:
    with read_file(path, keys) as file:
        return file.read()


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_written_is_read(tmp_path: Path, length: int) -> None:
    path = sealed(tmp_path / "file", content(length))
    assert opened(path) == content(length)
    assert path.stat().st_size == HEADER + length + 16 * max(1, -(-length // CHUNK))
    if length:
        loaded = load_file(path, KEYS)
        assert loaded[:] == content(length)
        loaded[0] ^= 1  # stays in memory
        assert opened(path) == content(length)


def test_s31_nothing_of_it_can_be_seen(tmp_path: Path) -> None:
    first, second = (sealed(tmp_path / name, b"85010100115" * 100_000).read_bytes() for name in ("one", "two"))
    assert b"85010100115" not in first
    assert not set(_blocks(first)) & set(_blocks(second)), "nothing tells that both hold the same"


def _blocks(data: bytes) -> list[bytes]:
    return [data[place : place + 16] for place in range(24, len(data) - 15, 16)]


def test_without_a_key_a_file_is_as_it_is(tmp_path: Path) -> None:
    path = sealed(tmp_path / "file", b"plain", None)
    assert path.read_bytes() == opened(path, None) == load_file(path, None)[:] == b"plain"
    with pytest.raises(SealedFileError, match="is not encrypted, or is damaged"):
        opened(path)


def test_with_a_key_and_the_wrong_one(tmp_path: Path) -> None:
    path = sealed(tmp_path / "file", content(1_000))
    for read in (opened, load_file):
        with pytest.raises(SealedFileError, match="is encrypted: give its key by `--snapshot-key`"):
            read(path, None)
        with pytest.raises(SealedFileError, match="was encrypted with another key"):
            read(path, SnapshotKeys((random_key(),)))


def test_keys_are_changed_without_losing_what_was_written(tmp_path: Path) -> None:
    old, new = random_key(), random_key()
    first = sealed(tmp_path / "one", b"first", SnapshotKeys((old,)))
    second = sealed(tmp_path / "two", b"second", SnapshotKeys((old, new)))
    assert [opened(path, SnapshotKeys((old, new))) for path in (first, second)] == [b"first", b"second"]
    assert opened(second, SnapshotKeys((new,))) == b"second"
    with pytest.raises(SealedFileError, match="another key"):
        opened(second, SnapshotKeys((old,)))


def is_refused(path: Path) -> bool:
    try:
        found = opened(path)
    except SealedFileError:
        return True
    assert found == content(3 * CHUNK + 17)
    return False


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    path = sealed(tmp_path / "file", content(3 * CHUNK + 17))
    whole = path.read_bytes()
    places = [*range(HEADER + 16), *range(HEADER, len(whole), 4_999), *range(len(whole) - 40, len(whole))]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        assert is_refused(path), place


@pytest.mark.parametrize("cut", [1, 16, 33, SEALED_CHUNK, SEALED_CHUNK + 33, 2 * SEALED_CHUNK + 33])
def test_a_file_that_was_cut_short_is_found_as_it_is_opened(tmp_path: Path, cut: int) -> None:
    path = sealed(tmp_path / "file", content(3 * CHUNK + 17))
    os.truncate(path, path.stat().st_size - cut)
    with pytest.raises(SealedFileError, match="damaged or incomplete"), read_file(path, KEYS):
        raise AssertionError


@pytest.mark.parametrize("length", [*range(8, HEADER + 16, 8), HEADER + 15])
def test_a_file_of_which_only_the_begin_is_left(tmp_path: Path, length: int) -> None:
    path = sealed(tmp_path / "file", b"")
    os.truncate(path, length)
    with pytest.raises(SealedFileError):
        opened(path)


def test_chunks_in_another_order_left_out_or_of_another_file_are_found(tmp_path: Path) -> None:
    path, other = (sealed(tmp_path / name, content(3 * CHUNK + 17)) for name in ("file", "other"))
    whole, foreign = path.read_bytes(), other.read_bytes()
    ends = [HEADER, *(HEADER + n * SEALED_CHUNK for n in (1, 2, 3)), len(whole)]
    head, *chunks = [whole[:HEADER], *(whole[a:b] for a, b in pairwise(ends))]
    for first, second in combinations(range(4), 2):
        swapped = list(chunks)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        path.write_bytes(head + b"".join(swapped))
        assert is_refused(path), (first, second)
    for place in range(4):
        path.write_bytes(head + b"".join(chunks[:place] + chunks[place + 1 :]))
        assert is_refused(path), place
        mixed = [*chunks[:place], foreign[ends[place] : ends[place + 1]], *chunks[place + 1 :]]
        path.write_bytes(head + b"".join(mixed))
        assert is_refused(path), place
    path.write_bytes(whole + chunks[-1])
    assert is_refused(path)
    path.write_bytes(whole)
    assert not is_refused(path)


def test_what_was_not_finished_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def failing(file: BinaryIO) -> None:
        file.write(content(2 * CHUNK))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), written_file(path, KEYS) as file:
        failing(file)
    with pytest.raises(SealedFileError):
        opened(path)


def test_what_is_skipped_is_zero(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with written_file(path, KEYS) as file:
        file.write(b"begin")
        assert file.seek(2 * CHUNK + 5) == file.tell()
        file.write(b"end")
        file.truncate(3 * CHUNK)
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
    assert opened(path) == b"begin" + bytes(2 * CHUNK) + b"end" + bytes(CHUNK - 8)


MOVES = st.lists(st.tuples(st.integers(0, 3 * CHUNK + 100), st.integers(0, CHUNK + 9)), max_size=8)


@given(MOVES, st.lists(st.integers(0, CHUNK), max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_part_is_read_as_from_a_plain_file(tmp_path: Path, moves: list[tuple[int, int]], cuts: list[int]) -> None:
    data = content(3 * CHUNK + 17)
    with written_file(tmp_path / "file", KEYS) as file:
        for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
            file.write(data[begin:end])
    with read_file(tmp_path / "file", KEYS) as file, io.BytesIO(data) as plain:
        for place, length in moves:
            assert file.seek(place) == plain.seek(place)
            assert file.read(length) == plain.read(length)
        assert file.seek(-5, os.SEEK_END) == len(data) - 5
        assert file.read() == data[-5:]


def test_s31_key_files(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    (key,) = read_keys(path, "encrypted files")
    write_keys(path, [key, random_key()])
    assert read_keys(path, "encrypted files")[0] == key
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="set its mode to 0600"):
        SnapshotKeys.load(path)
    path.chmod(0o600)
    for text in ("", "00" * 31, "00" * 32 + "\nx", "é", "\x00"):
        path.write_text(text)
        with pytest.raises(KeyFileError, match="is not the key of encrypted files") as refusal:
            SnapshotKeys.load(path)
        assert "0000" not in str(refusal.value)
    with pytest.raises(KeyFileError, match="cannot be read"):
        SnapshotKeys.load(tmp_path / "key" / "below")
    path.unlink()
    with pytest.raises(KeyFileError, match="is missing"):
        SnapshotKeys.load(path)
