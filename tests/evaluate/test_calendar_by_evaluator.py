"""The calendar cases once more, each as an operation about a person of its own, by every evaluator and the oracle."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from rules_service.algebra import FUTURE, PAST, NameKind, Window, parse_day, parse_window
from rules_service.compile import compile_ruleset
from rules_service.decision import Decision, DecisionRequest, Integration, NamedDate, NamedPeriod
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.load.synthetic import synthetic_ssin
from rules_service.model import AnyOf, Condition, Control, Covers, Overlaps, Ruleset, Selector, Whose
from rules_service.reference import Reference
from rules_service.register.index import Index
from tests.compile.reading import condition_of, node_of, ruleset_of
from tests.differential.outcomes import Expected
from tests.evaluate.scene import CPAS, TODAY, index_of, own
from tests.vectors.make_calendar import TARGET

CASES: Final[list[dict[str, Any]]] = [json.loads(line) for line in TARGET.read_text(encoding="utf-8").splitlines()]
IDEAL: Final = {"-infinity": PAST, "infinity": FUTURE, None: FUTURE}
LITERALS: Final = {"-infinity": "0001-01-01 - 1 day", "infinity": "9999-12-31 + 1 day"}
TEMPLATE: Final = (
    f"[{{name: Template, variants: [{{inputs: [{{name: request_period, optional_end: true}}], {own()[1:]}]}}]"
)
Run = Callable[[Ruleset, Sequence[DecisionRequest], Index], list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A condition, what the request gives, what the person has, and whether that is enough."""

    told: str
    condition: Condition
    bindings: Mapping[str, int]
    periods: tuple[tuple[int, int], ...]
    expect: bool


def read(day: str | None) -> int:
    return IDEAL[day] if day in IDEAL else parse_day(str(day))


def of_predicate(line: int, case: Mapping[str, Any]) -> Question:
    """The predicate of a case over a window of two fixed dates."""
    window = " .. ".join(LITERALS.get(day, day) for day in case["window"])
    leaf = {
        "overlaps": f'overlaps: "{window}"',
        "covers": f'covers: "{window}"',
        "total_days": f'total_days: {{at_least: {case.get("at_least")}, within: "{window}"}}',
    }[case["predicate"]]
    extended = {"extended": f"begin {case['extend']}"} if "extend" in case else {}
    condition = condition_of(node_of(own("any", f"{{{leaf}}}", **extended)))
    periods = tuple((read(begin), read(end)) for begin, end in case["integrations"])
    return Question(f"line {line}", condition, {}, periods, case["expect"])


def of_window(line: int, case: Mapping[str, Any]) -> Iterable[Question]:
    """An integration of exactly the days of the window covers it; one day less, or the days beside it, do not.

    Nothing covers or overlaps an inverted window (S4).
    """
    names = {slot.partition(".")[0]: NameKind.PERIOD if "." in slot else NameKind.DATE for slot in case["bindings"]}
    window = parse_window(case["expression"], names)
    begin, end = map(read, case["expect"])
    bindings = {slot: read(day) for slot, day in case["bindings"].items()}
    if end < begin:
        either = AnyOf((_covers(window), Overlaps(window, Selector(Whose.REQUESTER, None))))
        yield Question(f"line {line}, inverted", either, bindings, ((PAST, FUTURE),), expect=False)
        return
    held = {"exactly": (((begin, end),), True), "beside": (_beside(begin, end), False)}
    if begin < end:
        held |= {"late": (((begin + 1, end),), False), "short": (((begin, end - 1),), False)}
    for what, (periods, expect) in held.items():
        yield Question(f"line {line}, {what}", _covers(window), bindings, periods, expect)


def _beside(begin: int, end: int) -> tuple[tuple[int, int], ...]:
    before = ((begin - 1, begin - 1),) if begin > PAST else ()
    return before + (((end + 1, end + 1),) if end < FUTURE else ())


def _covers(window: Window) -> Condition:
    return Covers(window, Selector(Whose.REQUESTER, None))


PREDICATES: Final = [of_predicate(line, case) for line, case in enumerate(CASES, 1) if case["kind"] == "predicate"]
WINDOWS: Final = [
    each for line, case in enumerate(CASES, 1) if case["kind"] == "window" for each in of_window(line, case)
]


def asked(question: Question, person: int) -> DecisionRequest:
    days = question.bindings
    period = [NamedPeriod(name, begin, days[f"{name}.end"]) for name, begin in _begins(days)]
    dates = [NamedDate(name, day) for name, day in days.items() if name != "system_date" and "." not in name]
    return DecisionRequest(
        question.told,
        CPAS.key,
        (person,),
        days.get("system_date", TODAY),
        periods=tuple(period),
        dates=tuple(dates),
    )


def _begins(days: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(slot.removesuffix(".begin"), day) for slot, day in days.items() if slot.endswith(".begin")]


def rules_of(questions: Sequence[Question]) -> Ruleset:
    """One operation for each question, named after its line."""
    template = ruleset_of(*node_of(TEMPLATE).items)
    (operation,) = template.operations
    (variant,) = operation.variants
    return replace(
        template,
        operations=tuple(
            replace(operation, name=each.told, variants=(replace(variant, rule=Control(each.condition)),))
            for each in questions
        ),
    )


def by_single(rules: Ruleset, requests: Sequence[DecisionRequest], index: Index) -> list[str]:
    evaluator = SingleEvaluator(compile_ruleset(rules))
    return [evaluator.decide(request, index).outcome.name for request in requests]


def by_columns(rules: Ruleset, requests: Sequence[DecisionRequest], index: Index) -> list[str]:
    decided = ColumnEvaluator(compile_ruleset(rules)).decide_all(requests, index)
    return [each.outcome.name if isinstance(each, Decision) else str(each) for each in decided]


def by_reference(rules: Ruleset, requests: Sequence[DecisionRequest], index: Index) -> list[str]:
    evaluator = Reference(rules, "digest")
    return [evaluator.decide(request, index).outcome.name for request in requests]


def by_oracle(rules: Ruleset, requests: Sequence[DecisionRequest], index: Index) -> list[str]:
    operations = {operation.name: operation for operation in rules.operations}

    def outcome(request: DecisionRequest) -> str:
        rows = {ssin: index.integrations_of(ssin) for ssin in request.ssins}
        return Expected(rules, operations[request.operation], request, CPAS, rows, frozenset()).outcome()

    return [outcome(request) for request in requests]


@pytest.mark.parametrize("run", [by_single, by_columns, by_reference, by_oracle])
@pytest.mark.parametrize("questions", [PREDICATES, WINDOWS], ids=["predicates", "windows"])
def test_every_calendar_case(questions: Sequence[Question], run: Run) -> None:
    persons = [synthetic_ssin(number) for number in range(1, len(questions) + 1)]
    facts = [
        Integration(0, person, CPAS.key, CPAS.sector, 2, begin, end, institution=CPAS.institution)
        for person, question in zip(persons, questions, strict=True)
        for begin, end in question.periods
    ]
    requests = [asked(question, person) for question, person in zip(questions, persons, strict=True)]
    outcomes = run(rules_of(questions), requests, index_of(facts))
    expected = ["GRANTED" if question.expect else "REFUSED" for question in questions]
    wrong = [question.told for question, *pair in zip(questions, outcomes, expected, strict=True) if len(set(pair)) > 1]
    assert wrong == []


def test_the_cases_are_there() -> None:
    assert len(PREDICATES) > 150
    assert len({question.told.partition(",")[0] for question in WINDOWS}) > 90
