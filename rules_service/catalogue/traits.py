"""What the rules of an operation look at and rest on, over all its variants."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from rules_service.model import (
    AllOf,
    AnyOf,
    Condition,
    Control,
    Covers,
    Leaf,
    NoControl,
    Operation,
    Overlaps,
    PeriodsOverlap,
    Selector,
    TotalDays,
    UnionScope,
    Variant,
    leaves,
)


class ConditionKind(Enum):
    """What a variant asks, in the words of the rule files."""

    OVERLAPS = "overlaps"
    AT = "at"
    """One day: it makes no difference whether a file says `at`, or `overlaps` with a window of one day (S10)."""
    COVERS = "covers"
    TOTAL_DAYS = "total_days"
    PERIODS_OVERLAP = "periods_overlap"
    ALL = "all"
    ANY = "any"
    ONE_CODE = "one_code"
    ONE_INTEGRATION = "one_integration"
    EXTENDED = "extended"
    OF_REQUESTER = "of_requester"
    OF_REQUESTER_SECTOR = "of_requester_sector"
    OF_SECTOR = "of_sector"
    OF_INSTITUTION = "of_institution"
    PRIMARY_REGISTER = "primary_register"
    SECONDARY_REGISTER = "secondary_register"
    BOTH_REGISTERS = "both_registers"
    NO_CONTROL = "no_control"
    UNDOCUMENTED = "undocumented"
    """No rule is documented: a variant says so, or there is no variant at all."""


_REGISTERS = {
    "primary": ConditionKind.PRIMARY_REGISTER,
    "secondary": ConditionKind.SECONDARY_REGISTER,
    "both": ConditionKind.BOTH_REGISTERS,
}


def condition_kinds(operation: Operation) -> tuple[ConditionKind, ...]:
    """What some variant of the operation asks, in the order in which the kinds are listed."""
    found = {kind for variant in operation.variants for kind in _kinds_of_rule(variant)}
    if not operation.variants:
        found.add(ConditionKind.UNDOCUMENTED)
    return tuple(kind for kind in ConditionKind if kind in found)


def selectors_of(operation: Operation) -> Iterator[tuple[Variant, Selector]]:
    """Every selector of every condition, with its variant; one may come several times."""
    for variant in operation.variants:
        if isinstance(variant.rule, Control):
            for leaf in leaves(variant.rule.condition):
                if not isinstance(leaf, PeriodsOverlap):
                    yield variant, leaf.selector


def authorisations_of(operation: Operation) -> tuple[str, ...]:
    """The references of the operation, then those that single variants add."""
    of_variants = (name for variant in operation.variants for name in variant.authorisations)
    return tuple(dict.fromkeys([*operation.authorisations, *of_variants]))


def assumptions_of(operation: Operation) -> tuple[str, ...]:
    """The assumptions of the operation, then those that single variants add."""
    of_variants = (name for variant in operation.variants for name in variant.assumptions)
    return tuple(dict.fromkeys([*operation.assumptions, *of_variants]))


def _kinds_of_rule(variant: Variant) -> Iterator[ConditionKind]:
    match variant.rule:
        case Control(condition):
            yield from _kinds_of(condition)
        case NoControl():
            yield ConditionKind.NO_CONTROL
        case _:
            yield ConditionKind.UNDOCUMENTED


def _kinds_of(condition: Condition) -> Iterator[ConditionKind]:
    if isinstance(condition, AllOf | AnyOf):
        yield ConditionKind.ALL if isinstance(condition, AllOf) else ConditionKind.ANY
        for part in condition.parts:
            yield from _kinds_of(part)
        return
    yield _predicate(condition)
    if not isinstance(condition, PeriodsOverlap):
        yield from _kinds_of_selector(condition.selector)
    if isinstance(condition, Covers) and condition.union is not UnionScope.ANY_CODE:
        yield ConditionKind(condition.union.value)


def _predicate(leaf: Leaf) -> ConditionKind:
    match leaf:
        case Overlaps(window):
            return ConditionKind.AT if window.begin == window.end else ConditionKind.OVERLAPS
        case Covers():
            return ConditionKind.COVERS
        case TotalDays():
            return ConditionKind.TOTAL_DAYS
        case PeriodsOverlap():
            return ConditionKind.PERIODS_OVERLAP


def _kinds_of_selector(selector: Selector) -> Iterator[ConditionKind]:
    yield ConditionKind(f"of_{selector.whose.value}")
    yield _REGISTERS[selector.register.value]
    if selector.extend_begin is not None:
        yield ConditionKind.EXTENDED
