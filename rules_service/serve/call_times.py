"""When the request came in that a thread answers, and how long its call may still wait for something.

A call that cannot be answered in time is to fail with a reason, which only helps if it arrives before the caller gives
up: so a call waits for a part of its time only, and also one without a deadline does not wait for ever.

Only numbers are noted, nothing of the call itself: it would hold what holds it, and both would stay in memory until the
garbage collector comes, which then keeps other calls waiting.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import Final, NamedTuple

from rules_service.register import NOW

_LONGEST_SECONDS: Final = 30.0
_SHARE: Final = 0.8


class _Times(NamedTuple):
    received_at: float
    ends_at: float | None


_NO_CALL: Final = _Times(NOW, None)
_TIMES: Final[ContextVar[_Times]] = ContextVar("times", default=_NO_CALL)


def begin_call(seconds: float | None, received_at: float = NOW) -> None:
    """Note that this thread answers a call from now on.

    Args:
        seconds: after how many it ends; None: it has no deadline.
        received_at: when its only message was there, by `time.monotonic`. A call may be opened long before that, and a
            stream has messages that come later: then it is `NOW`.
    """
    _TIMES.set(_Times(received_at, None if seconds is None else monotonic() + seconds))


def received_at() -> float:
    """When the message was there that this thread answers; `NOW` where that is not known."""
    return _TIMES.get().received_at


def seconds_to_wait() -> float:
    """How long to wait at most, in seconds; 0 where the call has ended."""
    ends_at = _TIMES.get().ends_at
    left = _LONGEST_SECONDS if ends_at is None else (ends_at - monotonic()) * _SHARE
    return min(max(left, 0.0), _LONGEST_SECONDS)
