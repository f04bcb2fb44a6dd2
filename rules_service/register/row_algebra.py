"""Which rows a write closes and which it opens: integrating is a union of days, removing is a difference (S27).

A key is a person, an organisation, a sector, a quality code and a register. The active rows of a key never overlap,
so that their days are a set. Integrating opens rows for the days that are missing and leaves the others as they are:
a row never grows past the maximum of its code (S25), and keeps the moment since when it is known. Removing closes
rows; one that stands in both registers belongs to two keys at once, and goes on as a row of its own in the register
that a removal does not touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag
from operator import attrgetter
from typing import Final

from rules_service.algebra import MAX_DAY, Period


class Registers(Flag):
    """One register, or both (S14)."""

    PRIMARY = 1
    SECONDARY = 2
    BOTH = PRIMARY | SECONDARY


_NOWHERE: Final = Registers(0)


@dataclass(frozen=True, slots=True)
class ActiveRow:
    """A row that is not closed: days `begin` to `end`, both included, `FUTURE` where open."""

    row_id: int
    begin: int
    end: int
    primary: bool = True
    secondary: bool = True
    end_defaulted: bool = False

    @property
    def registers(self) -> Registers:
        """The registers in which it stands; every row stands in one at least."""
        first = Registers.PRIMARY if self.primary else _NOWHERE
        return first | Registers.SECONDARY if self.secondary else first


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to open; its person, organisation, sector and quality code are those of the rows it was derived from."""

    begin: int
    end: int
    primary: bool
    secondary: bool
    end_defaulted: bool


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The rows to close, ascending by id, and the rows to open, ascending by their days."""

    closed: tuple[ActiveRow, ...] = ()
    opened: tuple[NewRow, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the register stays as it is, so that no revision is made."""
        return not self.closed and not self.opened


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    """What a row of one register holds."""

    begin: int
    end: int
    end_defaulted: bool


_Rewrite = Callable[[Sequence[ActiveRow]], tuple[Sequence[ActiveRow], Sequence[_Span]]]
"""From the rows of one register to those that are replaced, and what replaces them."""


def integrate(
    rows: Iterable[ActiveRow], period: Period, registers: Registers = Registers.BOTH, *, end_defaulted: bool
) -> RowChanges:
    """The changes that add the days of `period` in each of `registers`: a row for each run of days that is missing.

    Args:
        rows: all active rows of one person, organisation, sector and quality code, in whichever register.
        period: the days, as `admission` admits them.
        registers: where to add them.
        end_defaulted: whether the end of the period was not given (S24); so is that of the row that ends with it.
    """
    return _changes(rows, registers, lambda own: _with(own, period, end_defaulted=end_defaulted))


def disintegrate(rows: Iterable[ActiveRow], period: Period, registers: Registers = Registers.BOTH) -> RowChanges:
    """The changes that take away the days of `period` in each of `registers`; a row may become two (S27).

    What is left before the period ends where it was told to end; what is left after it keeps its end, and whether that
    was defaulted. A period that lasts until 9999-12-31 leaves nothing of an open end.

    Args:
        rows: as for `integrate`.
        period: the days; `FUTURE` as end removes all that follows.
        registers: where to take them away.
    """
    return _changes(rows, registers, lambda own: _without(own, period))


def _with(
    own: Sequence[ActiveRow], period: Period, *, end_defaulted: bool
) -> tuple[Sequence[ActiveRow], Sequence[_Span]]:
    return (), [
        _Span(each.begin, each.end, end_defaulted and each.end == period.end)
        for each in _missing(own, period)
        if each.begin <= MAX_DAY  # nothing begins after the calendar, where only an open end reaches
    ]


def _missing(own: Sequence[ActiveRow], period: Period) -> Iterator[Period]:
    """The runs of days of the period that no row holds; rows under two numbers of a person may overlap (S18)."""
    day = period.begin
    for row in sorted(_meeting(own, period), key=attrgetter("begin")):
        if day < row.begin:
            yield Period(day, row.begin - 1)
        day = max(day, row.end + 1)
    if day <= period.end:
        yield Period(day, period.end)


def _without(own: Sequence[ActiveRow], period: Period) -> tuple[Sequence[ActiveRow], Sequence[_Span]]:
    met = _meeting(own, period)
    before = [_Span(row.begin, period.begin - 1, end_defaulted=False) for row in met if row.begin < period.begin]
    after = [_Span(period.end + 1, row.end, row.end_defaulted) for row in met if period.end < min(row.end, MAX_DAY)]
    return met, [*before, *after]


def _meeting(own: Sequence[ActiveRow], period: Period) -> list[ActiveRow]:
    """The rows that share a day with the period (S8)."""
    return [row for row in own if row.begin <= period.end and period.begin <= row.end]


def _changes(rows: Iterable[ActiveRow], registers: Registers, rewrite: _Rewrite) -> RowChanges:
    """Rewrites each register on its own; a span that comes about in both of them is one row."""
    rows = sorted(rows, key=lambda row: row.row_id)
    replaced: dict[int, Registers] = {}
    spans: dict[_Span, Registers] = {}
    for register in registers:
        met, found = rewrite([row for row in rows if register in row.registers])
        replaced |= {row.row_id: replaced.get(row.row_id, _NOWHERE) | register for row in met}
        spans |= {span: spans.get(span, _NOWHERE) | register for span in found}
    closed = [row for row in rows if row.row_id in replaced]
    for row in closed:
        span = _Span(row.begin, row.end, row.end_defaulted)
        spans[span] = spans.get(span, _NOWHERE) | row.registers & ~replaced[row.row_id]
    return RowChanges(tuple(closed), _opened(spans))


def _opened(spans: Mapping[_Span, Registers]) -> tuple[NewRow, ...]:
    return tuple(
        NewRow(
            begin=span.begin,
            end=span.end,
            primary=Registers.PRIMARY in spans[span],
            secondary=Registers.SECONDARY in spans[span],
            end_defaulted=span.end_defaulted,
        )
        for span in sorted(spans)
        if spans[span]
    )
