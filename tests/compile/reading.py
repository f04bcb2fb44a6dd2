"""Operations and conditions for tests, written as rule authors write them: the loader's own builders read them.

What a test does not care about may be left out: titles, texts in words, source, kind, status, and the requesters,
which are then all CPAS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rules_service.algebra import NameKind
from rules_service.load.building.operations import OperationBuilder
from rules_service.load.building.shared import Shared
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.load.reader import read_bytes
from rules_service.model import (
    Assumption,
    Authorisation,
    Condition,
    Control,
    InformationType,
    Permission,
    Ruleset,
    Text,
)

VOCABULARY: Final = {
    "system_date": NameKind.DATE,
    "reference_date": NameKind.DATE,
    "end_date": NameKind.DATE,
    "request_period": NameKind.PERIOD,
    "reference_year": NameKind.PERIOD,
    "validity": NameKind.PERIOD,
    "quarter": NameKind.PERIOD,
}
PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "decision": frozenset({"grant", "refuse"}),
    "form": frozenset({"D", "F"}),
    "reference_year": frozenset(),
    "user_role": frozenset({"social_worker", "receiver"}),
}
AUTHORISATIONS: Final = {
    "CSSS 01/001": Authorisation("CSSS 01/001", "CSSS", "2001-01-02", covers=frozenset({"AS", "DA"})),
    "CSSS 02/002": Authorisation("CSSS 02/002", "CSSS"),
}
ASSUMPTIONS: Final = {name: Assumption(name, Text(), "the source leaves it open", "BCSS") for name in ("A3", "A4")}
INFORMATION_TYPES: Final = (
    InformationType("110", "names", "law", Permission.ALLOWED, Permission.ALLOWED),
    InformationType("120", "civil state", "law", Permission.ALLOWED, Permission.NOT_ALLOWED),
    InformationType("130", "heirs", "law", Permission.UNKNOWN, Permission.ALLOWED),
    InformationType("140", "a blank of the source", "law", Permission.UNKNOWN, Permission.UNKNOWN),
    InformationType("210", "file", "law", Permission.ALLOWED, Permission.ALLOWED, frozenset({"social_worker"})),
)
SHARED: Final = Shared(
    vocabulary=VOCABULARY, parameters=PARAMETERS, authorisations=AUTHORISATIONS, assumptions=ASSUMPTIONS
)
_FILE: Final = "rules.yaml"
_UNSAID_OF_OPERATION: Final = """
titles: {fr: "", nl: "", en: ""}
kind: consultation
status: in_production
source: []
requesters: [{kind: cpas}]
"""
_UNSAID_OF_VARIANT: Final = """
name: the only variant
in_words: {fr: "", nl: "", en: ""}
"""


def node_of(text: str) -> Node:
    """The tree of a YAML text."""
    findings = Findings(_FILE)
    node = read_bytes(text.encode(), findings)
    assert node is not None, findings.mistakes
    return node


def ruleset_of(*operations: Node, groups: tuple[Node, ...] = ()) -> Ruleset:
    """A ruleset with these operations and the catalogues above."""
    findings = Findings(_FILE)
    builder = OperationBuilder(SHARED, [node["name"].string for node in operations], findings)
    ruleset = Ruleset(
        documents={},
        vocabulary=VOCABULARY,
        parameters=PARAMETERS,
        quality_codes=(),
        authorisations=AUTHORISATIONS,
        assumptions=ASSUMPTIONS,
        information_types=INFORMATION_TYPES,
        operations=tuple(builder.operation(_complete(node)) for node in operations),
        groups=tuple(builder.group(node) for node in groups),
    )
    assert not findings.mistakes, findings.mistakes
    return ruleset


def condition_of(node: Node) -> Condition:
    """The condition of a variant that gives `condition` and, where it likes, `integrations`."""
    findings = Findings(_FILE)
    rule = OperationBuilder(SHARED, (), findings).variant(_with(_UNSAID_OF_VARIANT, node)).rule
    assert not findings.mistakes, findings.mistakes
    assert isinstance(rule, Control)
    return rule.condition


def _complete(operation: Node) -> Node:
    variants = tuple(_with(_UNSAID_OF_VARIANT, variant) for variant in operation.items_of("variants"))
    complete = _with(_UNSAID_OF_OPERATION, operation)
    entries = {**complete.mapping, "variants": Node("variants", operation.position, parts=variants)}
    return replace(complete, entries=entries)


def _with(unsaid: str, node: Node) -> Node:
    return replace(node, entries={**node_of(unsaid).mapping, **node.mapping})
