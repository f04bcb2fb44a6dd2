"""The tables of a register as columns, batch after batch, in an order and with sums that no database changes.

All tables of the schema are meant, also those that are added to it later. The sum of a table depends on its rows
alone: it is the same in SQLite, in PostgreSQL and in a file, so that equal sums mean equal tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    collate,
    func,
    inspect,
    select,
)

from rules_service.errors import InternalError
from rules_service.register import schema

ROWS_AT_ONCE: Final = 20_000

_BY_CODE_POINT: Final = {"sqlite": "BINARY", "postgresql": "C"}


def tables_of(connection: Connection) -> list[Table]:
    """Every table that the database has, each after those that it refers to."""
    there = set(inspect(connection).get_table_names())
    return [table for table in schema.metadata.sorted_tables if table.name in there]


def missing_tables(connection: Connection) -> list[str]:
    """The tables of the schema that the database does not have."""
    there = set(inspect(connection).get_table_names())
    return [table.name for table in schema.metadata.sorted_tables if table.name not in there]


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def order_of(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """The primary key, which orders rows in the same way everywhere: databases disagree on the order of texts."""
    collation = _BY_CODE_POINT[connection.dialect.name]
    return [collate(key, collation) if isinstance(key.type, String) else key for key in table.primary_key]


def columns_of(table: Table) -> pa.Schema:
    """The columns of a table as Arrow knows them."""
    return pa.schema([pa.field(column.name, _type_of(column), bool(column.nullable)) for column in table.columns])


def _type_of(column: Column[Any]) -> Any:
    for kind, found in _TYPES.items():
        if isinstance(column.type, kind):
            return found
    raise InternalError(f"column `{column}` has a type that cannot be copied")


_TYPES: Final = {Boolean: pa.bool_(), Integer: pa.int64(), LargeBinary: pa.binary(), String: pa.string()}


def batches_of(connection: Connection, table: Table) -> Iterator[Any]:
    """All rows of a table as Arrow batches, in the order of its primary key."""
    rows = select(table).order_by(*order_of(connection, table))
    columns = columns_of(table)
    found = connection.execute(rows, execution_options={"yield_per": ROWS_AT_ONCE})
    for part in found.partitions():
        values = zip(*part, strict=True)
        arrays = [pa.array(each, field.type) for each, field in zip(values, columns, strict=True)]
        yield pa.record_batch(arrays, schema=columns)


class TableSum:
    """The sum over the rows of a table, however they are cut into batches."""

    def __init__(self, columns: pa.Schema) -> None:
        self._sums: Final = [_ColumnSum(field.name) for field in columns]
        self._rows = 0

    @property
    def rows(self) -> int:
        """How many rows were added."""
        return self._rows

    def add(self, batch: Any) -> None:
        """Add the rows of a batch."""
        self._rows += batch.num_rows
        for each, column in zip(self._sums, batch.columns, strict=True):
            each.add(column)

    def hexdigest(self) -> str:
        """The sum of all that was added."""
        return blake2b("".join(each.hexdigest() for each in self._sums).encode(), digest_size=32).hexdigest()


class _ColumnSum:
    """Nulls, values and the lengths of texts are summed up apart, so that the cuts between batches leave no trace."""

    def __init__(self, name: str) -> None:
        self._nulls, self._values, self._lengths = (blake2b(name.encode(), digest_size=32) for _ in range(3))

    def add(self, column: Any) -> None:
        self._nulls.update(column.is_null().to_numpy(zero_copy_only=False).astype(np.uint8).tobytes())
        if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
            numbers = pc.fill_null(pc.cast(column, pa.int64()), 0).to_numpy(zero_copy_only=False)
            self._values.update(numbers.astype("<i8").tobytes())
        else:
            texts = pc.fill_null(pc.cast(column, pa.binary()), b"")
            self._lengths.update(pc.binary_length(texts).to_numpy().astype("<i8").tobytes())
            self._values.update(b"".join(texts.to_pylist()))

    def hexdigest(self) -> str:
        return "".join(each.hexdigest() for each in (self._nulls, self._values, self._lengths))


def sum_of(connection: Connection, table: Table) -> TableSum:
    """The sum of a table as the database has it now."""
    found = TableSum(columns_of(table))
    for batch in batches_of(connection, table):
        found.add(batch)
    return found
