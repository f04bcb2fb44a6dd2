"""Every check that comes before the register is read, in the order that fixes the reason (S20b).

The checks depend on the shape of a request alone, so a batch makes them once for each distinct shape. What is left
when all of them pass is a list of candidates: variants whose conditions the register must decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from rules_service.algebra import NameKind
from rules_service.decision import REQUEST_PERIOD, USER_ROLE, Proof, Reason, RequestShape, missing_inputs, unselected
from rules_service.errors import FieldViolation, InvalidRequestError, UnknownOperationError
from rules_service.identifiers.parties import Organisation, RequesterClass
from rules_service.plan import (
    ANY_CODE,
    ConjunctionRow,
    GuardRow,
    InformationTypeRow,
    OperationRow,
    Plan,
    RuleKind,
    Status,
    VariantRow,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that the register must decide.

    `conjunctions` are those that can hold: their inputs are there and the stated code does not exclude them.
    `own_codes` masks the codes that count in clauses over the requester's own integrations.
    """

    variant: int
    conjunctions: tuple[int, ...]
    own_codes: int = ANY_CODE


@dataclass(frozen=True, slots=True)
class Screening:
    """What the checks found: a `reason` that decides at once, or candidates.

    `variant` is the one to name, None where none was reached. `unmet` is the reason of a person for whom no candidate
    holds; `names` are the inputs that the candidates read. `deliveries` says what may be delivered where the request
    lists no information types: each group of types, with the screening of the same request listing them (S30b).
    """

    operation: OperationRow
    reason: Reason | None = None
    variant: int | None = None
    candidates: tuple[Candidate, ...] = ()
    names: frozenset[str] = frozenset()
    unmet: Reason = Reason.NOT_INTEGRATED
    deliveries: tuple[tuple[frozenset[str], Screening], ...] = ()

    @property
    def refuses_all(self) -> bool:
        """Whether the checks alone already say that nothing is granted."""
        return self.reason not in (None, Reason.NO_CONTROL)


def screen(plan: Plan, shape: RequestShape) -> Screening:
    """The checks on one shape.

    Raises:
        UnknownOperationError: no rule knows the operation, or its name stands for several.
        InvalidRequestError: an input or a parameter that the rule needs is missing or wrong.
    """
    found = _checked(plan, shape)
    if shape.information_types or not found.operation.delivers_information_types:
        return found
    return found if found.refuses_all else replace(found, deliveries=_deliveries(plan, shape))


def _deliveries(plan: Plan, shape: RequestShape) -> tuple[tuple[frozenset[str], Screening], ...]:
    """Types that may be given under the same codes are asked for together; an error means that they may not."""
    groups: dict[int, set[str]] = {}
    for row in plan.information_types:
        groups.setdefault(type_codes(row, shape), set()).add(row.number)
    found = []
    for numbers in map(frozenset, groups.values()):
        try:
            listed = _checked(plan, replace(shape, information_types=(min(numbers),)))
        except InvalidRequestError:
            continue
        if not listed.refuses_all:
            found.append((numbers, listed))
    return tuple(found)


def _checked(plan: Plan, shape: RequestShape) -> Screening:
    operation = find_operation(plan, shape.operation)
    early = availability(operation) or turned_away(operation, shape.requester) or _legal_context(operation, shape)
    if early is not None:
        return Screening(operation, early)
    if operation.first == operation.end:
        return Screening(operation, Reason.NO_RULE_DOCUMENTED)
    fitting = _fitting(plan, operation, shape)
    if not fitting:
        return Screening(operation, _no_variant(plan, operation, shape))
    first = fitting[0]
    permitted = [index for index in fitting if _permits_code(plan, plan.variants[index], shape)]
    if not permitted:
        return Screening(operation, Reason.QUALITY_CODE_NOT_PERMITTED, first)
    own_codes = own_codes_of(plan, operation, shape)
    delivering = [index for index in permitted if _delivers(plan, plan.variants[index], shape, own_codes)]
    if not delivering:
        return Screening(operation, Reason.INFORMATION_TYPE_NOT_PERMITTED, permitted[0])
    proof = _proof(operation, shape)
    if proof is not None:
        return Screening(operation, proof, delivering[0])
    return _rules(plan, Screening(operation, variant=delivering[0]), delivering, shape, own_codes)


