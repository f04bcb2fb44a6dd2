"""From the bytes of a message to record batches that are sound in their form, without copying them."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Self

import pyarrow as pa

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import InvalidRequestError
from rules_service.serve.arrow.metadata import (
    COMPRESSION,
    DICTIONARY,
    DICTIONARY_BATCH,
    HEADER,
    KIND,
    RECORD_BATCH,
    field_at,
    root_of,
    table_at,
)

_FIELD: Final = "requests"
_BATCHES: Final = (DICTIONARY_BATCH, RECORD_BATCH)


@dataclass(frozen=True, slots=True)
class ColumnsMessage:
    """A message of `DecideColumns`: its columns, and the names of those that are to be answered (none: all)."""

    schema: Any
    batches: tuple[Any, ...] = field(repr=False)
    answer_columns: tuple[str, ...]

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """The message that came in as these bytes.

        Raises:
            DecodeError: the bytes are no message.
            InvalidRequestError: what it holds is no Arrow IPC stream, or a compressed one.
        """
        message = pb.DecideColumnsRequest.FromString(raw)
        schema, batches = _read(message.requests)
        return cls(schema, batches, tuple(message.answer_columns))

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return sum(batch.num_rows for batch in self.batches)

    def __len__(self) -> int:
        """How many rows there are, up to the most that a length may be: a batch may claim any number."""
        return min(self.row_count, sys.maxsize)

    def as_one(self) -> Any:
        """All rows as one record batch; the memory of the message itself where there was only one."""
        if len(self.batches) == 1:
            return self.batches[0]
        table = pa.Table.from_batches(self.batches, self.schema).unify_dictionaries()
        return pa.RecordBatch.from_arrays([each.combine_chunks() for each in table.columns], schema=table.schema)


def _read(data: bytes) -> tuple[Any, tuple[Any, ...]]:
    """The schema and the batches of a stream; every offset and index in them is known to lie within its column."""
    buffer = pa.py_buffer(data)
    options = pa.ipc.IpcReadOptions(ensure_alignment=pa.ipc.Alignment.DataTypeSpecific)
    try:
        _refuse_compressed(pa.ipc.MessageReader.open_stream(buffer))
        with pa.ipc.open_stream(buffer, options=options) as reader:
            schema, batches = reader.schema, tuple(reader)
        for batch in batches:
            batch.validate(full=True)
        _ = schema.names, str(schema)  # names that are no text are found here, where they can be told
    except (pa.ArrowException, OSError, ValueError, struct.error):  # what Arrow says may quote what it read
        raise InvalidRequestError.of(
            _FIELD, "is no sound Arrow IPC stream; give a schema and then record batches in the streaming format"
        ) from None
    return schema, batches


def _refuse_compressed(messages: Iterable[Any]) -> None:
    """Refuse buffers that are written smaller than they are: they could grow to any size when they are read."""
    if any(_is_compressed(memoryview(message.metadata)) for message in messages):
        raise InvalidRequestError.of(_FIELD, "is compressed; write the Arrow IPC stream without compression")


def _is_compressed(metadata: memoryview) -> bool:
    """Whether the buffers behind this metadata, which Arrow has found well-formed, are compressed."""
    start = root_of(metadata)
    kind_at = field_at(metadata, start, KIND)
    kind = metadata[kind_at] if kind_at else 0
    if kind not in _BATCHES:
        return False
    batch = table_at(metadata, start, HEADER)
    if kind == DICTIONARY_BATCH:
        batch = table_at(metadata, batch, DICTIONARY)
    return field_at(metadata, batch, COMPRESSION) != 0
