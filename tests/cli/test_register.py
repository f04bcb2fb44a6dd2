"""`register init`, `import` and `export`: files in and out, every bad row named, nothing half done."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest

from rules_service.register.population import Population
from rules_service.register.row_files import FileKind
from tests.cli.program import CPAS, SSIN, ran, run

ORGANISATIONS = f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n"
INTEGRATIONS = "ssin,organisation,sector,quality_code,begin_date,end_date,registers\n"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A register that knows one CPAS and nobody."""
    ran("register", "init", folder=tmp_path)
    (tmp_path / "organisations.csv").write_text(ORGANISATIONS)
    ran("register", "import", "organisations", "organisations.csv", folder=tmp_path)
    return tmp_path


def test_init_makes_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    assert ran("register", "init", folder=tmp_path) == "made register.sqlite\n"
    assert (tmp_path / "register.sqlite").stat().st_mode & 0o777 == 0o600
    again = run("register", "init", folder=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr.decode()


def test_import_names_every_bad_row_and_brings_in_none(empty: Path) -> None:
    good = f"{SSIN},{CPAS},17,2,2026-01-01,,both\n"
    bad = [f"{SSIN[:-1]}6,{CPAS},17,2,2026-01-01,,both\n", f"{SSIN},{CPAS},17,2,2026-01-32,,both\n"]
    (empty / "rows.csv").write_text(INTEGRATIONS + good + "".join(bad))
    done = run("register", "import", "integrations", "rows.csv", folder=empty)
    assert done.returncode == 2
    assert done.stdout == b"3 rows read, 0 imported, 2 bad; nothing changed\n"
    lines = done.stderr.decode().splitlines()
    assert ["line 3" in lines[0], "line 4" in lines[1]] == [True, True]
    assert "check digits" in lines[0]
    assert "begin_date" in lines[1]
    assert SSIN[:-1] not in done.stderr.decode()


def test_import_can_keep_the_good_rows(empty: Path) -> None:
    (empty / "rows.csv").write_text(f"{INTEGRATIONS}{SSIN},{CPAS},17,2,2026-01-01,,both\nnonsense\n")
    done = run("register", "import", "integrations", "rows.csv", "--keep-good", folder=empty)
    assert done.returncode == 2
    assert done.stdout == b"2 rows read, 1 imported, 1 bad; revision 2\n"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", bytes(range(256)) * 20])
def test_a_file_of_something_else_is_refused(empty: Path, content: bytes) -> None:
    (empty / "rows.csv").write_bytes(content)
    done = run("register", "import", "integrations", "rows.csv", folder=empty)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_is_exported_can_be_imported(register: Path, population: Population, tmp_path: Path, suffix: str) -> None:
    ran("register", "init", folder=tmp_path)
    for kind in population.files:
        file = f"{kind.value}.{suffix}"
        said = ran("register", "export", kind.value, tmp_path / file, "--register", register)
        assert said == f"{population.counts[kind]} rows written to {tmp_path / file}\n"
        assert (tmp_path / file).stat().st_mode & 0o777 == 0o600
        assert ran("register", "import", kind.value, file, folder=tmp_path).split(";")[0].endswith(" 0 bad")
    again = tmp_path / "again.csv"
    ran("register", "export", "integrations", again, folder=tmp_path)
    first = tmp_path / f"integrations.{suffix}"
    read = pyarrow.csv.read_csv if suffix == "csv" else pyarrow.parquet.read_table
    assert read(first).num_rows == pyarrow.csv.read_csv(again).num_rows == population.counts[FileKind.INTEGRATIONS]


def test_export_of_an_earlier_revision(register: Path, tmp_path: Path) -> None:
    file = tmp_path / "integrations.csv"
    assert ran("register", "export", "integrations", file, "--register", register, "--revision", "1").startswith(
        "0 rows"
    )
    done = run("register", "export", "integrations", file, "--register", register, "--revision", "99")
    assert done.returncode == 2
    assert "does not exist" in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments", [["import", "persons", "x.csv"], ["import", "aliases", "nowhere.csv"], ["export"]]
)
def test_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    assert run("register", *arguments, folder=tmp_path).returncode == 2


def test_persons_come_in_with_a_key_of_their_own_and_prove_requests(empty: Path) -> None:
    (empty / "persons.csv").write_text(
        "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number\n"
        f"{SSIN},Lefèvre,,1980-00-00,591-1917064-58,\n{SSIN},Lefèvre,,,,\n"
    )
    bad = run("register", "import", "persons", "persons.csv", folder=empty)
    assert bad.stderr.decode() == "line 3: comes twice in this file\n"
    done = run("register", "import", "persons", "persons.csv", "--keep-good", "--persons-key", "my.key", folder=empty)
    assert done.stdout == b"2 rows read, 1 imported, 1 bad; revision 2\n"
    assert (empty / "my.key").stat().st_mode & 0o777 == 0o600
    refused = run("register", "export", "persons", "out.csv", folder=empty)
    assert refused.returncode == 2
    (empty / "my.key").rename(empty / "register.sqlite.key")
    request = {
        "operation": "OCMWCPASManageAccess.integrate",
        "requester": {"cbeNumber": CPAS},
        "ssins": [SSIN],
        "proof": {"person": {"lastName": "LEFEVRE", "birthDate": "1980-00-00"}},
    }
    (empty / "requests.jsonl").write_text(json.dumps(request))
    answered = ran("decide", "requests.jsonl", "--register", "register.sqlite", folder=empty)
    assert json.loads(answered)["reason"] == "REASON_NO_CONTROL"
