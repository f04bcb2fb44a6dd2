"""The slow, obvious evaluator: it reads the model, looks at one fact after the other, and can say why."""

from __future__ import annotations

from dataclasses import dataclass

from rules_service.decision import (
    Decision,
    DecisionRequest,
    Outcome,
    PersonDecision,
    Reason,
    RegisterReader,
    outcome_of_persons,
)
from rules_service.errors import InternalError
from rules_service.identifiers.parties import ExecutedBy
from rules_service.model import Ruleset
from rules_service.reference.case import Case, Check
from rules_service.reference.checks import screen
from rules_service.reference.engine import Engine, EngineAnswer, EngineFacts
from rules_service.reference.information_types import USER_ROLE, deliverable
from rules_service.reference.inputs import Candidate, candidates, unmet, without_control
from rules_service.reference.library import Library
from rules_service.reference.trials import PersonTrial, Trial, judge, persons_of, try_candidate


@dataclass(frozen=True, slots=True)
class Course:
    """How a decision came about: the case, every check in order, what was tried, and what was derived from it."""

    case: Case
    steps: tuple[tuple[Check, bool], ...]
    trials: tuple[Trial, ...]
    answers: tuple[EngineAnswer, ...]
    decision: Decision


class Evaluator:
    """Decides by the model itself. Without an engine the same facts go through the plain verdict."""

    def __init__(self, ruleset: Ruleset, digest: str, engine: Engine | None = None) -> None:
        """`digest` is that of the compiled ruleset, echoed in every decision (S23)."""
        self._library = Library.of(ruleset)
        self._digest = digest
        self._engine = engine

    def derive(self, facts: EngineFacts) -> EngineAnswer:
        """What follows from some facts, by the engine where there is one."""
        return judge([facts], self._engine)[0]

    def course(self, request: DecisionRequest, register: RegisterReader) -> Course:
        """The decision on one request with all that led to it, on the register at the reader's revision.

        Raises:
            UnknownOperationError: no rule knows the operation, or its name stands for several.
            InvalidRequestError: an input that the rule needs is missing or wrong.
            InternalError: the engine and the plain verdict disagree; nothing is granted.
        """
        operation = self._library.operation(request.operation)
        case = Case(self._library, request, register.organisation(request.requester), operation)
        found = screen(case) or without_control(case) or candidates(case)
        if isinstance(found, Reason):
            return self._at_once(case, found, register)
        return self._tried(case, found, register)

    def _at_once(self, case: Case, reason: Reason, register: RegisterReader) -> Course:
        """A decision that needs no integration: the same reason for every person."""
        free = (("no control", ()),) if reason is Reason.NO_CONTROL else ()
        facts = EngineFacts(tuple((str(check), passed) for check, passed in case.steps), conjunctions=free)
        answers = tuple(judge([facts], self._engine))
        persons = tuple(PersonDecision(ssin, reason) for ssin in case.request.ssins)
        return Course(case, tuple(case.steps), (), answers, self._decision(case, reason, persons, answers, register))

    def _tried(self, case: Case, found: tuple[Candidate, ...], register: RegisterReader) -> Course:
        """A decision on the persons' integrations: by the first candidate that grants everybody, or else the first."""
        persons = persons_of(case.request, case.operation, register)
        names = frozenset().union(*(candidate.names for candidate in found))
        bindings = case.request.bindings(names)
        trials = tuple(try_candidate(case, each, persons, bindings, self._engine) for each in found)
        deciding = next((trial for trial in trials if trial.granted), trials[0])
        case.named = deciding.candidate.alternative
        results = tuple(_person(place, each, trials, case) for place, each in enumerate(deciding.persons))
        reason = outcome_of_persons(result.reason for result in results)
        decided = results if case.request.ssins else ()
        decision = self._decision(case, reason, decided, deciding.answers, register)
        answers = tuple(answer for trial in trials for answer in trial.answers)
        return Course(case, (*case.steps, *_last_steps(results)), trials, answers, decision)

    def _decision(
        self,
        case: Case,
        reason: Reason,
        persons: tuple[PersonDecision, ...],
        answers: tuple[EngineAnswer, ...],
        register: RegisterReader,
    ) -> Decision:
        granted = reason.outcome is Outcome.GRANTED
        if granted != all(answer.verdict.granted for answer in answers):
            raise InternalError("the decision is not what the engine derived, so nothing is granted")
        variant = case.named.variant if case.named else None
        return Decision(
            operation=case.operation.name,
            reason=reason,
            variant=variant.name if variant else "",
            persons=persons,
            authorisations=_joined(case.operation.authorisations, variant.authorisations if variant else ()),
            assumptions=_joined(case.operation.assumptions, variant.assumptions if variant else ()),
            executed_by=variant.executed_by if variant else ExecutedBy.BCSS,
            deliverable_information_types=_deliverable(case) if granted else (),
            system_date=case.request.system_date,
            ruleset_digest=self._digest,
            register_revision=register.revision,
            ticket=case.request.ticket,
        )


def _person(place: int, tried: PersonTrial, trials: tuple[Trial, ...], case: Case) -> PersonDecision:
    """The result for the person at this place of the request; a new number is told once some control holds (S18)."""
    ssin = tried.person.ssin or 0
    if tried.person.new_number is not None:
        told = any(trial.persons[place].holds for trial in trials)
        return PersonDecision(ssin, Reason.SSIN_REPLACED, (), tried.person.new_number if told else None)
    if tried.granted:
        return PersonDecision(ssin, Reason.RULE_SATISFIED, tried.evidence)
    return PersonDecision(ssin, unmet(case))


def _last_steps(results: tuple[PersonDecision, ...]) -> tuple[tuple[Check, bool], ...]:
    if any(result.reason is Reason.SSIN_REPLACED for result in results):
        return ((Check.REPLACED_NUMBER, False),)
    return (Check.REPLACED_NUMBER, True), (Check.INTEGRATION, all(each.outcome is Outcome.GRANTED for each in results))


def _deliverable(case: Case) -> tuple[str, ...]:
    """The information types that may be given, where the request lists none (S30b)."""
    request = case.request
    if case.named is None or request.information_types or not case.operation.delivers_information_types:
        return ()
    known = case.library.information_types
    return deliverable(case.named, known, request.quality_code, request.parameters.get(USER_ROLE))


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
