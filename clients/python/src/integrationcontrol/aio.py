"""The client for programs that use asyncio: the same calls as `Client`, to be awaited."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio

from integrationcontrol._answers import Result, results_of
from integrationcontrol._channels import DEFAULT_TARGET, DEFAULT_TIMEOUT, Chunks, channel_options
from integrationcontrol._columns_aio import AsyncColumnCalls
from integrationcontrol._each import each
from integrationcontrol._register_aio import AsyncRegisterCalls
from integrationcontrol._spread import Spread
from integrationcontrol.errors import error_of_call
from integrationcontrol.requests import make_mutation, make_request, make_type_filter
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import catalogue_service_pb2_grpc, decision_service_pb2_grpc, register_service_pb2_grpc
from integrationcontrol.v1 import decision_service_pb2 as pb


class AsyncClient(AsyncRegisterCalls, AsyncColumnCalls):
    """A connection to one server; use it as an asynchronous context, share it between tasks.

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
            grpc.aio.insecure_channel(target, options)
            if credentials is None
            else grpc.aio.secure_channel(target, credentials, options)
            for _ in range(connections)
        ]
        channel: Any = Spread(self._channels)
        self._timeout = timeout_seconds
        self._decisions: Any = decision_service_pb2_grpc.DecisionServiceStub(channel)
        self._catalogue: Any = catalogue_service_pb2_grpc.CatalogueServiceStub(channel)
        self._register: Any = register_service_pb2_grpc.RegisterServiceStub(channel)
        self._limits: catalogue.Limits | None = None

    async def decide(self, operation: str, requester: str, ssins: Iterable[str] = (), **fields: Any) -> pb.Decision:
        """The decision on one request; the arguments are those of `make_request`.

        A refusal is a decision, not an error: look at `decision.outcome`.
        """
        return await self.decide_request(make_request(operation, requester, ssins, **fields))

    async def decide_request(self, request: pb.DecideRequest) -> pb.Decision:
        """The decision on a request made before."""
        response: pb.DecideResponse = await self._call(self._decisions.Decide, request)
        return response.decision

    async def decide_all(
        self,
        requests: Iterable[pb.DecideRequest] | AsyncIterable[pb.DecideRequest],
        *,
        chunk_size: int | None = None,
    ) -> AsyncIterator[Result]:
        """One result for each request, in order: its decision, or the error that stands in its place.

        Requests are read and sent in batches as large as the server allows, or of `chunk_size`.
        """
        chunks = await self._chunks(chunk_size)
        async for request in each(requests):
            if batch := chunks.add(request):
                for result in await self._batch(batch):
                    yield result
        if batch := chunks.rest():
            for result in await self._batch(batch):
                yield result

    async def explain(
        self, operation: str, requester: str, ssins: Iterable[str] = (), *, language: str = "en", **fields: Any
    ) -> pb.ExplainResponse:
        """The decision and why, with texts in `fr`, `nl` or `en`; the other arguments are those of `make_request`."""
        return await self.explain_request(make_request(operation, requester, ssins, **fields), language=language)

    async def explain_request(self, request: pb.DecideRequest, *, language: str = "en") -> pb.ExplainResponse:
        """The decision on a request made before, and why."""
        asked = pb.ExplainRequest(request=request, language=language)
        response: pb.ExplainResponse = await self._call(self._decisions.Explain, asked)
        return response

    async def filter_information_types(
        self, operation: str, purpose: str, information_types: Iterable[str] = (), *, user_role: str = ""
    ) -> pb.FilterInformationTypesResponse:
        """Which information types may be given about the `applicant` or the `debtor`; without numbers, of all types."""
        request = make_type_filter(operation, purpose, information_types, user_role=user_role)
        response: pb.FilterInformationTypesResponse = await self._call(self._decisions.FilterInformationTypes, request)
        return response

    async def list_recipients(self, operation: str, ssin: str, **fields: Any) -> pb.ListRecipientsResponse:
        """Who must receive a mutation; the arguments are those of `make_mutation`. Needs permission `recipients`."""
        return await self.list_recipients_request(make_mutation(operation, ssin, **fields))

    async def list_recipients_request(self, request: pb.ListRecipientsRequest) -> pb.ListRecipientsResponse:
        """Who must receive a mutation made before."""
        response: pb.ListRecipientsResponse = await self._call(self._decisions.ListRecipients, request)
        return response

    async def operations(self, section: str = "", **filters: Any) -> AsyncIterator[catalogue.Operation]:
        """Every operation of the catalogue, or those of a section of the source that fit the filters, in source order.

        Filters are the fields of `ListOperationsRequest`: `quality_code`, `condition`, `supplier`, `state`, `kind`
        and `requester`. A value that nothing can have is an `InvalidRequestError`.
        """
        request = catalogue.ListOperationsRequest(section=section, **filters)
        while True:
            response = await self._call(self._catalogue.ListOperations, request)
            for operation in response.operations:
                yield operation
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    async def operation(self, name: str) -> catalogue.Operation:
        """One operation, by its name or an alias."""
        request = catalogue.GetOperationRequest(name=name)
        response: catalogue.GetOperationResponse = await self._call(self._catalogue.GetOperation, request)
        return response.operation

    async def quality_codes(self, sector: int | None = None) -> list[catalogue.QualityCode]:
        """The quality codes of one sector, such as 17 (CPAS), or of every sector, those of the CPAS first."""
        request = catalogue.ListQualityCodesRequest(sector=sector)
        response = await self._call(self._catalogue.ListQualityCodes, request)
        return list(response.quality_codes)

    async def information_types(self) -> list[catalogue.InformationType]:
        """The national-register information types."""
        response = await self._call(self._catalogue.ListInformationTypes, catalogue.ListInformationTypesRequest())
        return list(response.information_types)

    async def data_users(self) -> list[catalogue.DataUser]:
        """The users of the data of the CPAS: what for, and by which operations."""
        response = await self._call(self._catalogue.ListDataUsers, catalogue.ListDataUsersRequest())
        return list(response.data_users)

    async def server_info(self) -> catalogue.GetServerInfoResponse:
        """How the server is set up: limits, rulesets, register, permissions of this caller."""
        request = catalogue.GetServerInfoRequest()
        response: catalogue.GetServerInfoResponse = await self._call(self._catalogue.GetServerInfo, request)
        return response

    async def close(self) -> None:
        """Close the connections."""
        for channel in self._channels:
            await channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def _batch(self, batch: list[pb.DecideRequest]) -> list[Result]:
        response = await self._call(self._decisions.BatchDecide, pb.BatchDecideRequest(requests=batch))
        return list(results_of(batch, response))

    async def _chunks(self, chunk_size: int | None) -> Chunks:
        return Chunks(await self._known_limits(), chunk_size)

    async def _most_rows(self) -> int:
        return (await self._known_limits()).max_batch_size

    async def _known_limits(self) -> catalogue.Limits:
        if self._limits is None:
            self._limits = (await self.server_info()).limits
        return self._limits

    async def _call(self, method: Callable[..., Any], request: object) -> Any:
        try:
            return await method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
