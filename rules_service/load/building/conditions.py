"""Conditions: one predicate per leaf, and the selector that reaches it from the nodes around it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules_service.algebra import Window
from rules_service.load.building.expressions import build_point, build_window
from rules_service.load.building.selectors import build_codes, build_integrations
from rules_service.load.building.shared import Shared, member_of
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, UnbuildableError
from rules_service.model import (
    AllOf,
    AnyOf,
    Condition,
    Covers,
    Leaf,
    Overlaps,
    PeriodsOverlap,
    Selector,
    TotalDays,
    UnionScope,
)


@dataclass(frozen=True, slots=True)
class ConditionBuilder:
    """Builds conditions with the names of one ruleset, for one file."""

    shared: Shared
    findings: Findings

    def build(self, node: Node, inherited: Selector | None) -> Condition:
        """The condition of a node; `inherited` is the selector of the variant or of the node around it."""
        selector = self._selector(node, inherited)
        for key, combined in (("all", AllOf), ("any", AnyOf)):
            if key in node:
                parts = self.findings.every(lambda part: self.build(part, selector), node[key].items)
                return combined(parts)
        return self._leaf(node, selector)

    def _selector(self, node: Node, inherited: Selector | None) -> Selector | None:
        """The node's own selector, else the inherited one; `codes` alone changes the codes and nothing else."""
        selector = inherited
        if "integrations" in node:
            selector = build_integrations(node["integrations"], self.shared, self.findings)
        if "codes" not in node:
            return selector
        codes = build_codes(node["codes"], self.findings)
        if selector is None:
            message = "restricts the codes of a selector, but there is none; add `integrations` to the variant"
            self.findings.fail(node["codes"], Code.MISSING_SELECTOR, message)
        return replace(selector, codes=codes)

    def _leaf(self, node: Node, selector: Selector | None) -> Leaf:
        if "periods_overlap" in node:
            self._looks_at_no_integration(node)
            first, second = node["periods_overlap"].items
            return PeriodsOverlap(*self.findings.every(self._window, (first, second)))
        if selector is None:
            message = "says nothing about whose integrations count; add `integrations` here or to the variant"
            self.findings.add(node, Code.MISSING_SELECTOR, message)
        return self._about_integrations(node, selector)

    def _looks_at_no_integration(self, node: Node) -> None:
        for key in ("integrations", "codes"):
            if key in node:
                message = f"`periods_overlap` looks at no integration; remove `{key}`"
                self.findings.add(node[key], Code.CONFLICTING_KEYS, message)

    def _about_integrations(self, node: Node, selector: Selector | None) -> Leaf:
        """A leaf over integrations; its window is read even where the selector is missing, to find every mistake."""
        window = self._window_of(node)
        if selector is None:
            raise UnbuildableError  # written down by the caller
        if "covers" in node:
            union = member_of(UnionScope, node["union"]) if "union" in node else UnionScope.ANY_CODE
            return Covers(window, selector, union)
        if "total_days" in node:
            return TotalDays(window, selector, node["total_days"]["at_least"].integer)
        return Overlaps(window, selector)

    def _window_of(self, node: Node) -> Window:
        if "at" in node:
            return build_point(node["at"], self.shared, self.findings)
        if "total_days" in node:
            return self._window(node["total_days"]["within"])
        return self._window(node["covers" if "covers" in node else "overlaps"])

    def _window(self, node: Node) -> Window:
        return build_window(node, self.shared, self.findings)
