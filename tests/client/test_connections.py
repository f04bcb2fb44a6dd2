"""A client with several connections, so that several processes of a server work for it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from integrationcontrol import AsyncClient, Client, make_request
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED
from integrationcontrol.v1.decision_service_pb2 import Decision
from rules_service.serve.server import Server
from tests.serve.connections import socket_count, wait_until
from tests.serve.world import CPAS, INTEGRATED


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    """Of a server in this process that nobody else is connected to."""
    wait_until(lambda: socket_count(os.getpid(), server.port) == 0)
    yield server.port
    wait_until(lambda: socket_count(os.getpid(), server.port) == 0)


def test_calls_take_the_connections_in_turn(port: int) -> None:
    with Client(f"127.0.0.1:{port}", connections=3) as client:
        for count in (1, 2, 3, 3):
            assert client.decide("Small.today", CPAS, [INTEGRATED]).outcome == OUTCOME_GRANTED
            assert socket_count(os.getpid(), port) == count
    with Client(f"127.0.0.1:{port}", connections=2) as client:
        requests = [make_request("Small.today", CPAS, [INTEGRATED], ticket=str(place)) for place in range(7)]
        results = list(client.decide_all(requests, chunk_size=2))
        assert [result.ticket for result in results if isinstance(result, Decision)] == list("0123456")
        assert socket_count(os.getpid(), port) == 2


def test_with_asyncio_too(port: int) -> None:
    async def ask() -> None:
        async with AsyncClient(f"127.0.0.1:{port}", connections=2) as client:
            for count in (1, 2, 2):
                decision = await client.decide("Small.today", CPAS, [INTEGRATED])
                assert (decision.outcome, socket_count(os.getpid(), port)) == (OUTCOME_GRANTED, count)

    asyncio.run(ask())


def test_without_a_connection_there_is_no_client() -> None:
    with pytest.raises(ValueError, match="one connection at least"):
        Client(connections=0)
