"""A condition as an any-of of all-of leaves: what explanations list, and the order in which evidence is looked for.

The compiler does the same on its way to a plan. It is written out here again, so that an error in either shows as a
disagreement between the evaluators.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from rules_service.model import AllOf, AnyOf, Condition, Covers, Leaf, PeriodsOverlap, Register, UnionScope, leaves

Conjunction = tuple[int, ...]
"""Leaves that must all hold, by their index in `NormalForm.leaves`."""
_Expanded = tuple[tuple[Leaf, ...], ...]


@dataclass(frozen=True, slots=True)
class NormalForm:
    """Distinct leaves, and the conjunctions over them from left to right: one that holds is enough."""

    leaves: tuple[Leaf, ...]
    conjunctions: tuple[Conjunction, ...]

    def leaves_of(self, conjunction: Conjunction) -> tuple[Leaf, ...]:
        """The leaves that must hold together."""
        return tuple(self.leaves[index] for index in conjunction)


def normal_form(condition: Condition) -> NormalForm:
    """The condition, first asked of each register (S14), then of each single code (S9), then multiplied out."""
    expanded = _expanded(_in_each_register(condition))
    distinct = tuple(dict.fromkeys(leaf for part in expanded for leaf in part))
    place = {leaf: index for index, leaf in enumerate(distinct)}
    conjunctions = dict.fromkeys(tuple(dict.fromkeys(place[leaf] for leaf in part)) for part in expanded)
    return NormalForm(distinct, tuple(conjunctions))


def window_names(leaf: Leaf) -> frozenset[str]:
    """The names of the dates and periods that the leaf reads."""
    return leaf.window.names | (leaf.other.names if isinstance(leaf, PeriodsOverlap) else frozenset())


def _in_each_register(condition: Condition) -> Condition:
    """The whole condition in the primary and in the secondary register, where any leaf asks for both (S14)."""
    if not any(_asks_both(leaf) for leaf in leaves(condition)):
        return condition
    return AllOf((_in_register(condition, Register.PRIMARY), _in_register(condition, Register.SECONDARY)))


def _in_register(condition: Condition, register: Register) -> Condition:
    match condition:
        case AllOf(parts):
            return AllOf(tuple(_in_register(part, register) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_in_register(part, register) for part in parts))
        case PeriodsOverlap():
            return condition
        case _ if _asks_both(condition):
            return replace(condition, selector=replace(condition.selector, register=register))
        case _:
            return condition


def _asks_both(leaf: Leaf) -> bool:
    return not isinstance(leaf, PeriodsOverlap) and leaf.selector.register is Register.BOTH


def _expanded(condition: Condition) -> _Expanded:
    match condition:
        case AnyOf(parts):
            return tuple(conjunction for part in parts for conjunction in _expanded(part))
        case AllOf(parts):
            return tuple(sum(chosen, ()) for chosen in product(*map(_expanded, parts)))
        case Covers(union=UnionScope.ONE_CODE):
            return tuple((_under(condition, code),) for code in sorted(condition.selector.codes or ()))
        case leaf:
            return ((leaf,),)


def _under(leaf: Covers, code: int) -> Covers:
    selector = replace(leaf.selector, codes=frozenset({code}))
    return replace(leaf, selector=selector, union=UnionScope.ANY_CODE)
