"""Columns of persons: numbers or texts, one for each row or lists of several, checked by a compiled kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

from rules_service.decision.checking import MAX_PERSONS
from rules_service.evaluate.compiled import compiled, inlined
from rules_service.evaluate.tables import read_only
from rules_service.identifiers import format_ssin

UInt8 = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

SEVERAL: Final = 8
"""Says that something is wrong in a row of several persons; smaller numbers say what is wrong with the only one."""
_NO_NUMBER: Final = -1
_FORM, _STRUCTURE, _CHECK_DIGITS = 1, 2, 4
_DIGITS: Final = 11


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of n rows: those of row r are `offsets[r]` to `offsets[r + 1]`, excluded, of `ssins`.

    `wrong` (n) is 0 where they are right. `column` is what they were read from, `is_list` and `is_text` how it is.
    """

    offsets: Int32
    ssins: Int64 = field(repr=False)
    wrong: UInt8
    column: Any = field(repr=False)
    is_list: bool
    is_text: bool

    @classmethod
    def of(cls, column: Any) -> Self:
        """The persons of a column; a row that is null names none."""
        is_list = types.is_list(column.type) or types.is_large_list(column.type)
        offsets = np.arange(len(column) + 1, dtype=np.int32)
        items = column.flatten() if is_list else column.drop_null()
        if is_list or column.null_count:
            counts = column.value_lengths().fill_null(0) if is_list else column.is_valid().cast(pa.int8())
            np.cumsum(counts.to_numpy(), out=offsets[1:])
        is_text = not types.is_int64(items.type)
        ssins = _of_texts(items) if is_text else items.fill_null(_NO_NUMBER).to_numpy()
        wrong = np.zeros(len(column), dtype=np.uint8)
        _check(read_only(offsets), read_only(ssins), MAX_PERSONS, wrong)
        return cls(offsets, ssins, wrong, column, is_list, is_text)

    @classmethod
    def none(cls, rows: int) -> Self:
        """No persons in any of so many rows."""
        return cls.of(pa.nulls(rows, pa.int64()))

    def texts(self, row: int) -> list[str]:
        """The numbers of a row as a message would give them."""
        held = self.column[row].as_py()
        listed = (held or []) if self.is_list else [] if held is None else [held]
        return ["" if each is None else each if self.is_text else format_ssin(each) for each in listed]


def _of_texts(items: Any) -> Int64:
    """The numbers that texts of eleven digits tell; `_NO_NUMBER` for any other."""
    texts = items.cast(pa.large_string())
    numbers = np.full(len(texts), _NO_NUMBER, dtype=np.int64)
    _, ends, content = texts.buffers()
    if len(texts) and content is not None:
        offsets = np.frombuffer(ends, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        _read(read_only(np.frombuffer(content, dtype=np.uint8)), read_only(offsets), numbers)
    if texts.null_count:  # what stands where there is null may be anything
        numbers[texts.is_null().to_numpy(zero_copy_only=False)] = _NO_NUMBER
    return numbers


@compiled
def _read(content: UInt8, offsets: Int64, numbers: Int64) -> None:
    """Read texts of eleven digits as numbers; the others stay as they are."""
    for place in range(len(numbers)):
        first, end = offsets[place], offsets[place + 1]
        if end - first != _DIGITS or first < 0 or end > len(content):
            continue
        number: Any = np.int64(0)
        others: Any = 0
        for at in range(first, end):
            digit = np.int64(content[at]) - 0x30
            others += digit < 0 or digit > 9
            number = number * 10 + digit
        if others == 0:
            numbers[place] = number


@compiled
def _check(offsets: Int32, ssins: Int64, most: int, wrong: UInt8) -> None:
    """Note for each row whether its persons are wrong: too many, malformed, or one of them twice."""
    for row in range(len(wrong)):
        first, end = offsets[row], offsets[row + 1]
        if end - first == 1:
            wrong[row] = _what_is_wrong(ssins[first])
        elif end - first > most:
            wrong[row] = SEVERAL
        else:
            for place in range(first, end):
                if _what_is_wrong(ssins[place]) != 0:
                    wrong[row] = SEVERAL
                for other in range(first, place):
                    if ssins[other] == ssins[place]:
                        wrong[row] = SEVERAL


@inlined
def _what_is_wrong(ssin: Any) -> Any:
    """What `identifiers.parse_ssin` would say of a number, 0 where it is right."""
    if ssin < 0 or ssin >= 100_000_000_000:
        return _FORM
    nine = np.uint64(ssin) // np.uint64(100)  # divisions without a sign are plain
    check = np.int64(np.uint64(ssin) % np.uint64(100))
    month, day = nine // np.uint64(100_000) % np.uint64(100), nine // np.uint64(1000) % np.uint64(100)
    counter = nine % np.uint64(1000)
    if day > 31 or month % np.uint64(20) > 12 or month > 52 or (month <= 12 and counter == 0):
        return _STRUCTURE
    earlier, later = nine % np.uint64(97), (nine + np.uint64(2_000_000_000)) % np.uint64(97)
    if check != 97 - np.int64(earlier) and check != 97 - np.int64(later):
        return _CHECK_DIGITS
    return 0
