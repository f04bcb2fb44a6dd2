"""The day-by-day oracle: a window is a set of days, an integration is asked day by day; no interval library."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product

from rules_service.decision import Integration
from rules_service.model import AllOf, AnyOf, Condition, Covers, Leaf, Overlaps, PeriodsOverlap, Register, UnionScope

FAR = 9_000  # days: no integration of a generated case changes further out, so the last day stands for all beyond
Counts = Callable[[Leaf, Integration], bool]


def holds(condition: Condition, leaf_holds: Callable[[Leaf], bool]) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        parts = [holds(part, leaf_holds) for part in condition.parts]
        return all(parts) if isinstance(condition, AllOf) else any(parts)
    return leaf_holds(condition)


def holds_for(it: Condition, rows: Sequence[Integration], bindings: Sequence[Mapping[str, int]], count: Counts) -> bool:
    """For every binding, and where a leaf says "both" for each of the two registers on its own."""
    asked = product(bindings, (Register.PRIMARY, Register.SECONDARY))
    return all(holds(it, partial(leaf_holds, rows=rows, days=days, both=both, counts=count)) for days, both in asked)


def leaf_holds(
    leaf: Leaf, rows: Sequence[Integration], days: Mapping[str, int], both: Register, counts: Counts
) -> bool:
    window = window_days(leaf.window.resolve(days))
    if isinstance(leaf, PeriodsOverlap):
        pair = leaf.window.resolve(days), leaf.other.resolve(days)
        return any(a and b and a[0] <= day <= a[1] for a, b in (pair, pair[::-1]) for day in window_days(b))
    register = both if leaf.selector.register is Register.BOTH else leaf.selector.register
    extend = leaf.selector.extend_begin
    held: list[tuple[int, set[int]]] = []
    for row in rows:
        if (row.primary if register is Register.PRIMARY else row.secondary) and counts(leaf, row):
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
    far = set() if bounds is None else {*range(bounds[0], min(bounds[1], bounds[0] + FAR) + 1), bounds[1]}
    return far if bounds and bounds[0] <= bounds[1] else set()
