"""`register integrate|remove|list` and the same by a server: one request as JSON, the answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import CPAS, answers, ran, run, serving

SSIN, BIS = "85010100115", "85210100158"
PROOF = {"person": {"last_name": "Peeters", "birth_date": "1985-01-01"}}
ORGANISATIONS = f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n"
PERSONS = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number\n" + "".join(
    f"{number},Peeters,,1985-01-01,,\n" for number in (SSIN, BIS)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds a register that knows one CPAS and, by name, a person under two numbers."""
    ran("register", "init", folder=tmp_path)
    for kind, rows in (("organisations", ORGANISATIONS), ("persons", PERSONS)):
        (tmp_path / f"{kind}.csv").write_text(rows)
        ran("register", "import", kind, f"{kind}.csv", folder=tmp_path)
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder / "register.sqlite") as address:
        yield address


def asked(ssin: str = SSIN, **more: Any) -> bytes:
    return json.dumps({"requester": {"cbe_number": CPAS}, "ssin": ssin} | more).encode()


def write(ssin: str = SSIN, request_id: str = "one", **more: Any) -> bytes:
    days = {"begin_date": "2026-01-01", "end_date": "2026-06-30"}
    return asked(ssin, **{"request_id": request_id, "quality_code": 2, "period": days} | more)


def test_integrating_listing_and_removing_here(folder: Path) -> None:
    (done,) = answers(ran("register", "integrate", "-", stdin=write(proof=PROOF), folder=folder))
    assert (done["decision"]["outcome"], len(done["opened"])) == ("OUTCOME_GRANTED", 1)
    again = ran("register", "integrate", "-", stdin=write(proof=PROOF), folder=folder)
    assert answers(again) == [done]
    (folder / "removal.json").write_bytes(write(request_id="two", period={"begin_date": "2026-03-01"}))
    (removed,) = answers(ran("register", "remove", "removal.json", folder=folder))
    assert int(removed["revision"]) == int(done["revision"]) + 1
    (listed,) = answers(ran("register", "list", "-", stdin=asked(proof=PROOF), folder=folder))
    assert [row["end_date"] for row in listed["integrations"]] == ["2026-02-28"]


def test_a_refusal_ends_with_exit_code_1(folder: Path) -> None:
    done = run("register", "integrate", "-", stdin=write(), folder=folder)
    assert done.returncode == 1
    assert done.stderr.decode() == "nothing was done: REFUSED PROOF_MISSING\n"
    (answer,) = answers(done.stdout)
    assert set(answer) == {"decision"}


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (write(quality_code=666, proof=PROOF), "`quality_code`: `666` is no code of sector 17"),
        (write(ssin=f"{SSIN[:-1]}6"), "`ssin`: has wrong check digits"),
        (write(period={"begin_date": "2026-01-01", "end_date": "2027-01-02"}, proof=PROOF), "2027-01-01"),
        (write(perod={}), "did you mean `period`"),
        (asked(), "`request_id`: is missing"),
    ],
)
def test_what_is_wrong_is_one_clear_line(folder: Path, stdin: bytes, said: str) -> None:
    done = run("register", "integrate", "-", stdin=stdin, folder=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert said in line
    assert SSIN[:-1] not in line


def test_the_same_by_a_server(address: str) -> None:
    server = ("--server", address)
    (done,) = answers(ran("client", "integrate", "-", *server, stdin=write(BIS, proof=PROOF)))
    assert done["decision"]["outcome"] == "OUTCOME_GRANTED"
    (removed,) = answers(
        ran("client", "remove", "-", *server, stdin=write(BIS, "two", period={"begin_date": "2026-06-01"}))
    )
    (listed,) = answers(ran("client", "list", "-", *server, stdin=asked(BIS, proof=PROOF)))
    assert [row["end_date"] for row in listed["integrations"]] == ["2026-05-31"]
    refused = run("client", "integrate", "-", *server, stdin=write(BIS, "three"))
    assert (refused.returncode, b"PROOF_MISSING" in refused.stderr) == (1, True)
    changes = answers(ran("client", "watch", *server, "--after", str(int(done["revision"]) - 1)))
    assert [change["revision"] for change in changes] == [done["revision"], removed["revision"]]
    (own,) = answers(ran("client", "watch", *server, "--of", CPAS, "--after", done["revision"]))
    assert own["closed"] == removed["closed"]
    assert [each["cbe_number"] for each in answers(ran("client", "organisations", *server))] == [CPAS]
    (one,) = answers(ran("client", "organisations", "--key", CPAS, *server))
    assert one["name"] == "a CPAS"


def test_numbers_by_a_server(address: str) -> None:
    server = ("--server", address)
    year = {"begin_date": "2026-01-01"}
    ran("client", "integrate", "-", *server, stdin=write(BIS, quality_code=11, period=year, proof=PROOF))
    replacing = {"requester": {"cbe_number": CPAS}, "request_id": "two", "old_ssin": BIS, "new_ssin": SSIN}
    (done,) = answers(ran("client", "replace-ssin", "-", *server, stdin=json.dumps(replacing).encode()))
    assert done["current_ssin"] == SSIN
    (history,) = answers(ran("client", "ssin-history", "-", *server, stdin=asked(BIS)))
    assert [each["new_ssin"] for each in history["replacements"]] == [SSIN]
