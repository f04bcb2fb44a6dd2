"""Exported files hold what the register holds, and importing them makes the same register."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_service.algebra import parse_day
from rules_service.errors import OperatorError, RevisionNotAvailableError
from rules_service.register import FileKind, Register, UnusableFileError, export_file, import_file
from rules_service.register.population import generate_population
from tests.register.conftest import Places
from tests.register.support import GHENT, HEADER, bis, import_aliases, import_lines, line, national, with_organisations

IN_ORDER = (FileKind.ORGANISATIONS, FileKind.ALIASES, FileKind.INTEGRATIONS)


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    made = with_organisations(tmp_path, place)
    import_aliases(made, tmp_path, [(bis(1), bis(2)), (bis(2), national(1))])
    rows = [
        line(2, end="2024-06-30"),
        line(1),
        line(1, organisation="40/21", code=999, begin="0001-01-01", end="9999-12-31"),
    ]
    import_lines(made, tmp_path, [*rows, line(3).replace("both", "primary"), line(4).replace("both", "secondary")])
    path = tmp_path / "defaulted.csv"
    path.write_text(f"{HEADER},end_defaulted\n{line(5, end='2025-01-01')},true\n")
    assert import_file(made, FileKind.INTEGRATIONS, path).rows_imported == 1
    yield made
    made.close()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_round_trip_is_exact(register: Register, places: Places, tmp_path: Path, suffix: str) -> None:
    again = Register.create(places())
    for kind in IN_ORDER:
        path = tmp_path / f"{kind.value}{suffix}"
        count = export_file(register, kind, path)
        report = import_file(again, kind, path)
        assert (report.rows_imported, report.bad_rows) == (count, ())
        assert export_file(again, kind, tmp_path / f"again{suffix}") == count
        assert (tmp_path / f"again{suffix}").read_bytes() == path.read_bytes()
    for number in (bis(1), national(2), national(4)):
        rows, same = register.reader().integrations_of(number), again.reader().integrations_of(number)
        assert rows == same
    again.close()


def test_what_stands_in_a_csv_file(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert export_file(register, FileKind.INTEGRATIONS, path) == 6
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == FileKind.INTEGRATIONS.columns
    assert [row["end_date"] for row in rows] == ["2024-06-30", "", "9999-12-31", "", "", "2025-01-01"]
    assert [row["end_defaulted"] for row in rows] == ["false"] * 5 + ["true"]
    assert [row["registers"] for row in rows] == ["both", "both", "both", "primary", "secondary", "both"]
    assert {row["organisation"] for row in rows} == {GHENT, "40/21"}


def test_what_stands_in_a_parquet_file(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    assert export_file(register, FileKind.INTEGRATIONS, path) == 6
    table = pq.read_table(path)
    assert table.schema.field("begin_date").type == pa.date32()
    assert table.column("end_date").null_count == 3


def test_s31_an_exported_file_is_private_and_replaces_the_old_one_whole(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "a.csv"
    path.write_text("old")
    path.chmod(0o644)
    export_file(register, FileKind.ALIASES, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("old_ssin,new_ssin\n")
    assert list(folder.iterdir()) == [path]


def test_an_export_that_fails_leaves_the_old_file_and_no_other(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "i.csv"
    path.write_text("old")
    with pytest.raises(RevisionNotAvailableError):
        export_file(register, FileKind.INTEGRATIONS, path, revision=99)
    with pytest.raises(UnusableFileError, match=r"named \.csv or \.parquet"):
        export_file(register, FileKind.INTEGRATIONS, folder / "i.xlsx")
    with pytest.raises(OperatorError, match="cannot be written"):
        export_file(register, FileKind.INTEGRATIONS, tmp_path / "missing" / "i.csv")
    (folder / "taken.csv").mkdir()
    with pytest.raises(OperatorError, match="cannot be written"):
        export_file(register, FileKind.INTEGRATIONS, folder / "taken.csv")
    assert {file.name for file in folder.iterdir()} == {"i.csv", "taken.csv"}
    assert path.read_text() == "old"


def test_an_earlier_revision_can_be_exported(register: Register, tmp_path: Path) -> None:
    counts = [export_file(register, FileKind.INTEGRATIONS, tmp_path / "i.csv", revision) for revision in range(5)]
    assert counts == [0, 0, 0, 5, 6]
    assert export_file(register, FileKind.ORGANISATIONS, tmp_path / "o.csv", 0) == 0


def test_a_population_makes_the_round_trip_too(place: str, tmp_path: Path) -> None:
    population = generate_population(tmp_path, reference_day=parse_day("2024-06-01"), persons=2_000, organisations=40)
    with Register.create(place) as register:
        for kind, path in population.files.items():
            import_file(register, kind, path)
            assert export_file(register, kind, tmp_path / "out.csv") == population.counts[kind]
            exported, given = ((tmp_path / name).read_text().splitlines() for name in ("out.csv", path.name))
            if kind is FileKind.INTEGRATIONS:
                exported = [row.removesuffix(",false").removesuffix(",end_defaulted") for row in exported]
            if kind is FileKind.ORGANISATIONS:
                exported = [row.removesuffix(",").removesuffix(",parent") for row in exported]
            assert sorted(exported) == sorted(given)
