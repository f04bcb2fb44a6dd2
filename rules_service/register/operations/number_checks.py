"""Rules about persons' numbers: each is valid, and chains of replaced numbers end (S18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, select

from rules_service.identifiers import valid_ssins
from rules_service.register.operations.violations import Violation, labelled, violations_of
from rules_service.register.schema import aliases

_ROWS_AT_ONCE: Final = 50_000
_NUMBERS_AT_ONCE: Final = 500
_NUMBERS: Final = "ssin"

Int64 = NDArray[np.int64]


def check_numbers(connection: Connection, table: Table) -> Iterator[Violation]:
    """Every person's number of the table has the form and the check digits of one."""
    for column in table.columns:
        if column.name.endswith(_NUMBERS):
            wrong: set[int] = set()
            found = select(column).where(column.is_not(None)).distinct()
            for numbers in _parts(connection, found):
                column_of_numbers = np.fromiter(numbers, dtype=np.int64)
                wrong.update(column_of_numbers[~valid_ssins(column_of_numbers)].tolist())
            yield from _rows_with(connection, table, column.name, wrong, f"`{column.name}` is no valid number")


def check_chains(connection: Connection) -> Iterator[Violation]:
    """Whoever follows replaced numbers comes to an end."""
    pairs = [
        np.array([tuple(row) for row in part], dtype=np.int64)
        for part in _partitions(connection, select(aliases.c.old_ssin, aliases.c.new_ssin))
    ]
    if pairs:
        old, new = np.concatenate(pairs).T
        circling = set(in_circles(old, new).tolist())
        yield from _rows_with(connection, aliases, "old_ssin", circling, "is part of a circle of replaced numbers")


def in_circles(old: Int64, new: Int64) -> Int64:
    """Those replaced numbers that replacements lead back to, sorted; `old` holds each number once."""
    numbers = np.unique(np.concatenate([old, new]))
    successor = np.arange(len(numbers))
    replaced = np.searchsorted(numbers, old)
    successor[replaced] = np.searchsorted(numbers, new)
    ends = np.ones(len(numbers), dtype=np.bool_)
    ends[replaced] = False
    far = successor
    # Each round doubles how far every number sees; after as many steps as there are numbers, who is not at an end
    # of a chain is in a circle.
    for _ in range(len(numbers).bit_length() + 1):
        far = far[far]
    return numbers[np.unique(far[~ends[far]])]


def _rows_with(connection: Connection, table: Table, column: str, numbers: set[int], rule: str) -> Iterator[Violation]:
    """A violation for each row with one of the numbers; its place is counted among all rows."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _NUMBERS_AT_ONCE):
        rows = labelled(connection, table)
        some = rows.c[column].in_(wanted[start : start + _NUMBERS_AT_ONCE])
        yield from violations_of(connection, table, select(rows.c.label_id, rows.c.label_revision).where(some), rule)


def _partitions(connection: Connection, query: Any) -> Iterator[Any]:
    yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions()


def _parts(connection: Connection, query: Any) -> Iterator[Iterator[int]]:
    for part in _partitions(connection, query):
        yield (row[0] for row in part)
