"""Pass: operations, variants, alternatives and leaves become rows of flat tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules_service.algebra import Window
from rules_service.compile.code_bits import APPLICANT_CODES, DEBTOR_CODES
from rules_service.compile.draft import Draft, VariantKey
from rules_service.identifiers import NOT_SIGNIFICANT
from rules_service.model import (
    Control,
    Covers,
    InformationType,
    Leaf,
    MissingInput,
    NoControl,
    Operation,
    OperationStatus,
    PeriodsOverlap,
    Permission,
    Persons,
    Register,
    ReplacedNumber,
    Ruleset,
    Selector,
    TotalDays,
    UnionScope,
    Variant,
    Whose,
)
from rules_service.plan import (
    ANY_CODE,
    COMPILER_VERSION,
    NO_INSTITUTION,
    ClauseRow,
    ConjunctionRow,
    GuardRow,
    InformationTypeRow,
    InputRow,
    OperationRow,
    Plan,
    Predicate,
    RuleKind,
    Scope,
    Status,
    VariantRow,
    code_mask,
    digest_of,
)

_SCOPES = {
    Whose.REQUESTER: Scope.REQUESTER,
    Whose.REQUESTER_SECTOR: Scope.REQUESTER_SECTOR,
    Whose.SECTOR: Scope.SECTOR,
    Whose.INSTITUTION: Scope.INSTITUTION,
}
_STATUSES = {
    OperationStatus.NOT_YET_AVAILABLE: Status.NOT_YET_AVAILABLE,
    OperationStatus.REMOVED: Status.REMOVED,
}


def lay_out(draft: Draft) -> Draft:
    """The last pass: the plan, not sealed yet."""
    return replace(draft, plan=_Tables(draft).plan())


@dataclass(slots=True)
class _Tables:
    """The tables while they fill, in the order of the ruleset."""

    draft: Draft
    operations: list[OperationRow] = field(default_factory=list)
    variants: list[VariantRow] = field(default_factory=list)
    conjunctions: list[ConjunctionRow] = field(default_factory=list)
    clauses: list[ClauseRow] = field(default_factory=list)
    windows: dict[Window, int] = field(default_factory=dict)

    def plan(self) -> Plan:
        ruleset = self.draft.ruleset
        for which, operation in enumerate(ruleset.operations):
            self._add_operation(which, operation)
        return Plan(
            operations=tuple(self.operations),
            variants=tuple(self.variants),
            conjunctions=tuple(self.conjunctions),
            clauses=tuple(self.clauses),
            windows=tuple(self.windows),
            code_bits=dict(self.draft.code_bits),
            names=_names(ruleset.operations),
            groups={group.name: group.parts for group in ruleset.groups},
            vocabulary=dict(ruleset.vocabulary),
            parameters=dict(ruleset.parameters),
            information_types=tuple(map(self._information_type, ruleset.information_types)),
            source_digest=_source_digest(ruleset),
            compiler_version=COMPILER_VERSION,
        )

    def _add_operation(self, which: int, operation: Operation) -> None:
        first = len(self.variants)
        for index, variant in enumerate(operation.variants):
            self._add_variant((which, index), variant, operation)
        self.operations.append(
            OperationRow(
                name=operation.name,
                status=_STATUSES.get(operation.status, Status.AVAILABLE),
                requesters=operation.requesters,
                legal_contexts=operation.legal_contexts,
                first=first,
                end=len(self.variants),
                authorisations=operation.authorisations,
                assumptions=operation.assumptions,
                delivers_information_types=operation.delivers_information_types,
                proof_required=operation.proof_required,
                refuses_replaced=operation.replaced_number is ReplacedNumber.REFUSE,
            )
        )

    def _add_variant(self, key: VariantKey, variant: Variant, operation: Operation) -> None:
        alternatives = self.draft.alternatives.get(key, ())
        first = len(self.conjunctions)
        for leaves in alternatives:
            self._add_conjunction(leaves)
        every_leaf = [leaf for leaves in alternatives for leaf in leaves]
        self.variants.append(
            VariantRow(
                name=variant.name,
                rule=_rule_kind(variant),
                guard=_guard(variant),
                first=first,
                end=len(self.conjunctions),
                permitted_codes=self._permitted_codes(every_leaf),
                inputs=tuple(
                    InputRow(each.name, each.optional_end, each.when_missing is MissingInput.FACTS_NOT_HELD)
                    for each in variant.inputs
                ),
                authorisations=_joined(operation.authorisations, variant.authorisations),
                assumptions=_joined(operation.assumptions, variant.assumptions),
                executed_by=variant.executed_by,
                needs_persons=any(not isinstance(leaf, PeriodsOverlap) for leaf in every_leaf),
            )
        )

    def _add_conjunction(self, leaves: tuple[Leaf, ...]) -> None:
        first = len(self.clauses)
        self.clauses.extend(map(self._clause, leaves))
        names = frozenset(name for leaf in leaves for name in _names_of(leaf)) - {"system_date"}
        self.conjunctions.append(ConjunctionRow(first, len(self.clauses), names))

    def _clause(self, leaf: Leaf) -> ClauseRow:
        window = self._window(leaf.window)
        if isinstance(leaf, PeriodsOverlap):
            return ClauseRow(
                scope=Scope.REQUEST,
                sector=0,
                institution=NO_INSTITUTION,
                code_mask=0,
                secondary=False,
                predicate=Predicate.OVERLAPS,
                window=window,
                other_window=self._window(leaf.other),
                extend_begin=None,
                threshold=0,
            )
        selector = leaf.selector
        return ClauseRow(
            scope=_SCOPES[selector.whose],
            sector=selector.sector or 0,
            institution=NO_INSTITUTION if selector.institution is None else selector.institution,
            code_mask=self._mask(selector),
            secondary=selector.register is Register.SECONDARY,
            predicate=_predicate(leaf),
            window=window,
            other_window=None,
            extend_begin=selector.extend_begin,
            threshold=leaf.at_least if isinstance(leaf, TotalDays) else 0,
        )

    def _window(self, window: Window) -> int:
        return self.windows.setdefault(window, len(self.windows))

    def _mask(self, selector: Selector) -> int:
        bits = self.draft.code_bits
        if selector.codes is not None:
            return code_mask(bits, selector.codes)
        return ANY_CODE & ~code_mask(bits, NOT_SIGNIFICANT)

    def _permitted_codes(self, leaves: list[Leaf]) -> int | None:
        """What a stated code must be one of; no check without a code list of the requester's own sector (S13)."""
        permitted = 0
        for leaf in leaves:
            if isinstance(leaf, PeriodsOverlap) or leaf.selector.whose not in (Whose.REQUESTER, Whose.REQUESTER_SECTOR):
                continue
            if leaf.selector.codes is None:
                return None
            permitted |= self._mask(leaf.selector)
        return permitted or None

    def _information_type(self, each: InformationType) -> InformationTypeRow:
        codes = APPLICANT_CODES if each.applicant is Permission.ALLOWED else frozenset()
        codes |= DEBTOR_CODES if each.debtor is Permission.ALLOWED else frozenset()
        return InformationTypeRow(each.number, code_mask(self.draft.code_bits, codes), each.user_roles)


