"""`register verify`, `backup`, `restore`, `dump`, `load`, `stats`, `subject-export` and `purge`."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from rules_service.register import FileKind, Register, import_file
from tests.cli.program import CPAS, SSIN, ran, run, serving

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
    assert run("register", "purge", "--integrations", "ten", folder=folder).returncode == 2
    options = ("--integrations", "10 years", "--person-cards", "1 year")
    said = ran("register", "purge", *options, "--dry-run", folder=folder).splitlines()
    assert [line.split(", of")[0] for line in said] == [
        "integrations: 0 rows to purge",
        "person_cards: 0 rows to purge",
    ]
    assert ran("register", "purge", *options, folder=folder).startswith("integrations: 0 rows purged, of before 20")
    assert ran("register", "stats", folder=folder).startswith("revision 2 of")


def test_purging_by_settings(folder: Path) -> None:
    settings = folder / "retention.toml"
    settings.write_text("[retention_days]\nintegrations = 3650\nrequests = 90\n")
    said = ran("register", "purge", "--settings", settings, folder=folder).splitlines()
    assert [line.split(",")[0] for line in said] == ["integrations: 0 rows purged", "requests: 0 rows purged"]
    both = run("register", "purge", "--settings", settings, "--requests", "1 day", folder=folder)
    assert (both.returncode, b"say what to purge" in both.stderr) == (2, True)
    settings.write_text("[retention_days]\nrequest = -1\n")
    wrong = run("register", "purge", "--settings", settings, folder=folder)
    assert wrong.returncode == 2
    assert wrong.stderr.decode().startswith(f"error: {settings}:2: `request` is no table that can be purged")


def test_copies_are_encrypted_by_a_key_in_a_file(folder: Path) -> None:
    assert ran("register", "snapshot-key", "key", folder=folder) == "made key\n"
    assert mode_of(folder / "key") == 0o600
    assert run("register", "snapshot-key", "key", folder=folder).returncode == 2
    key = ("--snapshot-key", "key")
    ran("register", "backup", "sealed", *key, folder=folder)
    assert SSIN.encode() not in (folder / "sealed").read_bytes()
    other = ("--register", "other.sqlite")
    without = run("register", "restore", "sealed", *other, folder=folder)
    assert (without.returncode, b"is encrypted: give its key by `--snapshot-key`" in without.stderr) == (2, True)
    ran("register", "restore", "sealed", *other, *key, folder=folder)
    ran("register", "export", "integrations", "sealed.csv", *other, *key, folder=folder)
    again = run("register", "import", "integrations", "sealed.csv", *key, folder=folder)
    assert again.stdout == b"1 rows read, 0 imported, 1 bad; nothing changed\n"
    ran("register", "decrypt", "sealed.csv", "plain.csv", *key, folder=folder)
    assert mode_of(folder / "plain.csv") == 0o600
    assert SSIN in (folder / "plain.csv").read_text()
    ran("register", "subject-export", "--output", "answer", *key, stdin=SSIN.encode(), folder=folder)
    assert SSIN.encode() not in (folder / "answer").read_bytes()
    (folder / "key").write_text(f"{'00' * 32}\n")
    wrong = run("register", "decrypt", "answer", "answer.json", *key, folder=folder)
    assert (wrong.returncode, b"was encrypted with another key" in wrong.stderr) == (2, True)
    assert not (folder / "answer.json").exists()


def test_a_dump_is_encrypted_too(folder: Path) -> None:
    ran("register", "snapshot-key", "key", folder=folder)
    ran("register", "dump", "history", "--snapshot-key", "key", folder=folder)
    ran("register", "init", "--register", "other.sqlite", folder=folder)
    load = ("register", "load", "history", "--register", "other.sqlite")
    assert run(*load, folder=folder).returncode == 2
    assert ran(*load, "--snapshot-key", "key", folder=folder).startswith("loaded revision 2, ")


def test_a_server_keeps_its_index_encrypted(folder: Path) -> None:
    ran("register", "snapshot-key", "key", folder=folder)
    register, index = folder / "register.sqlite", folder / "register.sqlite.index"
    for _ in range(2):  # the second one takes what the first one saved
        with serving(register, "--snapshot-key", str(folder / "key")) as address:
            assert json.loads(ran("client", "info", "--server", address))["operation_count"]
        assert index.read_bytes().startswith(b"RSSEAL")
    options = ("register", "verify", "--index", index, "--register", register)
    assert ran(*options, "--snapshot-key", folder / "key") == "0 wrong\n"
    assert run(*options).returncode == 1
    without = run("serve", "--port", "0", "--register", register, "--snapshot-key", folder / "no key")
    assert (without.returncode, b"the key of encrypted files is missing" in without.stderr) == (2, True)
