"""From what a server sent back to what it means, so that it is shown like an answer made here."""

from __future__ import annotations

from collections.abc import Iterable

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, PAST, Period, parse_day
from rules_service.decision import Decision, Integration, PersonDecision, Reason
from rules_service.evaluate import Recipient, Recipients
from rules_service.identifiers.parties import ExecutedBy
from rules_service.reference import (
    AssumptionStep,
    AuthorisationStep,
    CheckStep,
    CitedSource,
    ClauseStep,
    ConjunctionStep,
    Derivation,
    Explanation,
    FilteredType,
    TypeVerdict,
    VariantStep,
)
from rules_service.serve.convert.organisations import organisation_key


def explanation_of(response: pb.ExplainResponse) -> Explanation:
    """The explanation in a response of `Explain`."""
    return Explanation(_decision(response.decision), _derivation(response.derivation))


def filtered_types_of(response: pb.FilterInformationTypesResponse) -> list[FilteredType]:
    """The verdicts in a response of `FilterInformationTypes`."""
    return [
        FilteredType(
            number=each.number,
            verdict=TypeVerdict(each.verdict),
            content=each.content,
            legal_basis=each.legal_basis,
            legal_reference=each.legal_reference,
            remark=each.remark,
            user_roles=tuple(each.user_roles),
        )
        for each in response.information_types
    ]


def recipients_of(response: pb.ListRecipientsResponse) -> Recipients:
    """The answer in a response of `ListRecipients`; a new number that it may tell is not shown."""
    return Recipients(
        operation=response.operation,
        reason=Reason(response.reason),
        recipients=tuple(_recipient(each) for each in response.recipients),
        undecided=response.undecided_count,
        candidates=response.candidate_count,
        system_date=parse_day(response.system_date),
        ruleset_digest=response.ruleset_digest,
        register_revision=response.register_revision,
        ticket=response.ticket,
    )


def _recipient(message: pb.Recipient) -> Recipient:
    key = organisation_key(message.organisation)
    return Recipient(key, Reason(message.reason), message.variant, tuple(message.integration_ids))


def _decision(message: pb.Decision) -> Decision:
    return Decision(
        operation=message.operation,
        reason=Reason(message.reason),
        variant=message.variant,
        persons=tuple(PersonDecision(int(each.ssin), Reason(each.reason)) for each in message.persons),
        authorisations=tuple(message.authorisations),
        assumptions=tuple(message.assumptions),
        executed_by=ExecutedBy(message.executed_by),
        deliverable_information_types=tuple(message.information_types),
        system_date=parse_day(message.system_date),
        ruleset_digest=message.ruleset_digest,
        register_revision=message.register_revision,
        ticket=message.ticket,
    )


def _derivation(message: pb.Derivation) -> Derivation:
    return Derivation(
        checks=tuple(CheckStep(each.name, each.passed, each.text) for each in message.checks),
        variants=tuple(_variant(each) for each in message.variants),
        sources=tuple(
            CitedSource(each.document, each.section, each.lines, each.fingerprint) for each in message.sources
        ),
        authorisations=tuple(
            AuthorisationStep(each.reference, each.date, each.covers, each.inferred) for each in message.authorisations
        ),
        assumptions=tuple(AssumptionStep(each.name, each.statement) for each in message.assumptions),
        changes_needed=tuple(message.changes_needed),
        granted_system_dates=tuple(_period(each) for each in message.granted_system_dates),
        derived_by=message.derived_by,
        inferences=tuple(message.inferences),
    )


def _variant(message: pb.VariantStep) -> VariantStep:
    alternatives = tuple(
        ConjunctionStep(each.holds, tuple(_clause(clause) for clause in each.clauses)) for each in message.alternatives
    )
    return VariantStep(message.variant, message.in_words, message.granted, alternatives)


def _clause(message: pb.ClauseStep) -> ClauseStep:
    return ClauseStep(
        ssin=int(message.ssin) if message.ssin else None,
        text=message.text,
        holds=message.holds,
        window=_period(message.window) if message.HasField("window") else None,
        integrations=tuple(_integrations(message.integrations)),
    )


def _integrations(messages: Iterable[pb.Evidence]) -> Iterable[Integration]:
    """The rows as a caller sees them: always the requester's own, so that their owner is left unsaid."""
    for each in messages:
        yield Integration(
            row_id=each.integration_id,
            ssin=int(each.ssin),
            organisation="",
            sector=0,
            quality_code=each.quality_code,
            begin=parse_day(each.begin_date),
            end=parse_day(each.end_date) if each.end_date else FUTURE,
            primary=common_pb2.REGISTER_PRIMARY in each.registers,
            secondary=common_pb2.REGISTER_SECONDARY in each.registers,
        )


def _period(message: common_pb2.Period) -> Period:
    begin = parse_day(message.begin_date) if message.begin_date else PAST
    return Period(begin, parse_day(message.end_date) if message.end_date else FUTURE)
