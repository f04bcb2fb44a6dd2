"""Pass: "in both registers" becomes the condition in the primary register and the condition in the secondary one."""

from __future__ import annotations

from dataclasses import replace

from rules_service.compile.draft import Draft, change_leaves
from rules_service.model import AllOf, Condition, Leaf, PeriodsOverlap, Register, leaves


def separate_registers(draft: Draft) -> Draft:
    """The whole condition must hold in each register on its own, so the whole condition is written twice (S14)."""
    return draft.with_conditions(_separated)


def _separated(condition: Condition) -> Condition:
    if not any(_is_about_both(leaf) for leaf in leaves(condition)):
        return condition
    return AllOf((_in_register(condition, Register.PRIMARY), _in_register(condition, Register.SECONDARY)))


def _in_register(condition: Condition, register: Register) -> Condition:
    def moved(leaf: Leaf) -> Leaf:
        if isinstance(leaf, PeriodsOverlap) or not _is_about_both(leaf):
            return leaf
        return replace(leaf, selector=replace(leaf.selector, register=register))

    return change_leaves(condition, moved)


def _is_about_both(leaf: Leaf) -> bool:
    return not isinstance(leaf, PeriodsOverlap) and leaf.selector.register is Register.BOTH
