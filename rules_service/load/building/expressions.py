"""Windows, points and shifts inside scalars; a mistake is placed at its own column of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules_service.algebra import Choice, Endpoint, Shift, Term, Window, WindowSyntaxError, parse_point, parse_shift
from rules_service.algebra import parse_window as parse_expression
from rules_service.errors import Position
from rules_service.load.building.shared import Shared
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, UnbuildableError, did_you_mean

Parsed = TypeVar("Parsed")


def build_window(node: Node, shared: Shared, findings: Findings) -> Window:
    """The window that a scalar names or describes; one that can be inverted is a mistake (S4)."""
    if node.string in shared.windows:
        window = shared.windows[node.string]
        if window is None:
            raise UnbuildableError
        return window
    window = _parsed(node, lambda text: parse_expression(text, shared.vocabulary), shared, findings)
    if not surely_not_after(window.begin, window.end):
        message = "the end of this window can lie before its begin"
        findings.add(node, Code.INVERTED_WINDOW, message, _upright(window))
    return window


def _upright(window: Window) -> str:
    """How to write the days that the author may have meant."""
    if surely_not_after(window.end, window.begin):
        return f"write `{window.end} .. {window.begin}`"
    terms = ", ".join(dict.fromkeys(str(term) for term in (*window.begin.terms, *window.end.terms)))
    return f"write `min({terms}) .. max({terms})`"


def build_point(node: Node, shared: Shared, findings: Findings) -> Window:
    """The one day that a scalar describes, as a window."""
    day = _parsed(node, lambda text: parse_point(text, shared.vocabulary), shared, findings)
    return Window(day, day)


def build_extension(node: Node, findings: Findings) -> Shift:
    """The shift of `begin - 5 years`; the word `begin` says what moves."""
    text = node.string
    if not text.startswith("begin"):
        raise UnbuildableError  # the schema has said so
    return _parsed(node, lambda _: parse_shift(text[len("begin") :]), None, findings, skipped=len("begin"))


def _parsed(
    node: Node, parse: Callable[[str], Parsed], shared: Shared | None, findings: Findings, *, skipped: int = 0
) -> Parsed:
    try:
        return parse(node.string)
    except WindowSyntaxError as error:
        windows = shared.windows if shared is not None and node.string.isidentifier() else ()
        hint = did_you_mean(node.string, windows) or error.suggestion
        place = _place_inside(node, error, skipped)
        findings.add_at(place, node.path, Code.WINDOW_SYNTAX, _without_long_lists(error.message), hint)
        raise UnbuildableError from None


def _place_inside(node: Node, error: WindowSyntaxError, skipped: int) -> Position:
    if node.first_column and error.line == 1:
        return Position(node.position.line, node.first_column + skipped + error.column - 1)
    return node.position


def _without_long_lists(message: str) -> str:
    return message if len(message) <= 400 else f"{message[:397]}..."


def surely_not_after(begin: Endpoint, end: Endpoint) -> bool:
    """Whether `begin` lies on or before `end` in every request; False where it can lie after it.

    The earliest of several is not after a day when one of them is not; the latest, when none of them is after it.
    """
    if begin.choice is not Choice.EARLIEST:
        return all(_term_not_after(term, end) for term in begin.terms)
    return any(_term_not_after(term, end) for term in begin.terms)


def _term_not_after(begin: Term, end: Endpoint) -> bool:
    compare = all if end.choice is Choice.EARLIEST else any
    return compare(_not_after(begin, term) for term in end.terms)


def _not_after(begin: Term, end: Term) -> bool:
    if begin.day is not None and end.day is not None:
        return begin.shift.apply(begin.day) <= end.shift.apply(end.day)
    same_day = begin.slot == end.slot
    period = (begin.slot or "").removesuffix(".begin")
    same_period = end.slot == f"{period}.end" and begin.slot == f"{period}.begin"
    return (same_day or same_period) and _shift_not_after(begin.shift, end.shift)


def _shift_not_after(first: Shift, second: Shift) -> bool:
    """Whether the first shift never leads further than the second; a month more or less outweighs 27 days."""
    if first.months == second.months and first.rounding is second.rounding:
        return first.days <= second.days
    shortest_months = 28 * (second.months - first.months)
    return first.months < second.months and first.days - second.days <= shortest_months - _ROUNDED_AWAY


_ROUNDED_AWAY = 3
"""Days by which clamping to the end of a month can shorten a difference of months."""
