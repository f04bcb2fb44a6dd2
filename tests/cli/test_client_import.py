"""`client import`: rows of a file through a real server, each bad one named, and never twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_service.identifiers import check_digits, format_ssin
from rules_service.register import FileKind, Register, export_file, import_file
from tests.cli.program import CPAS, PROGRAM, SHAPES, ran, run, serving

FEW_RULES = ("--rulesets", str(SHAPES))
"""Importing asks no rule, and a server is there sooner with few of them."""
HEADER = "ssin,organisation,sector,quality_code,begin_date,end_date,registers"
ORGANISATIONS = f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n"


def person(number: int) -> str:
    nine = 850_000_000 + (number % 12 + 1) * 100_000 + (number // 12 % 28 + 1) * 1_000 + number // 336 + 1
    return format_ssin(nine * 100 + check_digits(nine, born_2000_or_later=False))


def row(
    number: int, code: int | str = 2, begin: str = "2026-01-01", registers: str = "both", sector: str = "17"
) -> str:
    return f"{person(number)},{CPAS},{sector},{code},{begin},,{registers}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "organisations.csv").write_text(ORGANISATIONS)
    with Register.create(tmp_path / "register.sqlite") as register:
        assert import_file(register, FileKind.ORGANISATIONS, tmp_path / "organisations.csv").rows_imported == 1
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder / "register.sqlite", *FEW_RULES) as address:
        yield address


def write(folder: Path, *rows: str) -> Path:
    path = folder / "rows.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def held(folder: Path) -> list[str]:
    with Register.open(folder / "register.sqlite") as register:
        export_file(register, FileKind.INTEGRATIONS, folder / "held.csv")
    return [line.removesuffix(",false") for line in (folder / "held.csv").read_text().splitlines()[1:]]


def test_rows_come_in_as_they_are(folder: Path, address: str) -> None:
    rows = [
        row(1),
        row(2, registers="primary"),
        row(3, code=20, begin="1999-12-31", registers="secondary"),
        row(4, sector="1"),
    ]
    said = ran("client", "import", write(folder, *rows), "--server", address)
    assert said == "4 rows read, 4 imported, 0 bad; revision 2\n"
    assert held(folder) == rows


def test_bad_rows_are_named_by_their_lines(folder: Path, address: str) -> None:
    bad = [
        row(9, code="x"),
        row(9, registers="third"),
        row(9).replace(CPAS, "0999999922"),
        row(1),
        f"{person(9)},x",
        "",
    ]
    path = write(folder, row(1), *bad, row(9, begin="2026-02-30"), row(2), row(7, sector="1000"))
    done = run("client", "import", path, "--server", address)
    assert done.returncode == 2
    assert done.stdout == b"9 rows read, 2 imported, 7 bad; revision 2\n"
    assert [line.split(":")[0] for line in done.stderr.decode().splitlines()] == [
        f"line {number}" for number in (3, 4, 5, 6, 7, 9, 11)
    ]
    assert b"line 3: `quality_code` must be a whole number between 0 and 999\n" in done.stderr
    assert b"line 5: `organisation` is not in the register: import the organisations first\n" in done.stderr
    assert not any(person(number).encode() in done.stderr for number in (1, 2, 7, 9))
    again = run("client", "import", path, "--server", address, "--bad-rows", folder / "bad.txt")
    assert (again.returncode, again.stderr) == (2, b"")
    assert again.stdout == b"9 rows read, 0 imported, 9 bad; nothing changed\n"
    assert (folder / "bad.txt").stat().st_mode & 0o777 == 0o600
    assert (folder / "bad.txt").read_text().startswith("line 2: is in the register already")
    assert len((folder / "bad.txt").read_text().splitlines()) == 9


def test_a_file_of_bad_rows_alone_and_one_of_none(folder: Path, address: str) -> None:
    done = run("client", "import", write(folder, "x", row(1, code="")), "--server", address)
    assert (done.returncode, done.stdout) == (2, b"2 rows read, 0 imported, 2 bad; nothing changed\n")
    assert ran("client", "import", write(folder), "--server", address) == (
        "0 rows read, 0 imported, 0 bad; nothing changed\n"
    )


def test_an_import_of_the_same_id_is_done_once(folder: Path, address: str) -> None:
    path = write(folder, *(row(number) for number in range(6_000)), row(1))
    first = run("client", "import", path, "--server", address, "--request-id", "mine")
    assert first.stdout == b"6001 rows read, 6000 imported, 1 bad; revision 3\n"
    again = run("client", "import", path, "--server", address, "--request-id", "mine")
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
    write(folder, row(9_000))
    other = run("client", "import", path, "--server", address, "--request-id", "mine")
    assert other.returncode == 1
    assert b"ALREADY_EXISTS" in other.stderr
    assert len(held(folder)) == 6_000


def test_an_import_that_was_cut_off_goes_on(folder: Path) -> None:
    rows = [row(number) for number in range(20_000)]
    path = write(folder, *rows)
    with serving(folder / "register.sqlite", *FEW_RULES) as address:
        command = [str(PROGRAM), "client", "import", str(path), "--server", address, "--request-id", "mine"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
            with Register.open(folder / "register.sqlite") as register:
                deadline = time.monotonic() + 60
                while register.revision() < 2:
                    assert time.monotonic() < deadline
            client.send_signal(signal.SIGKILL)
    with serving(folder / "register.sqlite", *FEW_RULES) as address:
        said = ran("client", "import", path, "--server", address, "--request-id", "mine")
    assert said == "20000 rows read, 20000 imported, 0 bad; revision 5\n"
    assert held(folder) == rows


def test_no_server_tells_how_to_go_on(folder: Path) -> None:
    done = run("client", "import", write(folder, row(1)), "--server", "127.0.0.1:1", "--request-id", "mine")
    assert done.returncode == 1
    assert done.stderr.decode().endswith("go on with `--request-id mine`\n")


def test_without_the_permission(folder: Path) -> None:
    with serving(folder / "register.sqlite", "--permission", "as-of", *FEW_RULES) as address:
        done = run("client", "import", write(folder, row(1)), "--server", address)
    assert done.returncode == 1
    assert b"`import`" in done.stderr


def test_an_encrypted_file(folder: Path, address: str) -> None:
    ran("client", "import", write(folder, row(1), row(2)), "--server", address)
    ran("register", "snapshot-key", "key", folder=folder)
    ran("register", "export", "integrations", "sealed.parquet", "--snapshot-key", "key", folder=folder)
    sealed = folder / "sealed.parquet"
    without = run("client", "import", sealed, "--server", address)
    assert b"is encrypted: give its key by `--snapshot-key`" in without.stderr
    done = run("client", "import", sealed, "--server", address, "--snapshot-key", folder / "key")
    assert done.stdout == b"2 rows read, 0 imported, 2 bad; nothing changed\n"
