"""A record batch as an Arrow IPC stream, in pieces that lie where they are, and none of them twice."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any, Final

import pyarrow as pa

from rules_service.serve.arrow.metadata import BODY_LENGTH, BUFFERS, HEADER, field_at, root_of, table_at

_BEGINNING: Final = b"\xff\xff\xff\xff"
_END: Final = (_BEGINNING, bytes(4))
_BUFFER: Final = struct.Struct("<qq")
_ALIGNMENT: Final = 8


class _Pieces(RawIOBase):
    """What Arrow writes, piece by piece: columns where they lie, until all is put together at once."""

    def __init__(self) -> None:
        self.held: list[Any] = []

    def writable(self) -> bool:
        """Arrow asks."""
        return True

    def write(self, piece: Any, /) -> int:
        """Hold one more."""
        self.held.append(piece)
        return len(piece)


def pieces_of(batch: Any) -> Sequence[Any]:
    """The batch as an Arrow IPC stream.

    Columns that lie in the same memory stand in the stream once, and are all told to be there: an answer in which half
    of the columns are empty is so little more than half as long.
    """
    pieces = _Pieces()
    with pa.PythonFile(pieces, mode="w") as sink, pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    held = pieces.held
    last = max(at for at in range(len(held) - len(_END)) if isinstance(held[at], bytes) and held[at] == _BEGINNING)
    metadata, body = bytearray(held[last + 2]), held[last + 3 : -len(_END)]
    return [*held[: last + 2], metadata, *_each_once(metadata, body), *_END]


def _each_once(metadata: bytearray, body: Sequence[Any]) -> Iterator[Any]:
    """What is left of the body of a batch, whose metadata is made to tell where everything is."""
    batch = table_at(metadata, root_of(metadata), HEADER)
    buffers = table_at(metadata, batch, BUFFERS)
    (count,) = struct.unpack_from("<I", metadata, buffers)
    written = _by_offset(body)
    longest: dict[int, Any] = {}
    for piece in written.values():
        if piece.address not in longest or len(piece) > len(longest[piece.address]):
            longest[piece.address] = piece
    place_of, size = {}, 0
    for address, piece in longest.items():
        place_of[address] = size
        padding = -len(piece) % _ALIGNMENT
        size += len(piece) + padding
        yield piece
        yield bytes(padding)
    for at in range(buffers + 4, buffers + 4 + count * _BUFFER.size, _BUFFER.size):
        offset, length = _BUFFER.unpack_from(metadata, at)
        _BUFFER.pack_into(metadata, at, place_of[written[offset].address] if length else 0, length)
    body_length = field_at(metadata, root_of(metadata), BODY_LENGTH)
    if body_length:
        struct.pack_into("<q", metadata, body_length, size)


def _by_offset(body: Sequence[Any]) -> dict[int, Any]:
    """The buffers among the pieces of a body by where they begin; what else there is fills gaps."""
    found, offset = {}, 0
    for piece in body:
        if isinstance(piece, pa.Buffer) and len(piece):
            found[offset] = piece
        offset += len(piece)
    return found
