"""Which columns a request in columns may have, of which types; every mistake of a schema is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final, Self

import pyarrow as pa
from pyarrow import types

from rules_service.algebra import NameKind
from rules_service.decision import REFERENCE_YEAR, REQUEST_PERIOD, SYSTEM_DATE, RequestVocabulary
from rules_service.errors import MOST_VIOLATIONS, FieldViolation, InvalidRequestError

_RESERVED: Final = frozenset({SYSTEM_DATE, REQUEST_PERIOD, REFERENCE_YEAR})
_REQUIRED: Final = ("operation", "requester")
_NOT_OFFERED: Final = frozenset(
    {
        "consistency",
        "exact_revision",
        "facts",
        "integrations",
        "known_at",
        "min_revision",
        "parameter:proof_of_authentication",
        "proof",
        "requester_profile",
    }
)


@dataclass(frozen=True, slots=True)
class ColumnType:
    """Types that a column may have, in words; `of_nulls` is the one that a column of nulls alone is taken for."""

    words: str
    accepts: Callable[[Any], bool]
    of_nulls: Any

    def normal(self, column: Any) -> Any:
        """The column in a type that Arrow can work on: it cannot pick from views, nor from what has no type at all."""
        kind = column.type
        if _is_nothing(kind):
            return pa.nulls(len(column), self.of_nulls)
        wanted = _without_views(kind)
        if _is_list(kind) and types.is_null(kind.value_type):
            wanted = pa.list_(self.of_nulls.value_type if _is_list(self.of_nulls) else self.of_nulls)
        return column if wanted == kind else column.cast(wanted)


def _is_nothing(kind: Any) -> bool:
    """Whether a column of this type can hold nothing but nulls."""
    return bool(types.is_null(kind.value_type if types.is_dictionary(kind) else kind))


def _without_views(kind: Any) -> Any:
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _without_views(kind.value_type), kind.ordered)
    if types.is_large_list(kind):
        return pa.large_list(_without_views(kind.value_type))
    return pa.list_(_without_views(kind.value_type)) if types.is_list(kind) else kind


def _is_text(kind: Any) -> bool:
    plain = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(plain) or types.is_large_string(plain) or types.is_string_view(plain))


def _is_list(kind: Any) -> bool:
    return bool(types.is_list(kind) or types.is_large_list(kind))


def _is_list_of(kind: Any, accepts: Callable[[Any], bool]) -> bool:
    return _is_list(kind) and (accepts(kind.value_type) or bool(types.is_null(kind.value_type)))


def _is_person(kind: Any) -> bool:
    return bool(types.is_int64(kind)) or _is_text(kind)


def _is_code(kind: Any) -> bool:
    return bool(types.is_integer(kind))


def _is_day(kind: Any) -> bool:
    return bool(types.is_date32(kind))


_TEXT: Final = ColumnType("utf8, or a dictionary of utf8", _is_text, pa.string())
_TEXTS: Final = ColumnType("a list of utf8", lambda kind: _is_list_of(kind, _is_text), pa.list_(pa.string()))
_PERSONS: Final = ColumnType(
    "int64 or utf8, or a list of one of them for several persons",
    lambda kind: _is_person(kind) or _is_list_of(kind, _is_person),
    pa.int64(),
)
_CODE: Final = ColumnType("int16, or another integer (with pandas: `Int16`, which knows nulls)", _is_code, pa.int16())
_DAY: Final = ColumnType("date32", _is_day, pa.date32())
_DAYS: Final = ColumnType(
    "date32, or a list of date32", lambda kind: _is_day(kind) or _is_list_of(kind, _is_day), pa.date32()
)
_FIXED: Final = {
    "ticket": _TEXT,
    "operation": _TEXT,
    "requester": _TEXT,
    "ssin": _PERSONS,
    "quality_code": _CODE,
    "legal_context": _TEXT,
    "system_date": _DAY,
    "request_period_begin": _DAY,
    "request_period_end": _DAY,
    "information_types": _TEXTS,
}


def column_names(vocabulary: RequestVocabulary) -> Mapping[str, ColumnType]:
    """Every column that there may be, by name."""
    names = {**_FIXED}
    for name, kind in vocabulary.names.items():
        if name in _RESERVED:
            continue
        if kind is NameKind.PERIOD:
            names |= {f"period:{name}:begin": _DAY, f"period:{name}:end": _DAY}
        else:
            names[f"date:{name}"] = _DAYS
    return names | {f"parameter:{name}": _TEXT for name in vocabulary.parameters}


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """The columns of a period or date: `label` stands for it, `begin` and `end` are columns, `end` empty if none."""

    label: str
    begin: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of some requests: their types by name; periods, the request period first; dates; parameters.

    Periods and dates stand in the order of their columns, in which errors count them.
    """

    columns: Mapping[str, ColumnType]
    periods: tuple[ValueColumns, ...]
    dates: tuple[ValueColumns, ...]
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, schema: Any, known: Mapping[str, ColumnType]) -> Self:
        """The layout of a schema, of columns of which `known` holds all that there may be.

        Raises:
            InvalidRequestError: a column is unknown, of a wrong type, there twice, or missing; each is named, unless
                there are very many.
        """
        wrong = tuple(islice(_mistakes(schema, known), MOST_VIOLATIONS))
        if wrong:
            raise InvalidRequestError.of_all(wrong)
        names = schema.names
        first, *others = _periods(known)
        periods = [first] if first.begin in names else []
        periods += sorted((each for each in others if each.begin in names), key=lambda each: names.index(each.begin))
        dates = [ValueColumns(name, name) for name in names if name.startswith("date:")]
        return cls(
            columns={name: known[name] for name in names},
            periods=tuple(each if each.end in names else ValueColumns(each.label, each.begin) for each in periods),
            dates=tuple(dates),
            parameters=tuple(sorted(name for name in names if name.startswith("parameter:"))),
        )

    def columns_of(self, batch: Any) -> dict[str, Any]:
        """The columns of a batch by name, each in a type that Arrow can work on."""
        return {name: kind.normal(batch.column(name)) for name, kind in self.columns.items()}


