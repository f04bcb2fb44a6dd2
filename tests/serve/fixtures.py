"""A real server on a real register, shared by the tests of the server and of the client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from integrationcontrol.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.register import FileKind, Register, import_file
from rules_service.serve.server import Server
from rules_service.serve.settings import Settings
from tests.serve import world

FILES = {
    FileKind.ORGANISATIONS: f"""cbe_number,sector,institution,kind,region,name
{world.CPAS},17,1,cpas,flanders,CPAS
{world.OTHER_CPAS},17,1,cpas,flanders,Other CPAS
{world.WALLOON_CPAS},17,1,cpas,wallonia,Walloon CPAS
{world.PARTNER},40,21,partner,none,Partner
{world.ASSOCIATION},17,,association_chapter_xii,flanders,Association
""",
    FileKind.INTEGRATIONS: f"""ssin,organisation,sector,quality_code,begin_date,end_date,registers
{world.INTEGRATED},{world.CPAS},17,2,2026-01-01,2026-12-31,both
{world.ELSEWHERE},{world.OTHER_CPAS},17,2,2026-01-01,,both
{world.FORMERLY},{world.CPAS},17,4,2020-01-01,2020-12-31,both
{world.REPLACED},{world.CPAS},17,1,2026-05-01,,both
""",
    FileKind.ALIASES: f"""old_ssin,new_ssin
{world.REPLACED},{world.RENAMED}
""",
}


def put(register: Register, folder: Path, kind: FileKind, rows: str, *, key_file: Path | None = None) -> int:
    """The revision that holds these rows too; all of them must be right."""
    file = folder / f"{kind.value}.csv"
    file.write_text(rows, encoding="utf-8")
    report = import_file(register, kind, file, key_file=key_file)
    assert not report.bad_rows, report.bad_rows
    assert report.revision is not None
    return report.revision


def make_register(path: Path) -> Path:
    """A register that holds the world."""
    with Register.create(path) as register:
        for kind, rows in FILES.items():
            put(register, path.parent, kind, rows)
    return path


def settings(register: str | Path, **changes: object) -> Settings:
    return replace(Settings(rulesets=world.RULESETS, register=register, port=0), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def register_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_register(tmp_path_factory.mktemp("register") / "register.sqlite")


@pytest.fixture(scope="session")
def server(register_file: Path) -> Iterator[Server]:
    with Server(settings(register_file), clock=lambda: world.TODAY) as server:
        yield server


@pytest.fixture(scope="session")
def channel(server: Server) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.address, [("grpc.max_receive_message_length", -1)]) as channel:
        yield channel


@pytest.fixture(scope="session")
def decisions(channel: grpc.Channel) -> DecisionServiceStub:
    return DecisionServiceStub(channel)


@pytest.fixture(scope="session")
def catalogue(channel: grpc.Channel) -> CatalogueServiceStub:
    return CatalogueServiceStub(channel)
