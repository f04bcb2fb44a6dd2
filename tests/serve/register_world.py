"""A server on the project's own rulesets, and a register that knows persons by name, for tests that write."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import FileKind, Register
from rules_service.serve.server import Server
from tests.serve.fixtures import FILES, put, settings
from tests.serve.world import CPAS, TODAY, period, person

RULESETS: Final = Path(__file__).parents[2] / "rulesets"
PROOF: Final = decision_pb.Proof(person=decision_pb.PersonData(last_name="Peeters", birth_date="1980-00-00"))
WRONG_PROOF: Final = decision_pb.Proof(person=decision_pb.PersonData(last_name="Janssens", birth_date="1980-00-00"))
PEOPLE: Final = range(10, 80)
"""Each has a national number and, in month 21, a bis number; all are called Peeters."""


@dataclass(frozen=True)
class Kept:
    """Where a register is kept, and the key of its person directory."""

    place: str
    key: Path


def make_register(folder: Path, place: str | None = None) -> Kept:
    """A register in a file of the folder, unless a place is given."""
    kept = Kept(place or str(folder / "register.sqlite"), folder / "persons.key")
    with Register.create(kept.place) as register:
        for kind in (FileKind.ORGANISATIONS, FileKind.INTEGRATIONS):
            put(register, folder, kind, FILES[kind])
        rows = [f"{person(each, month)},Peeters,,1980-01-01,,\n" for each in PEOPLE for month in (1, 21)]
        header = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number\n"
        put(register, folder, FileKind.PERSONS, header + "".join(rows), key_file=kept.key)
    return kept


@contextmanager
def serving(register: Kept, **changes: object) -> Iterator[Server]:
    chosen = {"rulesets": RULESETS, "persons_key": register.key} | changes
    with Server(settings(register.place, **chosen), clock=lambda: TODAY) as server:
        yield server


@contextmanager
def calling(server: Server) -> Iterator[RegisterServiceStub]:
    with grpc.insecure_channel(server.address) as channel:
        yield RegisterServiceStub(channel)


def cpas(number: str = CPAS) -> common_pb2.Organisation:
    return common_pb2.Organisation(cbe_number=number)


def fresh_id() -> str:
    return str(uuid.uuid4())


def question(ssin: str, **consistency: Any) -> decision_pb.DecideRequest:
    """Whether a person is integrated on a day that `integrate` covers unless it is given others."""
    asked = decision_pb.Consistency(**consistency) if consistency else None
    return decision_pb.DecideRequest(
        operation="OCMWCPASPerformInvestigation",
        requester=cpas(),
        ssins=[ssin],
        system_date="2026-06-15",
        consistency=asked,
    )


def integrate(ssin: str, begin: str = "2026-06-01", end: str = "2026-12-31", **fields: Any) -> pb.IntegrateRequest:
    """A wish that is granted: by a CPAS, under code 2, with a correct proof."""
    given: dict[str, Any] = {"request_id": fresh_id(), "requester": cpas(), "quality_code": 2, "proof": PROOF}
    return pb.IntegrateRequest(ssin=ssin, period=period(begin, end), **given | fields)


def disintegrate(ssin: str, begin: str = "2026-06-01", end: str = "", **fields: Any) -> pb.DisintegrateRequest:
    given: dict[str, Any] = {"request_id": fresh_id(), "requester": cpas(), "quality_code": 2}
    return pb.DisintegrateRequest(ssin=ssin, period=period(begin, end), **given | fields)


def listing(ssin: str, **fields: Any) -> pb.ListIntegrationsRequest:
    return pb.ListIntegrationsRequest(ssin=ssin, **{"requester": cpas(), "proof": PROOF, **fields})


def replacing(old: str, new: str, **fields: Any) -> pb.ReplaceSsinRequest:
    given: dict[str, Any] = {"request_id": fresh_id(), "requester": cpas()}
    return pb.ReplaceSsinRequest(old_ssin=old, new_ssin=new, **given | fields)


def days(rows: Any) -> list[tuple[str, str]]:
    return [(row.begin_date, row.end_date) for row in rows]
