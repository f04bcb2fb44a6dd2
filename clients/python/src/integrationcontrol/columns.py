"""Requests and decisions in columns: between the tables of pyarrow, pandas and Polars and the messages of the service.

Needs pyarrow (`pip install integrationcontrol[columns]`); pandas and Polars only for those who give tables of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final, Protocol, TypeVar

import pyarrow as pa
from pyarrow import types

from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import decision_service_pb2 as pb

Table = TypeVar("Table")
"""A pyarrow Table, RecordBatch or RecordBatchReader, a pandas DataFrame or a Polars DataFrame."""

DEFAULT_CHUNK: Final = 200_000
SHARED: Final = ("ruleset_digest", "register_revision")
"""Columns that the client adds: what an answer says once for all of its rows."""
_AROUND: Final = 1 << 12  # bytes of a message around its columns: the names of those wanted, and tags


class ArrowStream(Protocol):
    """What can be read as an Arrow stream: tables of pyarrow, pandas, Polars, DuckDB and others (Arrow PyCapsule)."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream."""


class ColumnMessages:
    """Cuts columns into messages that the limits of a server allow, and reads their answers."""

    def __init__(self, limits: catalogue.Limits, answer_columns: Sequence[str], chunk_size: int | None) -> None:
        """`answer_columns` names those wanted, none: all; a message gets `chunk_size` rows at the most."""
        self._most_bytes = limits.max_message_bytes - _AROUND
        self._most_rows = max(1, min(chunk_size or DEFAULT_CHUNK, limits.max_columns_rows))
        self._wanted = tuple(answer_columns)
        asked = tuple(name for name in self._wanted if name not in SHARED)
        self._asked = asked or (self._wanted and ("outcome",))

    def of(self, requests: ArrowStream) -> Iterator[pb.DecideColumnsRequest]:
        """Messages that ask for all rows, in order; one where there is no row, whose answer has the columns."""
        reader = _reader_of(requests)
        is_empty = True
        for batch in reader:
            for start in range(0, batch.num_rows, self._most_rows):
                is_empty = False
                yield from self._small_enough(_compact(batch.slice(start, self._most_rows)))
        if is_empty:
            yield self._message(_stream_of(_compact(pa.RecordBatch.from_pylist([], schema=reader.schema))))

    def answer(self, response: pb.DecideColumnsResponse) -> Any:
        """The record batch of an answer."""
        with pa.ipc.open_stream(pa.py_buffer(response.decisions)) as reader:
            batch = reader.read_next_batch()
        columns = {name: batch.column(name) for name in batch.schema.names}
        columns["ruleset_digest"] = pa.DictionaryArray.from_arrays(
            pa.repeat(pa.scalar(0, pa.int8()), batch.num_rows), [response.ruleset_digest]
        )
        columns["register_revision"] = pa.repeat(pa.scalar(response.register_revision, pa.int64()), batch.num_rows)
        # Columns that these requests cannot have, such as a ticket that they did not give, are left out.
        return pa.RecordBatch.from_pydict({name: columns[name] for name in self._wanted or columns if name in columns})

    def _small_enough(self, batch: Any) -> Iterator[pb.DecideColumnsRequest]:
        stream = _stream_of(batch)
        if stream.size <= self._most_bytes or batch.num_rows == 1:
            yield self._message(stream)
            return
        half = batch.num_rows // 2
        for part in (batch.slice(0, half), batch.slice(half)):
            yield from self._small_enough(part)

    def _message(self, stream: Any) -> pb.DecideColumnsRequest:
        return pb.DecideColumnsRequest(requests=stream.to_pybytes(), answer_columns=self._asked)


def as_given(given: Table, batches: Iterator[Any]) -> Table:
    """The batches of an answer in the kind of the requests, of which a reader alone is read while they come.

    Raises:
        TypeError: the requests are of another kind.
    """
    if isinstance(given, pa.RecordBatchReader):
        first = next(batches)
        found: Any = pa.RecordBatchReader.from_batches(first.schema, _chained(first, batches))
        return found  # type: ignore[no-any-return]
    make = _MAKERS.get(_kind_of(given))
    if make is None:
        message = "give a table of pyarrow, pandas or Polars; for another one take `decide_column_batches`"
        raise TypeError(message)
    made: Table = make(given, pa.Table.from_batches(batches).unify_dictionaries())
    return made


def _chained(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


def _kind_of(table: object) -> tuple[str, str]:
    """The library of a table, and its class."""
    return type(table).__module__.partition(".")[0], type(table).__name__


def _to_batch(given: object, table: Any) -> Any:  # noqa: ARG001
    columns = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(columns, schema=table.schema)


def _to_pandas(given: Any, table: Any) -> Any:
    pandas = import_module("pandas")
    frame = table.to_pandas(types_mapper={pa.int64(): pandas.Int64Dtype()}.get)
    return frame.set_axis(given.index)


def _to_polars(given: object, table: Any) -> Any:  # noqa: ARG001
    return import_module("polars").DataFrame(table)


_MAKERS: Final = {
    ("pyarrow", "Table"): lambda given, table: table,  # noqa: ARG005
    ("pyarrow", "RecordBatch"): _to_batch,
    ("pandas", "DataFrame"): _to_pandas,
    ("polars", "DataFrame"): _to_polars,
}


def _reader_of(requests: Any) -> Any:
    if _kind_of(requests) == ("pandas", "DataFrame"):
        return _with_days(pa.Table.from_pandas(requests, preserve_index=False)).to_reader()
    return pa.RecordBatchReader.from_stream(requests)


def _with_days(table: Any) -> Any:
    """The columns of a data frame; moments without a time zone that are all midnights become the days that they are."""
    for place, field in enumerate(table.schema):
        if types.is_timestamp(field.type) and field.type.tz is None:
            moments = table.column(place)
            days = moments.cast(pa.date32())
            if days.cast(field.type).equals(moments):
                table = table.set_column(place, field.name, days)
    return table


def _compact(batch: Any) -> Any:
    """The batch, without views of texts: a slice of these would bring along the texts of all other rows."""
    return batch.cast(pa.schema([pa.field(field.name, _without_views(field.type)) for field in batch.schema]))


def _without_views(kind: Any) -> Any:
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_list(kind) or types.is_large_list(kind):
        return pa.large_list(_without_views(kind.value_type))
    return kind


def _stream_of(batch: Any) -> Any:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()
