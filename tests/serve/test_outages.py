"""The database of a register goes away while a server runs and comes back: clear errors, and no start anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from integrationcontrol.v1 import catalogue_service_pb2 as catalogue_pb
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import Register
from rules_service.register.listening import Bell
from rules_service.register.operations import verify
from tests.register.postgresql_server import PostgresqlServer, running_server
from tests.register.writing_support import integrate as write_elsewhere
from tests.register.writing_support import key
from tests.serve.processes import ServerProcess, server_process
from tests.serve.register_world import Kept, disintegrate, integrate, listing, make_register, question
from tests.serve.rpc import failure_of
from tests.serve.world import CPAS, inline, integration, person

GRANTED = common_pb2.OUTCOME_GRANTED
WHAT_TO_DO = "try again a little later, a write under the same `request_id`: it is done once"
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN rules_service_register'"


@dataclass(frozen=True)
class World:
    """A PostgreSQL server that keeps what it acknowledges, a register in it, and a server on that."""

    postgresql: PostgresqlServer
    kept: Kept
    server: ServerProcess
    channel: grpc.Channel

    @property
    def register(self) -> RegisterServiceStub:
        return RegisterServiceStub(self.channel)

    @property
    def decisions(self) -> DecisionServiceStub:
        return DecisionServiceStub(self.channel)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running_server(settings="") as postgresql:
        kept = make_register(tmp_path, postgresql.new_place())
        with server_process(kept, tmp_path / "log") as server, grpc.insecure_channel(server.address) as channel:
            yield World(postgresql, kept, server, channel)


def wait_until_heard(world: World) -> None:
    """Until the server listens to the database."""
    bell = Bell()
    with world.postgresql.connect(world.kept.place) as connection:
        while connection.execute(LISTENING).fetchone() == (0,):
            bell.wait(0.01)
    bell.close()


def test_a_database_that_stops_is_told_and_found_again(world: World) -> None:
    ssin, before = person(10), world.register.Integrate(integrate(person(10))).revision
    stream: Any = world.register.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=before), timeout=120)
    cut_off = disintegrate(ssin)

    world.postgresql.stop()
    failures = [
        failure_of(lambda: world.register.Disintegrate(cut_off)),
        failure_of(lambda: world.register.Integrate(integrate(person(11)))),
        failure_of(lambda: list(world.register.ImportIntegrations(iter([rows(person(12))])))),
        failure_of(lambda: world.register.ListIntegrations(listing(ssin))),
        failure_of(lambda: world.decisions.Decide(question(ssin))),
        failure_of(lambda: world.decisions.Decide(question(ssin, min_revision=before))),
        failure_of(lambda: world.decisions.BatchDecide(decision_pb.BatchDecideRequest(requests=[question(ssin)]))),
        failure_of(lambda: list(stream)),
    ]
    assert {(each.code, each.reason) for each in failures} == {("UNAVAILABLE", "REGISTER_UNAVAILABLE")}
    assert all(WHAT_TO_DO in each.message for each in failures)
    assert "check its address, and that its server runs" in world.server.said(), "that is for the operator"
    check_what_needs_no_register(world)

    world.postgresql.start()
    removed = world.register.Disintegrate(cut_off)
    assert (removed.decision.outcome, removed.revision) == (GRANTED, before + 1)
    seen = world.decisions.Decide(question(ssin, min_revision=removed.revision)).decision
    assert (seen.outcome, seen.register_revision) == (common_pb2.OUTCOME_REFUSED, removed.revision)
    check_it_listens(world, after=before)


def rows(ssin: str) -> pb.ImportIntegrationsRequest:
    row = pb.IntegrationRow(ssin=ssin, organisation=CPAS, quality_code=2, begin_date="2026-01-01")
    return pb.ImportIntegrationsRequest(request_id="import", rows=[row])


def check_what_needs_no_register(world: World) -> None:
    """A simulation brings its facts along, and the rules are in memory."""
    message = inline(question(person(10)))
    message.integrations.append(integration(person(10)))
    assert world.decisions.Decide(message).decision.outcome == GRANTED
    catalogue = CatalogueServiceStub(world.channel)
    assert catalogue.GetOperation(catalogue_pb.GetOperationRequest(name=message.operation)).operation.name


def check_it_listens(world: World, after: int) -> None:
    """Who follows resumes where the stream broke, and hears of what another program writes."""
    wait_until_heard(world)
    stream: Any = world.register.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=after), timeout=120)
    assert next(stream).revision == after + 1
    with Register.open(world.kept.place) as register:
        for code in (3, 4):
            whose = key(organisation=CPAS, ssin=int(person(13)), code=code)
            assert write_elsewhere(register, whose, 20_000, 20_100).revision == next(stream).revision
        assert not list(verify(register))
    stream.cancel()
    assert "the register is followed again" in world.server.said()


def test_connections_that_are_cut_are_made_again_and_nobody_notices(world: World) -> None:
    ssin, cut = (
        person(20),
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid != pg_backend_pid()",
    )
    stream: Any = world.register.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=3), timeout=120)
    with world.postgresql.connect() as operator:
        for code in (2, 3):
            written = world.register.Integrate(integrate(ssin, quality_code=code)).revision
            assert next(stream).revision == written
            operator.execute(f"{cut} AND backend_type = 'client backend'")
            assert world.decisions.Decide(question(ssin, min_revision=written)).decision.outcome == GRANTED
    stream.cancel()


def test_a_file_that_is_away_is_told_and_found_again(tmp_path: Path) -> None:
    kept, path = make_register(tmp_path), tmp_path / "register.sqlite"
    with server_process(kept, tmp_path / "log") as server, grpc.insecure_channel(server.address) as channel:
        register, decisions, asked = RegisterServiceStub(channel), DecisionServiceStub(channel), integrate(person(10))
        stream: Any = register.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=3), timeout=120)
        path.rename(tmp_path / "away")
        failures = [
            failure_of(lambda: register.Integrate(asked)),
            failure_of(lambda: decisions.Decide(question(person(10)))),
            failure_of(lambda: list(stream)),
        ]
        assert {(each.code, each.reason) for each in failures} == {("UNAVAILABLE", "REGISTER_UNAVAILABLE")}
        assert "check that it and its folder are there and writable" in server.said()
        (tmp_path / "away").rename(path)
        written = register.Integrate(asked).revision
        assert decisions.Decide(question(person(10), min_revision=written)).decision.outcome == GRANTED
