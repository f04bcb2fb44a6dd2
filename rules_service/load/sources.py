"""The cited lines of the source documents: do they still read as they did when the rule was written?

The source texts stay outside of the project. A citation keeps a fingerprint of its lines: the first 16 hexadecimal
digits of the SHA-256 of the lines, in the order of the citation, each without the white space at its end, joined by a
line feed, in UTF-8. Lines are those of the file split at line feeds alone, counted from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from rules_service.errors import Mistake, OperatorError, RuleAuthorError
from rules_service.load.building.shared import build_citation
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.load.reader import offset_of
from rules_service.load.rulesets import RulesetFolder, SourceFile, missing_path
from rules_service.model import Citation

_DIGITS: Final = 16


class SourceMissingError(OperatorError):
    """The folder of source texts has no readable file for a document that rules cite."""

    reason = "SOURCE_MISSING"


def fingerprint(lines: Iterable[str]) -> str:
    """The fingerprint of some lines; white space at their ends does not count.

    >>> fingerprint(["one day in common", "codes 001 to 009 "])
    '0508c7af93617a39'
    """
    return sha256("\n".join(line.rstrip() for line in lines).encode()).hexdigest()[:_DIGITS]


class SourceTexts:
    """The source documents in a folder; `documents` maps the key of a document to its file name."""

    def __init__(self, folder: Path, documents: Mapping[str, str]) -> None:
        self._folder = folder
        self._documents = documents
        self._lines: dict[str, tuple[str, ...]] = {}

    def cited(self, citation: Citation) -> tuple[tuple[int, str], ...]:
        """The cited lines, each with its number; lines that the document does not have are left out.

        Raises:
            SourceMissingError: the folder has no readable file for the document.
        """
        lines = self._document(citation.document)
        numbers = (number for each in citation.lines for number in range(each.first, min(each.last, len(lines)) + 1))
        return tuple((number, lines[number - 1]) for number in numbers)

    def lines_of(self, document: str) -> tuple[tuple[int, str], ...]:
        """All lines of a document, each with its number; raises as `cited`."""
        return tuple(enumerate(self._document(document), 1))

    def fingerprint_of(self, citation: Citation) -> str | None:
        """The fingerprint that the cited lines have now, None where the document does not have them all."""
        lines = self._document(citation.document)
        if any(each.last > len(lines) for each in citation.lines):
            return None
        return fingerprint(line for _, line in self.cited(citation))

    def _document(self, key: str) -> tuple[str, ...]:
        if key not in self._lines:
            path = self._folder / self._documents[key]
            try:
                text = path.read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                message = f"the document `{key}` cannot be read from `{path}`; give the folder of source texts"
                raise SourceMissingError(message) from error
            self._lines[key] = tuple(text.removesuffix("\n").split("\n"))
        return self._lines[key]


def verify_sources(rulesets: Path, sources: Path) -> tuple[Mistake, ...]:
    """Every citation of a folder of rulesets whose lines do not read as its fingerprint says, sorted by place.

    Args:
        rulesets: the folder of rulesets.
        sources: the folder of source texts, with the file names that `common.yaml` gives.

    Raises:
        RuleAuthorError: a citation cannot be read.
        SourceMissingError: the folder has no readable file for a cited document.
    """
    places = _Places(rulesets, sources)
    checks = (_verified(place, places.texts.fingerprint_of(place.citation)) for place in places)
    return tuple(sorted(mistake for mistake in checks if mistake is not None))


def fill_fingerprints(rulesets: Path, sources: Path) -> int:
    """Writes the fingerprint of every citation into its file and changes nothing else; how many were written.

    Raises:
        RuleAuthorError: a citation cannot be read, or cites lines that its document does not have.
        SourceMissingError: the folder has no readable file for a cited document.
    """
    places = _Places(rulesets, sources)
    edits: dict[Path, list[tuple[Node, str]]] = {}
    unknown: list[Mistake] = []
    for place in places:
        now = places.texts.fingerprint_of(place.citation)
        if now is None:
            unknown.append(_unknown_lines(place))
        elif now != place.citation.fingerprint:
            edits.setdefault(place.path, []).append((place.node, now))
    if unknown:
        raise RuleAuthorError(tuple(unknown))
    for path, changes in edits.items():
        _rewrite(path, changes)
    return sum(map(len, edits.values()))


@dataclass(frozen=True, slots=True)
class _Place:
    """One citation and where it stands."""

    path: Path
    node: Node
    citation: Citation

    def mistake(self, node: Node, code: Code, message: str, suggestion: str) -> Mistake:
        return Mistake(self.path.name, node.position, code.value, node.path, message, suggestion)


class _Places:
    """The citations of a folder of rulesets, beside the texts that they cite."""

    def __init__(self, rulesets: Path, sources: Path) -> None:
        if not rulesets.is_dir():
            raise RuleAuthorError((missing_path(rulesets),))
        self._folder = RulesetFolder(rulesets)
        self._documents = self._folder.shared().documents
        self.texts = SourceTexts(sources, self._documents)

    def __iter__(self) -> Iterator[_Place]:
        tried = [self._read(file, node) for file, node in self._folder.citations()]
        mistakes = [mistake for _, found in tried for mistake in found]
        if mistakes or self._folder.unreadable:
            raise RuleAuthorError((*mistakes, *self._folder.unreadable))
        return (place for place, _ in tried if place is not None)

    def _read(self, file: SourceFile, node: Node) -> tuple[_Place | None, tuple[Mistake, ...]]:
        findings = Findings(file.path.name)
        citation = findings.attempt(lambda part: build_citation(part, self._documents, findings), node)
        if citation is None or findings.count:
            return None, findings.mistakes
        return _Place(file.path, node, citation), ()


def _verified(place: _Place, now: str | None) -> Mistake | None:
    hint = "read the lines again, then let `rules check --source DIR --write-fingerprints` write the fingerprint"
    if now is None:
        return _unknown_lines(place)
    if not place.citation.fingerprint:
        return place.mistake(place.node, Code.MISSING_FINGERPRINT, "the citation has no fingerprint", hint)
    if place.citation.fingerprint != now:
        message = "the cited lines do not read as they did when the fingerprint was written"
        return place.mistake(place.node["fingerprint"], Code.CHANGED_SOURCE, message, hint)
    return None


def _unknown_lines(place: _Place) -> Mistake:
    message = f"the document `{place.citation.document}` does not have all of these lines"
    return place.mistake(place.node["lines"], Code.UNKNOWN_LINES, message, "correct the line numbers")


def _rewrite(path: Path, changes: Iterable[tuple[Node, str]]) -> None:
    """Puts fingerprints into the text of a file, from its end to its beginning, so that places stay true."""
    content = path.read_bytes()
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content.removeprefix(mark).decode("utf-8")
    edits = sorted((_edit(text, node, new) for node, new in changes), reverse=True)
    for start, end, replacement in edits:
        text = text[:start] + replacement + text[end:]
    path.write_bytes(mark + text.encode())


def _edit(text: str, node: Node, new: str) -> tuple[int, int, str]:
    """Which characters of the text become what, so that the citation has its fingerprint."""
    if "fingerprint" in node:
        old = node["fingerprint"]
        start = offset_of(text, old.position)
        quotes = 2 * (text[start] in "'\"")
        return start, start + len(old.written) + quotes, f'"{new}"'
    if text[offset_of(text, node.position)] == "{":
        after_lines = text.index("]", offset_of(text, node["lines"].position)) + 1
        return after_lines, after_lines, f', fingerprint: "{new}"'
    key = node.keys["lines"]
    start = offset_of(text, key)
    return start, start, f'fingerprint: "{new}"\n' + " " * (key.column - 1)
