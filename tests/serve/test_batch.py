"""Batches and streams: the same decisions as one by one, in order, on one system date and one revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import grpc
import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.serve.rpc import failure_of, read_status
from tests.serve.test_decide import CASES
from tests.serve.world import INTEGRATED, inline, integration, period, request

MAX_BATCH_SIZE = 10_000


def assorted() -> list[pb.DecideRequest]:
    """Requests of every sort, right and wrong, each with its place as its ticket."""
    messages = [request(operation, *ssins, requester=requester) for operation, ssins, requester, *_ in CASES]
    dated, on_own_facts, past, wrong, unknown, missing, ahead = (request() for _ in range(7))
    dated.system_date = "2027-01-01"
    inline(on_own_facts).integrations.append(integration())
    past.consistency.exact_revision = 0
    wrong.ssins[:] = ["80010100199"]
    unknown.operation = "Smal.today"
    missing.operation = "Small.heating"
    ahead.consistency.min_revision = 1 << 40
    consult = request("Small.consult")
    consult.request_period.CopyFrom(period("2027-01-01", "2027-01-01"))
    messages += [dated, on_own_facts, past, wrong, unknown, missing, ahead, consult]
    for place, message in enumerate(messages):
        message.ticket = f"ticket-{place}"
    return messages


def one_by_one(decisions: DecisionServiceStub, messages: Sequence[pb.DecideRequest]) -> Iterator[object]:
    for message in messages:
        try:
            yield comparable(decisions.Decide(message).decision)
        except grpc.RpcError:
            yield failure_of(lambda: decisions.Decide(message))  # noqa: B023


def comparable(decision: pb.Decision) -> pb.Decision:
    decision.ClearField("decision_id")
    return decision


def completed(message: pb.DecideRequest, result: pb.DecideResult, common: pb.BatchDecideResponse) -> object:
    """The result of a batch with what the batch says once put back."""
    if result.HasField("error"):
        return read_status(result.error)
    decision = result.decision
    assert not decision.ruleset_digest
    decision.ruleset_digest = common.ruleset_digest
    if not message.system_date:
        assert not decision.system_date
        decision.system_date = common.system_date
    on_latest = not message.HasField("consistency") and message.facts != pb.FACTS_SOURCE_INLINE
    if on_latest:
        assert not decision.register_revision
        decision.register_revision = common.register_revision
    return comparable(decision)


def test_a_batch_decides_as_one_by_one(decisions: DecisionServiceStub) -> None:
    messages = assorted()
    response = decisions.BatchDecide(pb.BatchDecideRequest(requests=messages))
    together = [completed(*pair, response) for pair in zip(messages, response.results, strict=True)]
    assert together == list(one_by_one(decisions, messages))
    outcomes = {result.WhichOneof("result") for result in response.results}
    assert outcomes == {"decision", "error"}


def test_an_empty_batch_has_no_results(decisions: DecisionServiceStub) -> None:
    response = decisions.BatchDecide(pb.BatchDecideRequest())
    assert (len(response.results), response.system_date) == (0, "2026-06-15")


def test_every_decision_has_an_id_of_its_own(decisions: DecisionServiceStub) -> None:
    response = decisions.BatchDecide(pb.BatchDecideRequest(requests=[request()] * 100))
    assert len({result.decision.decision_id for result in response.results}) == 100


def test_the_largest_batch_and_one_more(decisions: DecisionServiceStub) -> None:
    largest = pb.BatchDecideRequest(requests=[request()] * MAX_BATCH_SIZE)
    assert len(decisions.BatchDecide(largest).results) == MAX_BATCH_SIZE
    largest.requests.append(request())
    failure = failure_of(lambda: decisions.BatchDecide(largest))
    assert (failure.code, failure.reason) == ("RESOURCE_EXHAUSTED", "LIMIT_EXCEEDED")
    assert failure.metadata == {"limit": "max_batch_size", "allowed": "10000", "given": "10001"}


def test_a_batch_over_too_many_persons_fails_whole(decisions: DecisionServiceStub) -> None:
    crowd = pb.BatchDecideRequest(requests=[request("Small.today", *[INTEGRATED] * 100)] * 1_001)
    failure = failure_of(lambda: decisions.BatchDecide(crowd))
    assert failure.metadata == {"limit": "max_batch_persons", "allowed": "100000", "given": "100100"}


def test_a_stream_answers_each_message_in_order(decisions: DecisionServiceStub) -> None:
    batches = [[request(ticket=f"{batch}-{item}") for item in range(batch)] for batch in (3, 0, 1, 200, 2)]
    answers = list(decisions.StreamDecide(pb.StreamDecideRequest(requests=batch) for batch in batches))
    assert [[result.decision.ticket for result in answer.results] for answer in answers] == [
        [message.ticket for message in batch] for batch in batches
    ]
    assert {answer.system_date for answer in answers} == {"2026-06-15"}


def test_a_stream_decides_as_a_batch(decisions: DecisionServiceStub) -> None:
    messages = assorted()
    (streamed,) = decisions.StreamDecide(iter([pb.StreamDecideRequest(requests=messages)]))
    batch = decisions.BatchDecide(pb.BatchDecideRequest(requests=messages))
    for result in (*streamed.results, *batch.results):
        result.decision.ClearField("decision_id")
    assert list(streamed.results) == list(batch.results)


def test_a_stream_with_too_many_items_fails_where_they_are(decisions: DecisionServiceStub) -> None:
    too_many = pb.StreamDecideRequest(requests=[pb.DecideRequest()] * (MAX_BATCH_SIZE + 1))
    answers = decisions.StreamDecide(iter([pb.StreamDecideRequest(requests=[request()]), too_many]))
    assert len(next(answers).results) == 1
    assert failure_of(lambda: next(answers)).code == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize("count", [1, 2])
def test_a_batch_of_errors_is_no_error(decisions: DecisionServiceStub, count: int) -> None:
    response = decisions.BatchDecide(pb.BatchDecideRequest(requests=[pb.DecideRequest(ssins=[INTEGRATED])] * count))
    assert [read_status(result.error).fields for result in response.results] == [("operation", "requester")] * count
