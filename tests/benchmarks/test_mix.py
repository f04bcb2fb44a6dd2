"""What is measured is right: everybody who needs nothing that is not installed anyway answers as we do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rules_service.decision import Reason
from rules_service.identifiers import parse_ssin
from rules_service.serve.rules import Rules
from tests.benchmarks.mix.many import names, write_rulesets
from tests.benchmarks.mix.requests import NO_CONTROL, SERVICES, ask
from tests.benchmarks.mix.work import Answers, Decide, Ready, Work, ours
from tests.benchmarks.peers import c_program, evaluators, numpy_columns, portion_rows
from tests.benchmarks.timing import Compared, DifferentAnswersError, Peer, compare, last_line


@pytest.fixture(scope="module")
def work() -> Work:
    return Work.of(persons=2_000, requests=4_000, seed=5)


@pytest.mark.parametrize(
    "ready",
    [
        c_program.with_evidence,
        c_program.outcomes_alone,
        numpy_columns.ready,
        portion_rows.ready,
        evaluators.single,
        evaluators.reference,
    ],
)
def test_a_peer_answers_as_we_do(work: Work, ready: Ready) -> None:
    assert compare(Peer("a peer", len(work.requests), ready), work, rounds=1).requests == len(work.requests)


def test_every_control_grants_some_requests_and_refuses_others(work: Work) -> None:
    said = ours(work)().said
    for service in range(len(SERVICES)):
        expected = {Reason.NO_CONTROL} if service == NO_CONTROL else {Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED}
        assert set(said[work.requests.service == service].tolist()) == expected


def test_the_numbers_of_persons_and_strangers_are_valid_and_apart(work: Work) -> None:
    numbers = [*work.population.persons.tolist(), *work.population.strangers.tolist()]
    assert len(set(numbers)) == len(numbers)
    assert [parse_ssin(f"{number:011d}") for number in numbers] == numbers


def test_one_wrong_answer_is_an_error(work: Work) -> None:
    wrong = ours(work)().granted
    wrong[17] = not wrong[17]

    @contextmanager
    def ready(_work: Work) -> Iterator[Decide]:
        yield lambda: Answers(wrong)

    with pytest.raises(DifferentAnswersError, match=r"^a liar answers 1 of 4,000 requests otherwise; .* place 17, "):
        compare(Peer("a liar", len(work.requests), ready), work, rounds=1)


def test_wrong_evidence_is_an_error_too(work: Work) -> None:
    right = ours(work)()
    assert right.evidence is not None
    offsets, rows = right.evidence
    moved = np.concatenate([rows[:-1], rows[-1:] + 1])
    shown_last = int(np.flatnonzero(np.diff(offsets))[-1])
    assert right.differ(Answers(right.said, (offsets, moved))).tolist() == [shown_last]


def test_a_ratio_below_its_goal_fails(capsys: pytest.CaptureFixture[str]) -> None:
    met, missed = Compared("A", 1, 1.0, 2.0, 1.5), Compared("B", 1, 1.0, 2.0, 2.5)
    assert last_line("all", [met]) == 0
    assert last_line("all", [met, missed, Compared("C", 1, 9.0, 1.0)]) == 1
    assert (
        capsys.readouterr().out.splitlines()[-1]
        == "all: A 2.00 (at least 1.5 wanted) ok; B 2.00 (at least 2.5 wanted) BELOW"
    )


def test_many_operations_are_as_many_different_rules(tmp_path: Path, work: Work) -> None:
    write_rulesets(tmp_path, 100)
    rules = Rules.load(tmp_path)
    assert tuple(operation.name for operation in rules.ruleset.operations) == names(100)
    assert len(set(rules.plan.clauses)) > 50
    requests = ask(work.population, 4_000, seed=5, services=100)
    many = replace(work, rules=rules, requests=requests, services=names(100))
    with evaluators.single(many) as decide:
        assert not len(ours(many)().differ(decide()))
