"""Pass: "covered under one of the codes" becomes an any-of, one part for each code."""

from __future__ import annotations

from dataclasses import replace

from rules_service.compile.draft import Draft, change_leaves
from rules_service.model import AnyOf, Condition, Covers, Leaf, UnionScope


def separate_codes(draft: Draft) -> Draft:
    """Integrations under different codes may then no longer cover a window together (S9)."""
    return draft.with_conditions(lambda condition: change_leaves(condition, _separated))


def _separated(leaf: Leaf) -> Condition:
    if not isinstance(leaf, Covers) or leaf.union is not UnionScope.ONE_CODE:
        return leaf
    codes = sorted(leaf.selector.codes or ())
    parts = tuple(
        replace(leaf, union=UnionScope.ANY_CODE, selector=replace(leaf.selector, codes=frozenset({code})))
        for code in codes
    )
    return parts[0] if len(parts) == 1 else AnyOf(parts)
