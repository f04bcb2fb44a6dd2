"""From the evidence for each person to the decision on the request (S17, S18, S20). Both evaluators end here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

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
from rules_service.evaluate.screening import Candidate, Screening
from rules_service.identifiers.parties import ExecutedBy
from rules_service.plan import OperationRow, Plan, VariantRow

Evidence = tuple[Integration, ...]
EvidenceOf = Callable[[Candidate, int], Evidence | None]
"""The requester's integrations that make a candidate hold for a person; None when it does not hold."""
NO_PERSON = -1
"""Stands in the place of a person where a request names none and its rule looks at none."""


def conclude(
    plan: Plan, screening: Screening, request: DecisionRequest, register: RegisterReader, evidence_of: EvidenceOf
) -> Decision:
    """The decision: that of the checks where they decide, else that of the candidates for each person."""
    if screening.reason is not None:
        persons = tuple(_at_once(ssin, screening.reason, screening, register) for ssin in request.ssins)
        used: tuple[int, ...] = () if screening.variant is None else (screening.variant,)
        reason = outcome_of_persons(person.reason for person in persons) if persons else screening.reason
    else:
        persons, used = _tried(screening, request.ssins or (NO_PERSON,), register, evidence_of)
        reason = outcome_of_persons(person.reason for person in persons)
    return replace(
        alike(plan, screening, used, _deliverable(screening, request, reason, evidence_of)),
        reason=reason,
        persons=persons if request.ssins else (),
        system_date=request.system_date,
        register_revision=register.revision,
        ticket=request.ticket,
    )


def alike(plan: Plan, screening: Screening, used: Sequence[int], information_types: tuple[str, ...]) -> Decision:
    """All that decisions by the same variants share: `used`, the one to name first; none where none was reached.

    Their reason, persons, days and revision are still to be put in.
    """
    rows = [plan.variants[index] for index in used]
    sources: Sequence[VariantRow | OperationRow] = rows or [screening.operation]
    return Decision(
        operation=screening.operation.name,
        reason=screening.reason or screening.unmet,
        variant=rows[0].name if rows else "",
        authorisations=_joined(row.authorisations for row in sources),
        assumptions=_joined(row.assumptions for row in sources),
        executed_by=rows[0].executed_by if rows else ExecutedBy.BCSS,
        deliverable_information_types=information_types,
        ruleset_digest=plan.digest,
    )


def _at_once(ssin: int, reason: Reason, screening: Screening, register: RegisterReader) -> PersonDecision:
    """A person for whom the checks decide; lifting the control does not lift the refusal of a replaced number."""
    if reason is Reason.NO_CONTROL and _is_refused_as_replaced(ssin, screening, register):
        return PersonDecision(ssin, Reason.SSIN_REPLACED, (), register.current_number(ssin))
    return PersonDecision(ssin, reason)


def _is_refused_as_replaced(ssin: int, screening: Screening, register: RegisterReader) -> bool:
    return screening.operation.refuses_replaced and register.current_number(ssin) != ssin


def _tried(
    screening: Screening, ssins: Sequence[int], register: RegisterReader, evidence_of: EvidenceOf
) -> tuple[tuple[PersonDecision, ...], tuple[int, ...]]:
    """The result for each person, and the variants that decided, the one to name first (S17, S30).

    The first candidate that holds for everybody decides. Where there is none, each person may have an own one.
    """
    replaced = {ssin for ssin in ssins if _is_refused_as_replaced(ssin, screening, register)}
    order = screening.candidates
    if not replaced:
        order = tuple(each for each in order if all(evidence_of(each, ssin) is not None for ssin in ssins))[:1] or order
    persons, used = [], []
    for ssin in ssins:
        holding = next((each for each in order if evidence_of(each, ssin) is not None), None)
        if ssin in replaced:
            # The new number is itself data about the person: it is told only when the control holds (S18).
            new_number = register.current_number(ssin) if holding else None
            persons.append(PersonDecision(ssin, Reason.SSIN_REPLACED, (), new_number))
        elif holding is None:
            persons.append(PersonDecision(ssin, screening.unmet))
        else:
            persons.append(PersonDecision(ssin, Reason.RULE_SATISFIED, evidence_of(holding, ssin) or ()))
            used.append(holding.variant)
    granted = len(used) == len(ssins)
    return tuple(persons), tuple(dict.fromkeys(used)) if granted else (screening.candidates[0].variant,)


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _deliverable(
    screening: Screening,
    request: DecisionRequest,
    reason: Reason,
    evidence_of: EvidenceOf,
) -> tuple[str, ...]:
    """The types that may be delivered: those that the same request would be granted if it listed them (S30b)."""
    if not screening.deliveries or reason.outcome is not Outcome.GRANTED:
        return ()
    ssins = request.ssins or (NO_PERSON,)
    allowed: set[str] = set()
    for numbers, listed in screening.deliveries:
        if listed.reason is Reason.NO_CONTROL or all(
            any(evidence_of(each, ssin) is not None for each in listed.candidates) for ssin in ssins
        ):
            allowed |= numbers
    return tuple(sorted(allowed))
