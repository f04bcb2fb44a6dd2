"""Statements about a handful of rows, on the driver's own cursor: SQLAlchemy writes them, once for all times.

For so few rows SQLAlchemy's part in running a statement takes longer than the database's.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, Insert, Select, Table, bindparam, insert

NewRow = tuple[Table, Mapping[str, Any]]
"""A table, and a value for each of its columns."""


class DriverCursor:
    """Runs statements in the transaction of a connection, whose `transaction` tells the errors of the driver.

    The values that a statement takes go by the names of its parameters. Rows have the names of its columns; what stands
    in them is as the driver gives it, so that a truth value may be 0 or 1.
    """

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        self._cursor = connection.connection.cursor()

    def run(self, statement: ClauseElement, **values: Any) -> list[Any]:
        """The rows of a statement that is made once and kept; none where it only writes."""
        written = _written(statement, self._dialect)
        by_place = [values[name] for name in written.order or ()]
        self._cursor.execute(written.text, by_place or values)
        return [] if written.row is None else [written.row(*found) for found in self._cursor.fetchall()]

    def insert(self, rows: Sequence[NewRow]) -> None:
        """Insert each row into its table; PostgreSQL takes them in one statement, so that one answer is waited for."""
        if rows and self._dialect.name == "postgresql":
            numbered = {f"{name}_{place}": value for place, (_, row) in enumerate(rows) for name, value in row.items()}
            self.run(_insert_together(tuple(table for table, _ in rows)), **numbered)
        else:
            for table, row in rows:
                self.run(_insert(table), **row)


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    return insert(table)


@lru_cache(maxsize=64)
def _insert_together(tables: tuple[Table, ...]) -> Insert:
    """Foreign keys are looked at when all rows are there."""
    *others, last = [
        insert(table).values({each.name: bindparam(f"{each.name}_{place}", type_=each.type) for each in table.c})
        for place, table in enumerate(tables)
    ]
    return last.add_cte(*(each.cte(f"row_{place}") for place, each in enumerate(others)))


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement for one kind of database; `order` is that of its parameters, where they go by place there.

    `row` makes one of its rows, with names; None where it has none.
    """

    text: str
    order: Sequence[str] | None
    row: Callable[..., Any] | None


@lru_cache(maxsize=256)
def _written(statement: ClauseElement, dialect: Dialect) -> _Written:
    compiled: Any = statement.compile(dialect=dialect)
    columns = statement.selected_columns.keys() if isinstance(statement, Select) else None
    row = namedtuple("Row", columns) if columns else None  # noqa: PYI024  nobody knows the types of what a driver gives
    return _Written(str(compiled), compiled.positiontup, row)
