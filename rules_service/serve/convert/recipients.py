"""From a message about a mutation to a request that nobody has put yet, and from those who receive it to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import uuid4

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day
from rules_service.decision import check_counts, check_request
from rules_service.evaluate import Recipient, Recipients
from rules_service.serve.convert.answers import status_message
from rules_service.serve.convert.consistency import consistency_of
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.organisations import organisation_message
from rules_service.serve.convert.proofs import PROOF_PARAMETER
from rules_service.serve.convert.requests import Asked, RequestContext, fields_of

FIELDS: Final[Mapping[str, str]] = {"ssins": "ssin", "ssins[0]": "ssin"}
"""What this message calls the fields of a request for a decision, where it calls them otherwise."""


def mutation_of(message: pb.ListRecipientsRequest, context: RequestContext) -> Asked:
    """The message, read: the request that every candidate will be decided on, without its requester.

    Raises:
        InvalidSsinError: only the number of the person is wrong.
        InvalidRequestError: at least one field is wrong; every wrong field is named.
    """
    asked = _as_decide_request(message)
    check_counts(asked)
    findings = Findings()
    consistency = None
    if PROOF_PARAMETER in asked.parameters:
        findings.wrong(f"parameters[{PROOF_PARAMETER}]", "stands for facts of a request's own; leave it out")
    with findings:
        request = check_request(replace(fields_of(asked), requester=None), context.vocabulary, context.received_on)
    with findings:
        consistency = consistency_of(asked)
    if findings:
        raise findings.error()
    return Asked(request, consistency=consistency)


def recipients_message(found: Recipients) -> pb.ListRecipientsResponse:
    """The answer, under a new decision id."""
    return pb.ListRecipientsResponse(
        ticket=found.ticket,
        decision_id=str(uuid4()),
        outcome=f"OUTCOME_{found.reason.outcome.name}",
        status=status_message(found.reason, [found.replaced_by]),
        reason=f"REASON_{found.reason.name}",
        operation=found.operation,
        recipients=[_recipient(each) for each in found.recipients],
        undecided_count=found.undecided,
        candidate_count=found.candidates,
        system_date=format_day(found.system_date),
        ruleset_digest=found.ruleset_digest,
        register_revision=found.register_revision,
    )


def _as_decide_request(message: pb.ListRecipientsRequest) -> pb.DecideRequest:
    return pb.DecideRequest(
        ticket=message.ticket,
        operation=message.operation,
        ssins=[message.ssin],
        system_date=message.system_date,
        request_period=message.request_period if message.HasField("request_period") else None,
        periods=message.periods,
        dates=message.dates,
        parameters=message.parameters,
        consistency=message.consistency if message.HasField("consistency") else None,
    )


def _recipient(each: Recipient) -> pb.Recipient:
    return pb.Recipient(
        organisation=organisation_message(each.organisation),
        reason=f"REASON_{each.reason.name}",
        variant=each.variant,
        integration_ids=each.row_ids,
    )
