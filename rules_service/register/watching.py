"""Looks at a database are left out as long as nothing was written to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Final

from rules_service.register.listening import Watch

NOW: Final = math.inf
"""As the moment at which was asked: no look has begun after it."""

_MOST: Final = 8
"""A watch keeps a connection; so many are enough, since one is needed for some microseconds at a time."""


class Watches:
    """A few watches over one database, each lent to one thread at a time; any number of threads may ask."""

    def __init__(self, new: Callable[[], Watch]) -> None:
        """`new` gives another watch, once a look has shown that the database can be used."""
        self._new = new
        self._idle: list[tuple[Watch | None, object]] = [(None, None)] * _MOST
        self._caught_up_from = -math.inf

    def catch_up(self, look: Callable[[], object], *, always: bool, asked_at: float = NOW) -> None:
        """Look, unless nothing was written since an earlier look; with `always`, look in any case.

        Who asked at a moment of `time.monotonic`, and had to wait for its turn since, has no need of that where another
        one began to catch up after that moment: many that come at a time so share what one of them sees.
        """
        if self._caught_up_from > asked_at and not always:
            return
        began_at = monotonic()
        self._catch_up(look, always=always)
        # Threads may end in another order than they began: then less is shared, and nobody is told what is not true.
        self._caught_up_from = began_at

    def _catch_up(self, look: Callable[[], object], *, always: bool) -> None:
        """As `catch_up`, at this moment.

        INVARIANT (watches): beside a watch stands a state of it that was read before a look began which succeeded. So
        whoever reads the same state again has asked before anything was written that this look did not find.
        """
        try:
            watch, seen = self._idle.pop()
        except IndexError:
            look()  # it is shared with all others who find no watch
            return
        state = None if watch is None else watch.state()
        try:
            if state is None:
                if watch is not None:
                    watch.close()
                    watch = None
                look()
                watch = self._new()
            elif always or state != seen:
                look()
            seen = state
        finally:
            self._idle.append((watch, seen))

    def close(self) -> None:
        """Close all watches; nobody asks any more."""
        while self._idle:
            watch, _ = self._idle.pop()
            if watch is not None:
                watch.close()
