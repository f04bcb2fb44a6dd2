"""A YAML file as a tree of values that know where they stand.

Read from the parser's events, not from ready-made Python values: each key and value keeps its line, column and path.
Rulesets use a small part of YAML 1.2: lists, mappings with plain keys, and the scalars of its core schema. Anchors,
aliases, merge keys, tags and several documents in one file are mistakes, because a reader of a rule should see all of
it where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rules_service.errors import Position

Scalar = str | int | float | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]

_NULL: Final = re.compile(r"null|Null|NULL|~|")
_TRUTHS: Final = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")


class UnexpectedShapeError(Exception):
    """A value has another shape than its reader expects; the schema has said so already."""

    def __init__(self, node: Node, expected: str) -> None:
        super().__init__(f"must be {expected}")
        self.node = node


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file: a scalar, a list (`parts`) or a mapping (`entries`), with its place.

    `text` is a scalar as it is written, so that `030` and `4.10` can be read as they stand. `keys` holds the places
    of a mapping's keys. `first_column` is the column of a scalar's first character inside its quotation marks, 0 where
    characters and columns do not correspond, as in a folded text.
    """

    path: str
    position: Position
    scalar: Scalar = None
    text: str | None = None
    parts: tuple[Node, ...] | None = None
    entries: Mapping[str, Node] | None = None
    keys: Mapping[str, Position] = field(default_factory=dict)
    first_column: int = 0

    def plain(self) -> Plain:
        """The value without its places, as a JSON Schema looks at it."""
        if self.entries is not None:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.parts is not None:
            return [node.plain() for node in self.parts]
        return self.scalar

    def child(self, step: str | int) -> Node | None:
        """The value under a key or at an index, None where there is none."""
        if isinstance(step, str):
            return self.entries.get(step) if self.entries is not None else None
        return self.parts[step] if self.parts is not None and step < len(self.parts) else None

    def __getitem__(self, key: str) -> Node:
        """The value under a key that must be there."""
        node = self.child(key)
        if node is None:
            raise UnexpectedShapeError(self, f"a mapping with the key `{key}`")
        return node

    def __contains__(self, key: str) -> bool:
        return self.child(key) is not None

    @property
    def mapping(self) -> Mapping[str, Node]:
        """The entries of a value that must be a mapping."""
        if self.entries is None:
            raise UnexpectedShapeError(self, "a mapping")
        return self.entries

    @property
    def items(self) -> tuple[Node, ...]:
        """The parts of a value that must be a list."""
        if self.parts is None:
            raise UnexpectedShapeError(self, "a list")
        return self.parts

    @property
    def written(self) -> str:
        """A scalar exactly as it is written, whatever its type."""
        if self.text is None:
            raise UnexpectedShapeError(self, "a text")
        return self.text

    @property
    def string(self) -> str:
        """A value that must be a text."""
        if not isinstance(self.scalar, str):
            raise UnexpectedShapeError(self, "a text")
        return self.scalar

    @property
    def integer(self) -> int:
        """A value that must be a whole number."""
        if not isinstance(self.scalar, int) or isinstance(self.scalar, bool):
            raise UnexpectedShapeError(self, "a whole number")
        return self.scalar

    @property
    def truth(self) -> bool:
        """A value that must be `true` or `false`."""
        if not isinstance(self.scalar, bool):
            raise UnexpectedShapeError(self, "`true` or `false`")
        return self.scalar

    def string_of(self, key: str, default: str = "") -> str:
        """The text under a key that may be left out."""
        return self[key].string if key in self else default

    def truth_of(self, key: str) -> bool:
        """The truth under a key that may be left out, then false."""
        return self[key].truth if key in self else False

    def integer_of(self, key: str) -> int | None:
        """The number under a key that may be left out."""
        return self[key].integer if key in self else None

    def items_of(self, key: str) -> tuple[Node, ...]:
        """The list under a key that may be left out, then empty."""
        return self[key].items if key in self else ()

    def strings_of(self, key: str) -> tuple[str, ...]:
        """The list of texts under a key that may be left out, then empty."""
        return tuple(node.string for node in self.items_of(key))

    def entries_of(self, key: str) -> Mapping[str, Node]:
        """The mapping under a key that may be left out, then empty."""
        return self[key].mapping if key in self else {}


def core_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar by the core schema of YAML 1.2: `no` and `2026-06-15` are texts.

    >>> core_scalar("030"), core_scalar("no"), core_scalar("1-9")
    (30, 'no', '1-9')
    """
    if _NULL.fullmatch(text):
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
