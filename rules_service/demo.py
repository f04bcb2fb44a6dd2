"""What the service does, shown in one go on invented persons: a register, a server, requests, a batch.

Everything lives in a temporary folder that is gone afterwards; the server is the real command in a process of its own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from csv import DictReader
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import click

from integrationcontrol import Client, IntegrationControlError, Result, make_request
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, OUTCOME_REFUSED, Outcome, Reason
from rules_service.algebra import format_day
from rules_service.errors import OperatorError
from rules_service.register import FileKind, Register, import_file
from rules_service.register.population import generate_population
from rules_service.serve.clock import brussels_today

PERSONS: Final = 20_000
CPAS: Final = 580
BATCH: Final = 100_000
SEED: Final = 1
OPERATION: Final = "OCMWCPASPerformInvestigation"
OPERATIONS: Final = (OPERATION, "RetrieveTIGroups", "SelfEmployedV2", "HealthCareInsurance", "HandiServiceV2")

Show = Callable[[pb.ExplainResponse], None]
"""Puts an explanation on the terminal."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A CPAS and a person whom it integrates at some time."""

    organisation: str
    ssin: str


def run_demo(rulesets: Path, show: Show, language: str) -> None:
    """Run the demonstration and print what happens; the last line has the rate.

    Raises:
        OperatorError: the server does not start.
    """
    with TemporaryDirectory(prefix="rules-service-demo-") as folder:
        register = Path(folder) / "register.sqlite"
        pairs = _make_register(Path(folder), register)
        with _serving(rulesets, register) as address, Client(address) as client:
            _step(f"a server on {address}, in a process of its own; the real client connects to it")
            _single_requests(client, pairs, lambda asked: show(client.explain_request(asked, language=language)))
            counts, seconds = _batch(client, pairs)
    _tell_what_next(rulesets)
    outcomes = ", ".join(f"{count:,} {name.lower()}" for name, count in sorted(counts.items()))
    click.echo(f"demo: {BATCH:,} decisions in {seconds:.1f} s, {BATCH / seconds:,.0f} a second: {outcomes}")


def _step(text: str) -> None:
    click.echo(f"\n* {text}")


def _make_register(folder: Path, register: Path) -> list[Pair]:
    """A register full of invented persons, and the pairs of CPAS and person in it."""
    today = brussels_today()
    _step(f"an invented population around {format_day(today)}: {PERSONS:,} persons, {CPAS} CPAS, seed {SEED}")
    population = generate_population(folder, reference_day=today, persons=PERSONS, organisations=CPAS, seed=SEED)
    with Register.create(register) as opened:
        for kind, file in population.files.items():
            report = import_file(opened, kind, file)
            click.echo(f"  {report.rows_imported:,} {kind.value} imported, {report.bad_count} bad")
    with population.files[FileKind.INTEGRATIONS].open(newline="", encoding="utf-8") as lines:
        found = {Pair(row["organisation"], row["ssin"]) for row in DictReader(lines) if row["sector"] == "17"}
    pairs = sorted(found, key=lambda pair: (pair.ssin, pair.organisation))
    Random(SEED).shuffle(pairs)  # noqa: S311 (which request comes first is no secret)
    return pairs


@contextmanager
def _serving(rulesets: Path, register: Path) -> Iterator[str]:
    """The address of a server that is stopped, and waited for, when the block ends."""
    command = [sys.executable, "-m", "rules_service", "serve", "--port", "0"]
    command += ["--rulesets", str(rulesets), "--register", str(register)]
    # Its own session: a Ctrl-C is for the demonstration, which then stops the server in order.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            yield _address_of(server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _address_of(server: subprocess.Popen[str]) -> str:
    line = server.stdout.readline() if server.stdout else ""
    if not line.startswith("listening on "):
        raise OperatorError("the server of the demonstration did not start; what it said stands above")
    return line.removeprefix("listening on ").strip()


def _single_requests(client: Client, pairs: list[Pair], explain: Callable[[pb.DecideRequest], None]) -> None:
    granted = _first(client, pairs, OUTCOME_GRANTED)
    _step(f"one request: may a CPAS use {OPERATION} for a person whom it follows?")
    decision = client.decide(OPERATION, granted.organisation, [granted.ssin], ticket="demo-1")
    click.echo(f"  {Outcome.Name(decision.outcome)}, {Reason.Name(decision.reason)}, {decision.status.code}")
    click.echo(f"  by the rule: {decision.variant}")
    for row in decision.evidence:
        click.echo(f"  because of code {row.quality_code:03d} from {row.begin_date} to {row.end_date or 'open'}")
    refused = _first(client, pairs, OUTCOME_REFUSED)
    _step("a request that is refused, explained")
    explain(make_request(OPERATION, refused.organisation, [refused.ssin], ticket="demo-2"))


def _first(client: Client, pairs: list[Pair], outcome: int) -> Pair:
    """The first pair for which the operation has an outcome."""
    requests = [make_request(OPERATION, pair.organisation, [pair.ssin]) for pair in pairs[:1_000]]
    for pair, result in zip(pairs, client.decide_all(requests), strict=False):
        if not isinstance(result, IntegrationControlError) and result.outcome == outcome:
            return pair
    raise OperatorError("the invented population has no request with the outcome to be shown; try another seed")


def _batch(client: Client, pairs: list[Pair]) -> tuple[Counter[str], float]:
    """The outcomes of a large batch, and how many seconds it took from the first request to the last decision."""
    _step(f"a batch of {BATCH:,} requests over {len(OPERATIONS)} operations, in batches as large as the server allows")
    chosen = zip(cycle(OPERATIONS), islice(cycle(pairs), BATCH), strict=False)
    requests = [make_request(operation, pair.organisation, [pair.ssin]) for operation, pair in chosen]
    started = time.perf_counter()
    counts = Counter(map(_outcome, client.decide_all(requests)))
    seconds = time.perf_counter() - started
    for name, count in sorted(counts.items()):
        click.echo(f"  {count:>7,} {name}")
    return counts, seconds


def _outcome(result: Result) -> str:
    if isinstance(result, IntegrationControlError):
        return "ERROR"
    return Outcome.Name(result.outcome).removeprefix("OUTCOME_")


def _tell_what_next(rulesets: Path) -> None:
    _step("to try next (the register of this demonstration is gone)")
    click.echo("  rules-service rules list")
    click.echo(f"  rules-service rules show {OPERATION} --language fr")
    click.echo("  rules-service rules test")
    click.echo("  rules-service serve, then rules-service client info")
    click.echo(f"  the rules themselves are in {rulesets}\n")
