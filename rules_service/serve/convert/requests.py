"""From a message to a checked request: what is asked, on which facts, and how fresh these must be."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import (
    DecisionRequest,
    InlineRegister,
    PeriodFields,
    RequestFields,
    RequestVocabulary,
    check_counts,
    check_request,
)
from rules_service.register import GivenProof
from rules_service.serve.convert.consistency import Consistency, consistency_of
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.inline import inline_register_of
from rules_service.serve.convert.organisations import check_organisation, organisation_key
from rules_service.serve.convert.proofs import PROOF_PARAMETER, check_proof, given_proof_of, proof_of


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a message is read against: the names that the rulesets know, and the day on which it came in (S1)."""

    vocabulary: RequestVocabulary
    received_on: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, read: the request, the facts it brings along if any, and how fresh the register must be.

    `proof` is what was given as proof and is still to be checked.
    """

    request: DecisionRequest
    inline: InlineRegister | None = None
    consistency: Consistency | None = None
    proof: GivenProof | None = field(default=None, repr=False)

    @property
    def on_latest(self) -> bool:
        """Whether the latest revision of the register decides."""
        return self.inline is None and self.consistency is None


def asked_of(message: pb.DecideRequest, context: RequestContext) -> Asked:
    """The message, read as a whole; every wrong field is named, but for those within a field of too many entries.

    Raises:
        InvalidSsinError: only numbers of persons are wrong.
        InvalidRequestError: at least one field is wrong.
    """
    check_counts(message)
    findings = Findings()
    inline = consistency = None
    with findings:
        request = request_of(message, context)
    with findings:
        consistency = consistency_of(message)
    with findings:
        inline = inline_register_of(message) if is_inline(message) else None
    if findings:
        raise findings.error()
    return Asked(request, inline, consistency, given_proof_of(message))


def is_inline(message: pb.DecideRequest) -> bool:
    """Whether the message brings its facts along."""
    return message.facts == pb.FACTS_SOURCE_INLINE


def request_of(message: pb.DecideRequest, context: RequestContext) -> DecisionRequest:
    """The checked request of a message, its facts left aside.

    Raises:
        InvalidSsinError: only numbers of persons are wrong.
        InvalidRequestError: at least one field is wrong; every wrong field is named.
    """
    findings = Findings()
    check_organisation(message.requester, "requester", findings)
    check_proof(message, findings)
    _check_facts(message, findings)
    with findings:
        request = check_request(fields_of(message), context.vocabulary, context.received_on)
        if not findings:
            return request
    raise findings.error()


def fields_of(message: pb.DecideRequest) -> RequestFields:
    """The texts of a message, nothing checked; the parameter that stands for a proof has become the proof."""
    period = message.request_period
    return RequestFields(
        operation=message.operation,
        requester=organisation_key(message.requester),
        ssins=tuple(message.ssins),
        quality_code=message.quality_code if message.HasField("quality_code") else None,
        legal_context=message.legal_context,
        system_date=message.system_date,
        request_period=PeriodFields(period.begin_date, period.end_date) if message.HasField("request_period") else None,
        periods=tuple((it.name, PeriodFields(it.period.begin_date, it.period.end_date)) for it in message.periods),
        dates=tuple((it.name, it.date) for it in message.dates),
        parameters=_parameters(message),
        information_types=tuple(message.information_types),
        proof=proof_of(message),
        ticket=message.ticket,
    )


def _parameters(message: pb.DecideRequest) -> dict[str, str]:
    """The parameters in order of name: a map of a message has an order of its own each time (S23)."""
    return {name: message.parameters[name] for name in sorted(message.parameters) if name != PROOF_PARAMETER}


def _check_facts(message: pb.DecideRequest, findings: Findings) -> None:
    if message.facts not in pb.FactsSource.values():
        findings.wrong("facts", "is no known source of facts; leave it out or give FACTS_SOURCE_INLINE")
    elif not is_inline(message):
        if message.integrations:
            findings.wrong("integrations", "is accepted only with FACTS_SOURCE_INLINE")
        if message.HasField("requester_profile"):
            findings.wrong("requester_profile", "is accepted only with FACTS_SOURCE_INLINE")
