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
from rules_service.register.pen import Pen
from rules_service.register.writing import RegisterWriter


class RequestIdReusedError(CallerError):
    """A request has the id of an earlier one and another content."""

    reason = "REQUEST_ID_REUSED"


class Writable(Protocol):
    """What this module needs of a store."""

    def write(self, note: str) -> AbstractContextManager[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or fails."""


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


def write_once(store: Writable, request: WriteRequest, note: str, work: Callable[[Pen], bytes]) -> bytes:
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
            if known.digest != request.digest:
                raise RequestIdReusedError(
                    "`request_id`: belongs to an earlier request with another content; give each new one its own id"
                )
            return known.answer
        answer = work(Pen(writer))
        writer.remember(request.key, request.digest, answer)
        return answer
