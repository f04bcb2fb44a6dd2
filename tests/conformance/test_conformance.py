"""Every conformance case through every evaluator, on inline facts and on a real register, and over gRPC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from integrationcontrol import Client, IntegrationControlError, Result
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.options import RULESETS
from rules_service.compile import compile_ruleset
from rules_service.conformance import Answer, request_of, run_conformance, unmet
from rules_service.decision import DecisionRequest
from rules_service.errors import CallerError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.load import Case, load_cases, load_rulesets
from rules_service.model import Ruleset
from rules_service.reference import Reference
from rules_service.reference.engine import Engine
from rules_service.register import Register
from rules_service.serve.server import Server
from rules_service.serve.settings import Settings
from tests.conformance.one_register import OwnFacts, import_facts
from tests.conformance.wire import answer_of, can_be_inline, can_be_on_register, inline, on_register

SHAPES = Path(__file__).parents[1] / "load" / "shapes"


@dataclass(frozen=True)
class World:
    """A folder of rulesets with its cases; a register that holds the facts of all of them, and a server on it."""

    folder: Path
    ruleset: Ruleset
    cases: tuple[Case, ...]
    registered: tuple[Case, ...]
    register: Path
    client: Client


@pytest.fixture(scope="module", params=[RULESETS, SHAPES], ids=["rulesets", "shapes"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = request.param
    place = tmp_path_factory.mktemp("conformance")
    cases = load_cases(folder)
    facts = OwnFacts(cases)
    with Register.create(place / "register.sqlite") as register:
        import_facts(facts, register, place)
    with (
        Server(Settings(folder, place / "register.sqlite", port=0)) as server,
        Client(server.address) as client,
    ):
        yield World(folder, load_rulesets(folder), cases, facts.cases, place / "register.sqlite", client)


def differences(cases: Iterable[Case], answers: Iterable[Answer]) -> list[str]:
    texts = [(case, unmet(case.expectation, answer)) for case, answer in zip(cases, answers, strict=True)]
    return [f"{case.file}:{case.line}: {text}" for case, text in texts if text]


def test_every_case_on_its_own_facts(world: World) -> None:
    with Engine() as engine:
        report = run_conformance(world.ruleset, world.cases, engine)
    assert list(map(str, report.differences)) == []
    assert set(report.checks.values()) == {len(world.cases)}


def test_every_operation_has_a_case(world: World) -> None:
    names = {
        alias: each.name
        for each in world.ruleset.operations
        for alias in [each.name, *(one.name for one in each.aliases)]
    }
    asked = {names.get(case.request.operation) for case in world.cases}
    assert {each.name for each in world.ruleset.operations} - asked == set()


@contextmanager
def checked(world: World) -> Iterator[tuple[list[Case], list[DecisionRequest]]]:
    """The cases on the register whose requests are well formed, so that an evaluator can be asked."""
    cases, requests = [], []
    for case in world.registered:
        with suppress(CallerError):  # such a case has been compared on its own facts
            requests.append(request_of(case, world.ruleset))
            cases.append(case)
    yield cases, requests


def test_all_cases_at_once_in_columns_on_one_register(world: World) -> None:
    plan = compile_ruleset(world.ruleset)
    with Register.open(world.register) as register, checked(world) as (cases, requests):
        results = ColumnEvaluator(plan).decide_all(requests, register.snapshot())
    assert differences(cases, map(Answer.of, results)) == []


@pytest.mark.parametrize("evaluator", ["single", "reference"])
def test_one_by_one_from_the_database(world: World, evaluator: str) -> None:
    plan = compile_ruleset(world.ruleset)
    deciding = SingleEvaluator(plan) if evaluator == "single" else Reference(world.ruleset, plan.digest)
    answers = []
    with Register.open(world.register) as register, checked(world) as (cases, requests):
        reader = register.reader()
        for request in requests:
            try:
                answers.append(Answer.of(deciding.decide(request, reader)))
            except CallerError as error:
                answers.append(Answer.of(error))
    assert differences(cases, answers) == []


def inline_ones(world: World) -> tuple[list[Case], list[pb.DecideRequest]]:
    cases = [case for case in world.cases if can_be_inline(case)]
    return cases, [inline(case) for case in cases]


def registered_ones(world: World) -> tuple[list[Case], list[pb.DecideRequest]]:
    cases = [case for case in world.registered if can_be_on_register(case)]
    return cases, [on_register(case) for case in cases]


def one_by_one(client: Client, messages: Sequence[pb.DecideRequest]) -> Iterator[Result]:
    for message in messages:
        try:
            yield client.decide_request(message)
        except IntegrationControlError as error:
            yield error


@pytest.mark.parametrize("facts", ["inline", "register"])
@pytest.mark.parametrize("calls", ["single", "batch"])
def test_over_grpc(world: World, facts: str, calls: str) -> None:
    cases, messages = inline_ones(world) if facts == "inline" else registered_ones(world)
    results = one_by_one(world.client, messages) if calls == "single" else world.client.decide_all(messages)
    assert differences(cases, map(answer_of, results)) == []
    assert len(cases) > len(world.cases) * 0.9


def test_hardly_a_case_stays_away_from_grpc(world: World) -> None:
    """A replaced number and a proof that was checked: inline facts lack the first, the register the second."""
    left_out = [case.name for case in world.cases if not (can_be_inline(case) or can_be_on_register(case))]
    assert len(left_out) <= 2
