"""The rules of writing to the register, in `quality_codes.yaml` beside the codes that they are about (chapter 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules_service.algebra import Shift
from rules_service.load.building.durations import build_shift, never_further
from rules_service.load.building.shared import Shared, build_citation, known_names, member_of
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, UnbuildableError
from rules_service.model import Bounds, Citation, EndRule, MissingEnd, PastPeriods, WritingRules

Part = TypeVar("Part")


def build_writing(root: Node, findings: Findings, shared: Shared) -> WritingRules | None:
    """The rules of writing; None where the file has none."""
    return _Builder(shared, findings).rules(root["writing"]) if "writing" in root else None


class _Builder:
    """Builds the parts of one block; each is tried, so that all mistakes are known."""

    def __init__(self, shared: Shared, findings: Findings) -> None:
        self._shared = shared
        self._findings = findings

    def rules(self, node: Node) -> WritingRules:
        """The block."""
        integrations = self._tried(self._end_rule, node, "integration_without_end")
        removals = self._tried(self._end_rule, node, "removal_without_end")
        dates = self._tried(self._bounds, node, "dates")
        begin = self._tried(self._bounds, node, "begin")
        past_periods = self._tried(self._past_periods, node, "past_periods")
        if integrations is None or removals is None or dates is None or begin is None or past_periods is None:
            raise UnbuildableError
        return WritingRules(integrations, removals, dates, begin, past_periods)

    def _tried(self, build: Callable[[Node], Part], node: Node, key: str) -> Part | None:
        return self._findings.attempt(lambda parent: build(parent[key]), node)

    def _end_rule(self, node: Node) -> EndRule:
        citation = self._tried(self._citation, node, "source")
        assumptions = known_names(node.items_of("assumptions"), self._shared.assumptions, "assumption", self._findings)
        if citation is None:
            raise UnbuildableError
        return EndRule(member_of(MissingEnd, node["becomes"]), citation, assumptions)

    def _bounds(self, node: Node) -> Bounds:
        citation = self._tried(self._citation, node, "source")
        earliest = self._tried(self._shift, node, "earliest") if "earliest" in node else None
        latest = self._tried(self._shift, node, "latest")
        if earliest is not None and latest is not None and not never_further(earliest, latest):
            message = f"`{earliest}` can lie after `latest`, `{latest}`: then no date at all would be allowed"
            self._findings.add(node["earliest"], Code.INVERTED_RANGE, message, "exchange the two, or correct a sign")
        if citation is None or latest is None:
            raise UnbuildableError
        return Bounds(earliest, latest, citation)

    def _past_periods(self, node: Node) -> PastPeriods:
        return PastPeriods(node["allowed"].truth, self._citation(node["source"]))

    def _shift(self, node: Node) -> Shift:
        return build_shift(node, self._findings)

    def _citation(self, node: Node) -> Citation:
        return build_citation(node, self._shared.documents, self._findings)
