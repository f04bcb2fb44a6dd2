"""The invented population is the same for the same seed, comes in whole, and has something of everything."""

from __future__ import annotations

import csv
import stat
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rules_service.algebra import parse_day
from rules_service.errors import OperatorError
from rules_service.identifiers import SsinKind, kind_of, valid_ssins
from rules_service.register import FileKind, Register, UnusableFileError, import_file
from rules_service.register.population import generate_population

REFERENCE = parse_day("2024-06-15")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_full_population_comes_in_whole(tmp_path: Path) -> None:
    population = generate_population(tmp_path, reference_day=REFERENCE)
    with Register.create(tmp_path / "register.db") as register:
        for kind, path in population.files.items():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            report = import_file(register, kind, path)
            assert report.bad_rows == ()
            assert report.rows_imported == population.counts[kind] == len(rows_of(path))
        index = register.snapshot()
    assert index.person_count == 20_000
    assert 55_000 < len(index.row_id) < 65_000
    assert valid_ssins(index.numbers).all()
    assert 500 < len(index.persons.replaced) < 1_500
    lengths = np.diff(index.offsets)
    assert (lengths.min(), lengths.max()) == (1, 6)
    assert {kind_of(int(number)) for number in index.numbers} == {SsinKind.NATIONAL, SsinKind.BIS}
    active = (index.begin <= REFERENCE) & (index.end_exclusive > REFERENCE)
    assert 0.3 < active.mean() < 0.7
    assert (index.begin > REFERENCE).any()
    assert set(index.code.tolist()) >= {1, 2, 3, 7, 11, 20, 21, 30, 31, 40}


def test_the_directory_has_every_class_and_region(tmp_path: Path) -> None:
    files = generate_population(tmp_path, reference_day=REFERENCE, persons=1).files
    rows = rows_of(files[FileKind.ORGANISATIONS])
    regions = Counter(row["region"] for row in rows if row["kind"] == "cpas")
    assert regions == {"flanders": 300, "wallonia": 261, "brussels": 19}
    assert {row["kind"] for row in rows} == {"cpas", "association_chapter_xii", "partner"}
    assert {row["region"] for row in rows if row["kind"] == "association_chapter_xii"} == {"flanders"}
    assert len({row["cbe_number"] for row in rows if row["cbe_number"]}) == len(rows) - 10


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    def contents(folder: str, seed: int) -> list[bytes]:
        made = generate_population(tmp_path / folder, reference_day=REFERENCE, persons=300, organisations=9, seed=seed)
        return [path.read_bytes() for path in made.files.values()]

    assert contents("a", 7) == contents("b", 7)
    assert contents("a", 7) != contents("c", 8)


def test_impossible_wishes(tmp_path: Path) -> None:
    for persons, organisations in ((0, 1), (1, 0), (3_000_000, 1)):
        with pytest.raises(OperatorError, match="ask for"):
            generate_population(tmp_path, reference_day=REFERENCE, persons=persons, organisations=organisations)
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableFileError, match="cannot be written"):
        generate_population(tmp_path / "file", reference_day=REFERENCE, persons=1, organisations=1)
