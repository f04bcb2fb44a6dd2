"""The slow, obvious evaluator: it reads the model, looks at one fact after the other, and can say why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules_service.decision import (
    USER_ROLE,
    Decision,
    DecisionRequest,
    Outcome,
    PersonDecision,
    Reason,
    RegisterReader,
    outcome_of_persons,
)
from rules_service.errors import InternalError, InvalidRequestError
from rules_service.identifiers.parties import ExecutedBy
from rules_service.model import Ruleset, Variant
from rules_service.reference.case import Case, Check
from rules_service.reference.checks import screen
from rules_service.reference.engine import Engine, EngineAnswer, EngineFacts
from rules_service.reference.information_types import codes_allowing
from rules_service.reference.inputs import Candidate, candidates, unmet, without_control
from rules_service.reference.library import Library
from rules_service.reference.trials import Person, Trial, judge, persons_of, try_candidate


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
        """A decision that needs no integration: one reason for all, but for replaced numbers that are refused."""
        free = (("no control", ()),) if reason is Reason.NO_CONTROL else ()
        found = persons_of(case.request, case.operation, register) if free else ()
        persons = tuple(_uncontrolled(ssin, reason, found, place) for place, ssin in enumerate(case.request.ssins))
        if any(person.reason is Reason.SSIN_REPLACED for person in persons):
            case.steps[-1] = (Check.REPLACED_NUMBER, False)
        facts = EngineFacts(tuple((str(check), passed) for check, passed in case.steps), conjunctions=free)
        answers = tuple(judge([facts], self._engine))
        overall = outcome_of_persons(person.reason for person in persons) if persons else reason
        variants = (case.named.variant,) if case.named else ()
        decision = self._decision(case, overall, persons, answers, variants, register)
        return Course(case, tuple(case.steps), (), answers, decision)

    def _tried(self, case: Case, found: tuple[Candidate, ...], register: RegisterReader) -> Course:
        """A decision on the persons' integrations: by the candidate that grants everybody, or else by each one's own.

        Where somebody is refused, the first candidate is named.
        """
        persons = persons_of(case.request, case.operation, register)
        names = frozenset().union(*(candidate.names for candidate in found))
        bindings = case.request.bindings(names)
        trials = tuple(try_candidate(case, each, persons, bindings, self._engine) for each in found)
        whole = next((trial for trial in trials if trial.granted), None)
        chosen = tuple(_trial_of(place, whole, trials) for place in range(len(persons)))
        results = tuple(_person(place, each, trials, case) for place, each in enumerate(chosen))
        reason = outcome_of_persons(result.reason for result in results)
        used = chosen if reason.outcome is Outcome.GRANTED else trials[:1]
        case.named = used[0].candidate.alternative
        deciding = tuple(answer for place, trial in enumerate(chosen) for answer in trial.persons[place].answers)
        variants = tuple(trial.candidate.alternative.variant for trial in used)
        decided = results if case.request.ssins else ()
        decision = self._decision(case, reason, decided, deciding, variants, register)
        answers = tuple(answer for trial in trials for answer in trial.answers)
        return Course(case, (*case.steps, *_last_steps(results)), trials, answers, decision)

    def _deliverable(self, case: Case, register: RegisterReader) -> tuple[str, ...]:
        """The types that may be given: those that the same request would be granted if it listed them (S30b)."""
        if case.request.information_types or not case.operation.delivers_information_types:
            return ()
        role = case.request.parameters.get(USER_ROLE)
        codes = {number: codes_allowing(each, role) for number, each in case.library.information_types.items()}
        of_group = {allowing: number for number, allowing in codes.items()}
        granted = {
            allowing: self._grants(replace(case.request, information_types=(number,)), register)
            for allowing, number in of_group.items()
        }
        return tuple(sorted(number for number, allowing in codes.items() if granted[allowing]))

    def _grants(self, request: DecisionRequest, register: RegisterReader) -> bool:
        try:
            return self.course(request, register).decision.outcome is Outcome.GRANTED
        except InvalidRequestError:
            return False

    def _decision(
        self,
        case: Case,
        reason: Reason,
        persons: tuple[PersonDecision, ...],
        answers: tuple[EngineAnswer, ...],
        variants: tuple[Variant, ...],
        register: RegisterReader,
    ) -> Decision:
        granted = reason.outcome is Outcome.GRANTED
        if granted != all(answer.verdict.granted for answer in answers):
            raise InternalError("the decision is not what the engine derived, so nothing is granted")
        operation = case.operation
        return Decision(
            operation=operation.name,
            reason=reason,
            variant=variants[0].name if variants else "",
            persons=persons,
            authorisations=_joined(operation.authorisations, *(each.authorisations for each in variants)),
            assumptions=_joined(operation.assumptions, *(each.assumptions for each in variants)),
            executed_by=variants[0].executed_by if variants else ExecutedBy.BCSS,
            deliverable_information_types=self._deliverable(case, register) if granted else (),
            system_date=case.request.system_date,
            ruleset_digest=self._digest,
            register_revision=register.revision,
            ticket=case.request.ticket,
        )


def _uncontrolled(ssin: int, reason: Reason, found: tuple[Person, ...], place: int) -> PersonDecision:
    """A person of a request that needs no control: lifting the control does not lift the refusal of a number."""
    new_number = found[place].new_number if found else None
    if new_number is not None:
        return PersonDecision(ssin, Reason.SSIN_REPLACED, (), new_number)
    return PersonDecision(ssin, reason)


def _trial_of(place: int, whole: Trial | None, trials: tuple[Trial, ...]) -> Trial:
    """The trial that decides on one person: that for everybody, or the first that grants this person (S17, S30)."""
    return whole or next((trial for trial in trials if trial.persons[place].granted), trials[0])


def _person(place: int, chosen: Trial, trials: tuple[Trial, ...], case: Case) -> PersonDecision:
    """The result for the person at this place of the request; a new number is told once some control holds (S18)."""
    tried = chosen.persons[place]
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


def _joined(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))
