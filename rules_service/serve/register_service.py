"""The register over gRPC: permissions and the clock; what is done stands in the modules that it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import grpc

from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1 import register_service_pb2_grpc as pb_grpc
from rules_service.serve.directory import DirectoryReader
from rules_service.serve.followers import Follower
from rules_service.serve.permissions import Permission, check_method
from rules_service.serve.registrar import Registrar
from rules_service.serve.row_imports import RowImporter
from rules_service.serve.terms import Terms


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does the work: decided calls, the directory, following, importing."""

    registrar: Registrar
    directory: DirectoryReader
    follower: Follower
    importer: RowImporter


class RegisterService(pb_grpc.RegisterServiceServicer):
    """Reads the clock once per call (S1), checks what the caller may do, and hands the call on."""

    def __init__(self, desk: Desk, terms: Terms) -> None:
        self._desk = desk
        self._terms = terms

    def Integrate(self, request: pb.IntegrateRequest, context: grpc.ServicerContext) -> pb.IntegrateResponse:  # noqa: ARG002, N802
        """Integrates a person."""
        self._check("Integrate", Permission.REGISTER_WRITE)
        return self._desk.registrar.integrate(request, self._terms.clock())

    def Disintegrate(self, request: pb.DisintegrateRequest, context: grpc.ServicerContext) -> pb.DisintegrateResponse:  # noqa: ARG002, N802
        """Removes days of integrations."""
        self._check("Disintegrate", Permission.REGISTER_WRITE)
        return self._desk.registrar.disintegrate(request, self._terms.clock())

    def ListIntegrations(  # noqa: N802
        self,
        request: pb.ListIntegrationsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListIntegrationsResponse:
        """Lists the integrations of a person."""
        return self._desk.registrar.list(request, self._terms.clock())

    def ReplaceSsin(self, request: pb.ReplaceSsinRequest, context: grpc.ServicerContext) -> pb.ReplaceSsinResponse:  # noqa: ARG002, N802
        """Lets a number stand for a BIS number."""
        self._check("ReplaceSsin", Permission.REGISTER_WRITE)
        return self._desk.registrar.replace(request, self._terms.clock())

    def GetSsinHistory(  # noqa: N802
        self,
        request: pb.GetSsinHistoryRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.GetSsinHistoryResponse:
        """Shows how the number of a person evolved."""
        return self._desk.registrar.history(request, self._terms.clock())

    def WatchIntegrations(  # noqa: N802
        self, request: pb.WatchIntegrationsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.WatchIntegrationsResponse]:
        """Streams changes, and goes on until the caller or the server ends."""
        self._check("WatchIntegrations", Permission.WATCH)
        yield from self._desk.follower.changes(request, context.is_active)

    def ImportIntegrations(  # noqa: N802
        self,
        request_iterator: Iterable[pb.ImportIntegrationsRequest],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[pb.ImportIntegrationsResponse]:
        """Imports each message of the stream as one write, and answers it by one message, in order."""
        self._check("ImportIntegrations", Permission.IMPORT)
        for request in request_iterator:
            self._terms.limits.check_count(len(request.rows))
            yield self._desk.importer.import_message(request)

    def GetOrganisation(  # noqa: N802
        self,
        request: pb.GetOrganisationRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.GetOrganisationResponse:
        """Gets an organisation of the directory."""
        return self._desk.directory.get(request)

    def ListOrganisations(  # noqa: N802
        self,
        request: pb.ListOrganisationsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListOrganisationsResponse:
        """Lists the directory, page by page."""
        return self._desk.directory.list(request)

    def _check(self, method: str, permission: Permission) -> None:
        check_method(method, permission, self._terms.permissions)
