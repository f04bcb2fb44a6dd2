"""The parts that several kinds of file share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rules_service.load.schema_words import Schema, list_of, mapping, name, number, text

API_VERSION: Final = "integrationcontrol/v1"
SECTOR: Final = number(0, 999, "a sector of the network, such as 17 (CPAS)")
INSTITUTION: Final = number(0, 999, "an institution of its sector, such as 0 in 40/0")


def modeline(kind: str) -> str:
    """The first line of every file: it tells editors which schema to check the file by."""
    return f"# yaml-language-server: $schema=schema/{kind}.schema.json"


def three_languages(description: str) -> Schema:
    """A text in the three languages of the service."""
    return mapping({lang: text() for lang in ("fr", "nl", "en")}, ("fr", "nl", "en"), description=description)


def four_languages(description: str) -> Schema:
    """A label, which may have its German form too."""
    schema = three_languages(description)
    return schema | {"properties": schema["properties"] | {"de": text()}}


def citation() -> Schema:
    """Cited lines of a source document."""
    lines: Schema = {
        "type": ["integer", "string"],
        "minimum": 1,
        "maximum": 1_000_000,
        "pattern": r"^[1-9][0-9]{0,6}-[1-9][0-9]{0,6}$",
        "description": "a line or a range of lines, such as 1351-1402",
    }
    return mapping(
        {
            "document": name("a key of `documents` in common.yaml"),
            "section": text("the section of the document, in quotes", minLength=1),
            "lines": list_of(lines, minItems=1),
            "fingerprint": text(
                "16 hexadecimal digits in quotes, written by `rules check --write-fingerprints`", r"^[0-9a-f]{16}$"
            ),
        },
        ("document", "section", "lines"),
    )


def file_of(properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """A whole file: its version of the rule language, and what else it holds."""
    version: Schema = {"const": API_VERSION, "description": "the version of the rule language"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **mapping({"apiVersion": version, **properties}, ("apiVersion", *required)),
    }
