"""Conformance cases as messages of the interface, and what comes back as answers to compare."""

from __future__ import annotations

from integrationcontrol import IntegrationControlError, Result
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, format_day
from rules_service.conformance import Answer
from rules_service.decision import Integration, Outcome, Proof, Reason, RequestFields
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Organisation
from rules_service.load import Case

PROOFS = {Proof.CORRECT: "correct", Proof.INCORRECT: "incorrect"}


def on_register(case: Case) -> pb.DecideRequest:
    """The request of a case; its facts are in the register."""
    fields = case.request
    return pb.DecideRequest(
        operation=fields.operation,
        requester=organisation(fields.requester or ""),
        ssins=fields.ssins,
        quality_code=fields.quality_code,
        legal_context=fields.legal_context,
        system_date=fields.system_date,
        request_period=request_period(fields),
        periods=[
            pb.NamedPeriod(name=name, period=common_pb2.Period(begin_date=each.begin_date, end_date=each.end_date))
            for name, each in fields.periods
        ],
        dates=[pb.NamedDate(name=name, date=date) for name, date in fields.dates],
        parameters=fields.parameters,
        information_types=fields.information_types,
        proof=pb.Proof(identity_card_number="1") if fields.proof is Proof.UNVERIFIABLE else None,
    )


def inline(case: Case) -> pb.DecideRequest:
    """The request of a case with its facts."""
    message = on_register(case)
    message.facts = pb.FACTS_SOURCE_INLINE
    message.requester_profile.CopyFrom(profile(case.requester))
    message.integrations.extend(integration(row) for row in case.integrations)
    if case.request.proof in PROOFS:
        message.parameters["proof_of_authentication"] = PROOFS[case.request.proof]
    return message


def can_be_inline(case: Case) -> bool:
    """Whether the facts fit into a request: only about its own persons, and none of them with a replaced number."""
    named = {int(text) for text in case.request.ssins}
    return not case.replacements and all(row.ssin in named for row in case.integrations)


def can_be_on_register(case: Case) -> bool:
    """Whether the case can do without the result of a proof, which only inline facts can state."""
    return case.request.proof not in PROOFS


def organisation(key: str) -> common_pb2.Organisation:
    sector, slash, institution = key.partition("/")
    if slash:
        return common_pb2.Organisation(sector=int(sector), institution=int(institution))
    return common_pb2.Organisation(cbe_number=key)


def request_period(fields: RequestFields) -> common_pb2.Period | None:
    period = fields.request_period
    return common_pb2.Period(begin_date=period.begin_date, end_date=period.end_date) if period else None


def profile(requester: Organisation) -> pb.RequesterProfile:
    return pb.RequesterProfile(
        kind=f"REQUESTER_KIND_{requester.kind.name}",
        region=common_pb2.Region.Name(requester.region),
        sector=requester.sector,
        institution=requester.institution,
    )


def integration(row: Integration) -> pb.InlineIntegration:
    registers = {common_pb2.REGISTER_PRIMARY: row.primary, common_pb2.REGISTER_SECONDARY: row.secondary}
    return pb.InlineIntegration(
        ssin=format_ssin(row.ssin),
        organisation=row.organisation,
        sector=row.sector,
        quality_code=row.quality_code,
        begin_date=format_day(row.begin),
        end_date="" if row.end == FUTURE else format_day(row.end),
        registers=[register for register, shows in registers.items() if shows],
    )


def answer_of(result: Result) -> Answer:
    if isinstance(result, IntegrationControlError):
        return Answer(error=result.reason.lower(), fields=tuple(each.field for each in result.violations))
    return Answer(Outcome(result.outcome), Reason(result.reason), result.variant)
