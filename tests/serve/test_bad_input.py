"""Wrong requests over gRPC: each gets a status that names the field, nothing crashes, nothing is granted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.serve.server import Server
from tests.serve.rpc import Failure, failure_of, read_status
from tests.serve.world import CPAS, INTEGRATED, inline, period, request

METHODS = (
    "Decide",
    "BatchDecide",
    "StreamDecide",
    "DecideColumns",
    "Explain",
    "FilterInformationTypes",
    "ListRecipients",
)
SHARED_CHANNEL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


def raw(channel: grpc.Channel, method: str, content: bytes) -> bytes:
    """Call a method with bytes as they are."""
    path = f"/integrationcontrol.v1.DecisionService/{method}"
    if method in ("StreamDecide", "DecideColumns"):
        stream: Any = channel.stream_stream(path)
        return b"".join(stream(iter([content])))
    call: Any = channel.unary_unary(path)
    return bytes(call(content))


def consult(begin: str, end: str) -> pb.DecideRequest:
    message = request("Small.consult")
    message.request_period.CopyFrom(period(begin, end))
    return message


def with_parameter(value: str) -> pb.DecideRequest:
    message = request("Small.decision")
    message.parameters["decision"] = value
    return message


def without_profile() -> pb.DecideRequest:
    message = request()
    message.facts = pb.FACTS_SOURCE_INLINE
    return message


WRONG: list[tuple[str, pb.DecideRequest, str, str]] = [
    ("empty", pb.DecideRequest(), "INVALID_REQUEST", "operation"),
    ("unknown operation", request("Small.tody"), "UNKNOWN_OPERATION", "operation"),
    ("a name of several operations", request("Small"), "UNKNOWN_OPERATION", "operation"),
    ("inverted period", consult("2026-02-01", "2026-01-31"), "INVALID_REQUEST", "request_period.end_date"),
    ("no such day", consult("2026-02-29", "2026-03-31"), "INVALID_REQUEST", "request_period.begin_date"),
    ("open end where none is allowed", consult("2026-02-01", ""), "INVALID_REQUEST", "request_period.end_date"),
    ("missing period", request("Small.consult"), "INVALID_REQUEST", "request_period"),
    ("missing period or date", request("Small.heating"), "INVALID_REQUEST", "periods[heating_period]"),
    ("missing parameter", request("Small.decision"), "INVALID_REQUEST", "parameters[decision]"),
    ("wrong parameter", with_parameter("perhaps"), "INVALID_REQUEST", "parameters[decision]"),
    ("bad number", request("Small.today", "80010100195"), "INVALID_SSIN", "ssins[0]"),
    ("inline without a profile", without_profile(), "INVALID_REQUEST", "requester_profile"),
]


@pytest.mark.parametrize(("message", "reason", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_the_field_is_named(decisions: DecisionServiceStub, message: pb.DecideRequest, reason: str, field: str) -> None:
    failure = failure_of(lambda: decisions.Decide(message))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", reason)
    assert field in failure.fields
    assert failure.metadata["network_code"] == ("MSG00011" if reason == "INVALID_SSIN" else "MSG00008")


def test_a_missing_person_is_named(decisions: DecisionServiceStub) -> None:
    message = pb.DecideRequest(operation="Small.today", requester=common_pb2.Organisation(cbe_number=CPAS))
    assert failure_of(lambda: decisions.Decide(message)).fields == ("ssins",)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("content", [b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x02\xc3\x28", b"\x00" * 100])
def test_bytes_that_are_no_message(channel: grpc.Channel, method: str, content: bytes) -> None:
    failure = failure_of(lambda: raw(channel, method, content))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")


def test_a_message_that_is_too_large(channel: grpc.Channel) -> None:
    content = pb.DecideRequest(legal_context="x" * (16 * 1024 * 1024)).SerializeToString()
    failure = failure_of(lambda: raw(channel, "Decide", content))
    assert (failure.code, failure.reason) == ("RESOURCE_EXHAUSTED", "LIMIT_EXCEEDED")
    assert failure.metadata["limit"] == "max_message_bytes"


def test_a_message_that_is_much_too_large(server: Server) -> None:
    with grpc.insecure_channel(server.address) as channel, pytest.raises(grpc.RpcError) as caught:
        raw(channel, "Decide", b"x" * (40 * 1024 * 1024))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_request_with_thousands_of_wrong_fields(decisions: DecisionServiceStub) -> None:
    message = inline(request())
    message.integrations.extend([pb.InlineIntegration()] * 1_000)
    failure = failure_of(lambda: decisions.Decide(message))
    assert failure.fields[0] == "integrations[0].organisation"
    assert failure.metadata["violation_count"] == "4000"


@pytest.mark.parametrize(
    "add",
    [
        lambda message: message.ssins.extend([""] * 101),
        lambda message: message.periods.extend([pb.NamedPeriod()] * 101),
        lambda message: message.dates.extend([pb.NamedDate()] * 101),
        lambda message: message.information_types.extend([""] * 101),
        lambda message: message.parameters.update({str(number): "" for number in range(101)}),
        lambda message: inline(message).integrations.extend([pb.InlineIntegration()] * 1_001),
    ],
)
def test_what_is_too_much_is_refused_without_a_look_at_each(
    decisions: DecisionServiceStub, add: Callable[[pb.DecideRequest], None]
) -> None:
    message = request("")
    add(message)
    failure = failure_of(lambda: decisions.Decide(message))
    assert len(failure.fields) == 1
    assert "at most" in failure.message


def test_an_unknown_method_is_unimplemented(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        raw(channel, "Grant", b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def outcome_of(call: Callable[[], Message]) -> Message | Failure:
    """The answer, or the failure, which must be the caller's and never an internal error."""
    try:
        return call()
    except grpc.RpcError:
        failure = failure_of(call)
    assert failure.code in {"INVALID_ARGUMENT", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED"}
    return failure


@SHARED_CHANNEL
@given(method=st.sampled_from(METHODS), content=st.binary(max_size=300))
def test_random_bytes_never_crash_and_never_grant(channel: grpc.Channel, method: str, content: bytes) -> None:
    try:
        answer = raw(channel, method, content)
    except grpc.RpcError:
        assert failure_of(lambda: raw(channel, method, content)).code == "INVALID_ARGUMENT"
    else:
        # Fields that nobody knows are skipped: such bytes are an empty message, or an empty stream of requests.
        assert method in {"BatchDecide", "StreamDecide"}
        results = pb.BatchDecideResponse.FromString(answer).results
        assert all(result.HasField("error") for result in results)


texts = st.one_of(st.text(max_size=40), st.sampled_from(["", "2026-01-01", "2026-13-01", INTEGRATED, CPAS, "grant"]))
numbers = st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-1, 1001))
periods = st.builds(common_pb2.Period, begin_date=texts, end_date=texts)
organisations = st.builds(
    common_pb2.Organisation,
    cbe_number=st.one_of(texts, st.just(CPAS)),
    sector=st.none() | numbers,
    institution=st.none() | numbers,
)
integrations = st.builds(
    pb.InlineIntegration,
    ssin=texts,
    organisation=texts,
    sector=st.none() | numbers,
    quality_code=st.none() | numbers,
    begin_date=texts,
    end_date=texts,
    registers=st.lists(st.integers(0, 3), max_size=3),
)
requests = st.builds(
    pb.DecideRequest,
    ticket=texts,
    operation=st.sampled_from(
        ["Small.today", "Small.consult", "Small.withProof", "Small.whole", "OldConsult", "x", ""]
    ),
    requester=st.none() | organisations,
    ssins=st.lists(texts, max_size=4),
    quality_code=st.none() | numbers,
    legal_context=texts,
    system_date=texts,
    request_period=st.none() | periods,
    periods=st.lists(st.builds(pb.NamedPeriod, name=texts, period=st.none() | periods), max_size=3),
    dates=st.lists(st.builds(pb.NamedDate, name=texts, date=texts), max_size=3),
    parameters=st.dictionaries(st.sampled_from(["decision", "user_role", "proof_of_authentication", "x"]), texts),
    information_types=st.lists(texts, max_size=3),
    proof=st.none() | st.builds(pb.Proof, identity_card_number=texts, sis_card_number=texts),
    consistency=st.none() | st.builds(pb.Consistency, min_revision=st.integers(-(2**63), 2**63 - 1)),
    facts=st.integers(0, 3),
    integrations=st.lists(integrations, max_size=3),
    requester_profile=st.none() | st.builds(pb.RequesterProfile, kind=st.integers(0, 5), region=st.integers(0, 4)),
)


@SHARED_CHANNEL
@given(message=requests)
def test_random_fields_get_an_answer_or_a_clear_error(
    decisions: DecisionServiceStub, message: pb.DecideRequest
) -> None:
    outcome = outcome_of(lambda: decisions.Decide(message))
    (result,) = decisions.BatchDecide(pb.BatchDecideRequest(requests=[message])).results
    if isinstance(outcome, Failure):
        assert read_status(result.error) == outcome
    else:
        assert result.HasField("decision")
