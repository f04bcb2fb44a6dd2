"""`explain`: a derivation that can be read, in three languages, and as JSON."""

from __future__ import annotations

import pytest

from tests.cli.program import CPAS, OPERATION, SSIN, answers, line, ran, run


def explained(stdin: bytes, *options: str) -> list[str]:
    return [part.rstrip() for part in ran("explain", "-", *options, stdin=stdin).splitlines()]


def test_a_refusal_shows_what_was_compared_and_what_would_help() -> None:
    row = {"ssin": SSIN, "organisation": CPAS, "quality_code": 2, "begin_date": "2026-01-01", "end_date": "2026-04-14"}
    text = explained(line(integrations=[row]))
    assert text[0] == f"REFUSED  {OPERATION}  NOT_INTEGRATED · NO_RESULT MSG00012"
    assert text[1] == "system date 2026-06-15, ticket t"
    assert "  ✗ the integration condition is not met for the requester" in text
    assert "    window   ················████████████████················ 2026-04-15 .. 2026-07-30" in text
    assert "    code 002 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓································ 2026-01-01 .. 2026-04-14" in text
    changes = text[text.index("What would have to change") + 1]
    assert changes.startswith("  the integration would have to last one day longer")
    granted_on = text[text.index("System dates on which the same request is granted") + 1]
    assert granted_on == "  2025-11-17 .. 2026-06-14"
    for heading in ("Checks", "Sources", "Authorisations", "Assumptions"):
        assert heading in text
    assert not any(SSIN in part for part in text)


@pytest.mark.parametrize(
    ("language", "outcome", "headings"),
    [
        ("fr", "ACCORDÉ", ["Contrôles", "Sources", "Autorisations", "Hypothèses"]),
        ("nl", "TOEGEKEND", ["Controles", "Bronnen", "Machtigingen", "Aannames"]),
        ("en", "GRANTED", ["Checks", "Sources", "Authorisations", "Assumptions"]),
    ],
)
def test_the_three_languages(language: str, outcome: str, headings: list[str]) -> None:
    text = explained(line(), "--language", language)
    assert text[0].startswith(f"{outcome}  {OPERATION}")
    assert [part for part in text if part in headings] == headings


def test_persons_are_called_by_their_place() -> None:
    other = "85010100214"
    text = explained(line(ssins=[SSIN, other]))
    assert "  person 1: GRANTED, RULE_SATISFIED" in text
    assert "  person 2: REFUSED, NOT_INTEGRATED" in text
    assert not any(number in part for part in text for number in (SSIN, other))


def test_as_json_it_is_what_the_server_answers() -> None:
    (answer,) = answers(ran("explain", "-", "--json", stdin=line()))
    assert set(answer) == {"decision", "derivation"}
    assert answer["decision"]["outcome"] == "OUTCOME_GRANTED"
    assert [each["name"] for each in answer["derivation"]["checks"]][:3] == [
        "shape of the request",
        "numbers",
        "operation known",
    ]
    (clause,) = answer["derivation"]["variants"][0]["alternatives"][0]["clauses"]
    assert clause["window"] == {"begin_date": "2026-04-15", "end_date": "2026-07-30"}


def test_a_line_in_error_has_its_place_among_the_explanations() -> None:
    text = ran("explain", "-", "--json", stdin=line() + b"\n" + line(operation="x") + line()).splitlines()
    assert ["error" in each for each in answers("\n".join(text))] == [False, True, True, False]


def test_an_unknown_language_is_wrong_usage() -> None:
    done = run("explain", "-", "--language", "de", stdin=line())
    assert done.returncode == 2
    assert b"'de' is not one of" in done.stderr
