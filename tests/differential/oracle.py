"""The day-by-day oracle: whether a condition holds for a person, with sets of days and no interval library.

A window is a set of days, an integration is asked day by day whether it holds, and the condition is read as it is
written: no alternatives multiplied out, no masks, no columns.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from rules_service.decision import Integration
from rules_service.model import AllOf, AnyOf, Condition, Covers, Leaf, Overlaps, PeriodsOverlap, Register, TotalDays
from rules_service.model import UnionScope as Union

FAR = 9_000  # days: nothing in a generated case changes further out, so the last day stands for all beyond
Rows = Sequence[Integration]
Counts = Callable[[Leaf, Integration], bool]


def holds(condition: Condition, leaf_holds: Callable[[Leaf], bool]) -> bool:
    match condition:
        case AllOf(parts):
            return all(holds(part, leaf_holds) for part in parts)
        case AnyOf(parts):
            return any(holds(part, leaf_holds) for part in parts)
        case leaf:
            return leaf_holds(leaf)


def holds_for(condition: Condition, rows: Rows, bindings: Sequence[Mapping[str, int]], counts: Counts) -> bool:
    """For every binding, and where a leaf says "both" for each of the two registers on its own."""
    asked = [(days, register) for days in bindings for register in (Register.PRIMARY, Register.SECONDARY)]
    return all(holds(condition, lambda leaf, d=d, r=r: leaf_holds(leaf, rows, d, r, counts)) for d, r in asked)


def leaf_holds(leaf: Leaf, rows: Rows, days: Mapping[str, int], both: Register, counts: Counts) -> bool:
    window = window_days(leaf.window.resolve(days))
    if isinstance(leaf, PeriodsOverlap):
        return bool(window & window_days(leaf.other.resolve(days)))
    register = both if leaf.selector.register is Register.BOTH else leaf.selector.register
    shown = [row for row in rows if (row.primary if register is Register.PRIMARY else row.secondary)]
    extend = leaf.selector.extend_begin
    held: list[tuple[int, set[int]]] = []
    for row in (row for row in shown if counts(leaf, row)):
        begin = extend.apply(row.begin) if extend else row.begin
        held.append((row.quality_code, {day for day in window if begin <= day <= row.end}))
    union = {day for _, found in held for day in found}
    match leaf:
        case Overlaps():
            return bool(union)
        case TotalDays(at_least=at_least):
            return len(union) >= at_least
        case Covers(union=Union.ANY_CODE):
            return union == window != set()
        case Covers(union=Union.ONE_CODE):
            return any({day for c, found in held if c == code for day in found} == window != set() for code, _ in held)
        case Covers():
            return any(found == window != set() for _, found in held)
    assert_never(leaf)


def window_days(bounds: tuple[int, int] | None) -> set[int]:
    """Every day of a window; none when it is inverted or an input is missing (S4)."""
    if bounds is None or bounds[1] < bounds[0]:
        return set()
    return {*range(bounds[0], min(bounds[1], bounds[0] + FAR) + 1), bounds[1]}
