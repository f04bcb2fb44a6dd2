"""Parts of the catalogue as JSON."""

from __future__ import annotations

from typing import Any

from rules_service.catalogue import NetworkNames
from rules_service.identifiers.parties import RequesterClass
from rules_service.model import Citation, Text


def text_json(text: Text) -> dict[str, str]:
    """A text in every language that it has."""
    languages = {"fr": text.fr, "nl": text.nl, "de": text.de, "en": text.en}
    return {language: words for language, words in languages.items() if words}


def source_json(citation: Citation) -> dict[str, str]:
    """Cited lines of a source document."""
    lines = ", ".join(map(str, citation.lines))
    return {"document": citation.document, "section": citation.section, "lines": lines}


def requester_json(each: RequesterClass, names: NetworkNames) -> dict[str, Any]:
    """A class of requesters; what does not restrict is left out."""
    parts = {
        "kind": each.kind.name.lower(),
        "sector": each.sector,
        "institution": each.institution,
        "partner": names.partner(each.sector, each.institution) or None,
        "regions": [region.name.lower() for region in sorted(each.regions)] or None,
    }
    return {name: value for name, value in parts.items() if value is not None}
