"""From the bytes of a file to a tree of nodes; whatever the bytes are, the result is a tree or a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from rules_service.errors import Position
from rules_service.load.codes import Code
from rules_service.load.document import Node, core_scalar
from rules_service.load.findings import Findings

MAX_BYTES: Final = 500_000
"""Several times the longest chapter; what is larger would take long to read and longer to review."""
MAX_DEPTH: Final = 40
"""Lists and mappings inside each other; a condition of the rulesets needs about ten."""

_FOREIGN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Control characters, other line ends than LF and CR, and what Unicode keeps for itself."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_file(path: Path, findings: Findings) -> Node | None:
    """The tree of a file, or None when it has none; then `findings` says why."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        findings.add_at(Position(), "", Code.MISSING_FILE, f"cannot be read: {error.strerror}")
        return None
    if size > MAX_BYTES:
        message = f"has {size} bytes, at most {MAX_BYTES} are read; split it by chapter"
        findings.add_at(Position(), "", Code.TOO_LARGE, message)
        return None
    return read_bytes(content, findings)


def read_bytes(content: bytes, findings: Findings) -> Node | None:
    """The tree of a file's bytes, or None when they have none; then `findings` says why."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        findings.add_at(place_in(before, len(before)), "", Code.NOT_TEXT, "is not UTF-8; save the file as UTF-8")
        return None
    foreign = _FOREIGN.search(text)
    if foreign is not None:
        message = f"holds the character U+{ord(foreign[0]):04X}, which does not belong in a text; remove it"
        findings.add_at(place_in(text, foreign.start()), "", Code.NOT_TEXT, message)
        return None
    try:
        return _TreeReader(text, findings).document()
    except _UnreadableError:
        return None


def place_in(text: str, offset: int) -> Position:
    """Line and column of a character, both from 1."""
    ends = list(_LINE_END.finditer(text, 0, offset))
    return Position(len(ends) + 1, offset - (ends[-1].end() if ends else 0) + 1)


def offset_of(text: str, position: Position) -> int:
    """The offset of a line and column, both from 1."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return starts[position.line - 1] + position.column - 1


class _UnreadableError(Exception):
    """There is no tree; why has been written down."""


class _TreeReader:
    """Builds the tree while the parser walks through the text, so that a hostile text stops early."""

    def __init__(self, text: str, findings: Findings) -> None:
        self._text = text
        self._findings = findings
        self._events = self._parsed()
        self._last = Position(1, 1)
        self._depth = 0

    def document(self) -> Node | None:
        """The one document of the file."""
        root = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._stop(_position(event.start_mark), "", "a file holds one document; remove the line `---`")
                root = self._node(next(self._events), "")
        if root is None:
            self._findings.add_at(Position(1, 1), "", Code.EMPTY, "the file is empty")
        return root

    def _parsed(self) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(self._text):
                self._last = _position(event.start_mark) if not isinstance(event, StreamStartEvent) else self._last
                yield event
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._stop(_position(mark) if mark else self._last, "", _in_words(error))
        except (YAMLError, ValueError, IndexError, AttributeError, TypeError, OverflowError, AssertionError) as error:
            # The parser of arbitrary texts also fails in ways that it does not announce; the author sees where.
            self._stop(self._last, "", f"cannot be read from about here on: {_first_line(error)}")

    def _node(self, event: Event, path: str) -> Node:
        position = _position(event.start_mark)
        if isinstance(event, AliasEvent):
            self._stop(position, path, f"the alias `*{event.anchor}` is not allowed; write the value where it is used")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self._stop(position, path, f"the anchor `&{event.anchor}` is not allowed; remove it")
        if isinstance(event, ScalarEvent):
            return self._scalar(event, position, path)
        if isinstance(event, SequenceStartEvent):
            self._enter(event, position, path)
            return self._list(position, path)
        self._enter(event, position, path)
        return self._mapping(position, path)

    def _enter(self, event: Event, position: Position, path: str) -> None:
        self._no_tag(event, position, path)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"is nested deeper than {MAX_DEPTH} lists and mappings; simplify it"
            self._findings.add_at(position, "", Code.TOO_LARGE, message)
            raise _UnreadableError

    def _no_tag(self, event: Event, position: Position, path: str) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._stop(position, path, f"the tag `{tag}` is not allowed; remove it")

    def _scalar(self, event: ScalarEvent, position: Position, path: str) -> Node:
        self._no_tag(event, position, path)
        text = event.value
        quoted = event.style in ("'", '"')
        single_line = event.start_mark.line == event.end_mark.line
        as_written = single_line and event.end_mark.column - event.start_mark.column == len(text) + 2 * quoted
        return Node(
            path,
            position,
            scalar=core_scalar(text) if event.style is None else text,
            text=text,
            first_column=position.column + quoted if as_written else 0,
        )

    def _list(self, position: Position, path: str) -> Node:
        parts: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            parts.append(self._node(event, f"{path}[{len(parts)}]"))
        self._depth -= 1
        return Node(path, position, parts=tuple(parts))

    def _mapping(self, position: Position, path: str) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Position] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key, key_position = self._key(event, path)
            value = self._value(next(self._events), joined(path, key), key_position)
            if key in entries:
                message = f"the key `{key}` stands here a second time, first in line {keys[key].line}; keep one"
                self._findings.add_at(key_position, value.path, Code.DUPLICATE_KEY, message)
                continue
            entries[key], keys[key] = value, key_position
        self._depth -= 1
        return Node(path, position, entries=entries, keys=keys)

    def _value(self, event: Event, path: str, key_position: Position) -> Node:
        """The value of a key; one that is left out stands where its key stands."""
        value = self._node(event, path)
        is_left_out = value.text == "" and value.scalar is None
        return replace(value, position=key_position) if is_left_out else value

    def _key(self, event: Event, path: str) -> tuple[str, Position]:
        position = _position(event.start_mark)
        if not isinstance(event, ScalarEvent):
            self._stop(position, path, "a key must be a plain word, not a list, a mapping or an alias")
        node = self._node(event, path)
        return node.written, position

    def _stop(self, position: Position, path: str, message: str) -> NoReturn:
        self._findings.add_at(position, path, Code.NOT_YAML, message)
        raise _UnreadableError


def joined(path: str, key: str) -> str:
    """The path of a key; one that is no plain word is put in brackets: `authorisations['CSSS 07/062']`."""
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{key!r}]"
    return f"{path}.{key}" if path else key


def _position(mark: StringMark) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _in_words(error: MarkedYAMLError) -> str:
    """The parser's own words, of which the part after a line break is an excerpt that repeats the file."""
    return ", ".join(_first_line(part) for part in (error.context, error.problem) if part)


def _first_line(words: object) -> str:
    return str(words).split("\n", maxsplit=1)[0][:200].rstrip(".")
