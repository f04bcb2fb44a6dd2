"""The calls of the register, for programs that wait for each answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import grpc

from integrationcontrol.errors import error_of_call
from integrationcontrol.register_requests import (
    make_history_question,
    make_import,
    make_integration,
    make_listing,
    make_removal,
    make_replacement,
    make_watch,
    message_ids,
)
from integrationcontrol.requests import Period, organisation
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub

Answer = TypeVar("Answer")


class RegisterCalls(ABC):
    """What a client can ask of the register. A refusal is an answer, not an error: look at its `decision.outcome`."""

    _register: RegisterServiceStub

    @abstractmethod
    def _call(self, method: Callable[..., Answer], request: object) -> Answer:
        """Send a request and wait for its answer."""

    @abstractmethod
    def _most_rows(self) -> int:
        """How many rows a message of an import may hold."""

    def integrate(
        self, requester: str, ssin: str, quality_code: int, days: Period, **fields: Any
    ) -> pb.IntegrateResponse:
        """Integrate a person; the arguments are those of `make_integration`. Needs permission `register-write`.

        A call that fails for want of an answer is asked again under the same id, and done once.
        """
        return self.integrate_request(make_integration(requester, ssin, quality_code, days, **fields))

    def integrate_request(self, request: pb.IntegrateRequest) -> pb.IntegrateResponse:
        """Integrate by a request made before."""
        return self._call(self._register.Integrate, request)

    def disintegrate(
        self, requester: str, ssin: str, quality_code: int, days: Period, **fields: Any
    ) -> pb.DisintegrateResponse:
        """Remove days of integrations; the arguments are those of `make_removal`. Needs permission `register-write`."""
        return self.disintegrate_request(make_removal(requester, ssin, quality_code, days, **fields))

    def disintegrate_request(self, request: pb.DisintegrateRequest) -> pb.DisintegrateResponse:
        """Remove by a request made before."""
        return self._call(self._register.Disintegrate, request)

    def list_integrations(self, requester: str, ssin: str, **fields: Any) -> pb.ListIntegrationsResponse:
        """The integrations of a person; the arguments are those of `make_listing`."""
        return self.list_integrations_request(make_listing(requester, ssin, **fields))

    def list_integrations_request(self, request: pb.ListIntegrationsRequest) -> pb.ListIntegrationsResponse:
        """The integrations that a request made before asks for."""
        return self._call(self._register.ListIntegrations, request)

    def replace_ssin(self, requester: str, old_ssin: str, new_ssin: str, **fields: Any) -> pb.ReplaceSsinResponse:
        """Let a number stand for a BIS number; the arguments are those of `make_replacement`."""
        return self.replace_ssin_request(make_replacement(requester, old_ssin, new_ssin, **fields))

    def replace_ssin_request(self, request: pb.ReplaceSsinRequest) -> pb.ReplaceSsinResponse:
        """Replace by a request made before."""
        return self._call(self._register.ReplaceSsin, request)

    def ssin_history(self, requester: str, ssin: str, **fields: Any) -> pb.GetSsinHistoryResponse:
        """The numbers of a person; the arguments are those of `make_history_question`."""
        return self.ssin_history_request(make_history_question(requester, ssin, **fields))

    def ssin_history_request(self, request: pb.GetSsinHistoryRequest) -> pb.GetSsinHistoryResponse:
        """The numbers that a request made before asks for."""
        return self._call(self._register.GetSsinHistory, request)

    def watch(
        self, after_revision: int, *, of: str | None = None, end_at_latest: bool = False
    ) -> Iterator[pb.WatchIntegrationsResponse]:
        """Every change after a revision, as it comes; without end, and so without a time limit. Needs `watch`.

        Each message is a revision, or a part of one: resume after the last that is not marked `continues`.
        """
        stream = self._register.WatchIntegrations(make_watch(after_revision, of=of, end_at_latest=end_at_latest))
        try:
            yield from stream
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            stream.cancel()

    def import_integrations(
        self, rows: Iterable[pb.IntegrationRow], *, chunk_size: int | None = None, request_id: str | None = None
    ) -> Iterator[pb.ImportIntegrationsResponse]:
        """Import rows in messages of as many as the server allows, or of `chunk_size`. Needs permission `import`.

        Each answer tells which rows of its message did not come in, and why; a message that is answered is there for
        good. Rows are read as they are sent, so that any number of them needs little memory.

        With a `request_id`, an import that was cut off can be made again: given the same rows, in messages of the same
        size, what was done is answered again and not done twice. It has at most 50 printable characters, no spaces.
        """
        most = self._most_rows()
        failures: list[Exception] = []
        messages = _messages(iter(rows), min(chunk_size or most, most), message_ids(request_id), failures)
        try:
            yield from self._register.ImportIntegrations(messages)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        if failures:
            raise failures[0]

    def organisation(self, key: str) -> pb.DirectoryEntry:
        """An organisation of the directory, by its CBE number or as `sector/institution`."""
        request = pb.GetOrganisationRequest(organisation=organisation(key))
        return self._call(self._register.GetOrganisation, request).entry

    def organisations(self, **filters: Any) -> Iterator[pb.DirectoryEntry]:
        """The directory of organisations at one revision; filters are `kind`, `region` and `sector`."""
        request = pb.ListOrganisationsRequest(**filters)
        while True:
            response = self._call(self._register.ListOrganisations, request)
            yield from response.entries
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token


def _messages(
    rows: Iterator[pb.IntegrationRow], size: int, ids: Iterator[str | None], failures: list[Exception]
) -> Iterator[pb.ImportIntegrationsRequest]:
    """The rows in messages. gRPC reads them on a thread of its own: what their source raises there would be lost."""
    try:
        while chunk := list(islice(rows, size)):
            yield make_import(chunk, next(ids))
    except Exception as error:  # noqa: BLE001 - raised again where the caller is
        failures.append(error)
