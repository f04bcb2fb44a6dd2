"""`recipients`: who must receive a mutation, here and by a server; the person's number stays in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import SSIN, answers, ran, run, serving

MUTATION = "WaitRegisterMutation"
ON = "2026-06-15"


def asked(ssin: str, operation: str = MUTATION, **more: Any) -> bytes:
    """A request over several lines, as somebody would write it."""
    return json.dumps({"operation": operation, "ssin": ssin, "system_date": ON} | more, indent=2).encode()


@pytest.fixture(scope="module")
def received(register: Path, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The answer about the first person whose mutation somebody must receive, and their number."""
    for _, ssin in pairs:
        (answer,) = answers(ran("recipients", "-", "--register", register, "--json", stdin=asked(ssin)))
        if "recipients" in answer:
            return answer | {"ssin": ssin}
    raise AssertionError


def test_the_answer_is_what_decide_gives(register: Path, received: dict[str, Any]) -> None:
    for each in received["recipients"]:
        request = {
            "operation": MUTATION,
            "requester": each["organisation"],
            "ssins": [received["ssin"]],
            "system_date": ON,
        }
        (decision,) = answers(ran("decide", "-", "--register", register, stdin=json.dumps(request).encode()))
        assert decision["outcome"] == received["outcome"] == "OUTCOME_GRANTED"
        assert [row["integration_id"] for row in decision["evidence"]] == each["integration_ids"]
    assert received["candidate_count"] == 12


def test_on_a_terminal_nobody_is_named(register: Path, received: dict[str, Any]) -> None:
    said = ran("recipients", "-", "--register", register, stdin=asked(received["ssin"], ticket="mine"))
    text = [part.rstrip() for part in said.splitlines()]
    assert text[0] == f"GRANTED  {MUTATION}  RULE_SATISFIED · DATA_FOUND MSG00000"
    assert text[1] == f"system date {ON}, register revision 3, ticket mine"
    assert text[2] == "organisations looked at 12, undecided 0"
    assert f"Recipients ({len(received['recipients'])})" in text
    for each in received["recipients"]:
        assert any(part.startswith(each["organisation"]["cbe_number"]) for part in text)
    assert received["ssin"] not in said


def test_a_mutation_without_a_rule_reaches_nobody(register: Path) -> None:
    text = ran("recipients", "-", "--register", register, "--language", "nl", stdin=asked(SSIN, "MutationsSender"))
    assert text.startswith("ONBEPAALD  MutationsSender  NO_RULE_DOCUMENTED")
    assert "onderzochte organisaties 12, onbepaald 12" in text


def test_a_server_says_the_same(address: str, register: Path, received: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_bytes(asked(received["ssin"]))
    here = ran("recipients", file, "--register", register, "--language", "fr")
    assert here == ran("client", "recipients", file, "--server", address, "--language", "fr")
    (there,) = answers(ran("client", "recipients", file, "--server", address, "--json"))
    new = {"decision_id": there["decision_id"], "ssin": received["ssin"]}
    assert there | new == received | new


WRONG = [
    (asked(SSIN, "RetrieveTIGroups"), "`operation`: is no mutation"),
    (asked(f"{SSIN[:-1]}6"), "`ssin`: has wrong check digits"),
    (asked(SSIN, "MutationsSende"), "did you mean `MutationsSender`"),
    (asked(SSIN, ssins=[SSIN]), "`ssins`: is no field of a request; did you mean `ssin`"),
    (b'{\n"ssin": }', "`file`: is not JSON at line 2, column 9"),
]


@pytest.mark.parametrize(("stdin", "said"), WRONG)
def test_what_is_wrong_is_one_clear_line(register: Path, stdin: bytes, said: str) -> None:
    done = run("recipients", "-", "--register", register, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert said in line
    assert SSIN[:-1] not in line


def test_a_register_is_needed(tmp_path: Path) -> None:
    done = run("recipients", "-", stdin=asked(SSIN), folder=tmp_path)
    assert done.returncode == 2
    assert "no register" in done.stderr.decode()


def test_a_server_that_does_not_permit_it(register: Path) -> None:
    with serving(register, "--permission", "as-of") as address:
        done = run("client", "recipients", "-", "--server", address, stdin=asked(SSIN))
    assert done.returncode == 1
    assert "PERMISSION_DENIED" in done.stderr.decode()
    assert "`recipients`" in done.stderr.decode()
