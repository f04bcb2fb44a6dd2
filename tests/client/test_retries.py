"""What the client tries again: only what the server says may help, and only a few times."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from integrationcontrol import Client, InvalidRequestError, UnavailableError
from integrationcontrol.v1 import catalogue_service_pb2 as pb
from rules_service.errors import InvalidRequestError as InvalidRequest
from rules_service.errors import RegisterUnavailableError
from rules_service.serve.interceptor import CallInterceptor
from rules_service.serve.limits import Limits

ATTEMPTS = 4


class ReturningService:
    """Its register comes back after some calls. The name that is asked for says after how many; `wrong` is refused."""

    def __init__(self) -> None:
        self.calls = 0

    def get_operation(self, request: pb.GetOperationRequest, _: grpc.ServicerContext) -> pb.GetOperationResponse:
        self.calls += 1
        if request.name == "wrong":
            raise InvalidRequest.of("name", "is wrong")
        if self.calls <= int(request.name):
            raise RegisterUnavailableError("the register is away")
        return pb.GetOperationResponse(operation=pb.Operation(name=str(self.calls)))

    @property
    def handler(self) -> grpc.GenericRpcHandler:
        method = grpc.unary_unary_rpc_method_handler(
            self.get_operation, pb.GetOperationRequest.FromString, pb.GetOperationResponse.SerializeToString
        )
        return grpc.method_handlers_generic_handler("integrationcontrol.v1.CatalogueService", {"GetOperation": method})


@pytest.fixture
def service() -> ReturningService:
    return ReturningService()


@pytest.fixture
def client(service: ReturningService) -> Iterator[Client]:
    server = grpc.server(ThreadPoolExecutor(2), interceptors=[CallInterceptor(Limits())])
    server.add_generic_rpc_handlers((service.handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with Client(f"127.0.0.1:{port}") as client:
        yield client
    server.stop(None).wait()


@pytest.mark.parametrize("away", range(ATTEMPTS))
def test_a_register_that_comes_back_in_time_is_not_noticed(client: Client, away: int) -> None:
    assert client.operation(str(away)).name == str(away + 1)


def test_a_register_that_stays_away_is_unavailable(client: Client, service: ReturningService) -> None:
    with pytest.raises(UnavailableError) as caught:
        client.operation(str(ATTEMPTS))
    assert caught.value.reason == "REGISTER_UNAVAILABLE"
    assert service.calls == ATTEMPTS


def test_a_wrong_request_is_not_tried_again(client: Client, service: ReturningService) -> None:
    with pytest.raises(InvalidRequestError):
        client.operation("wrong")
    assert service.calls == 1
