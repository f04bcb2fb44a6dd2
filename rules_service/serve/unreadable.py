"""What a caller is told whose bytes are no message."""

from __future__ import annotations

from rules_service.errors import InvalidRequestError


def unreadable() -> InvalidRequestError:
    """The error for bytes that are not the message which a method takes."""
    return InvalidRequestError.of("request", "is not the message that this method takes")
