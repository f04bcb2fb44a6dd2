"""Writes that are asked for twice are done once: each is remembered with its answer, in its own transaction.

A caller that got no answer asks again under the same id. Whether its first call came through or not, it then gets the
one answer that there is. Nothing of a request is kept but a digest of its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from rules_service.errors import CallerError
from rules_service.register.day_writes import DayWriter
from rules_service.register.integrating import Holding, Key, Written
from rules_service.register.writing import RegisterWriter, RememberedRequest


class RequestIdReusedError(CallerError):
    """A request has the id of an earlier one and another content."""

    reason = "REQUEST_ID_REUSED"


class Writable(Protocol):
    """What this module needs of a store."""

    def write(self, note: str) -> AbstractContextManager[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or fails."""

    def write_days(self, note: str, key: Key, request_id: str) -> AbstractContextManager[DayWriter]:
        """A transaction as that of `write`, short, for a single write about the days of one key."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What tells one wish to write from another: the id, whose ids it belongs to, and the content as bytes."""

    owner: str
    request_id: str
    content: bytes

    @property
    def key(self) -> str:
        """The id among those of all owners."""
        return f"{self.owner} {self.request_id}"

    @property
    def digest(self) -> bytes:
        """The content in short."""
        return hashlib.sha256(self.content).digest()

    def answer_of(self, known: RememberedRequest) -> bytes:
        """The answer that it got when it was done; raises `RequestIdReusedError` where that was another request."""
        if known.digest != self.digest:
            raise RequestIdReusedError(
                "`request_id`: belongs to an earlier request with another content; give each new one its own id"
            )
        return known.answer


def write_once(store: Writable, request: WriteRequest, note: str, work: Callable[[RegisterWriter], bytes]) -> bytes:
    """Do some work under a request's id, or give the answer that it got when it was done.

    Args:
        store: where to write.
        request: what is asked.
        note: what is written, for the history; never anything about a person.
        work: writes, and says what is answered. What it raises undoes the write, and the request is not remembered.

    Raises:
        RequestIdReusedError: the id belongs to a request of another content.
        RegisterUnavailableError: the register cannot be written now.
    """
    with store.write(note) as writer:
        known = writer.remembered(request.key)
        if known is not None:
            return request.answer_of(known)
        answer = work(writer)
        writer.remember(request.key, request.digest, answer)
        return answer


def write_days_once(
    store: Writable, request: WriteRequest, note: str, key: Key, work: Callable[[Holding], tuple[Written, bytes]]
) -> bytes:
    """As `write_once`, for a single write about the days of a key.

    Args:
        store: where to write.
        request: what is asked.
        note: what is written, for the history; never anything about a person.
        key: whose days are written.
        work: from what the register holds of the key to what is written, and what is answered; it asks no database.

    Raises:
        RequestIdReusedError: the id belongs to a request of another content.
        RegisterUnavailableError: the register cannot be written now.
    """
    with store.write_days(note, key, request.key) as writer:
        if writer.remembered is not None:
            return request.answer_of(writer.remembered)
        written, answer = work(writer.holding())
        writer.put(written, RememberedRequest(request.digest, answer, written.revision))
        return answer
