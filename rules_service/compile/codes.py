"""Pass: "covered under one of the codes" becomes an any-of, one part for each code."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from rules_service.compile.draft import Draft, change_leaves, mistake_in
from rules_service.model import AnyOf, Condition, Covers, Leaf, UnionScope, leaves


def separate_codes(draft: Draft) -> Draft:
    """Integrations under different codes may then no longer cover a window together (S9).

    Raises:
        RuleAuthorError: one code is to cover, but any code may be the one: there is no list to go through.
    """
    for (which, _), condition in draft.conditions.items():
        if any(_under_one_code(leaf) and not leaf.selector.codes for leaf in leaves(condition)):
            message = "one code is to cover the window, but the codes are not listed; list them"
            raise mistake_in(draft.ruleset.operations[which], "ONE_CODE_OF_ANY", message)
    return draft.with_conditions(lambda condition: change_leaves(condition, _separated))


def _under_one_code(leaf: Leaf) -> TypeGuard[Covers]:
    return isinstance(leaf, Covers) and leaf.union is UnionScope.ONE_CODE


def _separated(leaf: Leaf) -> Condition:
    if not _under_one_code(leaf):
        return leaf
    codes = sorted(leaf.selector.codes or ())
    parts = tuple(
        replace(leaf, union=UnionScope.ANY_CODE, selector=replace(leaf.selector, codes=frozenset({code})))
        for code in codes
    )
    return parts[0] if len(parts) == 1 else AnyOf(parts)
