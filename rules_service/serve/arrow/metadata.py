"""Where things stand in the metadata of Arrow's IPC messages, which Arrow itself has written or found well-formed."""

from __future__ import annotations

import struct
from typing import Final

# Arrow's own numbers (Message.fbs): kinds of messages, and the places of the fields that are read here.
DICTIONARY_BATCH: Final = 2
RECORD_BATCH: Final = 3
KIND, HEADER, BODY_LENGTH = 1, 2, 3
DICTIONARY = 1
BUFFERS, COMPRESSION = 2, 3

Metadata = memoryview | bytearray


def root_of(metadata: Metadata) -> int:
    """Where the outermost table begins."""
    (start,) = struct.unpack_from("<I", metadata)
    return int(start)


def table_at(metadata: Metadata, parent: int, place: int) -> int:
    """Where the table, or the vector, begins that stands in a field of a FlatBuffers table."""
    at = field_at(metadata, parent, place)
    (offset,) = struct.unpack_from("<I", metadata, at)
    return at + int(offset)


def field_at(metadata: Metadata, parent: int, place: int) -> int:
    """Where a field of a FlatBuffers table stands; 0 where it was left out."""
    (back,) = struct.unpack_from("<i", metadata, parent)
    (size,) = struct.unpack_from("<H", metadata, parent - back)
    slot = 4 + 2 * place
    if slot >= size:
        return 0
    (offset,) = struct.unpack_from("<H", metadata, parent - back + slot)
    return parent + int(offset) if offset else 0
