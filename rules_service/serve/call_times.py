"""When the call that a thread answers came in, and how long it may still wait for something.

A call that cannot be answered in time is to fail with a reason, which only helps if it arrives before the caller gives
up: so a call waits for a part of its time only, and also one without a deadline does not wait for ever.

Only numbers are noted, nothing of the call itself: it would hold what holds it, and both would stay in memory until the
garbage collector comes, which then keeps other calls waiting.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Final

from rules_service.register import NOW

_LONGEST_SECONDS: Final = 30.0
_SHARE: Final = 0.8
_ARRIVED_AT: Final[ContextVar[float]] = ContextVar("arrived_at", default=NOW)
_ENDS_AT: Final[ContextVar[float | None]] = ContextVar("ends_at", default=None)


def note_arrival() -> None:
    """Note that a call came in just now; its context is that of the thread which will answer it, too."""
    _ARRIVED_AT.set(monotonic())


def begin_call(seconds: float | None) -> None:
    """Note that this thread answers a call from now on, which ends after so many seconds; None: without a deadline."""
    _ENDS_AT.set(None if seconds is None else monotonic() + seconds)


def arrived_at() -> float:
    """When the call came in that this thread answers, as `time.monotonic` tells it; `NOW` where it answers none."""
    return _ARRIVED_AT.get()


def seconds_to_wait() -> float:
    """How long to wait at most, in seconds; 0 where the call has ended."""
    ends_at = _ENDS_AT.get()
    left = _LONGEST_SECONDS if ends_at is None else (ends_at - monotonic()) * _SHARE
    return min(max(left, 0.0), _LONGEST_SECONDS)
