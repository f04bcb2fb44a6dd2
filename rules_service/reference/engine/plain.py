"""The verdict in plain Python: what the inference engine must agree with, and what stands in where it cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from rules_service.reference.engine.facts import AuthorisationFact, Basis, EngineFacts, EngineVerdict, Person


def plain_verdict(facts: EngineFacts) -> EngineVerdict:
    """The verdict that follows from the facts, with the steps that lead to it."""
    steps: list[str] = []
    failed_check = _screen(facts, steps)
    granted_by = _first_conjunction(facts, steps)
    granted = failed_check is None and granted_by is not None
    if granted:
        steps.append(f"granted: {granted_by}")
    covered = tuple(cover for authorisation in facts.authorisations for cover in _covers(authorisation, steps))
    return EngineVerdict(failed_check, granted_by, granted, covered, tuple(steps))


def _screen(facts: EngineFacts, steps: list[str]) -> str | None:
    for name, passed in facts.checks:
        steps.append(f"check {'passed' if passed else 'failed'}: {name}")
        if not passed:
            return name
    steps.append("screening passed: every check")
    return None


def _first_conjunction(facts: EngineFacts, steps: list[str]) -> str | None:
    holds = dict(facts.clauses)
    for name, clauses in facts.conjunctions:
        if all(_clause_holds(clause, holds, steps) for clause in clauses):
            steps.append(f"conjunction holds: {name}")
            return name
    return None


def _clause_holds(clause: str, holds: dict[str, bool], steps: list[str]) -> bool:
    steps.append(f"clause {'holds' if holds[clause] else 'fails'}: {clause}")
    return holds[clause]


def _covers(authorisation: AuthorisationFact, steps: list[str]) -> Iterator[tuple[str, Person, Basis]]:
    """S16: what the social-security committee allows for the applicant's inquiry, it allows for the debtor's too."""
    reference = authorisation.reference
    if authorisation.covers_applicant:
        steps.append(f"printed for the applicant: {reference}")
        yield reference, "applicant", "printed"
    if authorisation.covers_debtor:
        steps.append(f"printed for the debtor: {reference}")
        yield reference, "debtor", "printed"
    elif authorisation.covers_applicant and authorisation.committee == "CSSS":
        steps.append(f"committee reaches the debtor: {reference}")
        yield reference, "debtor", "inferred"
