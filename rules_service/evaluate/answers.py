"""From the evidence for each person to the decision on the request (S17, S18, S20). Both evaluators end here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules_service.decision import (
    Decision,
    DecisionRequest,
    Integration,
    Outcome,
    PersonDecision,
    Reason,
    RegisterReader,
    outcome_of_persons,
)
from rules_service.evaluate.screening import Candidate, Screening, type_codes
from rules_service.identifiers.parties import ExecutedBy
from rules_service.plan import ANY_CODE, Plan, VariantRow

Evidence = tuple[Integration, ...]
EvidenceOf = Callable[[Candidate, int], Evidence | None]
"""The requester's integrations that make a candidate hold for a person; None when it does not hold."""
NO_PERSON = -1
"""Stands in the place of a person where a request names none and its rule looks at none."""


def conclude(
    plan: Plan, screening: Screening, request: DecisionRequest, register: RegisterReader, evidence_of: EvidenceOf
) -> Decision:
    """The decision: that of the checks, or of the first candidate that grants every person, or else of the first."""
    if screening.reason is not None:
        persons = tuple(PersonDecision(ssin, screening.reason) for ssin in request.ssins)
        return _decision(plan, screening, screening.variant, persons, request, register)
    first: tuple[PersonDecision, ...] = ()
    for candidate in screening.candidates:
        persons = tuple(
            _person(ssin, candidate, screening, register, evidence_of) for ssin in request.ssins or (NO_PERSON,)
        )
        if all(person.outcome is Outcome.GRANTED for person in persons):
            return _decision(plan, screening, candidate.variant, persons, request, register)
        first = first or persons
    return _decision(plan, screening, screening.variant, first, request, register)


def _person(
    ssin: int, candidate: Candidate, screening: Screening, register: RegisterReader, evidence_of: EvidenceOf
) -> PersonDecision:
    if screening.operation.refuses_replaced and register.current_number(ssin) != ssin:
        # The new number is itself data about the person: it is told only when the control holds (S18).
        holds = any(evidence_of(each, ssin) is not None for each in screening.candidates)
        return PersonDecision(ssin, Reason.SSIN_REPLACED, (), register.current_number(ssin) if holds else None)
    evidence = evidence_of(candidate, ssin)
    if evidence is None:
        return PersonDecision(ssin, screening.unmet)
    return PersonDecision(ssin, Reason.RULE_SATISFIED, evidence)


def _decision(
    plan: Plan,
    screening: Screening,
    variant_index: int | None,
    persons: Sequence[PersonDecision],
    request: DecisionRequest,
    register: RegisterReader,
) -> Decision:
    variant = None if variant_index is None else plan.variants[variant_index]
    row = variant or screening.operation
    reason = screening.reason or outcome_of_persons(person.reason for person in persons)
    return Decision(
        operation=screening.operation.name,
        reason=reason,
        variant=variant.name if variant else "",
        persons=tuple(persons) if request.ssins else (),
        authorisations=row.authorisations,
        assumptions=row.assumptions,
        executed_by=variant.executed_by if variant else ExecutedBy.BCSS,
        deliverable_information_types=_deliverable(plan, screening, variant, reason, request),
        system_date=request.system_date,
        ruleset_digest=plan.digest,
        register_revision=register.revision,
        ticket=request.ticket,
    )


def _deliverable(
    plan: Plan, screening: Screening, variant: VariantRow | None, reason: Reason, request: DecisionRequest
) -> tuple[str, ...]:
    """What may be delivered when the request is granted and listed no information types (S30b)."""
    listed = bool(request.information_types) or not screening.operation.delivers_information_types
    if listed or variant is None or reason.outcome is not Outcome.GRANTED:
        return ()
    codes = ANY_CODE if variant.permitted_codes is None else variant.permitted_codes
    if request.quality_code is not None:
        codes &= plan.code_bit_of(request.quality_code)
    shape = request.shape(None)
    return tuple(row.number for row in plan.information_types if type_codes(row, shape) & codes)
