"""The checks before the inputs, in the order that fixes the reason (S20b): each gives the reason it fails for.

A check that passes may drop alternatives from the case. `CHECKS` is the order.
"""

from __future__ import annotations

from collections.abc import Callable

from rules_service.decision import USER_ROLE, Proof, Reason
from rules_service.errors import InternalError
from rules_service.identifiers.parties import Organisation
from rules_service.model import OperationStatus
from rules_service.reference.case import Case, Check
from rules_service.reference.guards import fitting
from rules_service.reference.information_types import codes_allowing_all, may_deliver


def screen(case: Case) -> Reason | None:
    """The reason of the first check that fails, each noted in the case.

    Raises:
        InvalidRequestError: parameters, persons or inputs of the request select no variant.
    """
    case.steps += [(Check.SHAPE, True), (Check.NUMBERS, True), (Check.OPERATION, True)]
    for name, check in CHECKS:
        reason = check(case)
        case.steps.append((name, reason is None))
        if reason is not None:
            return reason
    return None


def _available(case: Case) -> Reason | None:
    match case.operation.status:
        case OperationStatus.NOT_YET_AVAILABLE:
            return Reason.OPERATION_NOT_AVAILABLE
        case OperationStatus.REMOVED:
            return Reason.OPERATION_REMOVED
        case _:
            return None


def _requester_class(case: Case) -> Reason | None:
    requester = case.requester
    if requester is None or not any(each.includes(requester) for each in case.operation.requesters):
        return Reason.REQUESTER_NOT_AUTHORISED
    return None


def _region(case: Case) -> Reason | None:
    requester = _known(case)
    classes = (each for each in case.operation.requesters if each.includes(requester))
    return None if any(each.admits_region(requester.region) for each in classes) else Reason.REGION_NOT_AUTHORISED


def _legal_context(case: Case) -> Reason | None:
    accepted = case.operation.legal_contexts
    if accepted and case.request.legal_context not in accepted:
        return Reason.LEGAL_CONTEXT_NOT_AUTHORISED
    return None


def _variant(case: Case) -> Reason | None:
    if not case.operation.variants:
        return Reason.NO_RULE_DOCUMENTED
    found = fitting(case, _known(case))
    return None if case.keep(found) else _no_variant(case)


def _no_variant(case: Case) -> Reason:
    """Why no variant is for the requester: its region alone, or what it is."""
    classes = [each for variant in case.operation.variants for each in variant.guard.requesters]
    in_class = any(each.includes(_known(case)) for each in classes)
    return Reason.REGION_NOT_AUTHORISED if in_class else Reason.REQUESTER_NOT_AUTHORISED


def _quality_code(case: Case) -> Reason | None:
    stated = case.request.quality_code
    permitting = tuple(
        each
        for each in case.alternatives
        if stated is None or each.permitted_codes is None or stated in each.permitted_codes
    )
    return None if case.keep(permitting) else Reason.QUALITY_CODE_NOT_PERMITTED


def _information_types(case: Case) -> Reason | None:
    request = case.request
    if not (case.operation.delivers_information_types and request.information_types):
        return None
    role = request.parameters.get(USER_ROLE)
    narrowed = codes_allowing_all(request.information_types, case.library.information_types, role)
    case.narrowed = narrowed
    delivering = tuple(each for each in case.alternatives if may_deliver(each, narrowed, request.quality_code))
    return None if case.keep(delivering) else Reason.INFORMATION_TYPE_NOT_PERMITTED


def _proof(case: Case) -> Reason | None:
    if not case.operation.proof_required:
        return None
    match case.request.proof:
        case Proof.CORRECT:
            return None
        case Proof.ABSENT:
            return Reason.PROOF_MISSING
        case Proof.INCORRECT:
            return Reason.PROOF_INCORRECT
        case Proof.UNVERIFIABLE:
            return Reason.FACTS_NOT_HELD


def _known(case: Case) -> Organisation:
    if case.requester is None:
        raise InternalError("a requester that the directory does not know passed the check of its class")
    return case.requester


CHECKS: tuple[tuple[Check, Callable[[Case], Reason | None]], ...] = (
    (Check.AVAILABLE, _available),
    (Check.REQUESTER_CLASS, _requester_class),
    (Check.REGION, _region),
    (Check.LEGAL_CONTEXT, _legal_context),
    (Check.VARIANT, _variant),
    (Check.QUALITY_CODE, _quality_code),
    (Check.INFORMATION_TYPES, _information_types),
    (Check.PROOF, _proof),
)
