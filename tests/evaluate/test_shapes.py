"""What the kernel of batches does not know is told, and never decided as something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules_service.compile import compile_ruleset
from rules_service.errors import InternalError
from rules_service.evaluate import ColumnEvaluator, operations_beyond_columns
from rules_service.load import load_rulesets
from rules_service.plan import Plan
from tests.evaluate.scene import ask, index_of, own, rules

RULESETS = Path(__file__).parents[2] / "rulesets"
LATER = 9
"""A number that no predicate and no scope has yet."""


def with_one_more(**kind: Any) -> Plan:
    """Two operations, the second one with a clause of a kind that comes later."""
    plan = rules(f"[{{name: Known, variants: [{own()}]}}, {{name: Later, variants: [{own('[1]')}]}}]")
    *known, last = plan.clauses
    return replace(plan, clauses=(*known, replace(last, **kind)))


@pytest.mark.parametrize("kind", [{"predicate": LATER}, {"scope": LATER}])
def test_a_clause_of_an_unknown_kind_is_told_and_not_decided(kind: dict[str, Any]) -> None:
    plan = with_one_more(**kind)
    assert operations_beyond_columns(plan) == ("Later",)
    evaluator = ColumnEvaluator(plan)
    assert evaluator.decide_all([ask("Known")], index_of(()))
    with pytest.raises(InternalError, match="kind that columns do not know"):
        evaluator.decide_all([ask("Known"), ask("Later")], index_of(()))


def test_every_operation_of_the_network_is_decided_in_columns() -> None:
    assert operations_beyond_columns(compile_ruleset(load_rulesets(RULESETS))) == ()
