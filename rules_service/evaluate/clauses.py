"""One clause on one person's integrations: does it hold, and which integrations show it.

Days are half-open here, `[begin, end)`, as in the register's columns (S2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules_service.algebra import Window
from rules_service.decision import Integration
from rules_service.identifiers.parties import Organisation
from rules_service.plan import ClauseRow, Plan, Predicate, Scope

Days = tuple[int, int]
"""Half-open days; the end is not after the begin where there are none."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and under which codes: what narrows the requester's own integrations (S12, S13)."""

    requester: Organisation | None
    stated_code: int | None
    own_codes: int


def window_days(window: Window, bindings: Mapping[str, int]) -> Days | None:
    """The days of a window; None when a slot is missing. An inverted window has none (S4)."""
    closed = window.resolve(bindings)
    return None if closed is None else (closed[0], closed[1] + 1)


def clause_evidence(
    plan: Plan, clause: ClauseRow, rows: Sequence[Integration], asking: Asking, bindings: Mapping[str, int]
) -> tuple[Integration, ...] | None:
    """The integrations that make the clause hold, none where it needs none; None when it does not hold."""
    window = window_days(plan.windows[clause.window], bindings)
    if window is None or window[0] >= window[1]:
        return None
    if clause.other_window is not None:
        other = window_days(plan.windows[clause.other_window], bindings)
        return () if other is not None and min(window[1], other[1]) > max(window[0], other[0]) else None
    admissible = [row for row in rows if admits(plan, clause, row, asking)]
    if clause.predicate is Predicate.OVERLAPS:
        return _first(row for row in admissible if _shares_a_day(_days(clause, row), window))
    if clause.predicate is Predicate.COVERED_BY_ONE:
        return _first(row for row in admissible if _contains(_days(clause, row), window))
    total, contributing = _union_within(clause, admissible, window)
    needed = window[1] - window[0] if clause.predicate is Predicate.COVERS else clause.threshold
    return tuple(contributing) if total >= needed else None


def admits(plan: Plan, clause: ClauseRow, row: Integration, asking: Asking) -> bool:
    """Whether the clause looks at this integration: register, code and whose it is (S12-S14)."""
    if not (row.secondary if clause.secondary else row.primary):
        return False
    bit = plan.code_bit_of(row.quality_code)
    requester = asking.requester
    if requester is None or not bit & clause.code_mask:
        return False
    match clause.scope:
        case Scope.REQUESTER:
            return (
                row.organisation == requester.key
                and row.sector == requester.sector
                and bool(bit & asking.own_codes)
                and asking.stated_code in (None, row.quality_code)
            )
        case Scope.REQUESTER_SECTOR:
            return row.sector == requester.sector
        case Scope.SECTOR:
            return row.sector == clause.sector
        case _:
            return row.sector == clause.sector and row.institution == clause.institution


def _days(clause: ClauseRow, row: Integration) -> Days:
    begin = row.begin if clause.extend_begin is None else clause.extend_begin.apply(row.begin)
    return begin, row.end + 1


def _shares_a_day(days: Days, window: Days) -> bool:
    return min(days[1], window[1]) > max(days[0], window[0])


def _contains(days: Days, window: Days) -> bool:
    return days[0] <= window[0] and window[1] <= days[1]


def _first(rows: Iterable[Integration]) -> tuple[Integration, ...] | None:
    found = next(iter(rows), None)
    return None if found is None else (found,)


def _union_within(clause: ClauseRow, rows: Sequence[Integration], window: Days) -> tuple[int, list[Integration]]:
    """How many days of the window lie in the union, each counted once, and the rows that add days in turn (S11).

    The rows come ordered by begin, and extending begins keeps that order, so one sweep is enough.
    """
    reached, total, contributing = window[0], 0, []
    for row in rows:
        begin, end = _days(clause, row)
        added = min(end, window[1]) - max(begin, reached)
        if added > 0:
            total += added
            contributing.append(row)
            reached = min(end, window[1])
    return total, contributing
