"""From a message of columns to `RequestColumns`, and to errors for the rows that cannot be decided."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import Interned, Look, RequestColumns, RequestVocabulary
from rules_service.errors import CallerError, InternalError
from rules_service.serve.arrow.codes import Codes, combined
from rules_service.serve.arrow.days import Values
from rules_service.serve.arrow.kernels import gathered
from rules_service.serve.arrow.layout import Layout, column_names
from rules_service.serve.arrow.persons import Persons
from rules_service.serve.arrow.rows import LookKey, Rows, look_message, organisation_of
from rules_service.serve.arrow.stream import ColumnsMessage
from rules_service.serve.convert import RequestContext, asked_of
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.organisations import check_organisation, organisation_key
from rules_service.serve.limits import Limits

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_REFUSED: Final = -1
_NOT_FILLED: Final = np.zeros(0, dtype=np.int64)
_MOST_LOOKS: Final = 1 << 14
_MOST_REQUESTERS: Final = 1 << 16
_MOST_CHARACTERS: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """The rows of a message, read: those that can be decided are `good`, ascending, and stand in `requests` in order.

    Each other row has an error instead: `error_of` (in the order of the other rows) is its place in `errors`; where
    there are none, `good` is not filled. `columns` are all columns that came; `is_dated` says whether a row states a
    system date.
    """

    columns: Mapping[str, Any] = field(repr=False)
    row_count: int
    requests: RequestColumns
    good: Int64
    errors: Sequence[CallerError]
    error_of: Int32
    persons: Persons
    is_dated: bool


class _Memory:
    """The looks and requesters of earlier messages, each checked once; any number of threads may share it."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self.looks: Interned[Look] = Interned()
        self.requesters: Interned[str] = Interned()
        self._look_of: dict[LookKey, int] = {}
        self._requester_of: dict[Hashable, int] = {}
        self._characters = 0

    @property
    def is_full(self) -> bool:
        """Whether so much is remembered that it is time to forget: callers may send ever new ones, however long."""
        too_many = len(self._look_of) > _MOST_LOOKS or len(self._requester_of) > _MOST_REQUESTERS
        return too_many or self._characters > _MOST_CHARACTERS

    def look_of(self, key: LookKey) -> int:
        """The number of a look, `_REFUSED` where every request that looks like that is wrong."""
        known = self._look_of.get(key)
        if known is None:
            known = self._look_of[key] = self._checked_look(key)
            self._characters += sum(len(str(value)) for _, value in key)
        return known

    def requester_of(self, text: Hashable) -> int:
        """The number of a requester, `_REFUSED` where the text names none."""
        known = self._requester_of.get(text)
        if known is None:
            known = self._requester_of[text] = self._checked_requester(text)
            self._characters += len(str(text))
        return known

    def _checked_look(self, key: LookKey) -> int:
        message = look_message(key)
        message.requester.CopyFrom(organisation_of("0/0"))
        try:
            look = Look.of(asked_of(message, self._context).request)
        except CallerError:
            return _REFUSED
        return self.looks.number_of(replace(look, has_persons=bool(dict(key)["ssin"])))

    def _checked_requester(self, text: Hashable) -> int:
        findings, organisation = Findings(), organisation_of(text)
        check_organisation(organisation, "requester", findings)
        key = organisation_key(organisation)
        return _REFUSED if findings or not key else self.requesters.number_of(key)


