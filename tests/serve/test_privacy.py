"""No person's number and no text of ours in errors and logs, whatever goes wrong (S22)."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import grpc
import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.serve.server import Server
from tests.serve.fixtures import make_register, settings
from tests.serve.rpc import failure_of
from tests.serve.test_bad_input import WRONG
from tests.serve.test_batch import assorted
from tests.serve.world import INTEGRATED, TODAY, inline, integration, period, request

A_NUMBER = re.compile(r"(?<!\d)\d{11}(?!\d)")


def misplaced() -> list[pb.DecideRequest]:
    """A person's number in every field where it does not belong."""
    messages = [request(INTEGRATED) for _ in range(10)]
    for message in messages[1:]:
        message.operation = "Small.consult"
    messages[1].requester.cbe_number = INTEGRATED
    messages[2].system_date = INTEGRATED
    messages[3].request_period.CopyFrom(period(INTEGRATED, INTEGRATED))
    messages[4].periods.add(name=INTEGRATED, period=period("2026-01-01", INTEGRATED))
    messages[5].dates.add(name=INTEGRATED, date=INTEGRATED)
    messages[6].parameters[INTEGRATED] = INTEGRATED
    messages[6].parameters["decision"] = INTEGRATED
    messages[7].information_types.append(INTEGRATED)
    messages[8].ssins.append(f"{INTEGRATED} ")
    inline(messages[9]).integrations.append(integration(INTEGRATED, INTEGRATED, INTEGRATED))
    messages[9].integrations[0].organisation = INTEGRATED
    return messages


@pytest.mark.parametrize("message", [*misplaced(), *(row[1] for row in WRONG)])
def test_no_error_repeats_a_number(decisions: DecisionServiceStub, message: pb.DecideRequest) -> None:
    failure = failure_of(lambda: decisions.Decide(message))
    assert not A_NUMBER.search(repr(failure))
    (result,) = decisions.BatchDecide(pb.BatchDecideRequest(requests=[message])).results
    assert INTEGRATED.encode() not in result.error.SerializeToString()


def test_each_call_is_one_line_without_a_number(
    decisions: DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    decisions.Decide(request())
    decisions.BatchDecide(pb.BatchDecideRequest(requests=assorted()))
    for message in misplaced():
        failure_of(lambda: decisions.Decide(message))  # noqa: B023
    lines = [record.getMessage() for record in caplog.records if record.name == "rules_service.serve"]
    assert len(lines) == 2 + len(misplaced())
    assert re.fullmatch(
        r"method=/integrationcontrol\.v1\.DecisionService/Decide status=OK items=1 ms=\d+\.\d", lines[0]
    )
    assert f"BatchDecide status=OK items={len(assorted())} " in lines[1]
    assert all("status=INVALID_ARGUMENT items=1" in line for line in lines[2:])
    assert not A_NUMBER.search(caplog.text)


def test_a_register_that_is_lost_and_found_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = make_register(tmp_path / "register.sqlite")
    aside = tmp_path / "aside.sqlite"
    with (
        Server(settings(file), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        decisions = DecisionServiceStub(channel)
        decisions.Decide(request())
        file.rename(aside)
        failure = failure_of(lambda: decisions.Decide(request()))
        assert (failure.code, failure.reason) == ("UNAVAILABLE", "REGISTER_UNAVAILABLE")
        assert str(tmp_path) not in repr(failure)
        simulated = inline(request())
        simulated.integrations.append(integration())
        assert decisions.Decide(simulated).decision.variant == "integrated on the system date"
        aside.rename(file)
        assert decisions.Decide(request()).decision.variant == "integrated on the system date"
    assert not A_NUMBER.search(caplog.text)
