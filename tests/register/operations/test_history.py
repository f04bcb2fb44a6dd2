"""The whole history goes out of one register and into another, whichever database each is in."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_service.errors import OperatorError
from rules_service.register import Register
from rules_service.register.operations import UnusableCopyError, dump, load, verify
from tests.register.conftest import Places
from tests.register.operations.histories import NUMBERS, contents, describe, history
from tests.register.pictures import decisions, picture
from tests.register.support import with_organisations


@pytest.fixture
def dumped(tmp_path: Path) -> Path:
    with history(str(tmp_path / "made.db"), tmp_path) as register:
        dump(register, tmp_path / "dump")
    return tmp_path / "dump"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("seed", range(4))
def test_a_history_goes_into_the_other_database_and_back(
    places: Places, postgresql_place: str, tmp_path: Path, seed: int
) -> None:
    with (
        history(places(), tmp_path, seed) as made,
        Register.create(postgresql_place) as other,
        Register.create(places()) as back,
    ):
        assert dump(made, tmp_path / "first").revision == made.revision() > 10
        load(other, tmp_path / "first")
        dump(other, tmp_path / "second")
        load(back, tmp_path / "second")
        assert contents(made) == contents(other) == contents(back)
        assert {name for name, rows in contents(made).items() if not rows} == {"purges", "wrong_proofs"}
        for revision in (1, made.revision() // 2, made.revision()):
            first, *others = (register.snapshot(revision) for register in (made, other, back))
            for index in others:
                assert picture(index, NUMBERS) == picture(first, NUMBERS)
                assert decisions(index, NUMBERS) == decisions(first, NUMBERS)
        assert list(verify(other)) == list(verify(back)) == []
        assert (
            json.loads((tmp_path / "first" / "manifest.json").read_text())["tables"]
            == (json.loads((tmp_path / "second" / "manifest.json").read_text())["tables"])
        )


def test_a_loaded_register_goes_on(place: str, dumped: Path) -> None:
    with Register.create(place) as register:
        manifest = load(register, dumped)
        assert register.revision() == manifest.revision
    with Register.open(place) as register:
        describe(register, 99, "One more")
        assert register.revision() == manifest.revision + 1
        assert list(verify(register)) == []


def test_s31_a_dump_is_for_its_owner_alone(dumped: Path) -> None:
    assert mode_of(dumped) == 0o700
    assert {mode_of(file) for file in dumped.iterdir()} == {0o600}
    assert not [path for path in dumped.parent.iterdir() if path.name.startswith(".dump")]


def test_a_dump_never_takes_the_place_of_anything(dumped: Path, place: str, tmp_path: Path) -> None:
    before = (dumped / "manifest.json").read_bytes()
    with with_organisations(tmp_path, place) as register:
        for taken in (dumped, dumped / "manifest.json"):
            with pytest.raises(OperatorError, match="exists already"):
                dump(register, taken)
        with pytest.raises(OperatorError, match="cannot be written"):
            dump(register, tmp_path / "missing" / "dump")
    assert (dumped / "manifest.json").read_bytes() == before


def test_only_an_empty_register_is_filled(dumped: Path, place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        before = contents(register)
        with pytest.raises(OperatorError, match="is not empty"):
            load(register, dumped)
        assert contents(register) == before


def cut_short(folder: Path) -> None:
    file = folder / "integrations.parquet"
    file.write_bytes(file.read_bytes()[:-20])


def flip(folder: Path) -> None:
    file = folder / "aliases.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def lose(folder: Path) -> None:
    (folder / "persons.parquet").unlink()


def forget(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def age(folder: Path) -> None:
    change_manifest(folder, lambda manifest: manifest.update(schema_version=1))


def change_format(folder: Path) -> None:
    change_manifest(folder, lambda manifest: manifest.update(format=7))


def nonsense(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")


def forge(folder: Path) -> None:
    """A row is left out, and the sum of the file is put right again."""
    file = folder / "integrations.parquet"
    rows = pq.read_table(file)
    pq.write_table(rows.slice(1), file)
    resum(folder, file)


def retype(folder: Path) -> None:
    file = folder / "integrations.parquet"
    rows = pq.read_table(file)
    pq.write_table(rows.set_column(3, "sector", rows["sector"].cast(pa.string())), file)
    resum(folder, file)


def resum(folder: Path, file: Path) -> None:
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    change_manifest(folder, lambda manifest: manifest["tables"][file.stem].update(file_sum=found))


def change_manifest(folder: Path, change: Callable[[Any], object]) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut_short, "sum of the file of `integrations` is wrong"),
        (flip, "sum of the file of `aliases` is wrong"),
        (lose, "file of `persons` cannot be read"),
        (forget, "no manifest"),
        (nonsense, "manifest cannot be read"),
        (age, "schema version 1"),
        (change_format, "another version of this program"),
        (forge, "rows of `integrations` are not those that were copied"),
        (retype, "`integrations` has other columns"),
    ],
)
def test_a_damaged_dump_fills_nothing(
    dumped: Path, place: str, tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(dumped, copy)
    damage(copy)
    with Register.create(place) as register:
        empty = contents(register)
        with pytest.raises(UnusableCopyError, match=said):
            load(register, copy)
        assert contents(register) == empty
        load(register, dumped)
        assert len(contents(register)["integrations"]) > 5
