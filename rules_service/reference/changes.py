"""What would have to change for a request to be granted, said to the caller (S22)."""

from __future__ import annotations

from rules_service.decision import Outcome, Proof, Reason
from rules_service.model import MissingInput
from rules_service.reference.case import Case, Check
from rules_service.reference.clause_words import code_ranges
from rules_service.reference.evaluator import Course
from rules_service.reference.facts import holds
from rules_service.reference.near_misses import Miss, miss_of
from rules_service.reference.trials import Finding, PersonTrial, Trial
from rules_service.reference.wording import CHANGES, PERSON, REASONS


def changes_needed(course: Course, language: str) -> tuple[str, ...]:
    """One sentence for each change; none where the request is granted."""
    reason = course.decision.reason
    if reason.outcome is Outcome.GRANTED:
        return ()
    met = {place for trial in course.trials for place, person in enumerate(trial.persons, start=1) if person.holds}
    misses = tuple(
        sentence
        for trial in course.trials
        for place, person in enumerate(trial.persons, start=1)
        if place not in met
        for sentence in _near_misses(course, trial, person, place, language)
    )
    general = (_general(course.case, reason, language),) if reason in CHANGES else ()
    return tuple(dict.fromkeys((*general, *misses))) or (REASONS[reason].in_language(language),)


def _general(case: Case, reason: Reason, language: str) -> str:
    permitted = case.named.permitted_codes if case.named else None
    return (
        CHANGES[reason]
        .in_language(language)
        .format(
            successor=f" (`{case.operation.successor}`)" if case.operation.successor else "",
            contexts=", ".join(f"`{context}`" for context in sorted(case.operation.legal_contexts)),
            codes=code_ranges(permitted or ()),
            facts=", ".join(_facts_lacking(case)),
        )
    )


def _facts_lacking(case: Case) -> tuple[str, ...]:
    if case.operation.proof_required and case.request.proof is Proof.UNVERIFIABLE:
        return (f"`{Check.PROOF}`",)
    given = case.names_given | case.request.parameters.keys()
    inputs = (each for alternative in case.alternatives for each in alternative.variant.inputs)
    lacking = (each for each in inputs if each.when_missing is MissingInput.FACTS_NOT_HELD and each.name not in given)
    return tuple(dict.fromkeys(f"`{each.name}`" for each in lacking))


def _near_misses(course: Course, trial: Trial, person: PersonTrial, place: int, language: str) -> list[str]:
    """For each combination of the inputs that fails, what the conjunction that is nearest to holding lacks."""
    which = PERSON.in_language(language).format(place=place) if len(trial.persons) > 1 else ""
    variant = f"`{trial.candidate.alternative.variant.name}`: " if len(course.trials) > 1 else ""
    return [
        f"{variant}{which}{miss.text}"
        for finding in person.findings
        if not finding.holds
        for miss in _nearest(course.case, trial, person, finding, language)
    ]


def _nearest(case: Case, trial: Trial, tried: PersonTrial, finding: Finding, language: str) -> tuple[Miss, ...]:
    """The misses of the conjunction with the fewest of them, and among these the fewest days."""
    form, rows, asker = trial.candidate.alternative.form, tried.person.rows, case.asker
    missing = {
        index: miss_of(leaf, rows, asker, finding.bindings, language)
        for index, leaf in enumerate(form.leaves)
        if not holds(leaf, rows, asker, finding.bindings)
    }
    choices = [
        tuple(missing[index] for index in conjunction if index in missing)
        for conjunction in trial.candidate.conjunctions
    ]
    return min(choices, key=lambda misses: (len(misses), sum(miss.days for miss in misses)))
