"""When the call that a thread answers came in, and how long it may still wait for something.

A call that cannot be answered in time is to fail with a reason, which only helps if it arrives before the caller gives
up: so a call waits for a part of its time only, and also one without a deadline does not wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic
from typing import Final

from rules_service.register import NOW

_LONGEST_SECONDS: Final = 30.0
_SHARE: Final = 0.8
_ARRIVED_AT: Final[ContextVar[float]] = ContextVar("arrived_at", default=NOW)
_TIME_REMAINING: Final[ContextVar[Callable[[], float | None] | None]] = ContextVar("time_remaining", default=None)


def note_arrival() -> None:
    """Note that a call came in just now; its context is that of the thread which will answer it, too."""
    _ARRIVED_AT.set(monotonic())


def begin_call(time_remaining: Callable[[], float | None]) -> None:
    """Note that this thread answers a call from now on; what is given tells its seconds left, None: no deadline."""
    _TIME_REMAINING.set(time_remaining)


def arrived_at() -> float:
    """When the call came in that this thread answers, as `time.monotonic` tells it; `NOW` where it answers none."""
    return _ARRIVED_AT.get()


def seconds_to_wait() -> float:
    """How long to wait at most, in seconds; 0 where the call has ended."""
    time_remaining = _TIME_REMAINING.get()
    left = None if time_remaining is None else time_remaining()
    return _LONGEST_SECONDS if left is None else min(max(left * _SHARE, 0.0), _LONGEST_SECONDS)
