"""What the interceptor makes of a failure that nobody foresaw: a status with an incident, and no text."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import NoReturn

import grpc
import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1 import decision_service_pb2_grpc as pb_grpc
from rules_service.errors import InternalError, Mistake, OperatorError, Position, RuleAuthorError
from rules_service.register import NOW
from rules_service.serve.call_times import received_at
from rules_service.serve.interceptor import CallInterceptor
from rules_service.serve.limits import Limits
from tests.serve.rpc import failure_of
from tests.serve.world import INTEGRATED, request


class BrokenService(pb_grpc.DecisionServiceServicer):
    """Fails in ways that no service should."""

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:  # noqa: ARG002, N802
        raise ValueError(f"no person {request.ssins[0]}")

    def BatchDecide(self, request: pb.BatchDecideRequest, context: grpc.ServicerContext) -> pb.BatchDecideResponse:  # noqa: ARG002, N802
        raise RuleAuthorError((Mistake("secret.yaml", Position(1, 1), "WRONG", "", "a mistake"),))

    def Explain(self, request: pb.ExplainRequest, context: grpc.ServicerContext) -> pb.ExplainResponse:  # noqa: ARG002, N802
        raise InternalError("a secret disagreement")

    def StreamDecide(  # noqa: N802
        self,
        request_iterator: Iterable[pb.StreamDecideRequest],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[pb.StreamDecideResponse]:
        for _ in request_iterator:
            yield pb.StreamDecideResponse()
            raise OperatorError("the disk is full of numbers")

    def FilterInformationTypes(  # noqa: N802
        self,
        request: pb.FilterInformationTypesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.FilterInformationTypesResponse:
        raise LookupError(request.operation)

    def DecideColumns(self, request_iterator: object, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802
        raise NotImplementedError

    def ListRecipients(self, request: pb.ListRecipientsRequest, context: grpc.ServicerContext) -> NoReturn:  # noqa: ARG002, N802
        raise InternalError(f"nobody knows {request.ssin}")


@contextmanager
def served(service: pb_grpc.DecisionServiceServicer) -> Iterator[pb_grpc.DecisionServiceStub]:
    """A service behind the interceptor, until the end of the block."""
    server = grpc.server(ThreadPoolExecutor(2), interceptors=[CallInterceptor(Limits())])
    pb_grpc.add_DecisionServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield pb_grpc.DecisionServiceStub(channel)
    server.stop(None).wait()


@pytest.fixture
def broken() -> Iterator[pb_grpc.DecisionServiceStub]:
    with served(BrokenService()) as stub:
        yield stub


def test_an_unforeseen_error_tells_only_its_incident(
    broken: pb_grpc.DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    failure = failure_of(lambda: broken.Decide(request()))
    assert (failure.code, failure.reason, failure.fields) == ("INTERNAL", "INTERNAL", ())
    assert "person" not in failure.message
    (told,) = re.findall(r"incident=([0-9a-f]{32}) error=ValueError", caplog.text)
    assert failure.metadata == {"incident": told}
    assert "in Decide" in caplog.text
    assert INTEGRATED not in caplog.text


class Noting(BrokenService):
    """Notes when each message was there, as the thread that answers it is told, and when that thread had it."""

    def __init__(self) -> None:
        self.noted: list[tuple[float, float]] = []

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:  # noqa: ARG002, N802
        self.noted.append((received_at(), monotonic()))
        return pb.DecideResponse()

    def StreamDecide(  # noqa: N802
        self,
        request_iterator: Iterable[pb.StreamDecideRequest],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[pb.StreamDecideResponse]:
        for _ in request_iterator:
            self.noted.append((received_at(), monotonic()))
            yield pb.StreamDecideResponse()


def test_the_thread_that_answers_a_message_knows_when_it_was_there() -> None:
    noting = Noting()
    with served(noting) as stub:
        for _ in range(3):
            before = monotonic()
            stub.Decide(request())
            received, had = noting.noted[-1]
            assert before <= received <= had <= monotonic()
        assert len(list(stub.StreamDecide(iter([pb.StreamDecideRequest()] * 2)))) == 2
    assert [received for received, _ in noting.noted[-2:]] == [NOW, NOW], "a stream opens long before its messages come"
    assert received_at() == NOW, "this thread answers no call"


def test_nothing_of_a_call_waits_for_the_garbage_collector() -> None:
    calls, garbage = 200, 0
    with served(Noting()) as stub:
        stub.Decide(request())
        gc.collect()
        gc.disable()
        try:
            for _ in range(calls):
                stub.Decide(request())
            garbage = gc.collect()
        finally:
            gc.enable()
    assert garbage < calls


def test_what_only_others_can_mend_is_internal_too(broken: pb_grpc.DecisionServiceStub) -> None:
    for failure in (
        failure_of(lambda: broken.BatchDecide(pb.BatchDecideRequest())),
        failure_of(lambda: broken.Explain(pb.ExplainRequest())),
        failure_of(lambda: broken.FilterInformationTypes(pb.FilterInformationTypesRequest(operation="secret"))),
        failure_of(lambda: broken.ListRecipients(pb.ListRecipientsRequest(ssin="secret"))),
    ):
        assert failure.code == "INTERNAL"
        assert "secret" not in repr(failure)


def test_an_error_in_the_middle_of_a_stream(
    broken: pb_grpc.DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answers = broken.StreamDecide(iter([pb.StreamDecideRequest()]))
    assert next(answers) == pb.StreamDecideResponse()
    failure = failure_of(lambda: next(answers))
    assert failure.code == "INTERNAL"
    assert "disk" not in failure.message


def test_a_caller_that_goes_away_is_no_error(
    decisions: pb_grpc.DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answers = decisions.StreamDecide(iter([pb.StreamDecideRequest()] * 3))
    next(answers)
    answers.cancel()
    decisions.Decide(request())
    assert "incident" not in caplog.text
