"""Every test that asks for `decide` runs on both evaluators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from rules_service.decision import Decision, DecisionRequest, Integration
from rules_service.errors import CallerError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.plan import Plan
from tests.evaluate.scene import STRANGER, Decide, index_of


def by_single(
    plan: Plan, request: DecisionRequest, facts: Iterable[Integration] = (), replaced: Mapping[int, int] | None = None
) -> Decision:
    """One request, walked in plain Python."""
    return SingleEvaluator(plan).decide(request, index_of(facts, replaced))


def by_columns(
    plan: Plan, request: DecisionRequest, facts: Iterable[Integration] = (), replaced: Mapping[int, int] | None = None
) -> Decision:
    """The request twice in a batch, behind one about somebody else: neighbours must not matter."""
    about_another = replace(request, ssins=tuple(STRANGER for _ in request.ssins[:1]))
    batch = [about_another, request, request]
    _, first, second = ColumnEvaluator(plan).decide_all(batch, index_of(facts, replaced))
    if isinstance(first, CallerError):
        assert str(second) == str(first)
        raise first
    assert first == second
    return first


@pytest.fixture(params=[by_single, by_columns], ids=["single", "columns"])
def decide(request: pytest.FixtureRequest) -> Decide:
    """One of the two evaluators."""
    evaluator: Decide = request.param
    return evaluator
