"""The calendar cases that every evaluator must answer, here answered by the algebra itself, scalar and columnar."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from rules_service.algebra import (
    FUTURE,
    PAST,
    DaySet,
    NameKind,
    Period,
    Shift,
    apply_to_column,
    format_day,
    parse_day,
    parse_shift,
    parse_window,
)
from tests.vectors import make_calendar

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in make_calendar.TARGET.read_text(encoding="utf-8").splitlines()
]
IDEAL = {"-infinity": PAST, "infinity": FUTURE, None: FUTURE}


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=f"line {line}") for line, case in enumerate(CASES, 1) if case["kind"] == kind]


def read(day: str | None) -> int:
    return IDEAL[day] if day in IDEAL else parse_day(str(day))


def vocabulary(bindings: Mapping[str, str]) -> dict[str, NameKind]:
    return {slot.partition(".")[0]: NameKind.PERIOD if "." in slot else NameKind.DATE for slot in bindings}


def test_the_file_is_what_the_script_writes() -> None:
    assert make_calendar.TARGET.read_text(encoding="utf-8") == make_calendar.text()


def test_the_file_asks_enough_and_expects_both_answers() -> None:
    kinds = Counter(case["kind"] for case in CASES)
    assert kinds["shift"] > 200
    assert kinds["window"] > 50
    answers = Counter((case["predicate"], case["expect"]) for case in CASES if case["kind"] == "predicate")
    assert len(answers) == 6
    assert min(answers.values()) >= 8


@pytest.mark.parametrize("case", of_kind("shift"))
def test_shift(case: dict[str, Any]) -> None:
    assert format_day(parse_shift(case["shift"]).apply(read(case["day"]))) == case["expect"]


def test_shifts_by_column() -> None:
    by_shift: dict[str, list[dict[str, Any]]] = {}
    for case in CASES:
        if case["kind"] == "shift":
            by_shift.setdefault(case["shift"], []).append(case)
    for text, cases in by_shift.items():
        column = np.array([read(case["day"]) for case in cases], dtype=np.int32)
        moved = apply_to_column(column, parse_shift(text))
        assert [format_day(day) for day in moved.tolist()] == [case["expect"] for case in cases], text


@pytest.mark.parametrize("case", of_kind("window"))
def test_window(case: dict[str, Any]) -> None:
    window = parse_window(case["expression"], vocabulary(case["bindings"]))
    resolved = window.resolve({slot: read(day) for slot, day in case["bindings"].items()})
    assert resolved is not None
    assert [format_day(day) for day in resolved] == case["expect"]


@pytest.mark.parametrize("case", of_kind("window"))
def test_window_by_column(case: dict[str, Any]) -> None:
    """The terms of an endpoint, each shifted as a column of one row, then combined as the endpoint says."""
    window = parse_window(case["expression"], vocabulary(case["bindings"]))
    for endpoint, expect in zip((window.begin, window.end), case["expect"], strict=True):
        columns = [
            apply_to_column(
                np.array([read(case["bindings"][term.slot]) if term.slot else term.day], np.int32), term.shift
            )
            for term in endpoint.terms
        ]
        chosen = np.max(columns) if endpoint.choice.value == "max" else np.min(columns)
        assert format_day(int(chosen)) == expect


@pytest.mark.parametrize("case", of_kind("predicate"))
def test_predicate(case: dict[str, Any]) -> None:
    extend = parse_shift(case["extend"]) if "extend" in case else Shift()
    held = DaySet(Period(extend.apply(read(begin)), read(end)) for begin, end in case["integrations"])
    asked = Period(*map(read, case["window"]))
    match case["predicate"]:
        case "overlaps":
            answer = held.overlaps(asked)
        case "covers":
            answer = held.covers(asked)
        case _:
            answer = held.count_within(asked) >= case["at_least"]
    assert answer is case["expect"]
