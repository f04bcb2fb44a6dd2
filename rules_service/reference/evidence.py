"""Which of the requester's integrations decided: the fewest that an answer needs to be believed (S22)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules_service.algebra import NO_DAYS, DaySet, Period
from rules_service.decision import Integration
from rules_service.model import Covers, Leaf, Overlaps, PeriodsOverlap, Selector, TotalDays, UnionScope
from rules_service.reference.facts import Asker, Bindings, counted, days_of, resolved


def evidence_of(
    leaves: Iterable[Leaf], rows: tuple[Integration, ...], asker: Asker, bindings: Bindings
) -> tuple[Integration, ...]:
    """The integrations that make these leaves hold, each named once; leaves over others name none.

    `rows` are the person's integrations in `register_chain_order`.
    """
    found: dict[Integration, None] = {}
    for leaf in leaves:
        if not isinstance(leaf, PeriodsOverlap) and leaf.selector.is_own:
            window = resolved(leaf.window, bindings)
            if window is not None:
                found |= dict.fromkeys(_deciding(leaf, counted(leaf, rows, asker), window))
    return tuple(found)


def _deciding(
    leaf: Overlaps | Covers | TotalDays, rows: tuple[Integration, ...], window: Period
) -> Iterable[Integration]:
    match leaf:
        case Overlaps(selector=selector):
            return _first(row for row in rows if _days(row, selector).overlaps(window))
        case Covers(selector=selector, union=UnionScope.ONE_INTEGRATION):
            return _first(row for row in rows if _days(row, selector).covers(window))
        case _:
            return _adding_days(rows, leaf.selector, window)


def _first(rows: Iterator[Integration]) -> tuple[Integration, ...]:
    row = next(rows, None)
    return () if row is None else (row,)


def _adding_days(rows: tuple[Integration, ...], selector: Selector, window: Period) -> Iterator[Integration]:
    """Each integration that adds a day of the window to those before it."""
    missing = DaySet([window])
    for row in rows:
        days = _days(row, selector)
        if not missing.intersection(days).empty:
            missing = missing.difference(days)
            yield row


def _days(row: Integration, selector: Selector) -> DaySet:
    days = days_of(row, selector)
    return NO_DAYS if days is None else DaySet([days])