class ColumnReader:
    """Reads messages; what it learns of looks and requesters serves all that follow, whoever reads them."""

    def __init__(self, vocabulary: RequestVocabulary, limits: Limits) -> None:
        """`vocabulary` has the names that requests may use."""
        self._vocabulary = vocabulary
        self._limits = limits
        self._known = column_names(vocabulary)
        self._memory = self._new_memory()

    def read(self, message: ColumnsMessage, received_on: int) -> ReadColumns:
        """The rows of a message that came in on a day.

        Raises:
            CallerError: a column is wrong, or there are more rows, persons or different looks than may be.
        """
        layout = Layout.of(message.schema, self._known)
        self._limits.check_columns_rows(message.row_count)
        columns, memory = layout.columns_of(message.as_one()), self._memory_with_room()
        rows = Rows.of(columns, layout)
        self._limits.check_columns_persons(len(rows.persons.ssins))
        look, requester = self._numbers(rows, memory)
        wrong = _wrong(rows, look, requester)
        bad, good = np.flatnonzero(wrong), np.flatnonzero(~wrong) if wrong.any() else _NOT_FILLED
        errors, error_of = _errors(rows, bad, RequestContext(self._vocabulary, received_on))
        every, persons = rows, rows.persons
        if len(bad):
            kept = {name: column.filter(~wrong) for name, column in columns.items()}
            rows, look, requester = Rows.of(kept, layout), look[good], requester[good]
        requests = _requests(rows, memory, look, requester, received_on)
        return ReadColumns(
            columns=columns,
            row_count=len(every),
            requests=requests,
            good=good,
            errors=errors,
            error_of=error_of,
            persons=persons,
            is_dated=bool(every.system_date.given.any()),
        )

    def _numbers(self, rows: Rows, memory: _Memory) -> tuple[Int32, Int32]:
        """The numbers of the look and of the requester of each row."""
        looks = combined(rows.look_parts, len(rows))
        used = np.flatnonzero(looks.first_rows >= 0)
        self._limits.check_columns_looks(len(used))
        look_of = np.full(len(looks.first_rows), _REFUSED, dtype=np.int32)
        look_of[used] = [memory.look_of(rows.look_key(row)) for row in looks.first_rows[used].tolist()]
        asker_of = np.array([memory.requester_of(text) for text in rows.requester.values], dtype=np.int32)
        return gathered(look_of, looks.codes), gathered(asker_of, rows.requester.codes)

    def _memory_with_room(self) -> _Memory:
        memory = self._memory
        if memory.is_full:
            memory = self._memory = self._new_memory()
        return memory

    def _new_memory(self) -> _Memory:
        return _Memory(RequestContext(self._vocabulary, received_on=0))


def _wrong(rows: Rows, look: Int32, requester: Int32) -> NDArray[np.bool_]:
    """Which rows cannot be decided."""
    wrong: NDArray[np.bool_] = (look == _REFUSED) | (requester == _REFUSED)
    for is_wrong, _ in rows.faults:
        wrong |= is_wrong
    return wrong


def _errors(rows: Rows, bad: Int64, context: RequestContext) -> tuple[list[CallerError], Int32]:
    """The errors of wrong rows, one for those that are wrong in the same way, and which of them each row has."""
    if not len(bad):
        return [], np.zeros(0, dtype=np.int32)
    ways = [replace(part, codes=part.codes[bad]) for part in (*rows.look_parts, rows.requester)]
    for is_wrong, how in rows.faults:
        # A row that is right in this respect is told apart from all that are not.
        of_wrong, numbers = np.where(is_wrong, how, 0)[bad], is_wrong[bad].astype(np.int32)
        values, codes = np.unique(of_wrong, return_inverse=True)
        ways += [Codes("", codes, range(len(values))), Codes("", numbers, range(2))]
    found = combined(ways, len(bad)).dense()
    errors = [_error(rows, int(bad[place]), context) for place in found.first_rows.tolist()]
    return errors, found.codes


def _error(rows: Rows, row: int, context: RequestContext) -> CallerError:
    """What is wrong with a row, found in the way in which a single request is checked."""
    try:
        asked_of(rows.message(row), context)
    except CallerError as error:
        return error
    raise InternalError("a request is right by itself and wrong in its columns")


def _requests(rows: Rows, memory: _Memory, look: Int32, requester: Int32, received_on: int) -> RequestColumns:
    value_offsets, begin, end = _joined(rows.values, len(rows))
    dated = rows.system_date
    return RequestColumns(
        looks=memory.looks,
        requesters=memory.requesters,
        look=look,
        requester=requester,
        system_date=dated.days if dated.given.all() else np.where(dated.given, dated.days, np.int32(received_on)),
        person_offsets=rows.persons.offsets,
        ssins=rows.persons.ssins,
        value_offsets=value_offsets,
        begin=begin,
        end=end,
    )


def _joined(values: Sequence[Values], rows: int) -> tuple[Int32, Int32, Int32]:
    """The days of all named values, row by row, and where those of each row begin."""
    if len(values) == 1:
        return values[0].offsets, values[0].begin, values[0].end
    if all(each.is_one_each for each in values):
        offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(len(values))
        return offsets, _side_by_side([it.begin for it in values]), _side_by_side([it.end for it in values])
    counts = [np.diff(each.offsets) for each in values]
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.sum(counts, axis=0), out=offsets[1:])
    begin, end = (np.empty(offsets[-1], dtype=np.int32) for _ in range(2))
    first = offsets[:-1].astype(np.int64)
    for each, count in zip(values, counts, strict=True):
        places = np.repeat(first - each.offsets[:-1], count) + np.arange(each.offsets[-1])
        begin[places], end[places] = each.begin, each.end
        first += count
    return offsets, begin, end


def _side_by_side(columns: Sequence[Int32]) -> Int32:
    return np.stack(columns, axis=1).ravel() if columns else np.zeros(0, dtype=np.int32)
