"""Decisions, explanations, and the rules read the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import grpc

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1 import decision_service_pb2_grpc as pb_grpc
from rules_service.serve.arrow import ColumnsMessage
from rules_service.serve.call_times import received_at
from rules_service.serve.column_batches import ColumnBatches
from rules_service.serve.convert import decision_message, derivation_message, recipients_message
from rules_service.serve.decider import Decider
from rules_service.serve.explainer import Explainer
from rules_service.serve.interceptor import Form
from rules_service.serve.permissions import Permission, check_method, check_permissions
from rules_service.serve.recipients import RecipientLister
from rules_service.serve.row_batches import RowBatches
from rules_service.serve.rules import Rules
from rules_service.serve.single_requests import SingleRequests
from rules_service.serve.terms import Terms
from rules_service.serve.type_filter import filtered_types, filtered_types_message
from rules_service.serve.wire import Frames, Memory

_SERVICE: Final = pb.DESCRIPTOR.services_by_name["DecisionService"].full_name
FORMS: Final[Mapping[str, Form]] = {
    f"/{_SERVICE}/Decide": bytes,
    f"/{_SERVICE}/BatchDecide": Frames.of,
    f"/{_SERVICE}/StreamDecide": Frames.of,
    f"/{_SERVICE}/DecideColumns": ColumnsMessage.of,
}
"""How the messages of these methods are read; for the others, and for who reads the interface, see the stubs."""


class DecisionService(pb_grpc.DecisionServiceServicer):
    """Reads the clock once per call or stream message (S1), checks what the caller may do, and decides."""

    def __init__(
        self,
        rules: Rules,
        decider: Decider,
        explainer: Explainer,
        lister: RecipientLister,
        terms: Terms,
        threads: int = 1,
    ) -> None:
        """`threads` decide a large message of columns together."""
        self._rules = rules
        self._decider = decider
        self._explainer = explainer
        self._lister = lister
        self._terms = terms
        memory = Memory(rules.plan.request_vocabulary)
        self._singles = SingleRequests(rules, decider, terms, memory)
        self._batches = RowBatches(rules, decider, terms, memory)
        self._columns = ColumnBatches(rules, decider, terms, threads)

    def warm_up(self) -> None:
        """Have ready what the first batch would wait for; raises `RegisterUnavailableError`."""
        self._batches.warm_up()
        self._singles.warm_up()
        self._columns.warm_up()

    def Decide(self, request: bytes, context: grpc.ServicerContext) -> bytes:  # type: ignore[override] # noqa: ARG002, N802
        """Decides one request."""
        return self._singles.answer(request, received_at())

    def BatchDecide(self, request: Frames, context: grpc.ServicerContext) -> bytes:  # type: ignore[override] # noqa: ARG002, N802
        """Decides many requests; fails whole only for too many of them or a missing permission."""
        return self._batches.answer(request)

    def StreamDecide(  # type: ignore[override] # noqa: N802
        self,
        request_iterator: Iterable[Frames],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[bytes]:
        """Answers each batch of the stream by one message, in order."""
        for request in request_iterator:
            yield self._batches.answer(request)

    def DecideColumns(  # type: ignore[override] # noqa: N802
        self,
        request_iterator: Iterable[ColumnsMessage],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[bytes]:
        """Answers each message of columns by one message, in order."""
        for request in request_iterator:
            yield self._columns.answer(request)

    def Explain(self, request: pb.ExplainRequest, context: grpc.ServicerContext) -> pb.ExplainResponse:  # noqa: ARG002, N802
        """Decides one request and derives why."""
        check_permissions(request.request, self._terms.permissions, "request.")
        explanation = self._explainer.explain(request.request, request.language, self._terms.clock())
        return pb.ExplainResponse(
            decision=decision_message(explanation.decision), derivation=derivation_message(explanation.derivation)
        )

    def FilterInformationTypes(  # noqa: N802
        self,
        request: pb.FilterInformationTypesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.FilterInformationTypesResponse:
        """Tells which information types may be given; nothing here depends on who asks."""
        return filtered_types_message(filtered_types(self._rules, request))

    def ListRecipients(  # noqa: N802
        self,
        request: pb.ListRecipientsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListRecipientsResponse:
        """Lists who must receive a mutation."""
        check_method("ListRecipients", Permission.RECIPIENTS, self._terms.permissions)
        check_permissions(request, self._terms.permissions)
        return recipients_message(self._lister.list(request, self._terms.clock()))
