"""The day-by-day oracle: whether a condition holds for a person, with sets of days and no interval library.

A window is a set of days, an integration is asked day by day, a condition is read as it is written.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product

from rules_service.decision import Integration
from rules_service.model import AllOf, AnyOf, Condition, Covers, Leaf, Overlaps, PeriodsOverlap, Register, UnionScope

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
    asked = product(bindings, (Register.PRIMARY, Register.SECONDARY))
    return all(holds(condition, partial(leaf_holds, rows=rows, days=d, both=r, counts=counts)) for d, r in asked)


def leaf_holds(leaf: Leaf, rows: Rows, days: Mapping[str, int], both: Register, counts: Counts) -> bool:
    window = window_days(leaf.window.resolve(days))
    if isinstance(leaf, PeriodsOverlap):
        return bool(window & window_days(leaf.other.resolve(days)))
    register = both if leaf.selector.register is Register.BOTH else leaf.selector.register
    extend = leaf.selector.extend_begin
    held: list[tuple[int, set[int]]] = []
    for row in rows:
        if not (row.primary if register is Register.PRIMARY else row.secondary) or not counts(leaf, row):
            continue
        begin = extend.apply(row.begin) if extend else row.begin
        held.append((row.quality_code, {day for day in window if begin <= day <= row.end}))
    union = {day for _, found in held for day in found}
    match leaf:
        case Overlaps():
            return bool(union)
        case Covers(union=UnionScope.ANY_CODE):
            return union == window != set()
        case Covers(union=UnionScope.ONE_CODE):
            return any({day for c, found in held if c == code for day in found} == window != set() for code, _ in held)
        case Covers():
            return any(found == window != set() for _, found in held)
        case _:
            return len(union) >= leaf.at_least


def window_days(bounds: tuple[int, int] | None) -> set[int]:
    """Every day of a window; none when it is inverted or an input is missing (S4)."""
    if bounds is None or bounds[1] < bounds[0]:
        return set()
    return {*range(bounds[0], min(bounds[1], bounds[0] + FAR) + 1), bounds[1]}
