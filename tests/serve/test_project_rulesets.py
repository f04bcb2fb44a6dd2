"""The project's own rulesets through the server: every operation can be listed, got, decided and explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrationcontrol import Client, IntegrationControlError, InvalidRequestError, make_request
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.serve.server import Server
from tests.serve.fixtures import settings
from tests.serve.world import CPAS, INTEGRATED, TODAY

RULESETS = Path(__file__).parents[2] / "rulesets"


@pytest.fixture(scope="module")
def client(register_file: Path) -> Iterator[Client]:
    with (
        Server(settings(register_file, rulesets=RULESETS), clock=lambda: TODAY) as server,
        Client(server.address) as client,
    ):
        yield client


def test_every_operation_is_found_by_each_of_its_names(client: Client) -> None:
    operations = list(client.operations())
    assert len(operations) >= 25
    for operation in operations:
        assert operation.sources
        for name in (operation.name, *operation.aliases):
            assert client.operation(name) == operation


def test_every_operation_explains_what_it_decides(client: Client) -> None:
    """A CPAS asks with a period; where the operation wants more, every path names the same fields."""
    asked = [
        make_request(operation.name, CPAS, [INTEGRATED], request_period=(day(1), day(31)))
        for operation in client.operations()
    ]
    outcomes = set()
    for request, together in zip(asked, client.decide_all(asked), strict=True):
        explained = answer(client, request)
        if isinstance(together, IntegrationControlError):
            assert isinstance(explained, InvalidRequestError)
            assert explained.violations == together.violations
        else:
            assert isinstance(explained, pb.Decision)
            assert (explained.reason, explained.variant) == (together.reason, together.variant)
            outcomes.add(together.outcome)
    assert outcomes >= {common_pb2.OUTCOME_GRANTED, common_pb2.OUTCOME_REFUSED}


def answer(client: Client, request: pb.DecideRequest) -> pb.Decision | IntegrationControlError:
    try:
        return client.explain_request(request).decision
    except IntegrationControlError as error:
        return error


def day(number: int) -> dt.date:
    return dt.date(2026, 1, number)
