"""What `common.yaml` names once for every chapter, and how a name is looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeVar

from rules_service.algebra import NameKind, Window
from rules_service.identifiers.parties import RequesterClass
from rules_service.load.codes import Code
from rules_service.load.document import Node, UnexpectedShapeError
from rules_service.load.findings import Findings, UnbuildableError, did_you_mean
from rules_service.load.schema_words import word_of
from rules_service.model import Assumption, Authorisation, Citation, Control, LineRange, Partner, Selector, Text

Value = TypeVar("Value")
Member = TypeVar("Member", bound=Enum)


@dataclass(frozen=True, slots=True)
class Shared:
    """Everything that chapters refer to by name. A name whose value is wrong maps to None, and is no unknown name."""

    documents: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Mapping[str, NameKind] = field(default_factory=dict)
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    partners: Mapping[str, Partner | None] = field(default_factory=dict)
    missions: Mapping[str, Text | None] = field(default_factory=dict)
    wordings: Mapping[str, Text | None] = field(default_factory=dict)
    windows: Mapping[str, Window | None] = field(default_factory=dict)
    selectors: Mapping[str, Selector | None] = field(default_factory=dict)
    conditions: Mapping[str, Control | None] = field(default_factory=dict)
    requesters: Mapping[str, tuple[RequesterClass, ...] | None] = field(default_factory=dict)
    authorisations: Mapping[str, Authorisation | None] = field(default_factory=dict)
    assumptions: Mapping[str, Assumption | None] = field(default_factory=dict)


def looked_up(node: Node, known: Mapping[str, Value | None], what: str, findings: Findings) -> Value:
    """The value that a name stands for.

    Raises:
        UnbuildableError: nothing has that name, which is written down; or its own value is wrong, which has been.
    """
    check_known(node, known, what, findings)
    value = known[node.string]
    if value is None:
        raise UnbuildableError
    return value


def check_known(node: Node, known: Collection[str], what: str, findings: Findings) -> None:
    """Gives up on a name that nothing has."""
    name = node.string
    if name not in known:
        hint = did_you_mean(name, known) or f"known are: {', '.join(sorted(known)[:12]) or 'none'}"
        findings.fail(node, Code.UNKNOWN_NAME, f"there is no {what} named `{name}`", hint)


def known_names(nodes: Collection[Node], known: Collection[str], what: str, findings: Findings) -> tuple[str, ...]:
    """The names of a list, each of which must exist."""

    def checked(node: Node) -> str:
        check_known(node, known, what, findings)
        return node.string

    return findings.every(checked, nodes)


def member_of(enumeration: type[Member], node: Node) -> Member:
    """The member of an enumeration that a word names."""
    for member in enumeration:
        if word_of(member) == node.string:
            return member
    raise UnexpectedShapeError(node, f"one of {', '.join(map(word_of, enumeration))}")


def build_text(node: Node) -> Text:
    """A text in the three languages; line breaks of the file are spaces."""
    return Text(*(" ".join(node[language].string.split()) for language in ("fr", "nl", "en")))


def build_label(node: Node) -> Text:
    """A text that may have its German form too."""
    return replace(build_text(node), de=" ".join(node.string_of("de").split()))


def build_citation(node: Node, documents: Mapping[str, str], findings: Findings) -> Citation:
    """Cited lines of a document that `common.yaml` names."""
    findings.attempt(lambda name: check_known(name, documents, "document", findings), node["document"])
    lines = findings.every(lambda part: _line_range(part, findings), node["lines"].items)
    for part, before, after in zip(node["lines"].items[1:], lines, lines[1:], strict=False):
        if after.first <= before.last:
            message = (
                f"`{after}` stands after `{before}` but does not begin after its end; write lines in ascending order"
            )
            findings.add(part, Code.LINES_NOT_ASCENDING, message)
    if "fingerprint" in node and not node["fingerprint"].first_column:
        findings.fail(
            node["fingerprint"], Code.WRONG_FORMAT, "must stand on one line, as 16 hexadecimal digits in quotes"
        )
    return Citation(node["document"].string, node["section"].string, lines, node.string_of("fingerprint"))


def _line_range(node: Node, findings: Findings) -> LineRange:
    first, _, last = node.written.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise UnbuildableError  # the schema has said so
    lines = LineRange(int(first), int(last or first))
    if lines.last < lines.first:
        findings.fail(node, Code.INVERTED_RANGE, f"`{lines}` ends before it begins; write {lines.last}-{lines.first}")
    return lines
