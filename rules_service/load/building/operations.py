"""Operations and their variants, as a chapter writes them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from rules_service.algebra import NameKind
from rules_service.identifiers.parties import ExecutedBy, RequesterClass
from rules_service.load.building.conditions import ConditionBuilder
from rules_service.load.building.selectors import build_integrations, build_requesters
from rules_service.load.building.shared import (
    Shared,
    build_citation,
    build_text,
    check_known,
    known_names,
    looked_up,
    member_of,
)
from rules_service.load.codes import Code
from rules_service.load.document import Node, UnexpectedShapeError
from rules_service.load.findings import Findings, did_you_mean
from rules_service.model import (
    Alias,
    Ambiguity,
    Citation,
    Control,
    Guard,
    Input,
    InputKind,
    MissingInput,
    NoControl,
    Operation,
    OperationGroup,
    OperationKind,
    OperationStatus,
    Persons,
    Purpose,
    ReplacedNumber,
    Selector,
    Text,
    Undocumented,
    Variant,
    Whose,
)

_KINDS = {NameKind.PERIOD: InputKind.PERIOD, NameKind.DATE: InputKind.DATE}
Part = TypeVar("Part")
Rule = Control | NoControl | Undocumented


@dataclass(frozen=True, slots=True)
class OperationBuilder:
    """Builds the operations of one file with the names of its ruleset; `names` are those of all operations."""

    shared: Shared
    names: Collection[str]
    findings: Findings

    def operation(self, node: Node) -> Operation:
        """One operation, with every mistake inside it written down: its lists are read before its words."""
        self._has_what_may_be_a_default(node)
        citations = self._list(node, "source", self._citation)
        requesters = self._requesters_of(node)
        variants = self._list(node, "variants", self.variant)
        aliases = self._list(node, "aliases", _alias)
        ambiguities = self._list(node, "ambiguities", _ambiguity)
        authorisations = self.findings.attempt_or((), self._authorisations, node)
        assumptions = self.findings.attempt_or((), self._assumptions, node)
        missions = self.findings.attempt_or((), self._missions, node)
        if "successor" in node:
            self._attempt_known(node["successor"], self.names, "operation")
        return Operation(
            name=node["name"].string,
            titles=build_text(node["titles"]),
            kind=member_of(OperationKind, node["kind"]),
            status=member_of(OperationStatus, node["status"]),
            supplier=node.string_of("supplier"),
            recipient=node.string_of("recipient"),
            citations=citations,
            requesters=requesters,
            variants=variants,
            aliases=aliases,
            successor=node.string_of("successor"),
            functionality=build_text(node["functionality"]) if "functionality" in node else Text(),
            missions=missions,
            legal_basis=node.strings_of("legal_basis"),
            purposes=frozenset(member_of(Purpose, purpose) for purpose in node.items_of("purposes")),
            authorisations=authorisations,
            assumptions=assumptions,
            ambiguities=ambiguities,
            legal_contexts=frozenset(node.strings_of("legal_contexts")),
            delivers_information_types=node.truth_of("delivers_information_types"),
            proof_required=node.truth_of("proof_of_authentication"),
            replaced_number=_replaced_number(node),
            all_or_nothing=node.truth_of("all_or_nothing"),
            lists_others=node.truth_of("lists_others"),
            file=self.findings.file,
        )

    def _has_what_may_be_a_default(self, node: Node) -> None:
        for key in ("kind", "status", "requesters"):
            if key not in node:
                message = f"the key `{key}` is missing; add it here or to the `defaults` of the chapter"
                self.findings.add_at(node.position, f"{node.path}.{key}", Code.MISSING_KEY, message)

    def group(self, node: Node) -> OperationGroup:
        """A name that stands for several operations."""
        parts = known_names(node["parts"].items, self.names, "operation", self.findings)
        return OperationGroup(node["name"].string, parts)

    def variant(self, node: Node) -> Variant:
        """One variant of an operation."""
        rule = self.findings.attempt_or(Undocumented(), self._rule, node)
        guard = self.findings.attempt_or(Guard(), self._guard, node["when"]) if "when" in node else Guard()
        inputs = self._list(node, "inputs", self._input)
        return Variant(
            name=node["name"].string,
            rule=rule,
            in_words=self._in_words(node["in_words"]),
            guard=guard,
            inputs=inputs,
            authorisations=self.findings.attempt_or((), self._authorisations, node),
            assumptions=self.findings.attempt_or((), self._assumptions, node),
            executed_by=_executed_by(node),
        )

    def _in_words(self, node: Node) -> Text:
        if node.entries is not None:
            return build_text(node)
        return looked_up(node, self.shared.wordings, "wording", self.findings)

    def _list(self, node: Node, key: str, build: Callable[[Node], Part]) -> tuple[Part, ...]:
        """The right parts of the list under a key."""
        return self.findings.attempt_or(
            (), lambda parent: self.findings.those_that_build(build, parent.items_of(key)), node
        )

    def _requesters_of(self, node: Node) -> tuple[RequesterClass, ...]:
        return self.findings.attempt_or((), self._requesters, node["requesters"]) if "requesters" in node else ()

    def _attempt_known(self, node: Node, known: Collection[str], what: str) -> None:
        self.findings.attempt(lambda name: check_known(name, known, what, self.findings), node)

    def _citation(self, node: Node) -> Citation:
        return build_citation(node, self.shared.documents, self.findings)

    def _requesters(self, node: Node) -> tuple[RequesterClass, ...]:
        return build_requesters(node, self.shared, self.findings)

    def _authorisations(self, node: Node) -> tuple[str, ...]:
        names = node.items_of("authorisations")
        return known_names(names, self.shared.authorisations, "authorisation", self.findings)

    def _assumptions(self, node: Node) -> tuple[str, ...]:
        return known_names(node.items_of("assumptions"), self.shared.assumptions, "assumption", self.findings)

    def _missions(self, node: Node) -> tuple[str, ...]:
        return known_names(node.items_of("missions"), self.shared.missions, "mission", self.findings)

    def _rule(self, node: Node) -> Rule:
        selector = None
        if "integrations" in node:
            selector = self.findings.attempt(self._integrations, node["integrations"])
        if "condition" in node:
            return self._control(node, selector)
        return NoControl(node["no_control"].string) if "no_control" in node else Undocumented()

    def _integrations(self, node: Node) -> Selector:
        return build_integrations(node, self.shared, self.findings)

    def _control(self, node: Node, selector: Selector | None) -> Control:
        """The control; where the selector is wrong, the condition is still read, with any one in its place."""
        if selector is None and "integrations" in node:
            selector = Selector(Whose.REQUESTER, None)
        if node["condition"].entries is None:
            return looked_up(node["condition"], self.shared.conditions, "condition", self.findings)
        return Control(ConditionBuilder(self.shared, self.findings).build(node["condition"], selector))

    def _guard(self, node: Node) -> Guard:
        dates = self.shared.vocabulary
        for named in (*node.items_of("given"), *node.items_of("not_given")):
            self._attempt_known(named, dates, "period or date")
        parameters = node.entries_of("parameters")
        for name in parameters:
            self._parameter(node["parameters"], name)
        return Guard(
            requesters=self._requesters_of(node),
            parameters=tuple((name, frozenset(part.string for part in parameters[name].items)) for name in parameters),
            persons=member_of(Persons, node["persons"]) if "persons" in node else None,
            given=frozenset(node.strings_of("given")),
            not_given=frozenset(node.strings_of("not_given")),
        )

    def _parameter(self, parameters: Node, name: str) -> None:
        """A guard may only ask for parameters and values that requests can have."""
        node = parameters[name]
        if name not in self.shared.parameters:
            hint = did_you_mean(name, self.shared.parameters)
            message = f"there is no parameter named `{name}`"
            self.findings.add_at(parameters.keys[name], node.path, Code.UNKNOWN_NAME, message, hint)
            return
        values = self.shared.parameters[name]
        for part in node.items:
            if values and part.string not in values:
                hint = did_you_mean(part.string, values)
                message = f"`{part.string}` is no value of the parameter `{name}`"
                self.findings.add(part, Code.UNKNOWN_NAME, message, hint)

    def _input(self, node: Node) -> Input:
        name = node["name"] if node.entries is not None else node
        kind = self._input_kind(name)
        optional_end = node.truth_of("optional_end")
        if optional_end and kind is not InputKind.PERIOD:
            message = f"`{name.string}` is a {kind.value}; only a period has an end that may be open"
            self.findings.add(node["optional_end"], Code.UNKNOWN_VALUE, message)
        missing = MissingInput.DOES_NOT_HOLD
        if "when_missing" in node:
            missing = member_of(MissingInput, node["when_missing"])
        return Input(kind, name.string, optional_end, missing)

    def _input_kind(self, name: Node) -> InputKind:
        vocabulary, parameters = self.shared.vocabulary, self.shared.parameters
        check_known(name, {*vocabulary, *parameters}, "period, date or parameter", self.findings)
        return _KINDS[vocabulary[name.string]] if name.string in vocabulary else InputKind.PARAMETER


def _alias(node: Node) -> Alias:
    if node.entries is None:
        return Alias(node.string)
    status = member_of(OperationStatus, node["status"]) if "status" in node else OperationStatus.IN_PRODUCTION
    return Alias(node["name"].string, status)


def _ambiguity(node: Node) -> Ambiguity:
    return Ambiguity(node["about"].string, node.strings_of("readings"), node["chosen"].string, node["why"].string)


def _replaced_number(node: Node) -> ReplacedNumber:
    return member_of(ReplacedNumber, node["replaced_number"]) if "replaced_number" in node else ReplacedNumber.FOLLOW


def _executed_by(node: Node) -> ExecutedBy:
    """The executors are written as the network writes them: `SPP_IS`."""
    name = node.string_of("executed_by", ExecutedBy.BCSS.name)
    if name not in ExecutedBy.__members__:
        raise UnexpectedShapeError(node["executed_by"], f"one of {', '.join(ExecutedBy.__members__)}")
    return ExecutedBy[name]
