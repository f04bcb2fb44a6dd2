"""Which variants fit a request, and what to tell the caller when none does (S30)."""

from __future__ import annotations

from collections.abc import Callable

from rules_service.decision import DecisionRequest, unselected
from rules_service.errors import FieldViolation, InvalidRequestError
from rules_service.identifiers.parties import Organisation
from rules_service.model import Guard, Persons
from rules_service.reference.alternatives import Alternative
from rules_service.reference.case import Case

ParameterValues = tuple[str, frozenset[str]]
_WrongParameters = Callable[[Guard, DecisionRequest], list[ParameterValues]]


def fitting(case: Case, organisation: Organisation) -> tuple[Alternative, ...]:
    """The variants whose guard fits, in their order; empty when none is for this requester.

    Raises:
        InvalidRequestError: some variant is for this requester, but parameters, persons or inputs select none.
    """
    alternatives = case.library.alternatives[case.operation.name]
    for_requester = [each for each in alternatives if _is_for(each.variant.guard, organisation)]
    found = tuple(each for each in for_requester if _selects(each.variant.guard, case.request, case.names_given))
    if for_requester and not found:
        raise _nothing_selected([each.variant.guard for each in for_requester], case)
    return found


def _is_for(guard: Guard, organisation: Organisation) -> bool:
    return not guard.requesters or any(
        each.includes(organisation) and each.admits_region(organisation.region) for each in guard.requesters
    )


def _selects(guard: Guard, request: DecisionRequest, given: frozenset[str]) -> bool:
    wrong = _absent(guard, request) or _different(guard, request)
    return not wrong and _persons_fit(guard, request) and _inputs_fit(guard, given)


def _inputs_fit(guard: Guard, given: frozenset[str]) -> bool:
    return guard.given <= given and not guard.not_given & given


def _absent(guard: Guard, request: DecisionRequest) -> list[ParameterValues]:
    return [(name, values) for name, values in guard.parameters if name not in request.parameters]


def _different(guard: Guard, request: DecisionRequest) -> list[ParameterValues]:
    stated = request.parameters
    return [(name, values) for name, values in guard.parameters if name in stated and stated[name] not in values]


def _persons_fit(guard: Guard, request: DecisionRequest) -> bool:
    return guard.persons is None or (guard.persons is Persons.SOME) == bool(request.ssins)


def _nothing_selected(guards: list[Guard], case: Case) -> InvalidRequestError:
    """The error for the nearest way to select a variant: a parameter more, another value, persons, an input."""
    request, given = case.request, case.names_given
    nearly = [
        guard
        for guard in guards
        if not _different(guard, request) and _persons_fit(guard, request) and _inputs_fit(guard, given)
    ]
    wrong = (
        _violations(nearly, request, _absent, "is missing; give")
        or _violations(guards, request, _different, "must be")
        or _violations(guards, request, _absent, "is missing; give")
    )
    if wrong:
        return InvalidRequestError.of_all(wrong)
    if not any(_persons_fit(guard, request) for guard in guards):
        told = "must be empty for this operation" if request.ssins else "is missing; name at least one person"
        return InvalidRequestError.of("ssins", told)
    right = [guard for guard in guards if _persons_fit(guard, request)]
    wanted, unwanted = [guard.given for guard in right], [guard.not_given for guard in right]
    return unselected(wanted, unwanted, given, case.library.ruleset.vocabulary)


def _violations(
    guards: list[Guard], request: DecisionRequest, wrong: _WrongParameters, verb: str
) -> tuple[FieldViolation, ...]:
    """One violation for each wrong parameter, with the values that some variant accepts."""
    accepted: dict[str, set[str]] = {}
    for guard in guards:
        for name, values in wrong(guard, request):
            accepted.setdefault(name, set()).update(values)
    return tuple(
        FieldViolation(f"parameters[{name}]", f"{verb} one of {', '.join(sorted(values))}")
        for name, values in sorted(accepted.items())
    )
