"""Why a decision is what it is: the course of a request told step by step."""

from __future__ import annotations

from rules_service.decision import DecisionRequest, Reason, RegisterReader
from rules_service.model import Citation, Leaf, NoControl, PeriodsOverlap
from rules_service.reference.alternatives import Alternative
from rules_service.reference.case import Case, Check
from rules_service.reference.changes import changes_needed
from rules_service.reference.clause_words import in_words
from rules_service.reference.derivation import (
    AssumptionStep,
    AuthorisationStep,
    CheckStep,
    CitedSource,
    ClauseStep,
    ConjunctionStep,
    Derivation,
    Explanation,
    VariantStep,
)
from rules_service.reference.engine import AuthorisationFact, EngineAnswer, EngineFacts
from rules_service.reference.evaluator import Course, Evaluator
from rules_service.reference.facts import counted, holds, resolved
from rules_service.reference.granted_dates import granted_system_dates
from rules_service.reference.normal_form import Conjunction
from rules_service.reference.trials import Finding, Person, PersonTrial, Trial
from rules_service.reference.wording import PASSED, REASONS, checked_language


def explain(evaluator: Evaluator, request: DecisionRequest, register: RegisterReader, language: str) -> Explanation:
    """The decision and its derivation, in one of the three languages; an empty language is English.

    Raises:
        InvalidRequestError: the language is not known; else as `Evaluator.course`.
    """
    words = checked_language(language)
    course = evaluator.course(request, register)
    basis = evaluator.derive(EngineFacts(authorisations=_authorisation_facts(course)))
    answers = (*course.answers, basis)
    derivation = Derivation(
        checks=tuple(_check_step(course, check, words, passed=passed) for check, passed in course.steps),
        variants=tuple(_variant_step(course, each, words) for each in course.case.alternatives),
        sources=tuple(map(_cited, course.case.operation.citations)),
        authorisations=_authorisations(course, basis),
        assumptions=_assumptions(course, words),
        changes_needed=changes_needed(course, words),
        granted_system_dates=granted_system_dates(course),
        derived_by="plain" if any(answer.derived_by == "plain" for answer in answers) else "durable-rules",
        inferences=tuple(dict.fromkeys(step for answer in answers for step in answer.verdict.steps)),
    )
    return Explanation(course.decision, derivation)


def _check_step(course: Course, check: Check, language: str, *, passed: bool) -> CheckStep:
    reason = course.decision.reason
    if not passed or (reason is Reason.NO_CONTROL and check is Check.INTEGRATION):
        text = REASONS[reason].in_language(language).format(reason=_reason_of_no_control(course.case))
    else:
        text = PASSED[check].in_language(language)
    return CheckStep(str(check), passed, text)


def _reason_of_no_control(case: Case) -> str:
    rule = case.named.variant.rule if case.named else None
    return rule.reason if isinstance(rule, NoControl) else ""


def _variant_step(course: Course, alternative: Alternative, language: str) -> VariantStep:
    """A variant that was tried shows its clauses; one without control, or without its inputs, shows none."""
    words = alternative.variant.in_words.in_language(language)
    trial = next((each for each in course.trials if each.candidate.alternative is alternative), None)
    if trial is None:
        granted = course.decision.reason is Reason.NO_CONTROL and course.case.named is alternative
        return VariantStep(alternative.variant.name, words, granted)
    steps = tuple(
        _conjunction_step(course.case, trial, person, finding, conjunction, language)
        for person in trial.persons
        for finding in person.findings
        for conjunction in alternative.form.conjunctions
    )
    return VariantStep(alternative.variant.name, words, trial.granted, steps)


def _conjunction_step(
    case: Case, trial: Trial, tried: PersonTrial, finding: Finding, conjunction: Conjunction, language: str
) -> ConjunctionStep:
    leaves = trial.candidate.alternative.form.leaves_of(conjunction)
    clauses = tuple(_clause_step(case, leaf, tried.person, finding, language) for leaf in leaves)
    return ConjunctionStep(all(clause.holds for clause in clauses), clauses)


def _clause_step(case: Case, leaf: Leaf, person: Person, finding: Finding, language: str) -> ClauseStep:
    """Clauses over others tell whether they hold, and nothing more (S22)."""
    text, asker = in_words(leaf, language), case.asker
    result = holds(leaf, person.rows, asker, finding.bindings)
    if isinstance(leaf, PeriodsOverlap):
        return ClauseStep(None, text, result, resolved(leaf.window, finding.bindings))
    if not leaf.selector.is_own:
        return ClauseStep(person.ssin, text, result)
    window = resolved(leaf.window, finding.bindings)
    return ClauseStep(person.ssin, text, result, window, counted(leaf, person.rows, asker))


def _cited(citation: Citation) -> CitedSource:
    lines = ", ".join(map(str, citation.lines))
    return CitedSource(citation.document, citation.section, lines, citation.fingerprint)


def _authorisation_facts(course: Course) -> tuple[AuthorisationFact, ...]:
    known = course.case.library.ruleset.authorisations
    cited = (known[reference] for reference in course.decision.authorisations if reference in known)
    return tuple(
        AuthorisationFact(each.reference, each.committee, "AS" in each.covers, "DA" in each.covers) for each in cited
    )


def _authorisations(course: Course, basis: EngineAnswer) -> tuple[AuthorisationStep, ...]:
    """Each authorisation cited, once for each person whose inquiry it covers (S16)."""
    known = course.case.library.ruleset.authorisations
    steps = []
    for reference in course.decision.authorisations:
        date = known[reference].date if reference in known else ""
        covered = [(person, how) for name, person, how in basis.verdict.covered if name == reference]
        steps += [AuthorisationStep(reference, date, person, how == "inferred") for person, how in covered] or [
            AuthorisationStep(reference, date, "", inferred=False)
        ]
    return tuple(steps)


def _assumptions(course: Course, language: str) -> tuple[AssumptionStep, ...]:
    known = course.case.library.ruleset.assumptions
    return tuple(
        AssumptionStep(name, known[name].statement.in_language(language) if name in known else "")
        for name in course.decision.assumptions
    )
