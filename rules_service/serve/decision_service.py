"""Decisions, explanations, and the rules read the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import grpc

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1 import decision_service_pb2_grpc as pb_grpc
from rules_service.algebra import format_day
from rules_service.errors import CallerError
from rules_service.serve.convert import batch_decision_message, decision_message, derivation_message, recipients_message
from rules_service.serve.decider import Decider, Result
from rules_service.serve.explainer import Explainer
from rules_service.serve.permissions import Permission, check_method, check_permissions
from rules_service.serve.recipients import RecipientLister
from rules_service.serve.rules import Rules
from rules_service.serve.statuses import status_of
from rules_service.serve.terms import Terms
from rules_service.serve.type_filter import filtered_types, filtered_types_message

Answers = TypeVar("Answers", pb.BatchDecideResponse, pb.StreamDecideResponse)


class DecisionService(pb_grpc.DecisionServiceServicer):
    """Reads the clock once per call or stream message (S1), checks what the caller may do, and decides."""

    def __init__(
        self, rules: Rules, decider: Decider, explainer: Explainer, lister: RecipientLister, terms: Terms
    ) -> None:
        self._rules = rules
        self._decider = decider
        self._explainer = explainer
        self._lister = lister
        self._terms = terms

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:  # noqa: ARG002, N802
        """Decides one request."""
        check_permissions(request, self._terms.permissions)
        return pb.DecideResponse(decision=decision_message(self._decider.decide(request, self._terms.clock())))

    def BatchDecide(self, request: pb.BatchDecideRequest, context: grpc.ServicerContext) -> pb.BatchDecideResponse:  # noqa: ARG002, N802
        """Decides many requests; fails whole only for too many of them or a missing permission."""
        return self._answers(request.requests, pb.BatchDecideResponse())

    def StreamDecide(  # noqa: N802
        self,
        request_iterator: Iterable[pb.StreamDecideRequest],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[pb.StreamDecideResponse]:
        """Answers each batch of the stream by one message, in order."""
        for request in request_iterator:
            yield self._answers(request.requests, pb.StreamDecideResponse())

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

    def _answers(self, requests: Sequence[pb.DecideRequest], answers: Answers) -> Answers:
        self._terms.limits.check_count(len(requests))
        self._terms.limits.check_persons(sum(len(request.ssins) for request in requests))
        for index, request in enumerate(requests):
            check_permissions(request, self._terms.permissions, f"requests[{index}].")
        received_on = self._terms.clock()
        batch = self._decider.decide_all(requests, received_on)
        for request, result in zip(requests, batch.results, strict=True):
            answers.results.append(_result(request, result))
        answers.system_date = format_day(received_on)
        answers.ruleset_digest = self._rules.plan.digest
        answers.register_revision = batch.register_revision
        return answers


def _result(request: pb.DecideRequest, result: Result) -> pb.DecideResult:
    if isinstance(result, CallerError):
        return pb.DecideResult(error=status_of(result))
    own_date, own_revision = bool(request.system_date), request.HasField("consistency")
    return pb.DecideResult(decision=batch_decision_message(result, own_date=own_date, own_revision=own_revision))