def _source_digest(ruleset: Ruleset) -> str:
    """The digest of what the authors wrote; in which file it stands says nothing."""
    unplaced = tuple(replace(operation, file="") for operation in ruleset.operations)
    return digest_of(replace(ruleset, operations=unplaced))


def _names(operations: tuple[Operation, ...]) -> Mapping[str, int]:
    names = {}
    for which, operation in enumerate(operations):
        names[operation.name] = which
        names.update({alias.name: which for alias in operation.aliases})
    return names


def _rule_kind(variant: Variant) -> RuleKind:
    match variant.rule:
        case Control():
            return RuleKind.CONTROL
        case NoControl():
            return RuleKind.NO_CONTROL
        case _:
            return RuleKind.UNDOCUMENTED


def _guard(variant: Variant) -> GuardRow:
    guard = variant.guard
    persons = None if guard.persons is None else guard.persons is Persons.SOME
    return GuardRow(guard.requesters, guard.parameters, persons, guard.given, guard.not_given)


def _predicate(leaf: Leaf) -> Predicate:
    match leaf:
        case Covers(union=UnionScope.ONE_INTEGRATION):
            return Predicate.COVERED_BY_ONE
        case Covers():
            return Predicate.COVERS
        case TotalDays():
            return Predicate.TOTAL_DAYS
        case _:
            return Predicate.OVERLAPS


def _names_of(leaf: Leaf) -> frozenset[str]:
    return leaf.window.names | (leaf.other.names if isinstance(leaf, PeriodsOverlap) else frozenset())


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
