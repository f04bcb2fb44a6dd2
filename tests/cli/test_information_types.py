"""`information-types`: what may be given and on which legal basis, here and by a server."""

from __future__ import annotations

import pytest

from tests.cli.program import OPERATION, answers, ran, run


def shown(*arguments: str) -> list[str]:
    return [part.rstrip() for part in ran("information-types", OPERATION, *arguments).splitlines()]


def test_the_allowed_have_their_grounds_and_the_others_their_reason() -> None:
    text = shown("--purpose", "debtor", "000", "210", "999")
    assert text[0] == OPERATION
    allowed, refused = text.index("May be given (1)"), text.index("May not be given (2)")
    assert text[allowed + 1].split("  ")[0] == "type"
    assert text[allowed + 2].startswith("000   Numéro national")
    assert "AR 9/12/1987" in text[allowed + 2]
    assert "art. 3, al.1, 3°, loi 8/08/83" in text[allowed + 2]
    assert any(part.endswith("the source does not open it for this purpose") for part in text[refused:])
    assert any(part.startswith("999") and part.endswith("no such information type") for part in text[refused:])


def test_a_role_opens_what_needs_it() -> None:
    without = shown("--purpose", "applicant", "210")
    assert any(part.endswith("only to a user in the role social_worker") for part in without)
    assert "May be given (1)" in shown("--purpose", "applicant", "--user-role", "social_worker", "210")


@pytest.fixture(scope="module")
def every_type() -> list[str]:
    (answer,) = answers(ran("information-types", OPERATION, "--purpose", "debtor", "--json"))
    return [each["number"] for each in answer["information_types"]]


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("fr", ["Peuvent être donnés", "Ne peuvent pas être donnés"]),
        ("nl", ["Mogen worden gegeven", "Mogen niet worden gegeven"]),
        ("en", ["May be given", "May not be given"]),
    ],
)
def test_all_types_in_the_three_languages(every_type: list[str], language: str, headings: list[str]) -> None:
    text = shown("--purpose", "applicant", "--language", language)
    counts = [int(part.partition("(")[2][:-1]) for part in text if part.partition(" (")[0] in headings]
    assert (len(counts), sum(counts)) == (2, len(every_type))


def test_as_json_it_is_what_the_server_answers(address: str) -> None:
    asked = (OPERATION, "--purpose", "applicant", "--user-role", "receiver")
    for more in (("--json",), ("--language", "nl", "000", "210", "999")):
        here = ran("information-types", *asked, *more)
        assert here == ran("client", "information-types", *asked, *more, "--server", address)


def test_the_json_has_a_verdict_for_each_number() -> None:
    (answer,) = answers(
        ran("information-types", "PerformInvestigation", "--purpose", "applicant", "--json", "000", "210")
    )
    allowed, refused = answer["information_types"]
    assert answer["operation"] == OPERATION
    assert set(allowed) >= {"number", "verdict", "content", "legal_basis", "legal_reference"}
    assert allowed["verdict"] == "INFORMATION_TYPE_VERDICT_ALLOWED"
    assert refused["verdict"] == "INFORMATION_TYPE_VERDICT_USER_ROLE_NEEDED"
    assert "legal_basis" not in refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("MutationsSender", "--purpose", "applicant"), "delivers no information types"),
        (("PerformInvestigatio", "--purpose", "applicant"), "did you mean `PerformInvestigation`"),
        ((OPERATION, "--purpose", "applicant", "--user-role", "mayor"), "`user_role`"),
        ((OPERATION, "--purpose", "applicant", "12"), "`information_types[0]`: is not three digits"),
        ((OPERATION, "--purpose", "child"), "'child' is not one of"),
        ((OPERATION,), "Missing option '--purpose'"),
    ],
)
def test_what_is_wrong_is_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    done = run("information-types", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
