"""What is well formed and still cannot be meant: questions that a careful colleague would ask about a rule.

Only operations without any other mistake are examined, so that each finding stands for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rules_service.decision import SYSTEM_DATE
from rules_service.identifiers import CPAS_SECTOR, NOT_SIGNIFICANT
from rules_service.identifiers.parties import RequesterClass, RequesterKind
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, did_you_mean
from rules_service.model import (
    AllOf,
    AnyOf,
    Condition,
    Control,
    Covers,
    InputKind,
    Leaf,
    Operation,
    OperationStatus,
    PeriodsOverlap,
    Purpose,
    Selector,
    UnionScope,
    Variant,
    leaves,
)

MAX_NAMED_CODES: Final = 62
"""How many different quality codes rules may name: a plan keeps one bit for each, and some in reserve."""
_OUT_OF_USE: Final = (OperationStatus.NOT_YET_AVAILABLE, OperationStatus.REMOVED)
_CPAS_KINDS: Final = (RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII)


@dataclass(frozen=True, slots=True)
class BuiltOperation:
    """An operation beside the tree it was built from; part `i` of a list of one is part `i` of the other."""

    operation: Operation
    node: Node
    findings: Findings
    is_right: bool


def lint_operation(built: BuiltOperation, known_codes: Mapping[int, Collection[int]]) -> None:
    """Asks every question about one operation; `known_codes` are the quality codes of the sectors that list theirs."""
    if not built.is_right:
        return
    _OperationLinter(built, known_codes).run()


def lint_code_count(built: Collection[BuiltOperation]) -> None:
    """Writes down the operation by which the rulesets name too many different quality codes."""
    named: set[int] = set()
    for each in built:
        before = len(named)
        for variant in each.operation.variants:
            named.update(code for selector in _selectors(variant) for code in selector.codes or ())
        if before <= MAX_NAMED_CODES < len(named):
            message = f"with this operation the rulesets name {len(named)} quality codes; at most {MAX_NAMED_CODES} fit"
            each.findings.add(each.node, Code.TOO_MANY_QUALITY_CODES, message)


def _selectors(variant: Variant) -> Iterator[Selector]:
    if isinstance(variant.rule, Control):
        for leaf in leaves(variant.rule.condition):
            if not isinstance(leaf, PeriodsOverlap):
                yield leaf.selector


class _OperationLinter:
    """The questions about one operation, in the order of its file."""

    def __init__(self, built: BuiltOperation, known_codes: Mapping[int, Collection[int]]) -> None:
        self._operation = built.operation
        self._node = built.node
        self._findings = built.findings
        self._known_codes = known_codes

    def run(self) -> None:
        """Asks all of them."""
        self._has_variants()
        self._associations_have_their_column()
        variants = self._node.items_of("variants")
        self._names_differ(variants)
        for variant, node in zip(self._operation.variants, variants, strict=True):
            self._variant(variant, node)

    def _has_variants(self) -> None:
        if not self._operation.variants and self._operation.status not in _OUT_OF_USE:
            message = f"an operation that is {self._operation.status.value} has at least one variant; add it"
            self._findings.add(self._node, Code.NO_VARIANTS, message)

    def _associations_have_their_column(self) -> None:
        """Column XII is what opens an operation to associations (S15); a doubt that is written down may stand."""
        operation = self._operation
        admitted = any(each.kind is RequesterKind.ASSOCIATION_CHAPTER_XII for each in operation.requesters)
        ticked = Purpose.XII in operation.purposes
        if admitted == ticked or operation.ambiguities:
            return
        message = (
            "associations of chapter XII are admitted but `purposes` has no `XII`"
            if admitted
            else "`purposes` has `XII` but no association of chapter XII is admitted"
        )
        hint = "make them agree, or write the doubt down under `ambiguities`"
        self._findings.add(self._node["requesters"], Code.ASSOCIATIONS_WITHOUT_COLUMN, message, hint)

    def _names_differ(self, variants: tuple[Node, ...]) -> None:
        seen: set[str] = set()
        for node in variants:
            name = node["name"]
            if name.string in seen:
                message = f"another variant of this operation is named `{name.string}`; explanations quote the name"
                self._findings.add(name, Code.DUPLICATE_NAME, message)
            seen.add(name.string)

    def _variant(self, variant: Variant, node: Node) -> None:
        named = node["in_words"].entries is None
        for language in () if named else ("fr", "nl", "en"):
            if not variant.in_words.in_language(language):
                message = "the condition must be said in every language; write it in our own words"
                self._findings.add(node["in_words"][language], Code.EMPTY_TEXT, message)
        self._guard_can_fit(variant, node)
        self._inputs_are_used(variant, node)
        if isinstance(variant.rule, Control):
            for condition, place in _places(variant.rule.condition, node["condition"]):
                self._condition(condition, place, variant)

    def _guard_can_fit(self, variant: Variant, node: Node) -> None:
        """A variant for requesters whom the operation does not admit never decides."""
        wanted, admitted = variant.guard.requesters, self._operation.requesters
        if wanted and not any(_share(one, other) for one in wanted for other in admitted):
            message = "the operation admits none of these requesters, so this variant never decides"
            self._findings.add(node["when"]["requesters"], Code.UNREACHABLE_ALTERNATIVE, message)

    def _inputs_are_used(self, variant: Variant, node: Node) -> None:
        condition = variant.rule.condition if isinstance(variant.rule, Control) else None
        used = _names_of(condition) if condition is not None else frozenset()
        declared = {each.name for each in variant.inputs}
        for missing in sorted(used - declared):
            message = f"the condition reads `{missing}`, which `inputs` does not declare; add it"
            self._findings.add(node.child("inputs") or node, Code.UNDECLARED_INPUT, message)
        for each, place in zip(variant.inputs, node.items_of("inputs"), strict=True):
            if not self._may_declare(each.name, each.kind, variant, used):
                is_known = each.name == SYSTEM_DATE
                message = f"nothing in this variant reads `{each.name}`; remove it"
                hint = "every request has it" if is_known else did_you_mean(each.name, used - declared)
                self._findings.add(place, Code.UNUSED_INPUT, message, hint)
        self._declared_once(node.items_of("inputs"))

    def _may_declare(self, name: str, kind: InputKind, variant: Variant, used: Collection[str]) -> bool:
        if kind is not InputKind.PARAMETER:
            return name in used or name in variant.guard.given
        by_types = self._operation.delivers_information_types and name == "user_role"
        return by_types or name in dict(variant.guard.parameters)

    def _declared_once(self, inputs: tuple[Node, ...]) -> None:
        seen: set[str] = set()
        for node in inputs:
            name = node["name"].string if node.entries is not None else node.string
            if name in seen:
                self._findings.add(node, Code.DUPLICATE_NAME, f"the input `{name}` is declared twice; keep one")
            seen.add(name)

    def _condition(self, condition: Condition, node: Node, variant: Variant) -> None:
        if isinstance(condition, AnyOf):
            self._alternatives_differ(condition, node)
        if isinstance(condition, AnyOf | AllOf | PeriodsOverlap):
            return
        self._codes_exist(condition.selector, node, variant)
        one_code = isinstance(condition, Covers) and condition.union is UnionScope.ONE_CODE
        if one_code and condition.selector.codes is None:
            message = "`one_code` needs a list of codes: under any code it is not said which ones may cover"
            self._findings.add(node.child("union") or node, Code.CODE_LIST_NEEDED, message)

    def _alternatives_differ(self, condition: AnyOf, node: Node) -> None:
        places = node["any"].items if node.entries is not None else (node,) * len(condition.parts)
        for index, (part, place) in enumerate(zip(condition.parts, places, strict=True)):
            for earlier in condition.parts[:index]:
                if _implies(part, earlier):
                    message = "whenever this alternative holds, an earlier one holds too; remove one of them"
                    self._findings.add(place, Code.UNREACHABLE_ALTERNATIVE, message)
                    break

    def _codes_exist(self, selector: Selector, node: Node, variant: Variant) -> None:
        sector = self._sector_of(selector, variant)
        if sector is None or sector not in self._known_codes:
            return
        unknown = sorted((selector.codes or frozenset()) - frozenset(self._known_codes[sector]) - NOT_SIGNIFICANT)
        if unknown:
            message = f"sector {sector} has no quality code {', '.join(map(str, unknown))}"
            file = "quality_codes.yaml" if sector == CPAS_SECTOR else "partners.yaml"
            hint = f"correct the codes, or add them to {file}"
            self._findings.add(_place_of_codes(node), Code.UNKNOWN_QUALITY_CODE, message, hint)

    def _sector_of(self, selector: Selector, variant: Variant) -> int | None:
        """The sector whose codes are meant: where the requester's own count, it decides, if it can be of one only."""
        if selector.sector is not None:
            return selector.sector
        requesters = variant.guard.requesters or self._operation.requesters
        sectors = {CPAS_SECTOR if each.kind in _CPAS_KINDS else each.sector for each in requesters}
        return sectors.pop() if len(sectors) == 1 else None


