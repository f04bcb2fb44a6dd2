"""The outcome that the semantics want for a request, read from the model step by step; the oracle decides the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules_service.decision import DecisionRequest, Integration, Proof
from rules_service.identifiers.parties import Organisation
from rules_service.model import (
    Condition,
    Control,
    Leaf,
    NoControl,
    Operation,
    PeriodsOverlap,
    Permission,
    Persons,
    Ruleset,
    Variant,
    Whose,
    leaves,
)
from tests.differential.oracle import holds, holds_for

APPLICANT_AND_DEBTOR = (*range(1, 10), 30)


@dataclass(frozen=True)
class Expected:
    """One request under one operation, for a requester, with the integrations of each person (old numbers joined)."""

    ruleset: Ruleset
    operation: Operation
    request: DecisionRequest
    asker: Organisation
    rows: Mapping[int, Sequence[Integration]]
    replaced: frozenset[int]

    def outcome(self) -> str:
        """`GRANTED`, `REFUSED`, `INDETERMINATE`, or `ERROR` where the caller must mend the request."""
        operation, request = self.operation, self.request
        classes = [each for each in operation.requesters if each.includes(self.asker)]
        if operation.status.value in {"not_yet_available", "removed"}:
            return "REFUSED"
        if not any(each.admits_region(self.asker.region) for each in classes):
            return "REFUSED"
        if operation.legal_contexts and request.legal_context not in operation.legal_contexts:
            return "REFUSED"
        if not operation.variants:
            return "INDETERMINATE"
        theirs = [each for each in operation.variants if self._is_for_asker(each)]
        fitting = [each for each in theirs if self._is_selected(each)]
        if not fitting:
            return "ERROR" if theirs else "REFUSED"
        usable = [each for each in fitting if self._leaves_a_code(each)]
        if not usable:
            return "REFUSED"
        if operation.proof_required and request.proof is not Proof.CORRECT:
            return "INDETERMINATE" if request.proof is Proof.UNVERIFIABLE else "REFUSED"
        return self._by_rules(usable)

    def _by_rules(self, variants: list[Variant]) -> str:
        conditions = {each.name: each.rule.condition for each in variants if isinstance(each.rule, Control)}
        controls = [each for each in variants if each.name in conditions]
        persons = self.request.ssins or (-1,)
        refused = self.operation.replaced_number.value == "refuse" and bool(self.replaced & set(persons))
        if any(isinstance(each.rule, NoControl) for each in variants):
            return "REFUSED" if refused else "GRANTED"
        if not controls:
            return "INDETERMINATE"
        reads = any(not isinstance(leaf, PeriodsOverlap) for each in conditions.values() for leaf in leaves(each))
        if (reads and not self.request.ssins) or any(
            self._has_wrong_end(each, conditions[each.name]) for each in controls
        ):
            return "ERROR"
        known = [conditions[each.name] for each in controls if not self._lacks_facts(each)]
        asked = [each for each in known if self._can_be_asked(each, with_inputs=True)]
        otherwise = "INDETERMINATE" if len(known) < len(variants) else "REFUSED"
        if not asked and len(known) == len(controls):
            return "ERROR" if any(self._can_be_asked(each, with_inputs=False) for each in known) else otherwise
        if asked and refused:
            return "REFUSED"
        granted = all(any(self._is_granted(each, person) for each in asked) for person in persons)
        return "GRANTED" if granted else otherwise

    @property
    def _named(self) -> set[str]:
        return {"system_date"} | {p.name for p in self.request.periods} | {d.name for d in self.request.dates}

    def _is_for_asker(self, variant: Variant) -> bool:
        classes = variant.guard.requesters
        return not classes or any(c.includes(self.asker) and c.admits_region(self.asker.region) for c in classes)

    def _is_selected(self, variant: Variant) -> bool:
        guard, request = variant.guard, self.request
        persons = guard.persons is None or (guard.persons is Persons.SOME) == bool(request.ssins)
        parameters = all(request.parameters.get(name) in values for name, values in guard.parameters)
        inputs = guard.given <= self._named and not any(name in self._named for name in guard.not_given)
        return persons and parameters and inputs

    def _leaves_a_code(self, variant: Variant) -> bool:
        """Whether the stated code and the information types leave a code of the lists about the requester (S13)."""
        about = [
            leaf.selector.codes
            for leaf in (leaves(variant.rule.condition) if isinstance(variant.rule, Control) else ())
            if not isinstance(leaf, PeriodsOverlap) and leaf.selector.whose in {Whose.REQUESTER, Whose.REQUESTER_SECTOR}
        ]
        listed = bool(about) and None not in about
        codes = {code for found in about for code in found or ()} if listed else set(range(1000))
        stated, types = self.request.quality_code, self._types_allow()
        return any((stated is None or code == stated) and (types is None or code in types) for code in codes)

    def _types_allow(self) -> set[int] | None:
        """The codes under which all the information types listed may be given, None where none is listed (S30b)."""
        numbers = self.request.information_types
        if not (self.operation.delivers_information_types and numbers):
            return None
        return {code for code in APPLICANT_AND_DEBTOR if all(self._may_give(number, code) for number in numbers)}

    def _may_give(self, number: str, code: int) -> bool:
        role, column = self.request.parameters.get("user_role"), "debtor" if code == 30 else "applicant"
        found = [each for each in self.ruleset.information_types if each.number == number]
        allowed = [each for each in found if getattr(each, column) is Permission.ALLOWED]
        return any(not each.user_roles or role in each.user_roles for each in allowed)

    def _has_wrong_end(self, variant: Variant, condition: Condition) -> bool:
        optional = {each.name for each in variant.inputs if each.optional_end}
        return any(p.end is None and p.name in names_of(condition) - optional for p in self.request.periods)

    def _lacks_facts(self, variant: Variant) -> bool:
        return any(i.when_missing.value == "facts_not_held" and i.name not in self._named for i in variant.inputs)

    def _can_be_asked(self, condition: Condition, *, with_inputs: bool) -> bool:
        """Whether some way to satisfy the condition is not closed by the stated code, and has all its inputs."""
        stated, types = self.request.quality_code, self._types_allow()

        def possible(leaf: Leaf) -> bool:
            about_own = not isinstance(leaf, PeriodsOverlap) and leaf.selector.is_own
            closed = (
                about_own
                and stated is not None
                and not (self._lists(leaf, stated) and (types is None or stated in types))
            )
            return not closed and (not with_inputs or names_of(leaf) <= self._named)

        return holds(condition, possible)

    def _is_granted(self, condition: Condition, person: int) -> bool:
        bindings = self.request.bindings(frozenset(names_of(condition)))
        return holds_for(condition, self.rows.get(person, ()), bindings, self._counts)

    @staticmethod
    def _lists(leaf: Leaf, code: int) -> bool:
        """Whether the leaf lists the code; "any code" never means 0, 902 or 999 (S13)."""
        codes = None if isinstance(leaf, PeriodsOverlap) else leaf.selector.codes
        return code not in {0, 902, 999} if codes is None else code in codes

    def _counts(self, leaf: Leaf, row: Integration) -> bool:
        assert not isinstance(leaf, PeriodsOverlap)
        selector, types, code = leaf.selector, self._types_allow(), row.quality_code
        match selector.whose:
            case Whose.REQUESTER:
                theirs = row.organisation == self.asker.key and row.sector == self.asker.sector
                theirs &= self.request.quality_code in {None, code} and (types is None or code in types)
            case Whose.REQUESTER_SECTOR:
                theirs = row.sector == self.asker.sector
            case Whose.SECTOR:
                theirs = row.sector == selector.sector
            case _:
                theirs = row.sector == selector.sector and row.institution == selector.institution
        return theirs and self._lists(leaf, code)


def names_of(condition: Condition) -> set[str]:
    """The periods and dates that the windows of a condition name."""
    windows = [leaf.window for leaf in leaves(condition)]
    windows += [leaf.other for leaf in leaves(condition) if isinstance(leaf, PeriodsOverlap)]
    return {name for window in windows for name in window.names}
