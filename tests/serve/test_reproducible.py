"""S23: the same request, system date, ruleset and revision give the same bytes, whatever happened since."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grpc
import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.register import FileKind, Register
from rules_service.serve.server import Server
from tests.serve.fixtures import make_register, put, settings
from tests.serve.world import CPAS, ELSEWHERE, FORMERLY, INTEGRATED, RENAMED, REPLACED, TODAY, UNKNOWN, request

PERSONS = (INTEGRATED, ELSEWHERE, FORMERLY, REPLACED, RENAMED, UNKNOWN)
LATER = f"""ssin,organisation,sector,quality_code,begin_date,end_date,registers
{UNKNOWN},{CPAS},17,2,2026-01-01,,both
{FORMERLY},{CPAS},17,3,2026-01-01,,both
"""

# Sets of texts come in another order in each process, unless somebody sorted them.
EXPLAIN = """
import sys
from pathlib import Path
from rules_service.decision import DecisionRequest, InlineRegister
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.reference import Reference
from rules_service.serve.convert import decision_message, derivation_message
from rules_service.serve.rules import Rules

rules = Rules.load(Path(sys.argv[1]))
register = InlineRegister(Organisation("me", RequesterKind.CPAS, Region.FLANDERS, 17, 1), [])
firsts = [(each.name, each.variants[0]) for each in rules.ruleset.operations if each.variants]
for name, first in firsts:
    if first.inputs or first.guard.given:
        continue
    parameters = {parameter: min(values) for parameter, values in first.guard.parameters}
    request = DecisionRequest(name, "me", (1,), 20_000, parameters=parameters)
    found = Reference(rules.ruleset, rules.plan.digest).explain(request, register)
    decision = decision_message(found.decision)
    decision.ClearField("decision_id")
    print(name, decision.SerializeToString(), derivation_message(found.derivation).SerializeToString())
"""


def asked(person: str, ticket: str = "") -> pb.DecideRequest:
    message = request("Small.today", person, ticket=ticket)
    message.system_date = "2026-06-15"
    return message


def as_bytes(decision: pb.Decision) -> bytes:
    """All of a decision but what is new each time."""
    decision.ClearField("decision_id")
    decision.ClearField("ticket")
    return decision.SerializeToString(deterministic=True)


@pytest.fixture
def register_of_its_own(tmp_path: Path) -> Path:
    return make_register(tmp_path / "register.sqlite")


def test_s23_a_decision_is_the_same_bytes_at_its_revision_after_later_writes(register_of_its_own: Path) -> None:
    with (
        Server(settings(register_of_its_own), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        decisions = DecisionServiceStub(channel)
        first = [decisions.Decide(asked(person)).decision for person in PERSONS]
        revision = first[0].register_revision
        with Register.open(register_of_its_own) as register:
            put(register, register_of_its_own.parent, FileKind.INTEGRATIONS, LATER)
        now = [decisions.Decide(asked(person)).decision for person in PERSONS]
        then = [asked(person, ticket="another") for person in PERSONS]
        for message in then:
            message.consistency.exact_revision = revision
        replayed = [decisions.Decide(message).decision for message in then]
    before = list(map(as_bytes, first))
    assert list(map(as_bytes, replayed)) == before
    assert list(map(as_bytes, now)) != before


def test_s23_explanations_are_the_same_bytes_in_every_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", EXPLAIN, "rulesets"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].count(b"\n") > 3
