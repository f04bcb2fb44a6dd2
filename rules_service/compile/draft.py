"""What travels from pass to pass: the ruleset, and what has been worked out so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from rules_service.errors import Mistake, Position, RuleAuthorError
from rules_service.model import AllOf, AnyOf, Condition, Control, Leaf, Operation, Ruleset
from rules_service.plan import Plan

VariantKey = tuple[int, int]
"""A variant of the ruleset: the index of its operation, and its index within the operation."""
Alternatives = tuple[tuple[Leaf, ...], ...]
"""An any-of of all-of leaves."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A ruleset on its way to a plan. A pass replaces the fields that it works out and leaves the rest alone."""

    ruleset: Ruleset
    conditions: Mapping[VariantKey, Condition]
    alternatives: Mapping[VariantKey, Alternatives] = field(default_factory=dict)
    code_bits: Mapping[int, int] = field(default_factory=dict)
    plan: Plan | None = None

    def with_conditions(self, change: Callable[[Condition], Condition]) -> Draft:
        """The draft with every condition changed."""
        return replace(self, conditions={key: change(condition) for key, condition in self.conditions.items()})


def first_draft(ruleset: Ruleset) -> Draft:
    """The draft before the first pass: the conditions as their authors wrote them."""
    return Draft(
        ruleset,
        {
            (which, index): variant.rule.condition
            for which, operation in enumerate(ruleset.operations)
            for index, variant in enumerate(operation.variants)
            if isinstance(variant.rule, Control)
        },
    )


def change_leaves(condition: Condition, change: Callable[[Leaf], Condition]) -> Condition:
    """The condition with each leaf replaced."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(change_leaves(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(change_leaves(part, change) for part in parts))
        case leaf:
            return change(leaf)


def mistake_in(operation: Operation, code: str, message: str) -> RuleAuthorError:
    """The error about one operation that can be read but not compiled."""
    return RuleAuthorError((Mistake(operation.file, Position(), code, operation.name, message),))
