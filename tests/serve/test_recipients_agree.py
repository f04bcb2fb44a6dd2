"""Recipients are those whom Decide grants: every mutation of the project, on an invented population with partners."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integrationcontrol import Client, InvalidRequestError, Result, make_request
from integrationcontrol.requests import organisation as organisation_of
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, OUTCOME_INDETERMINATE
from rules_service.identifiers.parties import RequesterKind
from rules_service.load import load_rulesets
from rules_service.model import Operation, OperationKind
from rules_service.register import FileKind, Register, import_file
from rules_service.register.population import generate_population
from rules_service.serve.server import Server
from tests.serve.fixtures import put, settings
from tests.serve.world import TODAY

RULESETS = Path(__file__).parents[2] / "rulesets"
DIRECTORY = "cbe_number,sector,institution,kind,region,name\n"
INTEGRATIONS = "ssin,organisation,sector,quality_code,begin_date,end_date,registers\n"
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
EVERYTHING: Mapping[str, Any] = {
    "request_period": YEAR,
    "periods": dict.fromkeys(("mutation_period", "validity", "quarter", "reference_period"), YEAR),
    "dates": dict.fromkeys(("reference_date", "end_date"), dt.date(2026, 6, 20)),
    "parameters": {"decision": "grant", "form": "D", "reference_year": "2026", "user_role": "social_worker"},
}
"""Whatever a mutation may ask for; what it does not read is ignored."""


@dataclass(frozen=True)
class World:
    """Every mutation of the project, a server on its rulesets, and whom its register knows."""

    mutations: list[Operation]
    persons: list[str]
    organisations: list[str]
    client: Client


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An invented population, every second of whom is integrated by each partner that a mutation admits."""
    folder = tmp_path_factory.mktemp("register")
    population = generate_population(folder / "population", reference_day=TODAY, persons=40, organisations=9, seed=7)
    persons = numbers_in(population.files[FileKind.INTEGRATIONS], "ssin")
    mutations = [each for each in load_rulesets(RULESETS).operations if each.kind is OperationKind.MUTATION]
    with Register.create(folder / "register.sqlite") as register:
        for kind, file in population.files.items():
            import_file(register, kind, file)
        add_partners(register, folder, partners_of(mutations), persons[::2])
        organisations = [each.key for each in register.snapshot().organisations()]
    everybody = persons + numbers_in(population.files[FileKind.ALIASES], "old_ssin")
    with (
        Server(settings(folder / "register.sqlite", rulesets=RULESETS), clock=lambda: TODAY) as server,
        Client(server.address) as client,
    ):
        yield World(mutations, everybody, organisations, client)


def numbers_in(file: Path, column: str) -> list[str]:
    with file.open(newline="", encoding="utf-8") as lines:
        return sorted({row[column] for row in csv.DictReader(lines)})


def partners_of(mutations: list[Operation]) -> list[str]:
    """The institutions that some mutation admits; any will do where only the sector is named."""
    classes = [each for operation in mutations for each in operation.requesters if each.kind is RequesterKind.PARTNER]
    return sorted({f"{each.sector}/{5 if each.institution is None else each.institution}" for each in classes})


def add_partners(register: Register, folder: Path, partners: list[str], persons: list[str]) -> None:
    known = [f",{pair.replace('/', ',')},partner,none,Partner {pair}" for pair in partners]
    rows = [f"{ssin},{pair},{pair.split('/')[0]},117,2025-06-01,,both" for pair in partners for ssin in persons]
    if partners:
        put(register, folder, FileKind.ORGANISATIONS, DIRECTORY + "\n".join(known))
        put(register, folder, FileKind.INTEGRATIONS, INTEGRATIONS + "\n".join(rows))


def decided(world: World, operation: Operation, ssin: str, inputs: Mapping[str, Any]) -> list[Result]:
    """What Decide says to each organisation of the directory."""
    asked = [make_request(operation.name, each, [ssin], **inputs) for each in world.organisations]
    return list(world.client.decide_all(asked))


def test_recipients_are_those_whom_decide_grants(world: World) -> None:
    """Each organisation of the directory is a recipient, on the same rows, exactly when its own request is granted."""
    seen: dict[str, set[common_pb2.Outcome]] = {}
    for operation in world.mutations:
        for ssin in world.persons:
            results = decided(world, operation, ssin, EVERYTHING)
            answer = world.client.list_recipients(operation.name, ssin, **EVERYTHING)
            assert list(answer.recipients) == [
                recipient(key, each)
                for key, each in zip(world.organisations, results, strict=True)
                if isinstance(each, pb.Decision) and each.outcome == OUTCOME_GRANTED
            ]
            undecided = [each for each in results if isinstance(each, pb.Decision) and is_undecided(each)]
            assert answer.undecided_count == len(undecided)
            assert (answer.outcome == OUTCOME_INDETERMINATE) == (bool(undecided) and not answer.recipients)
            seen.setdefault(operation.name, set()).add(answer.outcome)
    assert {common_pb2.OUTCOME_REFUSED, OUTCOME_GRANTED} in seen.values()
    assert seen["MutationsSender"] == {OUTCOME_INDETERMINATE}


def recipient(key: str, decision: pb.Decision) -> pb.Recipient:
    return pb.Recipient(
        organisation=organisation_of(key),
        reason=decision.reason,
        variant=decision.variant,
        integration_ids=[each.integration_id for each in decision.evidence],
    )


def is_undecided(decision: pb.Decision) -> bool:
    return decision.outcome == OUTCOME_INDETERMINATE


def test_what_is_missing_is_what_decide_misses(world: World) -> None:
    """Without inputs, the fields that any organisation would have to give are named, each once."""
    ssin, wanting = world.persons[0], set()
    for operation in world.mutations:
        errors = [each for each in decided(world, operation, ssin, {}) if isinstance(each, InvalidRequestError)]
        missing = {violation.field for error in errors for violation in error.violations}
        found = fields_missing(world.client, operation, ssin)
        assert sorted(missing) == sorted(found), operation.name
        if missing:
            wanting.add(operation.name)
    assert wanting
    assert wanting < {operation.name for operation in world.mutations}


def fields_missing(client: Client, operation: Operation, ssin: str) -> list[str]:
    try:
        client.list_recipients(operation.name, ssin)
    except InvalidRequestError as error:
        return [violation.field for violation in error.violations]
    return []
