"""The rules read the other way round: not whether one organisation may have the data, but which ones may.

A mutation is pushed to whoever has integrated the person. Each organisation that the operation admits is decided as if
it had asked itself, by the same rules, all of them in one batch of columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rules_service.decision import ColumnarRegister, Decision, DecisionRequest, Outcome, Reason
from rules_service.errors import CallerError, FieldViolation, InvalidRequestError
from rules_service.evaluate.batch import ColumnEvaluator
from rules_service.evaluate.screening import availability, find_operation, turned_away
from rules_service.plan import OperationRow, Plan


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation that must receive the mutation, and the rows of the register that decided; only its own (S22)."""

    organisation: str
    reason: Reason
    variant: str
    row_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who must receive a mutation of one person's data.

    `recipients` stand in order of their keys; `undecided` counts the candidates that are neither granted nor refused,
    and so are none. `replaced_by` is the new number, given only where some candidate's control holds (S18).
    """

    operation: str
    reason: Reason
    recipients: tuple[Recipient, ...]
    undecided: int
    candidates: int
    system_date: int
    ruleset_digest: str
    register_revision: int
    ticket: str = ""
    replaced_by: int | None = field(default=None, repr=False)


def find_recipients(plan: Plan, request: DecisionRequest, register: ColumnarRegister) -> Recipients:
    """The organisations of the directory that would be granted the request, whose own requester is left aside.

    Raises:
        UnknownOperationError: no rule knows the operation, or its name stands for several.
        InvalidRequestError: an input that the rule of some candidate needs is missing or wrong; each field named once.
    """
    operation = find_operation(plan, request.operation)
    turned = {each.key: turned_away(operation, each) for each in register.organisations()}
    candidates = sorted(key for key, reason in turned.items() if reason is None)
    asked = [replace(request, requester=key) for key in candidates]
    decisions = _decisions(ColumnEvaluator(plan).decide_all(asked, register))
    granted = [
        _recipient(key, each) for key, each in zip(candidates, decisions, strict=True) if _is(each, Outcome.GRANTED)
    ]
    new_numbers = (person.replaced_by for each in decisions for person in each.persons)
    return Recipients(
        operation=operation.name,
        reason=_overall(operation, decisions, [reason for reason in turned.values() if reason is not None]),
        recipients=tuple(granted),
        undecided=sum(_is(each, Outcome.INDETERMINATE) for each in decisions),
        candidates=len(candidates),
        system_date=request.system_date,
        ruleset_digest=plan.digest,
        register_revision=register.revision,
        ticket=request.ticket,
        replaced_by=next((number for number in new_numbers if number is not None), None),
    )


def _is(decision: Decision, outcome: Outcome) -> bool:
    return decision.outcome is outcome


def _recipient(key: str, decision: Decision) -> Recipient:
    return Recipient(key, decision.reason, decision.variant, tuple(row.row_id for row in decision.evidence))


def _overall(operation: OperationRow, decisions: Sequence[Decision], turned: Sequence[Reason]) -> Reason:
    """The reason of the best outcome, of whoever came furthest in the order of checks; reasons are numbered so (S20b).

    Where there is no candidate, the operation is not there, or the directory holds nobody whom it admits.
    """
    for outcome in (Outcome.GRANTED, Outcome.INDETERMINATE, Outcome.REFUSED):
        reasons = [each.reason for each in decisions if _is(each, outcome)]
        if reasons:
            return min(reasons) if outcome is Outcome.GRANTED else max(reasons)
    return availability(operation) or max(turned, default=Reason.REQUESTER_NOT_AUTHORISED)


def _decisions(results: Iterable[Decision | CallerError]) -> list[Decision]:
    """The decisions; a list that leaves out those who could not be decided would hide recipients, so it is none."""
    found, errors = [], []
    for each in results:
        if isinstance(each, CallerError):
            errors.append(each)
        else:
            found.append(each)
    if errors:
        raise _together(errors)
    return found


def _together(errors: Sequence[CallerError]) -> CallerError:
    """One error for the same mistake of many candidates: the first, where it names every field; else one of all."""
    violations: dict[str, FieldViolation] = {}
    for violation in (violation for error in errors for violation in error.violations):
        violations.setdefault(violation.field, violation)
    if len(violations) == len(errors[0].violations):
        return errors[0]
    return InvalidRequestError.of_all(tuple(violations.values()))
