"""Conformance cases through every evaluator: one runner, for `rules-service rules test` and for the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules_service.compile import compile_ruleset
from rules_service.decision import Decision, DecisionRequest, Outcome, Reason, RequestVocabulary, check_request
from rules_service.errors import CallerError, InvalidRequestError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.load import Case, Expectation
from rules_service.model import Ruleset
from rules_service.reference import Reference
from rules_service.reference.engine import Engine
from rules_service.register import index_of_facts

Result = Decision | CallerError
Evaluator = Callable[[DecisionRequest, Case], Result]

_ANY_WRONG_REQUEST = "invalid_argument"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out, reduced to what a case may expect. `error` is the kind of a wrong request, in lower case."""

    outcome: Outcome | None = None
    reason: Reason | None = None
    variant: str = ""
    error: str = ""
    fields: tuple[str, ...] = ()

    @classmethod
    def of(cls, result: Result) -> Answer:
        """The answer that a decision or an error stands for."""
        if isinstance(result, CallerError):
            return cls(error=result.reason.lower(), fields=tuple(each.field for each in result.violations))
        return cls(result.outcome, result.reason, result.variant)

    def __str__(self) -> str:
        if self.error:
            return f"error {self.error} at {', '.join(self.fields) or 'no field'}"
        return f"{_name(self.outcome)} {_name(self.reason)}" + (f", variant `{self.variant}`" if self.variant else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that an evaluator answers otherwise than it should."""

    case: Case
    evaluator: str
    text: str

    def __str__(self) -> str:
        return f"{self.case.file}:{self.case.line}: `{self.case.name}`, {self.evaluator}: {self.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """How many cases each evaluator answered, how often each outcome came, and every difference."""

    case_count: int
    checks: Mapping[str, int]
    outcomes: Mapping[str, int]
    differences: tuple[Difference, ...]


def run_conformance(ruleset: Ruleset, cases: Sequence[Case], engine: Engine | None) -> Report:
    """Every case through the reference evaluator, the single one and the columnar one.

    Beside the expectation of the case, the three must give the same decision in every part.
    """
    evaluators = evaluators_of(ruleset, engine)
    checks: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    differences: list[Difference] = []
    for case in cases:
        results = {name: result_of(case, ruleset, evaluator) for name, evaluator in evaluators.items()}
        checks.update(results.keys())
        outcomes[_outcome(results["reference"])] += 1
        differences += _differences(case, results)
    return Report(len(cases), checks, outcomes, tuple(differences))


def evaluators_of(ruleset: Ruleset, engine: Engine | None) -> Mapping[str, Evaluator]:
    """The three evaluators by name; the columnar one reads a real index of the facts of the case."""
    plan = compile_ruleset(ruleset)
    reference, single, columns = Reference(ruleset, plan.digest, engine), SingleEvaluator(plan), ColumnEvaluator(plan)

    def in_columns(request: DecisionRequest, case: Case) -> Result:
        index = index_of_facts([case.requester], case.integrations, case.replacements)
        return columns.decide_all([request], index)[0]

    return {
        "reference": lambda request, case: reference.decide(request, case.register()),
        "single": lambda request, case: single.decide(request, case.register()),
        "columns": in_columns,
    }


def result_of(case: Case, ruleset: Ruleset, evaluator: Evaluator) -> Result:
    """What an evaluator makes of a case; a wrong request is an answer too."""
    try:
        return evaluator(request_of(case, ruleset), case)
    except CallerError as error:
        return error


def request_of(case: Case, ruleset: Ruleset) -> DecisionRequest:
    """The checked request of a case, which states its system date itself; raises `InvalidRequestError`."""
    return check_request(case.request, RequestVocabulary(ruleset.vocabulary, ruleset.parameters), received_on=0)


def unmet(expected: Expectation, answer: Answer) -> str:
    """What the answer lacks of what was expected; empty where it is as expected."""
    if expected.error:
        is_kind = answer.error == expected.error or (expected.error == _ANY_WRONG_REQUEST and answer.error in _WRONG)
        if is_kind and (not expected.field or expected.field in answer.fields):
            return ""
        where = f" at {expected.field}" if expected.field else ""
        return f"expected error {expected.error}{where}, found {answer}"
    wanted = ((expected.outcome, answer.outcome), (expected.reason, answer.reason), (expected.variant, answer.variant))
    if not answer.error and all(found == want for want, found in wanted if want):
        return ""
    variant = f", variant `{expected.variant}`" if expected.variant else ""
    return f"expected {_name(expected.outcome)} {_name(expected.reason)}{variant}, found {answer}"


def _differences(case: Case, results: Mapping[str, Result]) -> Iterator[Difference]:
    first = results["reference"]
    for name, result in results.items():
        text = unmet(case.expectation, Answer.of(result))
        if not text and isinstance(result, Decision) and result != first:
            text = "the decision is not the same in every part as that of the reference evaluator"
        if text:
            yield Difference(case, name, text)


def _outcome(result: Result) -> str:
    return result.outcome.name if isinstance(result, Decision) else "ERROR"


def _name(member: Outcome | Reason | None) -> str:
    return member.name if member else "any"


def _kinds_below(kind: type[InvalidRequestError]) -> frozenset[str]:
    return frozenset({kind.reason.lower()}).union(*(_kinds_below(below) for below in kind.__subclasses__()))


_WRONG = _kinds_below(InvalidRequestError)
