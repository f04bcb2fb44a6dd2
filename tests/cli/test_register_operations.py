"""`register verify`, `backup`, `restore`, `dump`, `load`, `stats`, `subject-export` and `purge`."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from rules_service.register import FileKind, Register, import_file
from tests.cli.program import CPAS, SSIN, ran, run

ORGANISATIONS = f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n"
INTEGRATIONS = (
    f"ssin,organisation,sector,quality_code,begin_date,end_date,registers\n{SSIN},{CPAS},17,2,2026-01-01,,both\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A register of one integration, at revision 2."""
    rows = {FileKind.ORGANISATIONS: ORGANISATIONS, FileKind.INTEGRATIONS: INTEGRATIONS}
    with Register.create(tmp_path / "register.sqlite") as register:
        for kind, text in rows.items():
            path = tmp_path / f"{kind.value}.csv"
            path.write_text(text)
            assert import_file(register, kind, path).rows_imported == 1
    return tmp_path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_sound_register(folder: Path) -> None:
    assert ran("register", "verify", folder=folder) == "0 wrong\n"


def test_what_is_wrong_is_listed_and_ends_with_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "register.sqlite", isolation_level=None)) as file:
        file.execute("UPDATE integrations SET quality_code = 1234, ssin = ssin + 1")
    done = run("register", "verify", folder=folder)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "integrations 1: `quality_code` is out of range",
        "integrations 1: `ssin` is no valid number",
        "2 wrong",
    ]
    done = run("register", "verify", "--most", "1", folder=folder)
    assert done.stdout.decode().splitlines()[1:] == ["... and 1 more", "2 wrong"]


def test_a_backup_is_restored(folder: Path) -> None:
    said = ran("register", "backup", "copy.backup", folder=folder)
    assert said.startswith("backed up revision 2, ")
    assert mode_of(folder / "copy.backup") == 0o600
    assert ran("register", "restore", "copy.backup", "--register", "other.sqlite", folder=folder).startswith(
        "restored revision 2, "
    )
    assert ran("register", "verify", "--register", "other.sqlite", folder=folder) == "0 wrong\n"
    again = run("register", "restore", "copy.backup", folder=folder)
    assert again.returncode == 2
    assert "exists already" in again.stderr.decode()


def test_a_dump_is_loaded(folder: Path) -> None:
    assert ran("register", "dump", "history", folder=folder).startswith("dumped revision 2, ")
    ran("register", "init", "--register", "other.sqlite", folder=folder)
    said = ran("register", "load", "history", "--register", "other.sqlite", folder=folder)
    assert said.startswith("loaded revision 2, ")
    first, second = (ran("register", "stats", "--json", "--register", each, folder=folder) for each in REGISTERS)
    told = [json.loads(each) for each in (first, second)]
    assert {**told[0], "size_bytes": 0} == {**told[1], "size_bytes": 0}
    again = run("register", "load", "history", folder=folder)
    assert again.returncode == 2
    assert "is not empty" in again.stderr.decode()


REGISTERS = ("register.sqlite", "other.sqlite")


def test_stats_can_be_read(folder: Path) -> None:
    lines = ran("register", "stats", folder=folder).splitlines()
    assert lines[0].startswith("revision 2 of 20")
    assert "1 organisations, 1 persons with active integrations" in lines
    assert "table integrations: 1 rows, 1 active, 0 closed" in lines
    assert "code 002: 1 active integrations" in lines
    assert "active integrations begin from 2026-01-01 to 2026-01-01" in lines


@pytest.mark.parametrize("form", ["{}\n", '{{"ssin": "{}"}}'])
def test_a_number_comes_by_standard_input(folder: Path, form: str) -> None:
    found = json.loads(ran("register", "subject-export", stdin=form.format(SSIN).encode(), folder=folder))
    assert found["person"]["numbers"] == [SSIN]
    assert found["held"]["integrations"][0]["begin_date"] == "2026-01-01"


def test_a_number_comes_in_a_file(folder: Path) -> None:
    (folder / "request.json").write_text(json.dumps({"ssin": SSIN}))
    said = ran("register", "subject-export", "request.json", "--output", "answer.json", folder=folder)
    assert said == "written to answer.json\n"
    assert mode_of(folder / "answer.json") == 0o600
    assert json.loads((folder / "answer.json").read_text())["person"]["asked"] == SSIN


@pytest.mark.parametrize("text", [b"", b"{}", b"{", b"[]", b'{"ssin": 5}', b"\xff\xff", SSIN[:-1].encode() + b"6"])
def test_what_is_no_number_is_refused_and_not_repeated(folder: Path, text: bytes) -> None:
    done = run("register", "subject-export", stdin=text, folder=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert SSIN[:-1].encode() not in done.stderr


def test_a_number_on_the_command_line_is_no_file(folder: Path) -> None:
    assert run("register", "subject-export", SSIN, folder=folder).returncode == 2


def test_purging(folder: Path) -> None:
    assert run("register", "purge", folder=folder).returncode == 2
    assert run("register", "purge", "--closed-integrations", "ten", folder=folder).returncode == 2
    options = ("--closed-integrations", "10 years", "--persons", "1 year")
    said = ran("register", "purge", *options, "--dry-run", folder=folder).splitlines()
    assert [line.split(", of")[0] for line in said] == [
        "integrations: 0 rows to purge",
        "person_cards: 0 rows to purge",
        "persons: 0 rows to purge",
    ]
    assert ran("register", "purge", *options, folder=folder).startswith("integrations: 0 rows purged, of before 20")
    assert ran("register", "stats", folder=folder).startswith("revision 2 of")