def names_read(screening: Screening) -> frozenset[str]:
    """The inputs that any candidate reads, those of the deliveries included."""
    return screening.names.union(*(listed.names for _, listed in screening.deliveries))


def find_operation(plan: Plan, name: str) -> OperationRow:
    """The operation with this name or alias; raises `UnknownOperationError`."""
    if name in plan.names:
        return plan.operations[plan.names[name]]
    if name in plan.groups:
        parts = ", ".join(f"`{part}`" for part in plan.groups[name])
        raise UnknownOperationError.of("operation", f"stands for several operations; name one of {parts}")
    close = get_close_matches(name, [*plan.names, *plan.groups], n=1)
    hint = f"did you mean `{close[0]}`" if close else "ListOperations lists those that are known"
    raise UnknownOperationError.of("operation", f"is not known; {hint}")


def own_codes_of(plan: Plan, operation: OperationRow, shape: RequestShape) -> int:
    """The codes under which every information type that the request lists may be given (S30b)."""
    if not (operation.delivers_information_types and shape.information_types):
        return ANY_CODE
    known = {row.number: row for row in plan.information_types}
    mask = ANY_CODE
    for number in shape.information_types:
        mask &= type_codes(known[number], shape) if number in known else 0
    return mask


def type_codes(row: InformationTypeRow, shape: RequestShape) -> int:
    """The codes under which one information type may be given to this request."""
    role = dict(shape.parameters).get(USER_ROLE)
    return row.codes if not row.user_roles or role in row.user_roles else 0


def availability(operation: OperationRow) -> Reason | None:
    """Why the operation cannot be used by anybody now; None where it can."""
    return {
        Status.AVAILABLE: None,
        Status.NOT_YET_AVAILABLE: Reason.OPERATION_NOT_AVAILABLE,
        Status.REMOVED: Reason.OPERATION_REMOVED,
    }[operation.status]


def turned_away(operation: OperationRow, organisation: Organisation | None) -> Reason | None:
    """Why the operation does not admit an organisation, by its class or its region; None where it does (S15)."""
    classes = [each for each in operation.requesters if organisation is not None and each.includes(organisation)]
    if organisation is None or not classes:
        return Reason.REQUESTER_NOT_AUTHORISED
    if not any(each.admits_region(organisation.region) for each in classes):
        return Reason.REGION_NOT_AUTHORISED
    return None


def _legal_context(operation: OperationRow, shape: RequestShape) -> Reason | None:
    accepted = operation.legal_contexts
    return Reason.LEGAL_CONTEXT_NOT_AUTHORISED if accepted and shape.legal_context not in accepted else None


def _fitting(plan: Plan, operation: OperationRow, shape: RequestShape) -> list[int]:
    """The variants whose guard fits, in order; none when no variant is for this requester.

    Raises:
        InvalidRequestError: variants are for this requester, but a parameter or an input that selects is wrong.
    """
    for_requester = [
        index
        for index in plan.variants_of(operation)
        if _fits_requester(plan.variants[index].guard.requesters, shape.requester)
    ]
    fitting = [index for index in for_requester if _is_selected(plan.variants[index].guard, shape)]
    if for_requester and not fitting:
        raise _unselected([plan.variants[index].guard for index in for_requester], shape, plan.vocabulary)
    return fitting


def _no_variant(plan: Plan, operation: OperationRow, shape: RequestShape) -> Reason:
    """Why no variant is for the requester: its region alone, or what it is."""
    classes = [each for index in plan.variants_of(operation) for each in plan.variants[index].guard.requesters]
    organisation = shape.requester
    in_class = organisation is not None and any(each.includes(organisation) for each in classes)
    return Reason.REGION_NOT_AUTHORISED if in_class else Reason.REQUESTER_NOT_AUTHORISED


