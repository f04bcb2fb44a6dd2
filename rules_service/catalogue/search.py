"""Operations by name, and operations that fit a filter; a value that cannot exist is an error, never an empty list."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final

from rules_service.catalogue.codes import known_codes, named_codes, permits
from rules_service.catalogue.traits import ConditionKind, condition_kinds
from rules_service.errors import FieldViolation, InvalidRequestError, UnknownOperationError
from rules_service.identifiers.parties import Organisation, RequesterKind
from rules_service.model import Citation, Operation, OperationGroup, OperationKind, OperationStatus, Ruleset
from rules_service.reference.clause_words import code_ranges

Criterion = Callable[[Operation], bool]
_MOST_LISTED: Final = 8
_REQUESTER_KINDS: Final = (RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII, RequesterKind.PARTNER)


@dataclass(frozen=True, slots=True)
class OperationFilter:
    """Which operations to list: those that fit every field; an empty field does not restrict.

    `section` includes its parts; `quality_code` is one that some control counts; `condition` is the value of a
    `ConditionKind`; `supplier` is a part of the supplier's name, whatever its case and accents; `state` and `kind` are
    words of the rule files; `requester` is a class such as `cpas`, or the name of a partner.
    """

    section: str = ""
    quality_code: int | None = None
    condition: str = ""
    supplier: str = ""
    state: str = ""
    kind: str = ""
    requester: str = ""


def operations_that_fit(ruleset: Ruleset, wanted: OperationFilter) -> tuple[Operation, ...]:
    """The operations that fit the filter, in source order.

    Raises:
        InvalidRequestError: a value cannot exist; every wrong field is named, with what was probably meant.
    """
    criteria: list[Criterion] = []
    wrong: list[FieldViolation] = []
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if value in ("", None):
            continue
        try:
            criteria.append(_CRITERIA[field.name](value, ruleset))
        except _WrongValueError as error:
            wrong.append(FieldViolation(field.name, str(error)))
    if wrong:
        raise InvalidRequestError.of_all(tuple(wrong))
    return tuple(each for each in ruleset.operations if all(fits(each) for fits in criteria))


def operation_or_group(ruleset: Ruleset, name: str) -> Operation | OperationGroup:
    """What has this name: an operation, also by an alias, or a group.

    Raises:
        UnknownOperationError: nothing has it; the error tells which name was probably meant.
    """
    found: dict[str, Operation | OperationGroup] = {group.name: group for group in ruleset.groups}
    for each in ruleset.operations:
        found |= dict.fromkeys([each.name, *(alias.name for alias in each.aliases)], each)
    if name in found:
        return found[name]
    meant = _meant(name, found)
    hint = f"did you mean `{meant}`" if meant else "name one of the list of operations"
    raise UnknownOperationError.of("operation", f"is not known; {hint}")


class _WrongValueError(Exception):
    """A value of a filter that nothing can have."""


def _in_section(section: str, ruleset: Ruleset) -> Criterion:
    known = dict.fromkeys(part for each in _citations(ruleset) for part in _with_sections_above(each.section))
    if section not in known:
        raise _WrongValueError(f"`{section}` is no section that the rulesets cite; {_hint(section, known)}")
    return lambda operation: any(section in _with_sections_above(each.section) for each in operation.citations)


def _counts_code(code: int, ruleset: Ruleset) -> Criterion:
    known = known_codes(ruleset)
    codes = frozenset[int]().union(*known.values(), *map(named_codes, ruleset.operations))
    if code not in codes:
        raise _WrongValueError(f"{code} is no quality code that the rulesets know; they know {code_ranges(codes)}")
    return lambda operation: permits(operation, code, known)


def _has_condition(condition: str, _: Ruleset) -> Criterion:
    kind = _member(ConditionKind, condition, "kind of condition")
    return lambda operation: kind in condition_kinds(operation)


def _from_supplier(supplier: str, ruleset: Ruleset) -> Criterion:
    part, known = _folded(supplier), dict.fromkeys(each.supplier for each in ruleset.operations if each.supplier)
    if not any(part in _folded(each) for each in known):
        raise _WrongValueError(f"`{supplier}` stands in the name of no supplier; {_hint(supplier, known)}")
    return lambda operation: part in _folded(operation.supplier)


def _in_state(state: str, _: Ruleset) -> Criterion:
    status = _member(OperationStatus, state, "state of an operation")
    return lambda operation: operation.status is status


def _of_kind(kind: str, _: Ruleset) -> Criterion:
    wanted = _member(OperationKind, kind, "kind of operation")
    return lambda operation: operation.kind is wanted


def _for_requester(requester: str, ruleset: Ruleset) -> Criterion:
    kinds = {kind.name.lower(): kind for kind in _REQUESTER_KINDS}
    if requester in kinds:
        return lambda operation: any(each.kind is kinds[requester] for each in operation.requesters)
    partners = {_folded(each.name): each for each in ruleset.partners.values()}
    if _folded(requester) not in partners:
        known = [*kinds, *ruleset.partners]
        raise _WrongValueError(f"`{requester}` is no class of requesters and no partner; {_hint(requester, known)}")
    found = partners[_folded(requester)]
    partner = Organisation("", RequesterKind.PARTNER, sector=found.sector, institution=found.institution)
    return lambda operation: any(each.includes(partner) for each in operation.requesters)


_CRITERIA: Final[dict[str, Callable[[Any, Ruleset], Criterion]]] = {
    "section": _in_section,
    "quality_code": _counts_code,
    "condition": _has_condition,
    "supplier": _from_supplier,
    "state": _in_state,
    "kind": _of_kind,
    "requester": _for_requester,
}


def _citations(ruleset: Ruleset) -> Iterable[Citation]:
    for operation in ruleset.operations:
        yield from operation.citations
    for entry in ruleset.inventory:
        yield entry.citation


def _with_sections_above(section: str) -> list[str]:
    """The section and those it is a part of: `4.2.1` is part of `4.2` and `4`, but not of `4.20`."""
    parts = section.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _member(kind: type[Enum], value: str, what: str) -> Enum:
    words = [member.value for member in kind]
    if value not in words:
        raise _WrongValueError(f"`{value}` is no {what}; {_hint(value, words)}")
    return kind(value)


def _folded(text: str) -> str:
    """The text without case and accents."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in split if not unicodedata.combining(letter)).casefold().strip()


def _hint(value: str, known: Collection[str]) -> str:
    """What was probably meant, or the first of what there is."""
    meant = _meant(value, known)
    if meant:
        return f"did you mean `{meant}`"
    listed = [f"`{each}`" for each in known]
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return f"known are {', '.join(listed[:_MOST_LISTED])}{more}" if listed else "there is none"


def _meant(value: str, known: Iterable[str]) -> str:
    by_form = {_folded(each): each for each in known}
    close = get_close_matches(_folded(value), list(by_form), n=1)
    return by_form[close[0]] if close else ""
