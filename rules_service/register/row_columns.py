"""The columns of integrations in memory, and how persons are added behind them without copying what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from threading import Lock
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.decision.columns import RECORD, Records
from rules_service.errors import InternalError

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_LEAST_ROOM: Final = 4_096
_ROOM_SHARE: Final = 16
"""Room for one row more, for so many rows that are there."""
_MOST_ROWS: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RowColumns:
    """Integrations, person after person, as `decision.ColumnarRegister` describes them: 24 bytes a row."""

    offsets: Int32
    records: Records
    row_id: Int64

    @classmethod
    def empty(cls, persons: int, rows: int) -> Self:
        """Columns of the right lengths, whose values are still to be written.

        Raises:
            InternalError: there are more rows than an offset can count.
        """
        if rows > _MOST_ROWS:
            raise InternalError(f"the index holds at most {_MOST_ROWS} rows")
        return cls(
            offsets=np.empty(persons + 1, np.int32),
            records=np.zeros(rows, RECORD),
            row_id=np.empty(rows, np.int64),
        )

    @property
    def persons(self) -> int:
        """How many persons the offsets count."""
        return len(self.offsets) - 1

    @property
    def rows(self) -> int:
        """How many rows the columns hold."""
        return len(self.row_id)

    def by_name(self) -> Mapping[str, NDArray[Any]]:
        """Each column by its name, the offsets first."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def first(self, persons: int, rows: int) -> RowColumns:
        """The first persons and their rows: the same memory, seen read-only."""
        lengths = {"offsets": persons + 1}
        views = {name: column[: lengths.get(name, rows)] for name, column in self.by_name().items()}
        for view in views.values():
            view.setflags(write=False)
        return RowColumns(**views)

    def with_owners(self, owner_of: Int32) -> RowColumns:
        """A copy whose owners are numbered anew: `owner_of` says for each number what it becomes."""
        records = self.records.copy()
        records["owner"] = owner_of[records["owner"]]
        return replace(self, records=records)


class Room:
    """Columns with room at their end, to which persons are added.

    INVARIANT (immutable): what was added is never written again, and nobody is given more than what was. So the index
    of before and that of after share all rows that they have in common, and whoever holds either may go on reading.
    """

    __slots__ = ("_columns", "_lock", "_persons", "_rows")

    def __init__(self, columns: RowColumns, persons: int, rows: int) -> None:
        """`columns` belong to this object from now on; the first `persons` and `rows` of them are filled."""
        self._columns = columns
        self._persons = persons
        self._rows = rows
        self._lock = Lock()

    @classmethod
    def of(cls, filled: RowColumns, more: RowColumns) -> Self:
        """A copy of filled columns, with room for `more` and for some beyond it."""
        persons, rows = filled.persons + more.persons, filled.rows + more.rows
        columns = RowColumns.empty(*(count + max(_LEAST_ROOM, room_for(count)) for count in (persons, rows)))
        for name, column in filled.by_name().items():
            columns.by_name()[name][: len(column)] = column
        return cls(columns, filled.persons, filled.rows)

    @classmethod
    def of_persons(cls, columns: RowColumns, persons: Int64) -> Self:
        """A copy of the rows of these persons alone, one person after the other in the order given, with room."""
        first = columns.offsets[persons].astype(np.int64)
        lengths = columns.offsets[persons + 1] - first
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], lengths)
        copied = RowColumns.empty(len(persons) + room_for(len(persons)), len(rows) + room_for(len(rows)))
        for name, column in columns.by_name().items():
            if name != "offsets":
                # All rows are there; what would check that ("raise") fills a copy first.
                np.take(column, rows, out=copied.by_name()[name][: len(rows)], mode="clip")
        copied.offsets[: len(offsets)] = offsets
        return cls(copied, len(persons), len(rows))

    def filled(self) -> RowColumns:
        """All that was added so far."""
        return self._columns.first(self._persons, self._rows)

    def add(self, more: RowColumns) -> tuple[Room, int]:
        """Add persons: the room that holds them now, this one or a larger one, and the ordinal of the first."""
        with self._lock:
            first, persons, rows = self._persons, self._persons + more.persons, self._rows + more.rows
            if persons > self._columns.persons or rows > self._columns.rows:
                return Room.of(self.filled(), more).add(more)
            for name, column in self._columns.by_name().items():
                if name != "offsets":
                    column[self._rows : rows] = more.by_name()[name]
            self._columns.offsets[first + 1 : persons + 1] = more.offsets[1:] + np.int32(self._rows)
            self._persons, self._rows = persons, rows
        return self, first


def room_for(count: int) -> int:
    """How much room to leave behind so many persons or rows: none behind a few."""
    return count // _ROOM_SHARE