def _fits_requester(classes: tuple[RequesterClass, ...], organisation: Organisation | None) -> bool:
    if not classes:
        return True
    return organisation is not None and any(
        each.includes(organisation) and each.admits_region(organisation.region) for each in classes
    )


def _is_selected(guard: GuardRow, shape: RequestShape) -> bool:
    return not _absent_parameters(guard, shape) and not _other_parameters(guard, shape) and _fits_rest(guard, shape)


def _absent_parameters(guard: GuardRow, shape: RequestShape) -> list[tuple[str, frozenset[str]]]:
    return [(name, values) for name, values in guard.parameters if name not in dict(shape.parameters)]


def _other_parameters(guard: GuardRow, shape: RequestShape) -> list[tuple[str, frozenset[str]]]:
    stated = dict(shape.parameters)
    return [(name, values) for name, values in guard.parameters if name in stated and stated[name] not in values]


def _unselected(guards: list[GuardRow], shape: RequestShape, vocabulary: Mapping[str, NameKind]) -> InvalidRequestError:
    """The error that tells which parameter or input would select a variant, the nearest way first."""
    only_absent = [guard for guard in guards if not _other_parameters(guard, shape) and _fits_rest(guard, shape)]
    parameters = _violations(only_absent, shape, _absent_parameters, "is missing; give")
    parameters = parameters or _violations(guards, shape, _other_parameters, "must be")
    parameters = parameters or _violations(guards, shape, _absent_parameters, "is missing; give")
    if parameters:
        return InvalidRequestError.of_all(parameters)
    right_persons = [guard for guard in guards if guard.persons in (None, shape.has_persons)]
    if not right_persons:
        what = "must be empty for this operation" if shape.has_persons else "is missing; name at least one person"
        return InvalidRequestError.of("ssins", what)
    wanted, unwanted = [guard.given for guard in right_persons], [guard.not_given for guard in right_persons]
    return unselected(wanted, unwanted, shape.names, vocabulary)


def _fits_rest(guard: GuardRow, shape: RequestShape) -> bool:
    inputs_fit = guard.given <= shape.names and not guard.not_given & shape.names
    return inputs_fit and guard.persons in (None, shape.has_persons)


def _violations(
    guards: list[GuardRow],
    shape: RequestShape,
    wrong: Callable[[GuardRow, RequestShape], list[tuple[str, frozenset[str]]]],
    verb: str,
) -> tuple[FieldViolation, ...]:
    """One violation for each parameter that is wrong, with all the values that some variant accepts."""
    values: dict[str, set[str]] = {}
    for guard in guards:
        for name, accepted in wrong(guard, shape):
            values.setdefault(name, set()).update(accepted)
    return tuple(
        FieldViolation(f"parameters[{name}]", f"{verb} one of {', '.join(sorted(accepted))}")
        for name, accepted in sorted(values.items())
    )


def _permits_code(plan: Plan, variant: VariantRow, shape: RequestShape) -> bool:
    if shape.quality_code is None or variant.permitted_codes is None:
        return True
    return bool(variant.permitted_codes & plan.code_bit_of(shape.quality_code))


def _delivers(plan: Plan, variant: VariantRow, shape: RequestShape, own_codes: int) -> bool:
    """Whether some code is left under which the variant may deliver all the types listed."""
    if own_codes == ANY_CODE:
        return True
    permitted = ANY_CODE if variant.permitted_codes is None else variant.permitted_codes
    stated = ANY_CODE if shape.quality_code is None else plan.code_bit_of(shape.quality_code)
    return bool(permitted & own_codes & stated)


def _proof(operation: OperationRow, shape: RequestShape) -> Reason | None:
    if not operation.proof_required:
        return None
    return {
        Proof.ABSENT: Reason.PROOF_MISSING,
        Proof.INCORRECT: Reason.PROOF_INCORRECT,
        Proof.UNVERIFIABLE: Reason.FACTS_NOT_HELD,
        Proof.CORRECT: None,
    }[shape.proof]


