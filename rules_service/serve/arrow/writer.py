"""From decisions in columns to an Arrow record batch, and to the bytes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from numpy.typing import NDArray

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Decision, Interned, Reason
from rules_service.decision.decision_columns import NOT_TOLD
from rules_service.errors import CallerError, InternalError, InvalidRequestError
from rules_service.serve.arrow.answers import Answers
from rules_service.serve.arrow.ipc import pieces_of
from rules_service.serve.arrow.kernels import gathered, spread_lists
from rules_service.serve.statuses import status_of

UInt8 = NDArray[np.uint8]
Int64 = NDArray[np.int64]
Verdict = Decision | CallerError

_DECISIONS_TAG: Final = b"\x0a"
_LARGEST_ITEM: Final = 8
_SSIN_DIGITS: Final = 11
_MOST_ITEMS: Final = (1 << 31) - 1
_OUTCOME_OF: Final = np.array(
    [Reason(number).outcome if number in set(Reason) else 0 for number in range(256)], dtype=np.int8
)


def write_columns(answers: Answers, wanted: Sequence[str], shared: pb.DecideColumnsResponse) -> bytes:
    """The bytes of the answer: `shared` is the answer without its columns, `wanted` names these, or none for all."""
    names = wanted or ANSWER_COLUMNS
    columns = {name: column for name in names if (column := _COLUMNS[name](answers)) is not None}
    pieces = pieces_of(pa.RecordBatch.from_arrays([*columns.values()], [*columns]))
    size = sum(map(len, pieces))
    # Put together by hand: protobuf would copy the columns into a message and out of it again.
    return b"".join((_DECISIONS_TAG, _varint(size), *pieces, shared.SerializeToString()))


def check_wanted(names: Sequence[str]) -> None:
    """Refuse names of columns that no answer has, or that come twice; raises `InvalidRequestError`."""
    for place, name in enumerate(names):
        if name not in _COLUMNS or name in names[:place]:
            known = ", ".join(ANSWER_COLUMNS)
            raise InvalidRequestError.of(
                f"answer_columns[{place}]", f"is no column of an answer, or twice; known are {known}"
            )


def _ticket(answers: Answers) -> Any:
    return answers.asked.columns.get("ticket")


def _outcome(answers: Answers) -> Any:
    return _named(_outcomes(answers.reason), common_pb2.Outcome, answers.failed)


def _reason(answers: Answers) -> Any:
    return _named(answers.reason.view(np.int8), common_pb2.Reason, answers.failed)


def _executed_by(answers: Answers) -> Any:
    numbers = [each.executed_by if isinstance(each, Decision) else 0 for each in _used(answers)]
    return _named(_of_table(numbers, np.int8, answers), common_pb2.ExecutedBy, answers.failed)


def _system_date(answers: Answers) -> Any:
    return pa.array(answers.system_date, mask=answers.failed).view(pa.date32())


def _person_reason(answers: Answers) -> Any:
    return _of_persons(answers, lambda: _named(answers.person_reason.view(np.int8), common_pb2.Reason))


def _person_outcome(answers: Answers) -> Any:
    return _of_persons(answers, lambda: _named(_outcomes(answers.person_reason), common_pb2.Outcome))


def _integration_ids(answers: Answers) -> Any:
    ends = answers.evidence_offsets
    if len(ends) != len(answers.offsets) or answers.asked.persons.is_list or answers.failed is not None:
        ends = ends[answers.offsets]  # else there is one person in each row
    return _lists(ends, pa.array(answers.evidence), answers.failed)


def _person_integration_ids(answers: Answers) -> Any:
    return _of_persons(answers, lambda: _lists(answers.evidence_offsets, pa.array(answers.evidence)))


def _new_ssin(answers: Answers) -> Any:
    """The new numbers that may be told, in the form in which the request names persons."""
    if answers.asked.persons.is_list:
        return _of_persons(answers, lambda: _numbers_told(answers))
    if not answers.replaced_by.any():
        return _nulls(len(answers.verdict), pa.string() if answers.asked.persons.is_text else pa.int64())
    # Of one person at most in each row: those of the rows that have one stand in order.
    has_one = np.diff(answers.offsets) != 0
    place = np.where(has_one, answers.offsets[:-1], 0)
    is_null = ~has_one if answers.failed is None else ~has_one | answers.failed
    return _numbers_told(answers).take(pa.array(place, mask=is_null))


def _numbers_told(answers: Answers) -> Any:
    told = pa.array(answers.replaced_by, mask=answers.replaced_by == NOT_TOLD)
    if answers.asked.persons.is_text:
        return pc.utf8_lpad(told.cast(pa.string()), width=_SSIN_DIGITS, padding="0")
    return told


def _of_verdicts(text_of: Callable[[Decision], str]) -> Callable[[Answers], Any]:
    """A column of a text that decisions share."""

    def column(answers: Answers) -> Any:
        texts: Interned[str] = Interned()
        numbers = [texts.number_of(text_of(each)) if isinstance(each, Decision) else 0 for each in _used(answers)]
        return _dictionary(_of_table(numbers, np.int16, answers), texts.items, answers.failed)

    return column


def _of_errors(text_of: Callable[[CallerError], str], kind: type[np.signedinteger[Any]]) -> Callable[[Answers], Any]:
    """A column of a text of each error, null where there is a decision."""

    def column(answers: Answers) -> Any:
        if answers.failed is None:
            return _nulls(len(answers.verdict), pa.dictionary(pa.from_numpy_dtype(kind), pa.string()))
        texts: Interned[str] = Interned()
        numbers = [0 if isinstance(each, Decision) else texts.number_of(text_of(each)) for each in _used(answers)]
        return _dictionary(_of_table(numbers, kind, answers), texts.items, ~answers.failed)

    return column


def _of_lists(texts_of: Callable[[Decision], Sequence[str]]) -> Callable[[Answers], Any]:
    """A column of lists of texts that decisions share."""

    def column(answers: Answers) -> Any:
        texts: Interned[str] = Interned()
        lists = [texts_of(each) if isinstance(each, Decision) else () for each in _used(answers)]
        if answers.failed is None and not any(lists):
            return _empty_lists(len(answers.verdict))
        lengths = np.zeros(len(answers.verdicts), dtype=np.int32)
        lengths[answers.used] = [len(each) for each in lists]
        items = _of_kind([texts.number_of(text) for each in lists for text in each], np.int16)
        offsets, found = spread_lists(lengths, items, answers.verdict)
        return _lists(offsets, _dictionary(found, texts.items), answers.failed)

    return column


def _used(answers: Answers) -> Iterator[Verdict]:
    return (answers.verdicts[place] for place in answers.used)


def _of_table(numbers: Sequence[int], kind: type[np.signedinteger[Any]], answers: Answers) -> NDArray[Any]:
    """For each row the number of a kind that belongs to its verdict; the numbers are those of the used ones.

    Columns of the same numbers are one: most operations have a single variant.
    """
    of_used = _of_kind(numbers, kind)
    key = (of_used.dtype, of_used.tobytes())
    found = answers.columns_of_verdicts.get(key)
    if found is None:
        table = np.zeros(len(answers.verdicts), dtype=kind)
        table[answers.used] = of_used
        is_one = len(set(numbers)) == 1
        found = np.full(len(answers.verdict), of_used[0]) if is_one else gathered(table, answers.verdict)
        answers.columns_of_verdicts[key] = found
    return found


def _of_kind(numbers: Sequence[int], kind: type[np.signedinteger[Any]]) -> NDArray[Any]:
    """Numbers of texts, in a kind that is as small as can be."""
    if max(numbers, default=0) > np.iinfo(kind).max:
        raise InternalError("a column of an answer has more different texts than was thought possible")
    return np.array(numbers, dtype=kind)


def _outcomes(reasons: UInt8) -> NDArray[np.int8]:
    """The outcomes that go with reasons."""
    return gathered(_OUTCOME_OF, reasons)


def _of_persons(answers: Answers, items_of: Callable[[], Any]) -> Any:
    """A column of a list for each row, only where the request names its persons by lists."""
    return _lists(answers.offsets, items_of(), answers.failed) if answers.asked.persons.is_list else None


def _lists(offsets: NDArray[Any], items: Any, is_null: NDArray[np.bool_] | None = None) -> Any:
    """A column of lists."""
    if offsets[-1] > _MOST_ITEMS:
        raise InternalError("a column of an answer has more items in its lists than was thought possible")
    ends = pa.array(offsets.astype(np.int32, copy=False))
    return pa.ListArray.from_arrays(ends, items, mask=None if is_null is None else pa.array(is_null))


def _named(numbers: NDArray[Any], enum: EnumTypeWrapper, is_null: NDArray[np.bool_] | None = None) -> Any:
    """A column of an enum: the numbers are those of its messages, the dictionary has its names."""
    return _by_numbers(numbers, _names_of(enum), is_null)


@cache
def _names_of(enum: EnumTypeWrapper) -> Any:
    return _texts(enum.keys())


def _dictionary(numbers: NDArray[Any], texts: Sequence[str], is_null: NDArray[np.bool_] | None = None) -> Any:
    """A column of texts, each standing once."""
    return _by_numbers(numbers, _texts(texts), is_null)


def _by_numbers(numbers: NDArray[Any], texts: Any, is_null: NDArray[np.bool_] | None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, mask=is_null), texts, safe=False)


def _texts(texts: Sequence[str]) -> Any:
    return pa.array(list(texts), pa.string())


@lru_cache(maxsize=4)
def _nulls(rows: int, kind: Any) -> Any:
    """A column where nothing is told, kept for the next message of as many rows: most answers have four of them."""
    buffers = [_zeros(rows)] * (3 if pa.types.is_string(kind) else 2)
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_buffers(kind, rows, buffers, _texts(()), rows)
    return pa.Array.from_buffers(kind, rows, buffers, rows)


@lru_cache(maxsize=1)
def _empty_lists(rows: int) -> Any:
    """A column of lists that are all empty, kept likewise."""
    ends = pa.Array.from_buffers(pa.int32(), rows + 1, [None, _zeros(rows)])
    return pa.ListArray.from_arrays(ends, _dictionary(np.zeros(0, dtype=np.int16), ()))


@lru_cache(maxsize=1)
def _zeros(rows: int) -> Any:
    """Memory that all columns of so many rows share in which there is nothing, so that it is sent once."""
    return pa.py_buffer(bytes((rows + 1) * _LARGEST_ITEM))


def _varint(number: int) -> bytes:
    """A size as protobuf writes it: seven bits in each byte, the lowest first."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _first_field(error: CallerError) -> str:
    return error.violations[0].field if error.violations else ""


def _message_of(error: CallerError) -> str:
    """The text of an error as a status gives it, which never names a person (S22)."""
    text: str = status_of(error).message
    return text


_COLUMNS: Final[Mapping[str, Callable[[Answers], Any]]] = {
    "ticket": _ticket,
    "outcome": _outcome,
    "reason": _reason,
    "operation": _of_verdicts(lambda decision: decision.operation),
    "variant": _of_verdicts(lambda decision: decision.variant),
    "executed_by": _executed_by,
    "system_date": _system_date,
    "integration_ids": _integration_ids,
    "new_ssin": _new_ssin,
    "person_outcome": _person_outcome,
    "person_reason": _person_reason,
    "person_integration_ids": _person_integration_ids,
    "authorisations": _of_lists(lambda decision: decision.authorisations),
    "assumptions": _of_lists(lambda decision: decision.assumptions),
    "information_types": _of_lists(lambda decision: decision.deliverable_information_types),
    "error_code": _of_errors(lambda error: error.reason, np.int8),
    "error_field": _of_errors(_first_field, np.int16),
    "error_message": _of_errors(_message_of, np.int32),
}
ANSWER_COLUMNS: Final = tuple(_COLUMNS)
"""The columns of an answer, in order."""
