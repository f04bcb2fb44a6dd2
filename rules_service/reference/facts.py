"""The facts about one person: which integrations count for a leaf, which days they hold, and whether the leaf holds.

Every fact is worked out with sets of days (`algebra.DaySet`, which is `portion` underneath), one leaf at a time and
nothing shared: slow and obvious.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules_service.algebra import DaySet, Period, Window
from rules_service.decision import Integration
from rules_service.errors import InternalError
from rules_service.identifiers import NOT_SIGNIFICANT
from rules_service.identifiers.parties import Organisation
from rules_service.model import Covers, Leaf, Overlaps, PeriodsOverlap, Register, Selector, TotalDays, UnionScope, Whose

Bindings = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what narrows the requester's own integrations.

    `code` is the stated quality code (S13); `narrowed` are the codes left by the information types asked for, None
    where none was (S30b). Neither narrows the integrations of others.
    """

    organisation: Organisation
    code: int | None = None
    narrowed: frozenset[int] | None = None

    def can_hold(self, leaf: Leaf) -> bool:
        """Whether the stated code could count for the leaf at all; true where none is stated or others are asked."""
        if self.code is None or isinstance(leaf, PeriodsOverlap) or not leaf.selector.is_own:
            return True
        return self._admits_code(self.code, leaf.selector)

    def counts(self, row: Integration, selector: Selector) -> bool:
        """Whether an integration of the person counts for the selector (S12, S13, S14)."""
        return (
            self._is_theirs(row, selector)
            and _in_register(row, selector.register)
            and self._admits_code(row.quality_code, selector)
        )

    def _is_theirs(self, row: Integration, selector: Selector) -> bool:
        match selector.whose:
            case Whose.REQUESTER:
                return row.organisation == self.organisation.key and row.sector == self.organisation.sector
            case Whose.REQUESTER_SECTOR:
                return row.sector == self.organisation.sector
            case Whose.SECTOR:
                return row.sector == selector.sector
            case Whose.INSTITUTION:
                return row.sector == selector.sector and row.institution == selector.institution

    def _admits_code(self, code: int, selector: Selector) -> bool:
        listed = code not in NOT_SIGNIFICANT if selector.codes is None else code in selector.codes
        if not selector.is_own:
            return listed
        return listed and self.code in (None, code) and (self.narrowed is None or code in self.narrowed)


def _in_register(row: Integration, register: Register) -> bool:
    match register:
        case Register.PRIMARY:
            return row.primary
        case Register.SECONDARY:
            return row.secondary
        case Register.BOTH:
            raise InternalError("a leaf over both registers must be asked of each on its own")


def counted(leaf: Overlaps | Covers | TotalDays, rows: Iterable[Integration], asker: Asker) -> tuple[Integration, ...]:
    """The person's integrations that count for the leaf, in the order given."""
    return tuple(row for row in rows if asker.counts(row, leaf.selector))


def days_of(row: Integration, selector: Selector) -> Period | None:
    """The days of an integration, its begin moved first where the selector extends it (S9); None if none is left."""
    begin = row.begin if selector.extend_begin is None else selector.extend_begin.apply(row.begin)
    return Period(begin, row.end) if begin <= row.end else None


def resolved(window: Window, bindings: Bindings) -> Period | None:
    """The days of a window; None when an input is missing or the window is inverted, which holds no day (S4)."""
    bounds = window.resolve(bindings)
    return None if bounds is None or bounds[1] < bounds[0] else Period(*bounds)


def holds(leaf: Leaf, rows: Iterable[Integration], asker: Asker, bindings: Bindings) -> bool:
    """Whether the leaf holds for a person with these integrations, for these days of the request."""
    window = resolved(leaf.window, bindings)
    if window is None:
        return False
    if isinstance(leaf, PeriodsOverlap):
        other = resolved(leaf.other, bindings)
        return other is not None and DaySet([window]).overlaps(other)
    found = (days_of(row, leaf.selector) for row in counted(leaf, rows, asker))
    return _compares(leaf, [days for days in found if days is not None], window)


def _compares(leaf: Overlaps | Covers | TotalDays, periods: list[Period], window: Period) -> bool:
    match leaf:
        case Overlaps():
            return DaySet(periods).overlaps(window)
        case Covers(union=UnionScope.ONE_INTEGRATION):
            return any(DaySet([period]).covers(window) for period in periods)
        case Covers():
            return DaySet(periods).covers(window)
        case TotalDays(at_least=at_least):
            return DaySet(periods).count_within(window) >= at_least
