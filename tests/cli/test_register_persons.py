"""`register persons`, and the key file of persons where requests are decided here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import CPAS, SSIN, answers, ran, run

ORGANISATIONS = f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n"
HEADER = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A register of one person, whose key lies elsewhere."""
    ran("register", "init", folder=tmp_path)
    (tmp_path / "organisations.csv").write_text(ORGANISATIONS)
    ran("register", "import", "organisations", "organisations.csv", folder=tmp_path)
    know(tmp_path, "Peeters")
    return tmp_path


def know(folder: Path, name: str) -> None:
    (folder / "persons.csv").write_text(f"{HEADER}{SSIN},{name},,1985-01-01,591-1917064-58,\n")
    ran("register", "import", "persons", "persons.csv", "--persons-key", "my.key", folder=folder)


def test_keys_come_and_go(folder: Path) -> None:
    key = ("--persons-key", "my.key")
    assert ran("register", "persons", "rekey", *key, folder=folder) == "key 2 makes new rows from now on\n"
    know(folder, "Janssens")
    assert ran("register", "persons", "keys", folder=folder).splitlines() == [
        "key 1, since revision 2: 0 rows that are known now and 2 that were closed depend on it",
        "key 2, since revision 3: 2 rows that are known now and 0 that were closed depend on it, the newest",
    ]
    early = run("register", "persons", "remove-key", "1", *key, folder=folder)
    assert early.returncode == 2
    assert b"0 rows that are known now and 2 that were closed depend on key 1" in early.stderr
    (folder / "my.key").rename(folder / "aside.key")
    missing = run("register", "persons", "rekey", *key, folder=folder)
    assert (missing.returncode, b"is missing" in missing.stderr) == (2, True)


def request(name: str) -> bytes:
    asked = {
        "operation": "OCMWCPASManageAccess.consult",
        "requester": {"cbeNumber": CPAS},
        "ssins": [SSIN],
        "proof": {"person": {"lastName": name, "birthDate": "1985-01-01"}},
    }
    return json.dumps(asked).encode() + b"\n"


def test_proofs_are_checked_here_with_the_key_that_is_given(folder: Path) -> None:
    options = ("--register", "register.sqlite", "--persons-key", "my.key")
    stdin = request("PEETERS") + request("Janssens")
    reasons = [each.get("reason") for each in answers(ran("decide", "-", *options, stdin=stdin, folder=folder))]
    assert reasons[1] == "REASON_PROOF_INCORRECT" != reasons[0]
    said = ran("explain", "-", "--json", *options, stdin=request("Janssens"), folder=folder)
    assert "REASON_PROOF_INCORRECT" in said
    without = run("decide", "-", "--register", "register.sqlite", stdin=stdin, folder=folder)
    assert (without.returncode, b"is missing: put" in without.stderr) == (2, True)


@pytest.mark.parametrize("command", ["decide", "explain"])
def test_a_key_without_a_register_is_refused(folder: Path, command: str) -> None:
    done = run(command, "-", "--persons-key", "my.key", stdin=request("Peeters"), folder=folder)
    assert (done.returncode, b"give `--register` too" in done.stderr) == (2, True)
