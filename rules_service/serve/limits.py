"""How much a caller may ask at once: announced in `GetServerInfo`, and enforced."""

from __future__ import annotations

from dataclasses import dataclass

from rules_service.decision.checking import MAX_INTEGRATIONS, MAX_NAMED_VALUES, MAX_PERSONS
from rules_service.errors import LimitExceededError

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may hold, what one request may, and how many streams may be open at once.

    A message: requests in a batch or stream message, their persons together, bytes; in a message of columns rows, their
    persons together, and different looks. A request: persons, named values, inline integrations.
    """

    max_batch_size: int = 10_000
    max_message_bytes: int = 16 * _MEBIBYTE
    max_persons: int = MAX_PERSONS
    max_named_values: int = MAX_NAMED_VALUES
    max_integrations: int = MAX_INTEGRATIONS
    max_streams: int = 16
    max_batch_persons: int = 100_000
    max_columns_rows: int = 1_000_000
    max_columns_persons: int = 1_000_000
    max_columns_looks: int = 10_000

    @property
    def transport_bytes(self) -> int:
        """What the transport accepts: more than announced, so that a message a little too large gets a clear error."""
        return 2 * self.max_message_bytes

    def check_count(self, count: int) -> None:
        """Refuse a batch of too many requests; raises `LimitExceededError`."""
        _check("requests", "max_batch_size", count, self.max_batch_size)

    def check_persons(self, count: int) -> None:
        """Refuse a batch over too many persons; raises `LimitExceededError`."""
        _check("persons", "max_batch_persons", count, self.max_batch_persons)

    def check_columns_rows(self, count: int) -> None:
        """Refuse columns of too many rows; raises `LimitExceededError`."""
        _check("rows", "max_columns_rows", count, self.max_columns_rows)

    def check_columns_persons(self, count: int) -> None:
        """Refuse columns of too many persons; raises `LimitExceededError`."""
        _check("persons", "max_columns_persons", count, self.max_columns_persons)

    def check_columns_looks(self, count: int) -> None:
        """Refuse rows that look different in too many ways; raises `LimitExceededError`."""
        _check("different looks", "max_columns_looks", count, self.max_columns_looks)

    def check_bytes(self, size: int) -> None:
        """Refuse a message of too many bytes; raises `LimitExceededError`."""
        _check("bytes", "max_message_bytes", size, self.max_message_bytes)

    def too_many_streams(self) -> LimitExceededError:
        """The error for a stream that is opened while as many are open as may be."""
        return LimitExceededError(
            f"{self.max_streams} streams are open, no more are accepted; end one, or try again later",
            metadata={"limit": "max_streams", "allowed": str(self.max_streams)},
        )


def _check(unit: str, limit: str, given: int, allowed: int) -> None:
    if given > allowed:
        raise LimitExceededError(
            f"the message has {given} {unit}, at most {allowed} are accepted; send several smaller ones",
            metadata={"limit": limit, "allowed": str(allowed), "given": str(given)},
        )
