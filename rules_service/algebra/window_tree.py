"""What a window means: two endpoints, each one shifted date or the earliest or latest of several (S7, S10).

A window names its dates by slot: `system_date` for a date, `request_period.begin` and `request_period.end` for a
period. Resolving it needs the day of each slot and nothing else. `windows` reads the trees from text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from rules_service.algebra.days import MAX_DAY, MIN_DAY, format_day
from rules_service.algebra.shifts import NO_SHIFT, Shift

Slot = str


class Choice(Enum):
    """How one day is made of the terms of an endpoint; the values of the last two are their names in the text."""

    SINGLE = "single"
    EARLIEST = "min"
    LATEST = "max"


@dataclass(frozen=True, slots=True)
class Term:
    """One date of a window: a slot of the request or a fixed real day, then moved by `shift`."""

    slot: Slot | None
    day: int | None
    shift: Shift = NO_SHIFT

    def __post_init__(self) -> None:
        if (self.slot is None) == (self.day is None):
            raise ValueError("a term has either a slot or a day")
        if self.day is not None and not MIN_DAY <= self.day <= MAX_DAY:
            raise ValueError("the fixed day of a term must be a real day")

    def resolve(self, bindings: Mapping[Slot, int]) -> int | None:
        """The day meant, or None when its slot has no day."""
        day = bindings.get(self.slot) if self.slot is not None else self.day
        return None if day is None else self.shift.apply(day)

    def __str__(self) -> str:
        base = self.slot if self.day is None else format_day(self.day)
        return f"{base}" if self.shift == NO_SHIFT else f"{base} {self.shift}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a window: a single term, or the earliest or latest of two or more."""

    choice: Choice
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if (len(self.terms) == 1) != (self.choice is Choice.SINGLE) or not self.terms:
            raise ValueError("an endpoint has one single term, or a choice between two or more")

    @property
    def slots(self) -> frozenset[Slot]:
        """The slots that must have a day."""
        return frozenset(term.slot for term in self.terms if term.slot is not None)

    def resolve(self, bindings: Mapping[Slot, int]) -> int | None:
        """The day meant, or None when any of its slots has no day."""
        days = [term.resolve(bindings) for term in self.terms]
        known = [day for day in days if day is not None]
        if len(known) < len(days):
            return None
        return max(known) if self.choice is Choice.LATEST else min(known)

    def __str__(self) -> str:
        terms = ", ".join(map(str, self.terms))
        return terms if self.choice is Choice.SINGLE else f"{self.choice.value}({terms})"


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `begin` to `end`, both included, once the slots are known."""

    begin: Endpoint
    end: Endpoint

    @property
    def slots(self) -> frozenset[Slot]:
        """The slots that must have a day."""
        return self.begin.slots | self.end.slots

    @property
    def names(self) -> frozenset[str]:
        """The names of the dates and periods it uses, without `.begin` and `.end`."""
        return frozenset(slot.partition(".")[0] for slot in self.slots)

    def resolve(self, bindings: Mapping[Slot, int]) -> tuple[int, int] | None:
        """The closed bounds `(begin, end)`, or None when a slot has no day.

        The bounds may be inverted; a caller treats an inverted window as one that holds no day, never as an empty
        one that everything covers (S4).
        """
        begin, end = self.begin.resolve(bindings), self.end.resolve(bindings)
        return None if begin is None or end is None else (begin, end)

    def __str__(self) -> str:
        """Canonical text; `parse_window` reads it back to an equal window."""
        return f"{self.begin} .. {self.end}"
