"""Reading windows: `system_date - 2 months .. system_date + 45 days` to a tree, or an error that helps.

The grammar is `window.lark`, beside this file, and explains the language. Here the tree of the parser becomes a
`Window`: names are looked up in the vocabulary of the rule, shifts are added up, and a mistake is reported with its
place, what was expected and, where something similar exists, a suggestion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from importlib.resources import files
from typing import Final, NoReturn, TypeVar

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from rules_service.algebra.days import InvalidDayError, parse_day
from rules_service.algebra.shifts import NO_SHIFT, Rounding, Shift
from rules_service.algebra.window_tree import Choice, Endpoint, Slot, Term, Window
from rules_service.errors import RulesServiceError

__all__ = [
    "Choice",
    "Endpoint",
    "NameKind",
    "Slot",
    "Term",
    "Window",
    "WindowSyntaxError",
    "parse_point",
    "parse_shift",
    "parse_window",
]


class NameKind(Enum):
    """What a name of the vocabulary stands for."""

    DATE = "date"
    PERIOD = "period"


class WindowSyntaxError(RulesServiceError, ValueError):
    """A window that cannot be read.

    Attributes:
        message: what is wrong and what was expected.
        suggestion: what was probably meant, or an empty string.
        line: the line in the text, from 1.
        column: the column in that line, from 1.
    """

    def __init__(self, message: str, *, line: int = 1, column: int = 1, suggestion: str = "") -> None:
        self.message = message
        self.suggestion = suggestion
        self.line = line
        self.column = column
        hint = f" ({suggestion})" if suggestion else ""
        super().__init__(f"line {line}, column {column}: {message}{hint}")


def parse_window(text: str, vocabulary: Mapping[str, NameKind]) -> Window:
    """The window that the text describes.

    A period alone is the window from its begin to its end; a date, shifted or not, is the window of that one day.

    Args:
        text: for example `system_date - 2 months .. system_date + 45 days`.
        vocabulary: the names that the text may use.

    Raises:
        WindowSyntaxError: the text is not in the language, or uses a name that the vocabulary does not have.
    """
    return _Reader(vocabulary).window(_parse(text, "window"))


def parse_point(text: str, vocabulary: Mapping[str, NameKind]) -> Endpoint:
    """The one day that the text describes, such as `request_period.end + 1 day`; raises as `parse_window`."""
    return _Reader(vocabulary).point(_parse(text, "point"))


def parse_shift(text: str) -> Shift:
    """The shift that the text describes, such as `- 5 years`; raises as `parse_window`."""
    return _shift(_parse(text, "shift"))


_PARSER: Final = Lark(
    files("rules_service.algebra").joinpath("window.lark").read_text(encoding="utf-8"),
    start=["window", "point", "shift"],
    parser="lalr",
)
_Value = TypeVar("_Value")
_EDGES: Final = ("begin", "end")
_CHOICES: Final = {choice.value: choice for choice in (Choice.EARLIEST, Choice.LATEST)}
_ROUNDINGS: Final = {rounding.value: rounding for rounding in Rounding}
_MONTHS: Final = {"year": 12, "years": 12, "month": 1, "months": 1}
_UNITS: Final = (*_MONTHS, "day", "days")
_LONGEST_COUNT: Final = 7  # digits: ten million days are more than the calendar holds
_EXPECTED: Final = {  # how the terminals of the grammar are called in messages, the most telling first
    "DOTS": "`..`",
    "NAME": "a name",
    "DATE": "a date such as 2024-02-29",
    "EDGE": "`begin` or `end`",
    "UNIT": "a unit such as `months`",
    "WAY": "`up` or `down`",
    "COUNT": "a whole number",
    "SIGN": "`+` or `-`",
    "ROUNDING": "`rounding`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "DOT": "`.begin` or `.end`",
    "$END": "the end of the text",
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns parser trees into endpoints, with the names that one rule may use."""

    vocabulary: Mapping[str, NameKind]

    def window(self, tree: Tree[Token]) -> Window:
        points = _trees(tree)
        if len(points) == 2:
            return Window(self.point(points[0]), self.point(points[1]))
        period = self._bare_period(points[0])
        if period is not None:
            return Window(_single(f"{period}.begin"), _single(f"{period}.end"))
        day = self.point(points[0])
        return Window(day, day)

    def point(self, tree: Tree[Token]) -> Endpoint:
        if tree.data == "term":
            return Endpoint(Choice.SINGLE, (self._term(tree),))
        word = _token(tree)
        choice = _looked_up(word, _CHOICES, "choice")
        terms = tuple(self._term(term) for term in _trees(tree))
        if len(terms) == 1:
            _fail(f"`{word}` chooses between two dates or more, separated by commas", word)
        return Endpoint(choice, terms)

    def _bare_period(self, tree: Tree[Token]) -> str | None:
        """The name of a period that stands alone, without an edge or a shift."""
        if tree.data != "term" or len(tree.children) > 1 or _trees(tree)[0].data != "whole":
            return None
        name = _token(_trees(tree)[0])
        return str(name) if self._kind(name) is NameKind.PERIOD else None

    def _term(self, tree: Tree[Token]) -> Term:
        base, *rest = _trees(tree)
        shift = _shift(rest[0]) if rest else NO_SHIFT
        match base.data:
            case "literal":
                return Term(None, _day(_token(base)), shift)
            case "edge":
                return Term(self._edge(*_tokens(base)), None, shift)
            case _:
                return Term(self._date(_token(base)), None, shift)

    def _edge(self, name: Token, edge: Token) -> Slot:
        if self._kind(name) is NameKind.DATE:
            _fail(f"`{name}` is a date, not a period: it has no `.{edge}`", edge, f"write `{name}`")
        if edge not in _EDGES:
            _fail(f"a period has `.begin` and `.end`, not `.{edge}`", edge, _similar(edge, _EDGES))
        return f"{name}.{edge}"

    def _date(self, name: Token) -> Slot:
        if self._kind(name) is NameKind.PERIOD:
            _fail(f"`{name}` is a period, and one day is needed here", name, f"write `{name}.begin` or `{name}.end`")
        return str(name)

    def _kind(self, name: Token) -> NameKind:
        return _looked_up(name, self.vocabulary, "name")