def _periods(known: Mapping[str, ColumnType]) -> Iterator[ValueColumns]:
    yield ValueColumns(REQUEST_PERIOD, "request_period_begin", "request_period_end")
    for name in known:
        if name.startswith("period:") and name.endswith(":begin"):
            label = name.removesuffix(":begin")
            yield ValueColumns(label, name, f"{label}:end")


def _mistakes(schema: Any, known: Mapping[str, ColumnType]) -> Iterator[FieldViolation]:
    names = schema.names
    for name in _REQUIRED:
        if name not in names:
            yield FieldViolation(name, f"is a column that is missing; its type is {known[name].words}")
    for each in _periods(known):
        if each.end in names and each.begin not in names:
            yield FieldViolation(each.begin, f"is a column that is missing beside `{each.end}`; its type is date32")
    for place, column in enumerate(schema):
        if column.name not in known:
            yield FieldViolation(_shown(column.name), _of_unknown(column.name, known))
        elif column.name in names[:place]:
            yield FieldViolation(column.name, "is a column that comes twice; give it once")
        elif not (_is_nothing(column.type) or known[column.name].accepts(column.type)):
            words = known[column.name].words
            yield FieldViolation(column.name, f"is a column of type `{_shown(str(column.type))}`; give {words}")


def _of_unknown(name: str, known: Mapping[str, ColumnType]) -> str:
    if name in _NOT_OFFERED:
        return "is not offered in columns; ask such requests by `Decide` or `BatchDecide`"
    close = get_close_matches(name, known, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(sorted(known))}"
    return f"is no column of a request; leave it out, or {hint}"


def _shown(name: str) -> str:
    """The text, if it is surely no person's number and short enough to be repeated in an error."""
    digits = sum(character.isdigit() for character in name)
    return name if len(name) <= 80 and digits <= 8 and name.isprintable() else "…"
