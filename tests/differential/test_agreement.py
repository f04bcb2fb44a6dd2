"""The oracle and the three evaluators agree on random scenes, and no kind of node is missed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from rules_service import model
from rules_service.decision import Outcome, Reason
from tests.differential.agreement import disagreements
from tests.differential.strategies import Scene, scenes

SCENES = 1_050
REQUESTS = 20
SEEN: Counter[str] = Counter()


@pytest.mark.timeout(1_200)  # a minute or two on a machine that does nothing else
@settings(
    max_examples=SCENES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(scene=scenes(REQUESTS))
def test_all_evaluators_agree(scene: Scene) -> None:
    found = list(disagreements(scene, SEEN))
    assert not found, "\n".join(map(str, found[:3]))


def test_enough_cases_were_compared() -> None:
    assert SEEN["cases"] >= 20_000


def test_every_kind_of_node_was_generated() -> None:
    nodes = [
        "Overlaps",
        "Covers",
        "TotalDays",
        "PeriodsOverlap",
        "AllOf",
        "AnyOf",
        "Control",
        "NoControl",
        "Undocumented",
    ]
    enumerations = [
        model.Whose,
        model.Register,
        model.UnionScope,
        model.OperationStatus,
        model.ReplacedNumber,
        model.Persons,
        model.MissingInput,
    ]
    members = [f"{each.__name__}.{member.name}" for each in enumerations for member in each]
    missing = [kind for kind in [*nodes, "Shift", *members] if not SEEN[kind]]
    assert missing == []


def test_every_outcome_and_reason_was_reached() -> None:
    names = [*(each.name for each in Outcome), *(each.name for each in Reason), "ERROR"]
    assert [name for name in names if not SEEN[name]] == []
