"""`decide`: one line out for each line in, whatever the line holds."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.cli.program import CPAS, OPERATION, PROGRAM, SHAPES, SSIN, answers, inline_request, line, ran, run

BAD_LINES: list[tuple[bytes, str, str]] = [
    (b"", "line", "is empty"),
    (b"   \t", "line", "is empty"),
    (b"nonsense", "line", "is not JSON"),
    (b'{"ticket": "t"', "line", "is not JSON at column"),
    (b"[]", "line", "must be a JSON object"),
    (b"null", "line", "must be a JSON object"),
    (b'"text"', "line", "must be a JSON object"),
    (b"\xff\xfe{}", "line", "is not UTF-8"),
    (b'{"ticket": "a", "ticket": "b"}', "line", "a key twice"),
    (b"[" * 100_000, "line", "nested too deeply"),
    (b'{"quality_code": ' + b"1" * 10_000 + b"}", "line", "a number is too long"),
    (b"x" * (1 << 20) + b"x", "line", "is longer than"),
    (b"x" * (5 << 20), "line", "is longer than"),
    (b'{"ticket": "\\ud800"}', "ticket", "complete characters"),
    (b"{}", "facts", "asks the register"),
    (line(operation=""), "operation", "is missing"),
    (line(bogus=1), "bogus", "is no field"),
    (line(operaton="x"), "operaton", "did you mean `operation`"),
    (line(facts="INLINE"), "facts", "must be one of"),
    (line(facts=7), "facts", "is no known source"),
    (line(operation=3), "operation", "a text in quotes"),
    (line(ssins=SSIN), "ssins", "must be a list"),
    (line(ssins=[12345678901]), "ssins[0]", "a text in quotes"),
    (line(ssins=["85010100116"], integrations=[]), "ssins[0]", "has wrong check digits"),
    (line(ssins=[SSIN, SSIN]), "ssins", ""),
    (line(quality_code="two"), "quality_code", "must be a whole number"),
    (line(quality_code=True), "quality_code", "must be a whole number"),
    (line(quality_code=1 << 40), "quality_code", "at most 32 bits"),
    (line(quality_code=1000), "quality_code", "is not between 0 and 999"),
    (line(parameters={"decision": 1}), "parameters[decision]", "a text in quotes"),
    (line(parameters=[]), "parameters", "names with their values"),
    (line(parameters={"bogus": "x"}), "parameters[bogus]", ""),
    (line(requester={"cbe_number": CPAS, "colour": "red"}), "requester.colour", "is no field"),
    (line(requester="x"), "requester", "must be a JSON object"),
    (line(operation="Nothing"), "operation", "is not known"),
    (line(operation="Dolsis"), "operation", "stands for several operations"),
    (line(system_date="15/06/2026"), "system_date", "YYYY-MM-DD"),
    (line(request_period={"begin_date": "2026-06-15", "end_date": "2026-06-14"}), "request_period", "before"),
    (line(consistency={"known_at": "yesterday"}), "consistency.known_at", "a moment with its time zone"),
    (line(consistency={"min_revision": 1, "exact_revision": 1}), "line", "exclude each other"),
    (line(ticket="t" * 37), "ticket", "36"),
    (line(facts="FACTS_SOURCE_REGISTER", integrations=[], requester_profile=None), "facts", "give `--register FILE`"),
]


def decided(stdin: bytes, *options: str | Path) -> list[dict[str, Any]]:
    return answers(ran("decide", "-", *options, stdin=stdin))


def test_a_granted_request() -> None:
    (decision,) = decided(line(ticket="mine"))
    assert (decision["ticket"], decision["outcome"], decision["reason"]) == (
        "mine",
        "OUTCOME_GRANTED",
        "REASON_RULE_SATISFIED",
    )
    assert decision["status"]["code"] == "MSG00000"
    assert decision["evidence"][0]["quality_code"] == 2
    assert decision["persons"] == [
        {"ssin": SSIN, "outcome": "OUTCOME_GRANTED", "reason": "REASON_RULE_SATISFIED"},
    ]


def test_every_line_gets_its_line_in_order() -> None:
    lines = [part for bad, _, _ in BAD_LINES for part in (line(ticket="good"), bad.removesuffix(b"\n") + b"\n")]
    found = decided(b"".join(lines))
    assert len(found) == 2 * len(BAD_LINES)
    assert [each.get("outcome") for each in found[::2]] == ["OUTCOME_GRANTED"] * len(BAD_LINES)
    for (bad, field, message), answer in zip(BAD_LINES, found[1::2], strict=True):
        assert set(answer) == {"ticket", "error"}, bad[:100]
        error = answer["error"]
        assert error["code"] == "INVALID_ARGUMENT", bad[:100]
        assert error["field"].startswith(field), bad[:100]
        assert message in error["message"], bad[:100]
        assert SSIN not in error["message"] + error["field"]


def test_an_error_has_the_ticket_of_its_request() -> None:
    assert [each["ticket"] for each in decided(line(ticket="a", bogus=1) + line(ticket="b", operation="x"))] == [
        "a",
        "b",
    ]


def test_a_key_that_looks_like_a_persons_number_is_not_repeated() -> None:
    output = ran("decide", "-", stdin=line(**{SSIN: 1}, integrations=[], ssins=[]))
    assert "is no field" in output
    assert SSIN not in output


@pytest.mark.parametrize(
    ("text", "count"),
    [(b"", 0), (b"\n", 1), (b"\n\n", 2), (b"{}", 1), (b"{}\n", 1), (b"{}\r\n{}", 2), (b"\xef\xbb\xbf{}", 1)],
)
def test_what_counts_as_a_line(text: bytes, count: int) -> None:
    assert len(decided(text)) == count


def test_a_mark_of_utf_8_and_windows_line_ends_are_no_matter() -> None:
    text = b"\xef\xbb\xbf" + line().replace(b"\n", b"\r\n") * 2
    assert [each["outcome"] for each in decided(text)] == ["OUTCOME_GRANTED"] * 2


def test_ten_thousand_and_one_lines_of_anything() -> None:
    """One line more than two chunks: random bytes without line feeds between well-formed requests."""
    random = Random(7)
    lines = [random.randbytes(random.randrange(40)).replace(b"\n", b"") + b"\n" for _ in range(10_001)]
    lines[::1000] = [line(ticket=str(place)) for place in range(0, 10_001, 1000)]
    found = decided(b"".join(lines))
    assert len(found) == 10_001
    assert [each["ticket"] for each in found[::1000]] == [str(place) for place in range(0, 10_001, 1000)]
    assert Counter("error" in each for each in found) == {True: 10_001 - 11, False: 11}


def test_strict_fails_on_errors_only() -> None:
    assert run("decide", "-", "--strict", stdin=line()).returncode == 0
    done = run("decide", "-", "--strict", stdin=line() + b"\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert done.stderr == b"1 lines in error\n"
    refused = run("decide", "-", "--strict", stdin=line(integrations=[]))
    assert (refused.returncode, answers(refused.stdout)[0]["outcome"]) == (0, "OUTCOME_REFUSED")


def test_on_a_register_in_the_order_of_the_lines(register: Path, pairs: list[tuple[str, str]], tmp_path: Path) -> None:
    requests = [
        {"ticket": str(place), "operation": OPERATION, "requester": {"cbe_number": cpas}, "ssins": [ssin]}
        | {"system_date": "2026-06-15"}
        for place, (cpas, ssin) in enumerate(pairs)
    ]
    file = tmp_path / "requests.jsonl"
    file.write_text("".join(json.dumps(request) + "\n" for request in requests))
    found = answers(ran("decide", file, "--register", register))
    assert [each["ticket"] for each in found] == [str(place) for place in range(len(pairs))]
    assert {each["register_revision"] for each in found} == {"3"}
    counts = Counter(each["outcome"] for each in found)
    assert set(counts) == {"OUTCOME_GRANTED", "OUTCOME_REFUSED"}
    assert min(counts.values()) > 50


def test_register_and_inline_requests_may_alternate(register: Path, pairs: list[tuple[str, str]]) -> None:
    cpas, ssin = pairs[0]
    on_register = json.dumps({"operation": OPERATION, "requester": {"cbe_number": cpas}, "ssins": [ssin]}).encode()
    found = decided(b"\n".join([line().strip(), on_register] * 3), "--register", register)
    assert [each.get("register_revision", "inline") for each in found] == ["inline", "3"] * 3


def test_a_revision_that_does_not_exist_is_an_error_of_its_line(register: Path, pairs: list[tuple[str, str]]) -> None:
    cpas, ssin = pairs[0]
    request = {"operation": OPERATION, "requester": {"cbe_number": cpas}, "ssins": [ssin]}
    request["consistency"] = {"exact_revision": 99}
    (found,) = decided(json.dumps(request).encode(), "--register", register)
    assert found["error"]["code"] == "FAILED_PRECONDITION"


def test_rulesets_of_ones_own() -> None:
    (decision,) = decided(line(operation="R0.no_control", ssins=[], integrations=[]), "--rulesets", SHAPES)
    assert decision["reason"] == "REASON_NO_CONTROL"


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [PROGRAM, "decide", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        try:
            program.stdin.write(b"{}\n" * 20_000)
            program.stdin.close()
        except BrokenPipeError:
            pass  # it had gone before all was written
        assert program.stderr.read() == b""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        file = tmp_path / "requests.jsonl"
        file.write_bytes(b"{}\n" * lines)
        with subprocess.Popen([PROGRAM, "decide", file], stdout=subprocess.DEVNULL) as program:
            _, status, usage = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
        assert program.returncode == 0
        return usage.ru_maxrss

    assert peak(60_000) - peak(10_000) < 20_000  # kilobytes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decide", "nowhere.jsonl"], "nowhere.jsonl"),
        (["decide"], "Missing argument"),
        (["decide", "-", "--colour", "red"], "No such option"),
        (["decide", "-", "--rulesets", "nowhere"], "does not exist"),
        (["decide", "-", "--register", "nowhere.sqlite"], "there is no register"),
        (["decide", "-", "--rulesets", "."], "MISSING_FILE"),
        (["decide", "-", "--register", str(PROGRAM)], "is no register"),
        (["decide", "."], "Is a directory"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert message in done.stderr.decode()


def test_the_request_of_these_tests_is_granted_only_by_its_facts() -> None:
    assert inline_request()["integrations"]
    (refused,) = decided(line(integrations=[]))
    assert refused["reason"] == "REASON_NOT_INTEGRATED"
