"""How long integrations last and how far dates may lie: shifts that must make sense together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rules_service.algebra import NO_SHIFT, Choice, Endpoint, Shift, Term, WindowSyntaxError, parse_shift
from rules_service.errors import Position
from rules_service.load.building.expressions import surely_not_after
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, UnbuildableError, did_you_mean
from rules_service.model import CALENDAR_YEAR, shift_of

_REST_OF_A_YEAR: Final = (NO_SHIFT, Shift(months=12, days=-1))
"""A calendar year ends on the day itself at the earliest, and at the latest a day before the anniversary."""


def build_duration(node: Node, findings: Findings) -> str:
    """A duration as it is written: a shift that leads forward, `calendar_year`, or empty for no end."""
    if node.string not in ("", CALENDAR_YEAR):
        shift = build_shift(node, findings, [CALENDAR_YEAR])
        if not never_further(NO_SHIFT, shift):
            message = f"`{shift}` can lead back, and nothing ends before it begins; a duration leads forward"
            findings.fail(node, Code.OUT_OF_RANGE, message)
    return node.string


def check_not_longer(default_end: Node, maximum: str, findings: Findings) -> None:
    """Writes down that what a missing end becomes can lie after the last day that is allowed."""
    if maximum in ("", default_end.string):
        return
    if not never_further(_extremes(default_end.string)[1], _extremes(maximum)[0]):
        message = (
            f"`{default_end.string}` can lie after the maximum, `{maximum}`: such an end would be refused if given"
        )
        findings.add(default_end, Code.CONFLICTING_VALUES, message)


def build_shift(node: Node, findings: Findings, other_words: Collection[str] = ()) -> Shift:
    """A shift; `other_words` are what the author may have meant instead."""
    try:
        return parse_shift(node.string)
    except WindowSyntaxError as error:
        column = node.first_column + error.column - 1 if node.first_column else node.position.column
        hint = did_you_mean(node.string, other_words) or error.suggestion
        findings.add_at(Position(node.position.line, column), node.path, Code.WINDOW_SYNTAX, error.message, hint)
        raise UnbuildableError from None


def never_further(first: Shift, second: Shift) -> bool:
    """Whether the first shift never leads to a later day than the second, from whatever day both start."""
    return surely_not_after(_moved(first), _moved(second))


def _moved(shift: Shift) -> Endpoint:
    return Endpoint(Choice.SINGLE, (Term("day", None, shift),))


def _extremes(duration: str) -> tuple[Shift, Shift]:
    """The shortest and the longest that a duration can be, as shifts."""
    return _REST_OF_A_YEAR if duration == CALENDAR_YEAR else (shift_of(duration), shift_of(duration))
