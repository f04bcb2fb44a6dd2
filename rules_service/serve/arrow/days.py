"""Columns of days: which values each row gives, what is wrong with them, and their days one behind the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

from rules_service.algebra import FUTURE, format_day
from rules_service.algebra.days import MAX_DAY, MIN_DAY
from rules_service.decision.checking import MAX_NAMED_VALUES
from rules_service.evaluate.tables import read_only
from rules_service.serve.arrow.codes import Codes
from rules_service.serve.arrow.kernels import bits_of, numbers_of, read_periods
from rules_service.serve.arrow.layout import ValueColumns

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

CLOSED: Final = 1
OPEN: Final = 2
_BEFORE_ALL: Final = MIN_DAY - 2
_AFTER_ALL: Final = MAX_DAY + 2
_NO_DAY: Final = -(1 << 31)
_OUTSIDE: Final = "0000-01-01"
"""How a day that the calendar does not have is written, so that it is refused for its year."""


@dataclass(frozen=True, slots=True)
class Days:
    """A column of days: what stands where `given` is not set means nothing."""

    days: Int32
    given: Bools

    @classmethod
    def of(cls, column: Any) -> Self:
        """The days of a column of dates."""
        days = column.cast(pa.int32())
        if days.null_count == 0:
            return cls(days.to_numpy(), np.broadcast_to(np.True_, len(days)))
        return cls(days.fill_null(MIN_DAY).to_numpy(), days.is_valid().to_numpy(zero_copy_only=False))

    @classmethod
    def none(cls, rows: int) -> Self:
        """No day in any of so many rows."""
        return cls(np.broadcast_to(np.int32(MIN_DAY), rows), np.broadcast_to(np.False_, rows))

    def outside(self) -> Bools:
        """Which days are given that the calendar does not have."""
        if self.days.min(initial=MIN_DAY) >= MIN_DAY and self.days.max(initial=MIN_DAY) <= MAX_DAY:
            return np.broadcast_to(np.False_, len(self.days))
        return self.given & ((self.days < MIN_DAY) | (self.days > MAX_DAY))


@dataclass(frozen=True, slots=True)
class Values:
    """The periods or the dates of one name that n rows give.

    `part` says of each row whether it gives one, and how: it is part of the look. `wrong` says which rows cannot be
    read on, and `how` tells apart those that are wrong in another way. The first and last days of what row r gives are
    `offsets[r]` to `offsets[r + 1]`, excluded, of `begin` and `end`.
    """

    part: Codes
    wrong: Bools
    how: Int64
    offsets: Int32
    begin: Int32
    end: Int32
    columns: tuple[Any, ...] = field(repr=False)

    @classmethod
    def of_periods(cls, given: ValueColumns, columns: Mapping[str, Any]) -> Self:
        """The periods of a name: open where only the first day is given."""
        held = tuple(columns[name] for name in (given.begin, given.end) if name)
        begin, end = (numbers_of(each, np.int32) for each in (held[0], held[-1]))
        rows = len(begin)
        states, wrong, offsets = np.empty(rows, np.int8), np.empty(rows, np.bool_), np.empty(rows + 1, np.int32)
        first, last = np.empty(rows, np.int32), np.empty(rows, np.int32)
        columns_of_days = (read_only(begin), *bits_of(held[0]), read_only(end), *bits_of(held[-1]), bool(given.end))
        wrongs = read_periods(*columns_of_days, (MIN_DAY, MAX_DAY, FUTURE), states, wrong, offsets, first, last)
        return cls(
            part=Codes(given.label, states, (None, CLOSED, OPEN)),
            wrong=wrong,
            how=_how_wrong(states, held) if wrongs else np.broadcast_to(np.int64(0), rows),
            offsets=offsets,
            begin=first[: offsets[-1]],
            end=last[: offsets[-1]],
            columns=held,
        )

    @classmethod
    def of_dates(cls, given: ValueColumns, columns: Mapping[str, Any]) -> Self:
        """The dates of a name, one in each row or lists of several."""
        column = columns[given.begin]
        if not (types.is_list(column.type) or types.is_large_list(column.type)):
            found = Days.of(column)
            counts = found.given.astype(np.int32)
            bad, rows = found.outside(), np.arange(len(column))
            days = found.days[found.given] if not found.given.all() else found.days
        else:
            counts = column.value_lengths().fill_null(0).to_numpy().astype(np.int32)
            found = Days.of(column.flatten())
            bad, rows = found.outside() | ~found.given, np.repeat(np.arange(len(column)), counts)
            days = found.days
        wrong = counts > MAX_NAMED_VALUES
        wrong[rows[bad]] = True
        states = np.minimum(counts, MAX_NAMED_VALUES + 1)
        return cls(
            part=Codes(given.label, states, range(int(states.max(initial=0)) + 1)),
            wrong=wrong,
            how=np.arange(len(column)),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
            begin=days,
            end=days,
            columns=(column,),
        )

    @property
    def is_one_each(self) -> bool:
        """Whether each row gives exactly one."""
        return bool((np.diff(self.offsets) == 1).all())

    @property
    def is_of_dates(self) -> bool:
        """Whether these are dates, and not periods."""
        return self.part.label.startswith("date:")

    def texts(self, row: int) -> list[tuple[str, str]]:
        """The first and last days that a row gives, as a message would give them; twice the same of a date."""
        held = [[day_text(day) for day in _days_at(column, row)] for column in self.columns]
        if self.is_of_dates:
            return [(text, text) for text in held[0]]
        begin, end = held[0], held[1] if len(held) > 1 else [""]
        return list(zip(begin, end, strict=True)) if begin + end != ["", ""] else []


def _days_at(column: Any, row: int) -> list[int | None]:
    """The days that stand in a row, of which a list may hold several, and none where it is null."""
    held = column.slice(row, 1)
    days = held.flatten() if types.is_list(held.type) or types.is_large_list(held.type) else held
    found: list[int | None] = days.cast(pa.int32()).to_pylist()
    return found


def _how_wrong(states: NDArray[np.int8], held: tuple[Any, ...]) -> Int64:
    """A number for each row that tells apart its periods by what can be said of them.

    All days that the calendar does not have are as two: nothing else is ever said of them.
    """
    found = np.zeros(len(states), dtype=np.int64)
    for column in held:
        days = column.cast(pa.int32()).fill_null(0).to_numpy()
        is_given = column.is_valid().to_numpy(zero_copy_only=False)
        told = np.where(is_given, np.clip(days, _BEFORE_ALL, _AFTER_ALL), _NO_DAY)
        found = found << 32 | told.astype(np.int64) & 0xFFFFFFFF
    return found


def day_text(day: int | None) -> str:
    """A day as a message would give it; empty for none."""
    if day is None:
        return ""
    return format_day(day) if MIN_DAY <= day <= MAX_DAY else _OUTSIDE
