"""The documents held against the rulesets: every name answered for, and nothing invented.

The loader has seen to it that the rulesets know each name of the inventory. Here the inventory itself is held against
the texts, where they are at hand, and the operations against the inventory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from rules_service.load import SourceTexts
from rules_service.model import Citation, InventoryEntry, Relation, Ruleset

_LOOKS_LIKE_A_NAME: Final = re.compile(r"[A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*")
"""Words in mixed case, such as `openCarmed`: so the documents write most of their services."""
_NOT_PRINTED: Final = (Relation.UNNAMED, Relation.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document and the names that stand in it."""

    document: str
    number: str
    names: tuple[InventoryEntry, ...]


def sections(ruleset: Ruleset) -> tuple[Section, ...]:
    """The sections of the documents in which names stand, in the order of the inventory."""
    places: dict[tuple[str, str], list[InventoryEntry]] = {}
    for entry in ruleset.inventory:
        places.setdefault((entry.citation.document, entry.citation.section), []).append(entry)
    return tuple(Section(document, number, tuple(names)) for (document, number), names in places.items())


def citations_in(part: object) -> Iterator[Citation]:
    """Every citation in a ruleset or a part of it, wherever it stands, so that none is forgotten."""
    if isinstance(part, Citation):
        yield part
    elif is_dataclass(part) and not isinstance(part, type):
        yield from citations_in([getattr(part, each.name) for each in fields(part)])
    elif isinstance(part, Mapping):
        yield from citations_in(list(part.values()))
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for each in part:
            yield from citations_in(each)


def invented(ruleset: Ruleset) -> tuple[str, ...]:
    """The operations to which no name of the documents leads, neither itself nor by the group it is part of."""
    canonical = {
        name: each.name for each in ruleset.operations for name in (each.name, *(a.name for a in each.aliases))
    }
    parts = {group.name: group.parts for group in ruleset.groups}
    named = {entry.operation for entry in ruleset.inventory}
    named |= {part for name in named for part in parts.get(name, ())}
    led_to = {canonical.get(name, name) for name in named}
    return tuple(each.name for each in ruleset.operations if each.name not in led_to)


def misplaced(ruleset: Ruleset, texts: SourceTexts) -> Iterator[str]:
    """The names of the inventory that do not stand in the lines which it gives for them."""
    for entry in ruleset.inventory:
        printed = " ".join(line for _, line in texts.cited(entry.citation))
        if entry.relation not in _NOT_PRINTED and _letters(entry.name) not in _letters(printed):
            yield f"`{entry.name}` does not stand in {entry.citation}"


def overlooked(ruleset: Ruleset, texts: SourceTexts) -> Iterator[str]:
    """The words of the documents that look like the name of a service and that the inventory does not know."""
    known = " ".join(_letters(entry.name) for entry in ruleset.inventory)
    no_services = {_letters(word) for word in ruleset.no_services}
    for document in ruleset.documents:
        for number, line in texts.lines_of(document):
            for word in _LOOKS_LIKE_A_NAME.findall(line):
                if _letters(word) not in known and _letters(word) not in no_services:
                    yield f"`{word}` of {document}, line {number}, is not in the inventory"


def _letters(text: str) -> str:
    """A text without what the documents write now one way and now another: case, spaces and signs."""
    return "".join(filter(str.isalnum, text)).casefold()
