"""The client for programs that wait for each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc

from integrationcontrol._answers import Result, results_of
from integrationcontrol._channels import DEFAULT_TARGET, DEFAULT_TIMEOUT, Chunks, channel_options
from integrationcontrol._columns import ColumnCalls
from integrationcontrol._register import RegisterCalls
from integrationcontrol._spread import Spread
from integrationcontrol.errors import error_of_call
from integrationcontrol.requests import make_mutation, make_request, make_type_filter
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import catalogue_service_pb2_grpc, decision_service_pb2_grpc, register_service_pb2_grpc
from integrationcontrol.v1 import decision_service_pb2 as pb

Answer = TypeVar("Answer")


class Client(RegisterCalls, ColumnCalls):
    """A connection to one server; use it as a context, share it between threads.

    Every call has a time limit and raises an `IntegrationControlError`. A server that is not there for a moment is
    tried again a few times.
    """

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT,
        credentials: grpc.ChannelCredentials | None = None,
        connections: int = 1,
    ) -> None:
        """`target` is host and port; without `credentials` the connection is not encrypted.

        Calls take the `connections` in turn: several keep several processes of a server busy.
        """
        options = channel_options()
        self._channels = [
            grpc.insecure_channel(target, options)
            if credentials is None
            else grpc.secure_channel(target, credentials, options)
            for _ in range(connections)
        ]
        channel = cast("grpc.Channel", Spread(self._channels))
        self._timeout = timeout_seconds
        self._decisions = decision_service_pb2_grpc.DecisionServiceStub(channel)
        self._catalogue = catalogue_service_pb2_grpc.CatalogueServiceStub(channel)
        self._register = register_service_pb2_grpc.RegisterServiceStub(channel)
        self._limits: catalogue.Limits | None = None

    def decide(self, operation: str, requester: str, ssins: Iterable[str] = (), **fields: Any) -> pb.Decision:
        """The decision on one request; the arguments are those of `make_request`.

        A refusal is a decision, not an error: look at `decision.outcome`.
        """
        return self.decide_request(make_request(operation, requester, ssins, **fields))

    def decide_request(self, request: pb.DecideRequest) -> pb.Decision:
        """The decision on a request made before."""
        return self._call(self._decisions.Decide, request).decision

    def decide_all(self, requests: Iterable[pb.DecideRequest], *, chunk_size: int | None = None) -> Iterator[Result]:
        """One result for each request, in order: its decision, or the error that stands in its place.

        Requests are read and sent in batches as large as the server allows, or of `chunk_size`; each is answered
        before the next is read, so that any number of requests needs little memory.
        """
        for batch in self._chunks(chunk_size).cut(requests):
            response = self._call(self._decisions.BatchDecide, pb.BatchDecideRequest(requests=batch))
            yield from results_of(batch, response)

    def explain(
        self, operation: str, requester: str, ssins: Iterable[str] = (), *, language: str = "en", **fields: Any
    ) -> pb.ExplainResponse:
        """The decision and why, with texts in `fr`, `nl` or `en`; the other arguments are those of `make_request`."""
        return self.explain_request(make_request(operation, requester, ssins, **fields), language=language)

    def explain_request(self, request: pb.DecideRequest, *, language: str = "en") -> pb.ExplainResponse:
        """The decision on a request made before, and why."""
        return self._call(self._decisions.Explain, pb.ExplainRequest(request=request, language=language))

    def filter_information_types(
        self, operation: str, purpose: str, information_types: Iterable[str] = (), *, user_role: str = ""
    ) -> pb.FilterInformationTypesResponse:
        """Which information types may be given about the `applicant` or the `debtor`; without numbers, of all types."""
        request = make_type_filter(operation, purpose, information_types, user_role=user_role)
        return self._call(self._decisions.FilterInformationTypes, request)

    def list_recipients(self, operation: str, ssin: str, **fields: Any) -> pb.ListRecipientsResponse:
        """Who must receive a mutation; the arguments are those of `make_mutation`. Needs permission `recipients`."""
        return self.list_recipients_request(make_mutation(operation, ssin, **fields))

    def list_recipients_request(self, request: pb.ListRecipientsRequest) -> pb.ListRecipientsResponse:
        """Who must receive a mutation made before."""
        return self._call(self._decisions.ListRecipients, request)

    def operations(self, section: str = "", **filters: Any) -> Iterator[catalogue.Operation]:
        """Every operation of the catalogue, or those of a section of the source that fit the filters, in source order.

        Filters are the fields of `ListOperationsRequest`: `quality_code`, `condition`, `supplier`, `state`, `kind`
        and `requester`. A value that nothing can have is an `InvalidRequestError`.
        """
        request = catalogue.ListOperationsRequest(section=section, **filters)
        while True:
            response = self._call(self._catalogue.ListOperations, request)
            yield from response.operations
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    def operation(self, name: str) -> catalogue.Operation:
        """One operation, by its name or an alias."""
        return self._call(self._catalogue.GetOperation, catalogue.GetOperationRequest(name=name)).operation

    def quality_codes(self, sector: int | None = None) -> list[catalogue.QualityCode]:
        """The quality codes of one sector, such as 17 (CPAS), or of every sector, those of the CPAS first."""
        response = self._call(self._catalogue.ListQualityCodes, catalogue.ListQualityCodesRequest(sector=sector))
        return list(response.quality_codes)

    def information_types(self) -> list[catalogue.InformationType]:
        """The national-register information types."""
        response = self._call(self._catalogue.ListInformationTypes, catalogue.ListInformationTypesRequest())
        return list(response.information_types)

    def data_users(self) -> list[catalogue.DataUser]:
        """The users of the data of the CPAS: what for, and by which operations."""
        return list(self._call(self._catalogue.ListDataUsers, catalogue.ListDataUsersRequest()).data_users)

    def server_info(self) -> catalogue.GetServerInfoResponse:
        """How the server is set up: limits, rulesets, register, permissions of this caller."""
        return self._call(self._catalogue.GetServerInfo, catalogue.GetServerInfoRequest())

    def close(self) -> None:
        """Close the connections."""
        for channel in self._channels:
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _chunks(self, chunk_size: int | None) -> Chunks:
        return Chunks(self._known_limits(), chunk_size)

    def _most_rows(self) -> int:
        return self._known_limits().max_batch_size

    def _known_limits(self) -> catalogue.Limits:
        if self._limits is None:
            self._limits = self.server_info().limits
        return self._limits

    def _call(self, method: Callable[..., Answer], request: object) -> Answer:
        try:
            return method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
