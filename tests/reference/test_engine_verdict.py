"""What follows from the facts: the plain evaluator by example, and the inference engine equal to it on random facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.errors import InternalError
from rules_service.reference.engine import AuthorisationFact, Engine, EngineFacts, plain_verdict

NAMES = st.text(max_size=8)
CHECKS = st.lists(st.tuples(NAMES, st.booleans()), max_size=5)
CLAUSES = st.dictionaries(NAMES, st.booleans(), max_size=6)
AUTHORISATIONS = st.lists(
    st.builds(AuthorisationFact, NAMES, st.sampled_from(["CSSS", "RN", "AF"]), st.booleans(), st.booleans()), max_size=4
)


@st.composite
def engine_facts(draw: st.DrawFn) -> EngineFacts:
    """Random facts, in which a clause may be in no conjunction, in several, or twice in one."""
    clauses = draw(CLAUSES)
    clause_lists = st.lists(st.sampled_from(sorted(clauses)), max_size=5) if clauses else st.just([])
    conjunctions = draw(st.lists(st.tuples(NAMES, clause_lists.map(tuple)), max_size=4))
    checks, authorisations = draw(CHECKS), draw(AUTHORISATIONS)
    return EngineFacts(tuple(checks), tuple(clauses.items()), tuple(conjunctions), tuple(authorisations))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def test_granted_when_every_check_passes_and_one_conjunction_holds() -> None:
    verdict = plain_verdict(
        EngineFacts(
            checks=(("legal context", True), ("quality code", True)),
            clauses=(("primary today", False), ("secondary today", True)),
            conjunctions=(("A", ("primary today",)), ("B", ("secondary today",))),
        )
    )
    assert (verdict.granted, verdict.granted_by, verdict.failed_check) == (True, "B", None)
    assert verdict.steps == (
        "check passed: legal context",
        "check passed: quality code",
        "screening passed: every check",
        "clause fails: primary today",
        "clause holds: secondary today",
        "conjunction holds: B",
        "granted: B",
    )


def test_the_first_failed_check_is_named_and_forbids_the_grant() -> None:
    facts = EngineFacts(checks=(("a", True), ("b", False), ("c", False)), conjunctions=(("no control", ()),))
    verdict = plain_verdict(facts)
    assert (verdict.failed_check, verdict.granted_by, verdict.granted) == ("b", "no control", False)
    assert verdict.steps == ("check passed: a", "check failed: b", "conjunction holds: no control")


@pytest.mark.parametrize(
    "facts",
    [
        EngineFacts(),
        EngineFacts(checks=(("a", True),)),
        EngineFacts(clauses=(("x", True),)),
        EngineFacts(clauses=(("x", True), ("y", False)), conjunctions=(("xy", ("x", "y")), ("y", ("y",)))),
    ],
)
def test_nothing_is_granted_without_a_conjunction_that_holds(facts: EngineFacts) -> None:
    assert not plain_verdict(facts).granted


@pytest.mark.parametrize(
    ("committee", "applicant", "debtor", "covered"),
    [
        ("CSSS", True, False, (("applicant", "printed"), ("debtor", "inferred"))),
        ("CSSS", True, True, (("applicant", "printed"), ("debtor", "printed"))),
        ("CSSS", False, True, (("debtor", "printed"),)),
        ("CSSS", False, False, ()),
        ("RN", True, False, (("applicant", "printed"),)),
        ("RN", True, True, (("applicant", "printed"), ("debtor", "printed"))),
    ],
)
def test_s16_the_social_security_committee_reaches_the_debtor(
    engine: Engine, committee: str, applicant: bool, debtor: bool, covered: tuple[tuple[str, str], ...]
) -> None:
    facts = EngineFacts(authorisations=(AuthorisationFact("12/013", committee, applicant, debtor),))
    answer = engine.verdict(facts)
    assert answer.verdict.covered == tuple(("12/013", person, basis) for person, basis in covered)
    inferred = "committee reaches the debtor: 12/013" in answer.verdict.steps
    assert inferred == (("debtor", "inferred") in covered)


@settings(max_examples=500)
@given(facts=engine_facts())
def test_the_inference_engine_agrees_with_the_plain_evaluator(engine: Engine, facts: EngineFacts) -> None:
    answer = engine.verdict(facts)
    assert (answer.verdict, answer.derived_by, answer.note) == (plain_verdict(facts), "durable-rules", "")


def test_facts_that_contradict_themselves_cannot_be_made() -> None:
    with pytest.raises(InternalError, match="`A` names a clause that is not among the facts"):
        EngineFacts(conjunctions=(("A", ("missing",)),))
    with pytest.raises(InternalError, match="stands for two clauses"):
        EngineFacts(clauses=(("x", True), ("x", False)))
