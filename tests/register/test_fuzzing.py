"""Whatever a file holds, importing it ends in a report or in one of our errors, and an error changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.register import FileKind, Register, UnusableFileError, import_file
from rules_service.register.sealed_files import SealedFileError
from tests.register.conftest import Places
from tests.register.support import GHENT, HEADER, bis, line, national, with_organisations

KINDS = st.sampled_from(FileKind)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", GHENT, "40/21", "17", "2", "2024-01-01", "both", '"', "\r", "\x00", str(national(1))]),
)


@pytest.fixture(scope="module")
def register(places: Places) -> Iterator[Register]:
    with tempfile.TemporaryDirectory() as folder, with_organisations(Path(folder), places()) as made:
        yield made


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzing") / "persons.key"


def check(register: Register, key_file: Path, kind: FileKind, content: bytes, suffix: str) -> None:
    before = register.revision()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"x{suffix}")
        path.write_bytes(content)
        with suppress(UnusableFileError, SealedFileError):
            report = import_file(register, kind, path, key_file=key_file)
            assert report.rows_read == report.bad_count + report.rows_imported or report.bad_count
            assert (report.revision is None) == (report.rows_imported == 0)
            before += report.revision is not None
    assert register.revision() == before


@given(KINDS, st.binary(max_size=400))
def test_random_bytes(register: Register, key_file: Path, kind: FileKind, content: bytes) -> None:
    check(register, key_file, kind, content, ".csv")
    check(register, key_file, kind, content, ".parquet")


@given(KINDS, st.binary(max_size=400))
def test_random_bytes_under_a_true_header(register: Register, key_file: Path, kind: FileKind, content: bytes) -> None:
    check(register, key_file, kind, ",".join(kind.required).encode() + b"\n" + content, ".csv")


@given(KINDS, st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=8))
def test_random_cells_under_a_true_header(
    register: Register, key_file: Path, kind: FileKind, rows: list[list[str]]
) -> None:
    lines = [",".join(kind.required), *(",".join(row) for row in rows)]
    check(register, key_file, kind, "\n".join(lines).encode("utf-8", "surrogatepass"), ".csv")


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_damaged_rows(register: Register, key_file: Path, place: int, damage: bytes) -> None:
    content = "\n".join([HEADER, *(line(person) for person in range(1, 20))]).encode()
    place %= len(content)
    check(register, key_file, FileKind.INTEGRATIONS, content[:place] + damage + content[place + len(damage) :], ".csv")


def parquet() -> bytes:
    sink = pa.BufferOutputStream()
    numbers = [str(bis(person)) for person in range(100, 200)], [str(national(person)) for person in range(100, 200)]
    pq.write_table(pa.table(numbers, names=["old_ssin", "new_ssin"]), sink)
    return bytes(sink.getvalue())


PARQUET = parquet()


@settings(max_examples=300)
@given(st.integers(0, len(PARQUET) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_damaged_parquet(register: Register, key_file: Path, place: int, damage: bytes, cut: bool) -> None:
    rest = b"" if cut else PARQUET[place + len(damage) :]
    check(register, key_file, FileKind.ALIASES, PARQUET[:place] + damage + rest, ".parquet")
