"""How fast decisions are, by evaluator: the same requests on the same register, checked equal before anything is timed.

    tests/benchmarks/run.py [--persons 20000] [--rounds 7] [--seed 1]

The evaluators take turns, so that a slow moment of the machine meets all of them; the figures are medians for one
decision. The last line has the ratio of columns to reference; the exit code is 1 when it is below 20.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from integrationcontrol import Client, IntegrationControlError, Result  # noqa: E402 (found by the line above)
from integrationcontrol.v1 import common_pb2  # noqa: E402
from integrationcontrol.v1 import decision_service_pb2 as pb  # noqa: E402
from rules_service.algebra import parse_day  # noqa: E402
from rules_service.cli.options import RULESETS  # noqa: E402
from rules_service.decision import Decision, DecisionRequest  # noqa: E402
from rules_service.reference import Reference  # noqa: E402
from rules_service.reference.engine import Engine  # noqa: E402
from rules_service.register import FileKind, Index, Register, import_file  # noqa: E402
from rules_service.register.population import generate_population  # noqa: E402
from rules_service.serve.convert import RequestContext, request_of  # noqa: E402
from rules_service.serve.rules import Rules  # noqa: E402
from tests.cli.program import serving  # noqa: E402

TODAY = "2026-06-15"
OPERATIONS = (
    "OCMWCPASPerformInvestigation",
    "RetrieveTIGroups",
    "SelfEmployedV2",
    "HealthCareInsurance",
    "OCMWCPASPensionRegisterConsult",
)
BATCH = 10_000
"""Requests in columns and over gRPC."""
SINGLE = 2_000
REFERENCE = 300
LEAST_RATIO = 20.0
PLAIN = "reference, plain"
INFERRING = "reference, durable-rules"


@dataclass(frozen=True)
class Contender:
    """One way to decide, and how many of the requests it decides in a round."""

    name: str
    count: int
    decide: Callable[[], Sequence[object]]


def make_register(folder: Path, persons: int, seed: int) -> tuple[Path, list[tuple[str, str]]]:
    """A register of invented persons, and pairs of an organisation and a person whom it integrates at some time."""
    population = generate_population(folder, reference_day=parse_day(TODAY), persons=persons, seed=seed)
    path = folder / "register.sqlite"
    with Register.create(path) as register:
        for kind, file in population.files.items():
            assert import_file(register, kind, file).bad_count == 0
    with population.files[FileKind.INTEGRATIONS].open(newline="", encoding="utf-8") as lines:
        return path, [(row["organisation"], row["ssin"]) for row in DictReader(lines) if row["sector"] == "17"]


def messages_about(pairs: list[tuple[str, str]], seed: int) -> list[pb.DecideRequest]:
    random = Random(seed)
    return [message(random.choice(OPERATIONS), *random.choice(pairs)) for _ in range(BATCH)]


def message(operation: str, cpas: str, ssin: str) -> pb.DecideRequest:
    return pb.DecideRequest(
        operation=operation,
        requester=common_pb2.Organisation(cbe_number=cpas),
        ssins=[ssin],
        system_date=TODAY,
        request_period=common_pb2.Period(begin_date="2023-01-01", end_date="2026-03-31"),
    )


def contenders(
    rules: Rules, index: Index, requests: list[DecisionRequest], engine: Engine, over_grpc: Callable[[], list[Result]]
) -> list[Contender]:
    plain = Reference(rules.ruleset, rules.plan.digest)
    inferring = Reference(rules.ruleset, rules.plan.digest, engine)
    found = [
        Contender("columns", BATCH, lambda: rules.columns.decide_all(requests, index)),
        Contender("single", SINGLE, lambda: [rules.single.decide(each, index) for each in requests[:SINGLE]]),
        Contender(PLAIN, REFERENCE, lambda: [plain.decide(each, index) for each in requests[:REFERENCE]]),
        Contender("BatchDecide over gRPC", BATCH, over_grpc),
    ]
    if engine.worker_pid is not None:
        found.insert(
            3, Contender(INFERRING, REFERENCE, lambda: [inferring.decide(r, index) for r in requests[:REFERENCE]])
        )
    return found


def check_equal(found: list[Contender]) -> None:
    """Every contender decides as the columns do, over as many requests as it takes."""
    columns = list(found[0].decide())
    assert all(isinstance(each, Decision) for each in columns)
    reasons = {each.reason.name for each in columns if isinstance(each, Decision)}
    assert len(reasons) > 1, "the requests should not all be answered alike"
    for contender in found[1:]:
        for expected, decided in zip(columns, contender.decide(), strict=False):
            assert same(expected, decided), contender.name


def same(expected: object, decided: object) -> bool:
    if not isinstance(expected, Decision) or isinstance(decided, IntegrationControlError):
        return False
    if isinstance(decided, pb.Decision):
        rows = [row.integration_id for row in decided.evidence]
        wanted = [row.row_id for row in expected.evidence]
        return int(decided.reason) == expected.reason and decided.variant == expected.variant and rows == wanted
    return decided == expected


def timed(found: list[Contender], rounds: int) -> dict[str, list[float]]:
    """Seconds for one decision, for each contender and round."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in found}
    for _ in range(rounds):
        for contender in found:
            started = time.perf_counter()
            contender.decide()
            seconds[contender.name].append((time.perf_counter() - started) / contender.count)
    return seconds


def tell(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Print the table; how many times slower than in columns each evaluator is."""
    medians = {name: statistics.median(rounds) for name, rounds in seconds.items()}
    table = Table("evaluator", "µs a decision", "fastest", "slowest", "decisions a second", "times columns", box=None)
    for name, median in medians.items():
        low, high = min(seconds[name]), max(seconds[name])
        numbers = [f"{value * 1e6:,.1f}" for value in (median, low, high)]
        table.add_row(name, *numbers, f"{1 / median:,.0f}", f"{median / medians['columns']:.1f}")
    Console(width=110).print(table)
    return {name: median / medians["columns"] for name, median in medians.items()}


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--persons", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, pairs = make_register(Path(folder), chosen.persons, chosen.seed)
        messages = messages_about(pairs, chosen.seed)
        rules = Rules.load(RULESETS)
        context = RequestContext(rules.plan.request_vocabulary, parse_day(TODAY))
        requests = [request_of(each, context) for each in messages]
        with (
            Register.open(path) as register,
            serving(path) as address,
            Client(address) as client,
            Engine() as engine,
        ):
            index = register.snapshot()
            found = contenders(rules, index, requests, engine, lambda: list(client.decide_all(messages)))
            check_equal(found)
            print(f"{chosen.persons:,} persons, {len(index.row_id):,} integrations, seed {chosen.seed}; results equal")
            ratios = tell(timed(found, chosen.rounds))
    # The reference is what the service explains by: with the inference engine, wherever that can be installed.
    ratio = ratios.get(INFERRING, ratios[PLAIN])
    figures = f"{ratio:.0f} times faster than by the reference (at least {LEAST_RATIO:.0f} wanted)"
    print(f"bench: a decision in columns is {figures}, {ratios[PLAIN]:.1f} times where its verdict is plain Python")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
