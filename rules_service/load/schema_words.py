"""The words of JSON Schema that the formats of our files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

Schema = dict[str, Any]


def words_of(enumeration: type[Enum]) -> list[str]:
    """The words by which a file names the members of an enumeration, in their order."""
    return [word_of(member) for member in enumeration]


def word_of(member: Enum) -> str:
    """The word by which a file names a member of an enumeration."""
    return member.value if isinstance(member.value, str) else member.name.lower()


def text(description: str = "", pattern: str = "", **more: Any) -> Schema:
    """A text; `pattern` is a regular expression that it must match."""
    schema: Schema = {"type": "string", **more}
    if pattern:
        schema["pattern"] = pattern
    if description:
        schema["description"] = description
    return schema


def name(description: str = "a name") -> Schema:
    """A text that names something."""
    return text(description, minLength=1, maxLength=200)


def number(low: int, high: int, description: str = "") -> Schema:
    """A whole number from `low` to `high`."""
    return {"type": "integer", "minimum": low, "maximum": high} | ({"description": description} if description else {})


def truth(description: str) -> Schema:
    """`true` or `false`."""
    return {"type": "boolean", "description": description}


def one_of(words: Iterable[str], description: str = "") -> Schema:
    """One of some words."""
    return {"enum": list(words)} | ({"description": description} if description else {})


def list_of(items: Schema, *, description: str = "", **more: Any) -> Schema:
    """A list of like things."""
    return {"type": "array", "items": items, **({"description": description} if description else {}), **more}


def mapping(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """A mapping that has no other keys."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def named(values: Schema, description: str, pattern: str = r"^\S(.*\S)?$") -> Schema:
    """A mapping from names of the author's choice."""
    return {
        "type": "object",
        "patternProperties": {pattern: values},
        "additionalProperties": False,
        "description": description,
    }


def exactly_one(keys: Iterable[str]) -> list[Schema]:
    """Exactly one of these keys; `structure` reads the form of this back to name them."""
    return [{"required": [key]} for key in keys]