def _place_of_codes(node: Node) -> Node:
    if "codes" in node:
        return node["codes"]
    return node.child("integrations") or node


def _names_of(condition: Condition) -> frozenset[str]:
    """The periods and dates that the windows of a condition read; the system date is always known."""
    names: set[str] = set()
    for leaf in leaves(condition):
        names |= leaf.window.names
        if isinstance(leaf, PeriodsOverlap):
            names |= leaf.other.names
    return frozenset(names - {SYSTEM_DATE})


def _places(condition: Condition, node: Node) -> Iterator[tuple[Condition, Node]]:
    """Each node of a condition beside the tree it was built from."""
    yield condition, node
    if isinstance(condition, AllOf | AnyOf):
        if node.entries is None:  # a condition that is named once: all of it stands where its name does
            parts: tuple[Node, ...] = (node,) * len(condition.parts)
        else:
            parts = node["all" if isinstance(condition, AllOf) else "any"].items
        for part, place in zip(condition.parts, parts, strict=True):
            yield from _places(part, place)


def _share(one: RequesterClass, other: RequesterClass) -> bool:
    """Whether an organisation can be of both classes."""
    regions = not one.regions or not other.regions or bool(one.regions & other.regions)
    sectors = None in (one.sector, other.sector) or one.sector == other.sector
    institutions = None in (one.institution, other.institution) or one.institution == other.institution
    return one.kind is other.kind and regions and sectors and institutions


def _implies(condition: Condition, other: Condition) -> bool:
    """Whether the first surely holds only where the other does; a simple test that never says so wrongly."""
    if condition == other:
        return True
    if isinstance(condition, AllOf):
        return any(_implies(part, other) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return all(_implies(part, other) for part in condition.parts)
    if isinstance(other, AnyOf):
        return any(_implies(condition, part) for part in other.parts)
    return not isinstance(other, AllOf) and _leaf_implies(condition, other)


def _leaf_implies(leaf: Leaf, other: Leaf) -> bool:
    """The same question about the same days, asked of no fewer integrations."""
    if isinstance(leaf, PeriodsOverlap) or isinstance(other, PeriodsOverlap):
        return False
    same_question = replace(leaf, selector=other.selector) == other
    same_integrations = replace(leaf.selector, codes=other.selector.codes) == other.selector
    return same_question and same_integrations and _no_more_codes(leaf.selector.codes, other.selector.codes)


def _no_more_codes(codes: frozenset[int] | None, others: frozenset[int] | None) -> bool:
    """Whether every code counted by the first is counted by the other; "any code" leaves out three of them (S13)."""
    if others is None:
        return codes is None or not codes & NOT_SIGNIFICANT
    return codes is not None and codes <= others