def _rules(plan: Plan, found: Screening, fitting: list[int], shape: RequestShape, own_codes: int) -> Screening:
    """The last check, of the inputs, and the candidates that are left (S19, S20, S30c)."""
    of_kind = {kind: [i for i in fitting if plan.variants[i].rule is kind] for kind in RuleKind}
    if of_kind[RuleKind.NO_CONTROL]:
        return replace(found, reason=Reason.NO_CONTROL, variant=of_kind[RuleKind.NO_CONTROL][0])
    controls = of_kind[RuleKind.CONTROL]
    if not controls:
        return replace(found, reason=Reason.NO_RULE_DOCUMENTED)
    _check_persons_and_ends(plan, controls, shape)
    with_facts = [index for index in controls if not _lacks_facts(plan.variants[index], shape)]
    possible = {index: _possible(plan, plan.variants[index], shape, own_codes) for index in with_facts}
    candidates = tuple(
        Candidate(index, evaluable, own_codes)
        for index, rows in possible.items()
        if (evaluable := tuple(row for row in rows if plan.conjunctions[row].names <= shape.names))
    )
    lacks_facts = len(with_facts) < len(controls)
    unmet = _unmet(lacks_facts=lacks_facts, undocumented=bool(of_kind[RuleKind.UNDOCUMENTED]))
    if not candidates and not lacks_facts:
        _check_inputs(plan, possible, shape)
    if not candidates:
        return replace(found, reason=unmet)
    names = frozenset(name for each in candidates for row in each.conjunctions for name in plan.conjunctions[row].names)
    return replace(found, variant=candidates[0].variant, candidates=candidates, names=names, unmet=unmet)


def _check_persons_and_ends(plan: Plan, controls: list[int], shape: RequestShape) -> None:
    variants = [plan.variants[index] for index in controls]
    if not shape.has_persons and any(variant.needs_persons for variant in variants):
        raise InvalidRequestError.of("ssins", "is missing; name at least one person")
    for variant in variants:
        used = {name for row in _conjunctions(plan, variant) for name in row.names}
        optional = {row.name for row in variant.inputs if row.optional_end}
        for name in sorted(shape.open_ends & used - optional):
            field = f"{name}.end_date" if name == REQUEST_PERIOD else f"periods[{name}].period.end_date"
            raise InvalidRequestError.of(field, "is missing; this operation needs a period with an end")


def _conjunctions(plan: Plan, variant: VariantRow) -> tuple[ConjunctionRow, ...]:
    return plan.conjunctions[variant.first : variant.end]


def _lacks_facts(variant: VariantRow, shape: RequestShape) -> bool:
    given = shape.names | {name for name, _ in shape.parameters}
    return any(row.facts_when_missing and row.name not in given for row in variant.inputs)


def _possible(plan: Plan, variant: VariantRow, shape: RequestShape, own_codes: int) -> tuple[int, ...]:
    """The conjunctions that the stated code does not exclude."""
    if shape.quality_code is None:
        return tuple(range(variant.first, variant.end))
    stated = plan.code_bit_of(shape.quality_code) & own_codes
    return tuple(
        index
        for index in range(variant.first, variant.end)
        if all(
            not clause.is_own or clause.code_mask & stated
            for clause in plan.clauses[plan.conjunctions[index].first : plan.conjunctions[index].end]
        )
    )


def _unmet(*, lacks_facts: bool, undocumented: bool) -> Reason:
    """What a person gets for whom no candidate holds: an alternative that cannot be decided leaves it open (S20)."""
    if lacks_facts:
        return Reason.FACTS_NOT_HELD
    return Reason.NO_RULE_DOCUMENTED if undocumented else Reason.NOT_INTEGRATED


def _check_inputs(plan: Plan, possible: dict[int, tuple[int, ...]], shape: RequestShape) -> None:
    """Nothing could be tried: either inputs are missing, or the stated code excludes everything."""
    groups = [plan.conjunctions[row].names for rows in possible.values() for row in rows]
    if groups:
        raise missing_inputs(groups, shape.names, plan.vocabulary)
