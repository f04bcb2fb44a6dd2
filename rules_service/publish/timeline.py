"""Days as bars: a window and the integrations compared with it, on one axis.

The axis is the window with as much again on either side, so that a near miss is seen as one; what lies further out
ends in an arrow, and the dates beside each bar say the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rich.table import Table
from rich.text import Text

from rules_service.algebra import FUTURE, MAX_DAY, MIN_DAY, PAST, Period, format_day
from rules_service.decision import Integration
from rules_service.publish.words import Word

WIDTH: Final = 48
_LEAST_MARGIN: Final = 15
_LONGEST_AXIS: Final = 40 * 366


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from `begin` to `end`, both included, drawn on `WIDTH` columns."""

    begin: int
    end: int

    @classmethod
    def around(cls, window: Period) -> Axis:
        """The axis on which a window stands in the middle; an open side of it is cut."""
        begin = window.begin if window.begin > PAST else window.end - _LONGEST_AXIS
        end = window.end if window.end < FUTURE else begin + _LONGEST_AXIS
        end = min(end, begin + _LONGEST_AXIS)
        margin = max(_LEAST_MARGIN, end - begin + 1)
        return cls(max(MIN_DAY, begin - margin), min(MAX_DAY, end + margin))

    def column(self, day: int) -> int:
        """The column of a day; one before the first or one after the last where the day lies outside."""
        if day < self.begin:
            return -1
        return min(WIDTH, (day - self.begin) * WIDTH // (self.end - self.begin + 1))

    def bar(self, period: Period, mark: str) -> str:
        """The period as marks on the axis, with an arrow where it goes on beyond an end."""
        first, last = self.column(period.begin), self.column(period.end)
        cells = [mark if first <= column <= last else "·" for column in range(WIDTH)]
        if first < 0:
            cells[0] = "◀"
        if last >= WIDTH:
            cells[-1] = "▶"
        return "".join(cells)


def timeline(window: Period, integrations: Iterable[Integration], language: str) -> Table:
    """The window, and below it each integration that was compared with it."""
    axis = Axis.around(window)
    table = Table.grid(padding=(0, 1))
    table.add_row(Word.WINDOW.in_language(language), Text(axis.bar(window, "█"), "cyan"), dates(window, language))
    for row in integrations:
        period = Period(row.begin, row.end)
        shares_a_day = row.begin <= window.end and window.begin <= row.end
        label = f"{Word.CODE.in_language(language)} {row.quality_code:03d}"
        bar = Text(axis.bar(period, "▓"), "green" if shares_a_day else "yellow")
        table.add_row(label, bar, dates(period, language))
    return table


def dates(period: Period, language: str) -> str:
    """The period as `2026-01-01 .. 2026-06-30`; a single day as one date."""
    begin = Word.ALWAYS.in_language(language) if period.begin <= PAST else format_day(period.begin)
    end = Word.OPEN.in_language(language) if period.end >= FUTURE else format_day(period.end)
    return begin if period.begin == period.end else f"{begin} .. {end}"
