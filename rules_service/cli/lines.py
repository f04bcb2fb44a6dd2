"""Files of requests: one `DecideRequest` as protobuf JSON on each line; whatever else a line holds is named as wrong.

Every line gives exactly one item, so that answers and lines match, also where a line is empty or cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.shape import problems_of
from rules_service.errors import CallerError, FieldViolation, InvalidRequestError

MOST_BYTES: Final = 1 << 20
"""The longest line that is read, in bytes."""
CHUNK_COUNT: Final = 5_000
CHUNK_BYTES: Final = 16 << 20

_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no request, and the error to answer it with; `ticket` is empty where it has none."""

    ticket: str
    error: CallerError


Item = pb.DecideRequest | BadLine


def chunks_in(file: BinaryIO) -> Iterator[list[Item]]:
    """The items of a file, in runs that are bounded by count and by bytes, so that any file fits into memory."""
    chunk: list[Item] = []
    size = 0
    for line in _lines(file):
        chunk.append(item_of(line))
        size += len(line)
        if len(chunk) >= CHUNK_COUNT or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def item_of(line: bytes) -> Item:
    """The request that a line holds, or what is wrong with the line."""
    if len(line) > MOST_BYTES:
        return _bad("", f"is longer than {MOST_BYTES} bytes; put one request on each line")
    if not line.strip():
        return _bad("", "is empty; put one request on each line")
    try:
        value = json.loads(line.decode(), object_pairs_hook=_each_key_once)
    except UnicodeDecodeError:
        return _bad("", "is not UTF-8 text")
    except _RepeatedKeyError:
        return _bad("", "has a key twice in one object; keep one of them")
    except json.JSONDecodeError as error:
        return _bad("", f"is not JSON at column {error.colno}: {error.msg.lower()}")
    except (ValueError, RecursionError):
        return _bad("", "is not JSON that can be read: a number is too long, or objects are nested too deeply")
    if not isinstance(value, dict):
        return _bad("", "must be a JSON object with the fields of a request")
    return _request_of(value)


class _RepeatedKeyError(Exception):
    """One key stands twice in an object: JSON does not say which one counts."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _request_of(value: dict[str, Any]) -> Item:
    try:
        return json_format.ParseDict(value, pb.DecideRequest())
    except (json_format.ParseError, RecursionError):
        # Its own words name types of Python and may repeat a person's number.
        ticket = value.get("ticket")
        return BadLine(ticket if isinstance(ticket, str) else "", InvalidRequestError.of_all(_problems(value)))


def _problems(value: dict[str, Any]) -> tuple[FieldViolation, ...]:
    found = tuple(problems_of(value, cast("Descriptor", pb.DecideRequest.DESCRIPTOR)))
    return found or (FieldViolation("line", "gives a field twice under two names, or fields that exclude each other"),)


def _bad(ticket: str, description: str) -> BadLine:
    return BadLine(ticket, InvalidRequestError.of("line", description))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines without their ends; of a line that is too long just enough to see that, the rest is skipped."""
    first = True
    while line := file.readline(MOST_BYTES + 2):
        kept = line.removeprefix(_MARK) if first else line
        first = False
        while not line.endswith(b"\n") and (line := file.readline(MOST_BYTES)):
            pass
        yield kept.removesuffix(b"\n").removesuffix(b"\r")
