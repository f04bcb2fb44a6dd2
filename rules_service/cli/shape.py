"""Which fields of a JSON object do not fit a message: their paths, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from rules_service.errors import FieldViolation

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,20}")
_INT_BITS: Final = {FieldDescriptor.CPPTYPE_INT32: 32, FieldDescriptor.CPPTYPE_INT64: 64}
_HALF_A_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_TIMESTAMP: Final = "google.protobuf.Timestamp"


def problems_of(value: Any, message: Descriptor, path: str = "") -> Iterator[FieldViolation]:
    """Every field of a JSON value that a message does not have, or has in another type."""
    if message.full_name == _TIMESTAMP:
        yield FieldViolation(path, "must be a moment with its time zone, such as 2026-06-15T10:00:00Z")
        return
    if not isinstance(value, dict):
        yield FieldViolation(path, "must be a JSON object")
        return
    fields = {name: field for field in message.fields for name in (field.name, field.json_name)}
    for key, part in value.items():
        where = f"{path}.{_shown(key)}" if path else _shown(key)
        if key not in fields:
            yield FieldViolation(where, f"is no field of a request{_hint(key, fields)}")
        elif part is not None:
            yield from _problems_of_field(part, fields[key], where)


def _problems_of_field(value: Any, field: FieldDescriptor, path: str) -> Iterator[FieldViolation]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        yield from _problems_of_map(value, field.message_type.fields_by_name["value"], path)
    elif field.is_repeated:
        if not isinstance(value, list):
            yield FieldViolation(path, "must be a list")
            return
        for index, part in enumerate(value):
            yield from _problems_of_one(part, field, f"{path}[{index}]")
    else:
        yield from _problems_of_one(value, field, path)


def _problems_of_map(value: Any, field: FieldDescriptor, path: str) -> Iterator[FieldViolation]:
    if not isinstance(value, dict):
        yield FieldViolation(path, "must be a JSON object of names with their values")
        return
    for key, part in value.items():
        where = f"{path}[{_shown(key)}]"
        if not _is_text(key):
            yield FieldViolation(where, "has a name of incomplete characters")
        yield from _problems_of_one(part, field, where)


def _problems_of_one(value: Any, field: FieldDescriptor, path: str) -> Iterator[FieldViolation]:
    if field.message_type is not None:
        yield from problems_of(value, field.message_type, path)
    elif field.enum_type is not None:
        if not _is_member(value, field.enum_type):
            names = ", ".join(f"`{name}`" for name in field.enum_type.values_by_name)
            yield FieldViolation(path, f"must be one of {names}")
    elif field.cpp_type in _INT_BITS:
        if not _is_whole(value, _INT_BITS[field.cpp_type]):
            yield FieldViolation(path, f"must be a whole number of at most {_INT_BITS[field.cpp_type]} bits")
    elif not _is_text(value):
        yield FieldViolation(path, "must be a text in quotes, of complete characters")


def _is_member(value: Any, enumeration: EnumDescriptor) -> bool:
    if isinstance(value, str):
        return value in enumeration.values_by_name
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << 31) <= value < 1 << 31


def _is_whole(value: Any, bits: int) -> bool:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << bits - 1) <= value < 1 << bits - 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not _HALF_A_CHARACTER.search(value)


def _shown(key: str) -> str:
    return _HALF_A_CHARACTER.sub("?", key)


def _hint(key: str, known: dict[str, FieldDescriptor]) -> str:
    close = get_close_matches(key, list(known), n=1)
    return f"; did you mean `{close[0]}`" if close else "; leave it out"
