"""Files of requests: one `DecideRequest` as protobuf JSON on each line; whatever else a line holds is named as wrong.

Every line gives exactly one item, so that answers and lines match, also where a line is empty or cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final, TypeVar, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

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
Wanted = TypeVar("Wanted", bound=Message)


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
    try:
        value = _object_in(line, "line", "put one request on each line")
    except InvalidRequestError as error:
        return BadLine("", error)
    try:
        return _filled(pb.DecideRequest(), value, "line")
    except InvalidRequestError as error:
        ticket = value.get("ticket")
        return BadLine(ticket if isinstance(ticket, str) else "", error)


def message_in(file: BinaryIO, empty: Wanted) -> Wanted:
    """The one message that a whole file holds, as protobuf JSON; `empty` is one of its kind, to be filled.

    Raises:
        InvalidRequestError: the file holds something else; every wrong field is named.
    """
    raw = file.read(MOST_BYTES + len(_MARK) + 1).removeprefix(_MARK)
    return _filled(empty, _object_in(raw, "file", "put one request into it"), "file")


def _object_in(raw: bytes, place: str, advice: str) -> dict[str, Any]:
    wrong = partial(InvalidRequestError.of, place)
    if len(raw) > MOST_BYTES:
        raise wrong(f"is longer than {MOST_BYTES} bytes; {advice}")
    if not raw.strip():
        raise wrong(f"is empty; {advice}")
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_each_key_once)
    except UnicodeDecodeError:
        raise wrong("is not UTF-8 text") from None
    except _RepeatedKeyError:
        raise wrong("has a key twice in one object; keep one of them") from None
    except json.JSONDecodeError as error:
        row = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise wrong(f"is not JSON at {row}column {error.colno}: {error.msg.lower()}") from None
    except (ValueError, RecursionError):
        raise wrong("is not JSON that can be read: a number is too long, or objects are nested too deeply") from None
    if not isinstance(value, dict):
        raise wrong("must be a JSON object with the fields of a request")
    return value


class _RepeatedKeyError(Exception):
    """One key stands twice in an object: JSON does not say which one counts."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _filled(message: Wanted, value: dict[str, Any], place: str) -> Wanted:
    try:
        return json_format.ParseDict(value, message)
    except (json_format.ParseError, RecursionError):
        # Its own words name types of Python and may repeat a person's number.
        found = tuple(problems_of(value, cast("Descriptor", message.DESCRIPTOR)))
        otherwise = FieldViolation(place, "gives a field twice under two names, or fields that exclude each other")
        raise InvalidRequestError.of_all(found or (otherwise,)) from None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines without their ends; of a line that is too long just enough to see that, the rest is skipped."""
    first = True
    while line := file.readline(MOST_BYTES + 2):
        kept = line.removeprefix(_MARK) if first else line
        first = False
        while not line.endswith(b"\n") and (line := file.readline(MOST_BYTES)):
            pass
        yield kept.removesuffix(b"\n").removesuffix(b"\r")
