"""Our own evaluators of single requests: plain Python by the plan, and the reference, alone and by durable-rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from rules_service.decision import Decision, DecisionRequest
from rules_service.reference import Reference
from rules_service.reference.engine import Engine
from rules_service.register.index import Index
from tests.benchmarks.mix.work import Answers, Decide, Work


@contextmanager
def single(work: Work) -> Iterator[Decide]:
    """The evaluator that answers a single request over gRPC."""
    yield _deciding(work, work.rules.single.decide)


@contextmanager
def reference(work: Work) -> Iterator[Decide]:
    """The evaluator that explains, its verdicts in plain Python."""
    yield _deciding(work, Reference(work.rules.ruleset, work.rules.plan.digest).decide)


@contextmanager
def durable_rules(work: Work) -> Iterator[Decide]:
    """The same with its verdicts inferred by durable-rules, in a worker process."""
    with Engine() as engine:
        assert engine.worker_pid is not None, "durable-rules is not installed"
        yield _deciding(work, Reference(work.rules.ruleset, work.rules.plan.digest, engine).decide)


def _deciding(work: Work, decide: Callable[[DecisionRequest, Index], Decision]) -> Decide:
    requests = work.objects()

    def decide_all() -> Answers:
        decisions = [decide(request, work.index) for request in requests]
        rows = [[row.row_id - 1 for row in decision.evidence] for decision in decisions]
        offsets = np.concatenate([[0], np.cumsum([len(each) for each in rows])])
        reasons = np.array([decision.reason for decision in decisions], dtype=np.uint8)
        return Answers(reasons, (offsets, np.array([row for each in rows for row in each], dtype=np.int64)))

    return decide_all
