"""One candidate tried on every person of a request: the facts, the verdict that follows, and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules_service.decision import DecisionRequest, Integration, RegisterReader
from rules_service.model import Operation, ReplacedNumber
from rules_service.reference.case import Case, Check
from rules_service.reference.engine import Engine, EngineAnswer, EngineFacts, plain_verdict
from rules_service.reference.evidence import evidence_of
from rules_service.reference.facts import Bindings, holds
from rules_service.reference.inputs import Candidate
from rules_service.reference.normal_form import Conjunction


@dataclass(frozen=True, slots=True)
class Person:
    """What the register holds on one person; `ssin` is None where the request names nobody and nobody is looked at.

    `new_number` is set when the operation refuses replaced numbers and this one was replaced (S18).
    """

    ssin: int | None = field(repr=False)
    rows: tuple[Integration, ...] = ()
    new_number: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One candidate, one person, one day for each input: what the engine derived, and the evidence where it holds."""

    bindings: Bindings = field(repr=False)
    answer: EngineAnswer
    evidence: tuple[Integration, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the condition holds, whatever else stands against the person."""
        return self.answer.verdict.granted_by is not None


@dataclass(frozen=True, slots=True)
class PersonTrial:
    """One candidate and one person: it must hold for every combination of repeated inputs (S30c)."""

    person: Person
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the condition holds for the person."""
        return all(finding.holds for finding in self.findings)

    @property
    def granted(self) -> bool:
        """Whether the engine grants the person."""
        return all(finding.answer.verdict.granted for finding in self.findings)

    @property
    def answers(self) -> tuple[EngineAnswer, ...]:
        """What was derived for each combination of the inputs."""
        return tuple(finding.answer for finding in self.findings)

    @property
    def evidence(self) -> tuple[Integration, ...]:
        """The requester's integrations that decided, each named once."""
        return tuple(dict.fromkeys(row for finding in self.findings for row in finding.evidence))


@dataclass(frozen=True, slots=True)
class Trial:
    """One candidate and every person of the request, in the order of the request."""

    candidate: Candidate
    persons: tuple[PersonTrial, ...]

    @property
    def granted(self) -> bool:
        """Whether every person is granted (S17)."""
        return all(person.granted for person in self.persons)

    @property
    def answers(self) -> tuple[EngineAnswer, ...]:
        """What was derived for each person and combination of the inputs."""
        return tuple(answer for person in self.persons for answer in person.answers)


def persons_of(request: DecisionRequest, operation: Operation, register: RegisterReader) -> tuple[Person, ...]:
    """The persons of a request; a single nameless one where it names nobody."""
    if not request.ssins:
        return (Person(None),)
    refuses = operation.replaced_number is ReplacedNumber.REFUSE
    return tuple(
        Person(ssin, register.integrations_of(ssin), _new_number(ssin, register) if refuses else None)
        for ssin in request.ssins
    )


def _new_number(ssin: int, register: RegisterReader) -> int | None:
    current = register.current_number(ssin)
    return None if current == ssin else current


def judge(facts: list[EngineFacts], engine: Engine | None) -> list[EngineAnswer]:
    """What follows from the facts: derived by the engine, which checks itself, or in plain Python without one."""
    if engine is not None:
        return engine.verdicts(facts)
    return [EngineAnswer(plain_verdict(each), "plain") for each in facts]


def try_candidate(
    case: Case, candidate: Candidate, persons: tuple[Person, ...], bindings: tuple[Bindings, ...], engine: Engine | None
) -> Trial:
    """The candidate tried on every person, for every combination of the inputs."""
    asked = [(person, each) for person in persons for each in bindings]
    labels = [_label(place, len(persons), len(bindings)) for place in range(len(asked))]
    facts = [_facts(case, candidate, *each, label) for each, label in zip(asked, labels, strict=True)]
    answers = judge(facts, engine)
    findings = [
        _finding(case, candidate, *each, label, answer)
        for each, label, answer in zip(asked, labels, answers, strict=True)
    ]
    size = len(bindings)
    return Trial(
        candidate,
        tuple(
            PersonTrial(person, tuple(findings[place * size : (place + 1) * size]))
            for place, person in enumerate(persons)
        ),
    )


def _label(place: int, persons: int, bindings: int) -> str:
    """What tells the persons and combinations of a request apart, without naming a number."""
    person = f", person {place // bindings + 1}" if persons > 1 else ""
    dates = f", dates {place % bindings + 1}" if bindings > 1 else ""
    return person + dates


def _facts(case: Case, candidate: Candidate, person: Person, bindings: Bindings, label: str) -> EngineFacts:
    form, asker = candidate.alternative.form, case.asker
    used = sorted({index for conjunction in candidate.conjunctions for index in conjunction})
    return EngineFacts(
        checks=tuple((str(check), passed) for check, passed in (*case.steps, _not_replaced(person))),
        clauses=tuple(
            (_clause(candidate, index, label), holds(form.leaves[index], person.rows, asker, bindings))
            for index in used
        ),
        conjunctions=tuple(
            (_name(candidate, conjunction, label), tuple(_clause(candidate, index, label) for index in conjunction))
            for conjunction in candidate.conjunctions
        ),
    )


def _not_replaced(person: Person) -> tuple[Check, bool]:
    return Check.REPLACED_NUMBER, person.new_number is None


def _finding(
    case: Case, candidate: Candidate, person: Person, bindings: Bindings, label: str, answer: EngineAnswer
) -> Finding:
    if not answer.verdict.granted:
        return Finding(bindings, answer)
    by_name = {_name(candidate, each, label): each for each in candidate.conjunctions}
    leaves = candidate.alternative.form.leaves_of(by_name[answer.verdict.granted_by or ""])
    return Finding(bindings, answer, evidence_of(leaves, person.rows, case.asker, bindings))


def _name(candidate: Candidate, conjunction: Conjunction, label: str) -> str:
    place = candidate.alternative.form.conjunctions.index(conjunction) + 1
    return f"{candidate.alternative.variant.name}, alternative {place}{label}"


def _clause(candidate: Candidate, index: int, label: str) -> str:
    return f"{candidate.alternative.variant.name}, clause {index + 1}{label}"