def _shift(tree: Tree[Token]) -> Shift:
    """Adds up the amounts: years and months together, days apart (S6)."""
    months = days = 0
    for amount in _trees(tree):
        sign, count, unit = _tokens(amount)
        _check_unit(unit)
        number = _count(count) * (-1 if sign == "-" else 1)
        if unit in _MONTHS:
            months += number * _MONTHS[unit]
        else:
            days += number
    ways = [token for token in _tokens(tree) if token.type == "WAY"]
    return Shift(months, days, _looked_up(ways[0], _ROUNDINGS, "rounding") if ways else Rounding.DOWN)


def _check_unit(unit: Token) -> None:
    if unit not in _UNITS:
        _fail(f"unknown unit `{unit}`; expected {_listed(_UNITS)}", unit, _similar(unit, _UNITS))


def _count(count: Token) -> int:
    if len(count) > _LONGEST_COUNT:
        _fail(f"`{count}` is longer than the calendar; a count has at most {_LONGEST_COUNT} digits", count)
    return int(count)


def _day(literal: Token) -> int:
    try:
        return parse_day(literal)
    except InvalidDayError as error:
        _fail(str(error), literal)


def _single(slot: Slot) -> Endpoint:
    return Endpoint(Choice.SINGLE, (Term(slot, None),))


def _looked_up(word: Token, known: Mapping[str, _Value], what: str) -> _Value:
    if word not in known:
        _fail(f"unknown {what} `{word}`; expected {_listed(sorted(known))}", word, _similar(word, known))
    return known[word]


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token)]


def _token(tree: Tree[Token]) -> Token:
    return _tokens(tree)[0]


def _similar(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word.lower(), list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""


def _listed(words: Iterable[str]) -> str:
    return " or ".join(f"`{word}`" for word in words) or "no name, the vocabulary being empty"


def _fail(message: str, token: Token, suggestion: str = "") -> NoReturn:
    raise WindowSyntaxError(message, line=token.line or 1, column=token.column or 1, suggestion=suggestion)


def _parse(text: str, start: str) -> Tree[Token]:
    try:
        return _PARSER.parse(text, start=start)
    except UnexpectedCharacters as error:
        expected = _expectation(error.allowed or ())
        raise WindowSyntaxError(
            f"unexpected `{error.char}`; expected {expected}", line=error.line, column=error.column
        ) from None
    except UnexpectedToken as error:
        raise _unexpected(error.token, error.accepts or error.expected) from None


def _unexpected(token: Token, accepted: Collection[str]) -> WindowSyntaxError:
    """The error for a word or sign that cannot stand where it stands, or for a text that stops too early."""
    at_end = token.type == "$END"
    column = (token.end_column if at_end else token.column) or 1
    found = "the text stops here" if at_end else f"unexpected `{token}`"
    message = f"{found}; expected {_expectation(accepted)}"
    suggestion = _similar(token, ["rounding"]) if "ROUNDING" in accepted else ""
    return WindowSyntaxError(message, line=token.line or 1, column=column, suggestion=suggestion)


def _expectation(accepted: Collection[str]) -> str:
    """The accepted terminals in words; the bracket of `min(` is left out, being possible after any name."""
    return " or ".join(words for terminal, words in _EXPECTED.items() if terminal in accepted)
