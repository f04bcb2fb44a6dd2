"""What all evaluators say of one scene, side by side, and where they disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from rules_service.compile import compile_ruleset
from rules_service.decision import Decision, DecisionRequest, RegisterReader
from rules_service.errors import CallerError, InvalidRequestError, RuleAuthorError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.reference import Reference
from rules_service.register.index import index_of_facts
from tests.differential.outcomes import Expected
from tests.differential.strategies import ORGANISATIONS, Scene

Answer = Decision | CallerError


@dataclass(frozen=True)
class Disagreement:
    """A request of a scene on which two evaluators differ."""

    request: DecisionRequest
    between: str
    answers: tuple[object, object]

    def __str__(self) -> str:
        return f"{self.between} disagree on {self.request}:\n  {self.answers[0]}\n  {self.answers[1]}"


def disagreements(scene: Scene, seen: Counter[str]) -> Iterator[Disagreement]:
    """Every disagreement of a scene; `seen` counts the kinds of nodes, outcomes and reasons met."""
    try:
        plan = compile_ruleset(scene.ruleset)
    except RuleAuthorError as refused:
        if any(mistake.code != "CONDITION_TOO_LARGE" for mistake in refused.mistakes):
            raise
        seen["too large"] += 1  # as one in some thousands is, and there is nothing to decide by
        return
    index = index_of_facts(ORGANISATIONS, scene.integrations, scene.replacements)
    reference, single = Reference(scene.ruleset, plan.digest, None), SingleEvaluator(plan)
    columns = ColumnEvaluator(plan).decide_all(scene.requests, index)
    seen.update(kind for operation in scene.ruleset.operations for kind in kinds_in(operation))
    for request, in_columns in zip(scene.requests, columns, strict=True):
        explained = _answer(reference, request, index)
        alone = _answer(single, request, index)
        seen.update([_outcome(explained), getattr(getattr(explained, "reason", None), "name", "ERROR")])
        seen["cases"] += 1
        yield from _compared(request, "reference and single", _comparable(explained), _comparable(alone))
        yield from _compared(request, "single and columns", _comparable(alone), _comparable(in_columns))
        expected = _expected(scene, request)
        if expected is not None:
            yield from _compared(request, "oracle and reference", expected, _outcome(explained))


def _compared(request: DecisionRequest, between: str, one: object, other: object) -> Iterator[Disagreement]:
    if one != other:
        yield Disagreement(request, between, (one, other))


def _answer(evaluator: Reference | SingleEvaluator, request: DecisionRequest, register: RegisterReader) -> Answer:
    try:
        return evaluator.decide(request, register)
    except CallerError as error:
        return error


def _comparable(answer: Answer) -> object:
    """A decision whole; of an error its class and the fields it names, the wording being each evaluator's own."""
    if isinstance(answer, InvalidRequestError):
        return type(answer).__name__, tuple(violation.field for violation in answer.violations)
    return answer


def _outcome(answer: Answer) -> str:
    return answer.outcome.name if isinstance(answer, Decision) else "ERROR"


def _expected(scene: Scene, request: DecisionRequest) -> str | None:
    """The oracle's outcome; None where the request names no operation, which the oracle does not model."""
    named = [each for each in scene.ruleset.operations if request.operation in {each.name, f"{each.name} alias"}]
    asker = [each for each in ORGANISATIONS if each.key == request.requester]
    if not named:
        return None
    if not asker:
        return "REFUSED"
    chain = {number: _last(number, scene.replacements) for number in request.ssins}
    rows = {
        number: [row for row in scene.integrations if _last(row.ssin, scene.replacements) == last]
        for number, last in chain.items()
    }
    return Expected(scene.ruleset, named[0], request, asker[0], rows, frozenset(scene.replacements)).outcome()


def _last(number: int, replacements: dict[int, int]) -> int:
    return _last(replacements[number], replacements) if number in replacements else number


def kinds_in(value: object) -> Iterator[str]:
    """The names of all node classes and enumeration members inside a model value."""
    if isinstance(value, Enum):
        yield f"{type(value).__name__}.{value.name}"
    elif is_dataclass(value):
        yield type(value).__name__
        for each in fields(value):
            yield from kinds_in(getattr(value, each.name))
    elif isinstance(value, tuple | frozenset):
        for each in value:
            yield from kinds_in(each)
