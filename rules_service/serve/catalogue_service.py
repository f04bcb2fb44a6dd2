"""The catalogue: what can be asked, under which rules, and how the server is set up."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from integrationcontrol.v1 import catalogue_service_pb2 as pb
from integrationcontrol.v1 import catalogue_service_pb2_grpc as pb_grpc
from rules_service.catalogue import NetworkNames, operations_that_fit, quality_codes
from rules_service.errors import InvalidRequestError
from rules_service.evaluate import operations_beyond_columns
from rules_service.serve.convert.catalogue import (
    data_user_message,
    filter_of,
    information_type_message,
    operation_message,
    quality_code_message,
)
from rules_service.serve.facts import Facts
from rules_service.serve.limits import Limits
from rules_service.serve.pages import Page, page_of
from rules_service.serve.permissions import Permission
from rules_service.serve.rules import Rules
from rules_service.serve.statuses import OperationNotFoundError


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What `GetServerInfo` tells of the server itself."""

    version: str
    engines: tuple[str, ...]
    limits: Limits
    permissions: frozenset[Permission]
    process_count: int


class CatalogueService(pb_grpc.CatalogueServiceServicer):
    """Reads the rules; nothing here depends on who asks."""

    def __init__(self, rules: Rules, facts: Facts, server: ServerFacts) -> None:
        self._ruleset = rules.ruleset
        self._names = NetworkNames.of(rules.ruleset)
        self._plan = rules.plan
        self._facts = facts
        self._server = server

    def ListOperations(  # noqa: N802
        self,
        request: pb.ListOperationsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListOperationsResponse:
        """Lists operations in source order, page by page."""
        wanted = filter_of(request)
        found = operations_that_fit(self._ruleset, wanted)
        page = page_of(Page(request.page_size, request.page_token, f"{self._plan.digest}/{wanted}"), len(found))
        return pb.ListOperationsResponse(
            operations=[
                operation_message(operation, self._ruleset, self._names) for operation in found[page.first : page.end]
            ],
            next_page_token=page.next_token,
        )

    def GetOperation(self, request: pb.GetOperationRequest, context: grpc.ServicerContext) -> pb.GetOperationResponse:  # noqa: ARG002, N802
        """Gets one operation by name or alias."""
        if not request.name:
            raise InvalidRequestError.of("name", "is missing; give the name of an operation")
        if request.name not in self._plan.names:
            parts = self._plan.groups.get(request.name, ())
            hint = f"it stands for {', '.join(parts)}" if parts else "ListOperations lists those that are known"
            raise OperationNotFoundError.of("name", f"is no operation of the catalogue; {hint}")
        name = self._plan.operations[self._plan.names[request.name]].name
        found = next(operation for operation in self._ruleset.operations if operation.name == name)
        return pb.GetOperationResponse(operation=operation_message(found, self._ruleset, self._names))

    def ListQualityCodes(  # noqa: N802
        self,
        request: pb.ListQualityCodesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListQualityCodesResponse:
        """Lists the quality codes of every sector, or of one."""
        codes = quality_codes(self._ruleset, request.sector if request.HasField("sector") else None)
        return pb.ListQualityCodesResponse(quality_codes=map(quality_code_message, codes))

    def ListInformationTypes(  # noqa: N802
        self,
        request: pb.ListInformationTypesRequest,  # noqa: ARG002
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListInformationTypesResponse:
        """Lists the national-register information types, ascending."""
        types = sorted(self._ruleset.information_types, key=lambda found: found.number)
        return pb.ListInformationTypesResponse(information_types=[information_type_message(found) for found in types])

    def ListDataUsers(  # noqa: N802
        self,
        request: pb.ListDataUsersRequest,  # noqa: ARG002
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListDataUsersResponse:
        """Lists the users of the data of the CPAS, in source order."""
        return pb.ListDataUsersResponse(data_users=map(data_user_message, self._ruleset.users))

    def GetServerInfo(  # noqa: N802
        self,
        request: pb.GetServerInfoRequest,  # noqa: ARG002
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.GetServerInfoResponse:
        """Tells limits, rules and their digest, engines present, and what the register holds now."""
        latest, limits = self._facts.latest(), self._server.limits
        return pb.GetServerInfoResponse(
            limits=pb.Limits(
                max_batch_size=limits.max_batch_size,
                max_message_bytes=limits.max_message_bytes,
                max_persons=limits.max_persons,
                max_named_values=limits.max_named_values,
                max_integrations=limits.max_integrations,
                max_streams=limits.max_streams,
                max_batch_persons=limits.max_batch_persons,
                max_columns_rows=limits.max_columns_rows,
                max_columns_persons=limits.max_columns_persons,
                max_columns_looks=limits.max_columns_looks,
            ),
            ruleset_digest=self._plan.digest,
            operation_count=len(self._ruleset.operations),
            engines=self._server.engines,
            version=self._server.version,
            register_revision=latest.revision,
            integration_count=latest.integration_count,
            permissions=sorted(permission.value for permission in self._server.permissions),
            operations_beyond_columns=operations_beyond_columns(self._plan),
            process_count=self._server.process_count,
        )
