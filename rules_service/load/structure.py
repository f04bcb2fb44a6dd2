"""Checks a tree against the JSON Schema of its kind, and says every difference in an author's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, did_you_mean
from rules_service.load.formats import SCHEMAS
from rules_service.load.reader import joined

_TYPES: Final = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
}


def check_structure(root: Node, kind: str, findings: Findings) -> None:
    """Writes down every place where the tree is not as the schema of its kind describes."""
    for error in _validator(kind).iter_errors(root.plain()):
        _report(error, root, findings)


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[kind])


def _report(error: ValidationError, root: Node, findings: Findings) -> None:
    wanted: Any = error.validator_value
    node = root
    for step in error.absolute_path:
        node = node.child(step) or node
    match error.validator:
        case "additionalProperties":
            _unknown_keys(error, node, findings)
        case "required":
            _missing_keys(node, wanted, findings)
        case "dependentRequired":
            for key, needed in wanted.items():
                if key in node:
                    _missing_keys(node, needed, findings, f" beside `{key}`")
        case "oneOf":
            _one_of_several_keys(node, [option["required"][0] for option in wanted], findings)
        case _:
            code, message, suggestion = _value_mistake(error, node)
            findings.add(node, code, message, suggestion)


def _unknown_keys(error: ValidationError, node: Node, findings: Findings) -> None:
    known = _schema(error).get("properties", {})
    patterned = "patternProperties" in _schema(error)
    for key in _additional(error):
        position, path = node.keys[key], joined(node.path, key)
        if patterned:
            message = f"`{key}` is not well formed as a name; names here look like {_example(_schema(error))}"
            findings.add_at(position, path, Code.WRONG_FORMAT, message)
            continue
        hint = _comma_hint(node, key) or did_you_mean(key, known) or f"known here: {', '.join(known)}"
        findings.add_at(position, path, Code.UNKNOWN_KEY, f"the key `{key}` is not known here", hint)


def _comma_hint(node: Node, key: str) -> str:
    """In `{en: one, two}` the word `two` is a key of its own, which surprises every author once."""
    value = node[key]
    is_rest_of_a_text = " " in key and value.text == ""
    return "put a text with a comma in quotes when it stands between `{` and `}`" if is_rest_of_a_text else ""


def _example(schema: dict[str, Any]) -> str:
    """A name of the kind that a mapping of named things has."""
    (pattern,) = schema["patternProperties"]
    examples = ("`own_under_1_to_9`", "`17`", "`CSSS 07/062`")
    return next(example for example in examples if re.search(pattern, example.strip("`")))


def _additional(error: ValidationError) -> Iterator[str]:
    """The keys that the mapping has and its schema has not."""
    known = _schema(error).get("properties", {})
    patterns = _schema(error).get("patternProperties", {})
    instance: Any = error.instance
    for key in instance:
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            yield key


def _schema(error: ValidationError) -> dict[str, Any]:
    """The part of the schema that was not met."""
    return error.schema if isinstance(error.schema, dict) else {}


def _missing_keys(node: Node, needed: Iterable[str], findings: Findings, beside: str = "") -> None:
    for key in needed:
        if key not in node:
            findings.add(node, Code.MISSING_KEY, f"the key `{key}` is missing{beside}; add it")


def _one_of_several_keys(node: Node, keys: list[str], findings: Findings) -> None:
    given = [key for key in keys if key in node]
    listed = ", ".join(f"`{key}`" for key in keys)
    if not given:
        findings.add(node, Code.MISSING_KEY, f"give exactly one of {listed}; there is none")
    for key in given[1:]:
        message = f"give exactly one of {listed}; `{given[0]}` is there already"
        findings.add_at(node.keys[key], joined(node.path, key), Code.CONFLICTING_KEYS, message)


def _value_mistake(error: ValidationError, node: Node) -> tuple[Code, str, str]:
    """Code, message and suggestion for a value that its schema does not admit."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if node.text is not None and node.scalar is None:
        return Code.EMPTY, "has no value; fill it in or leave out its key", ""
    match error.validator:
        case "type":
            return Code.WRONG_TYPE, f"must be {_type_in_words(wanted)}, not {_found(node)}", _quotes(wanted, node)
        case "enum":
            return _unknown_value(wanted, node)
        case "const":
            return Code.UNKNOWN_VALUE, f"must be `{_yaml_word(wanted)}`", ""
        case "pattern":
            described = _schema(error).get("description") or f"must match {wanted}"
            return Code.WRONG_FORMAT, f"`{_short(node)}` is not well formed; expected {described}", ""
        case "minLength" | "minItems" | "minProperties" if not instance:
            return Code.EMPTY, "must not be empty; fill it in or leave out its key", ""
        case "minItems" | "maxItems" | "maxLength":
            return Code.OUT_OF_RANGE, f"has {len(instance)} parts, {_bound(error)} allowed", ""
        case "minimum" | "maximum":
            return Code.OUT_OF_RANGE, f"`{_short(node)}` is out of range; {_bound(error)} allowed", ""
        case "uniqueItems":
            return Code.REPEATED_VALUE, "holds the same value twice; keep one", ""
        case _:
            return Code.WRONG_FORMAT, f"is not as expected here ({error.validator})", ""


def _unknown_value(wanted: list[str], node: Node) -> tuple[Code, str, str]:
    expected = ", ".join(f"`{word}`" for word in wanted)
    if node.text is None:
        return Code.WRONG_TYPE, f"must be one of {expected}, not {_found(node)}", ""
    hint = _quotes("string", node) if node.text in wanted else did_you_mean(node.text, wanted)
    return Code.UNKNOWN_VALUE, f"`{_short(node)}` is not known; expected one of {expected}", hint


def _bound(error: ValidationError) -> str:
    return f"at {'least' if str(error.validator).startswith('min') else 'most'} {error.validator_value}"


def _type_in_words(wanted: str | list[str]) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join(_TYPES[name] for name in names)


def _quotes(wanted: str | list[str], node: Node) -> str:
    needs_text = wanted == "string" or "string" in wanted
    is_text = isinstance(node.scalar, str)
    return f'put it in quotes: "{_short(node)}"' if needs_text and node.text and not is_text else ""


def _found(node: Node) -> str:
    if node.parts is not None:
        return "a list"
    if node.entries is not None:
        return "a mapping"
    if node.scalar is None:
        return "nothing"
    named = {bool: "a truth value", int: "a whole number", float: "a number", str: "a text"}
    return f"{named[type(node.scalar)]} (`{_short(node)}`)"


def _yaml_word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(node: Node) -> str:
    text = node.text or ""
    return text if len(text) <= 60 else f"{text[:57]}..."
