"""How many wrong proofs of authentication an organisation may give for a person (S28).

Names can be guessed: so guesses are counted. Checks that go on at this moment are counted in this process, those that
were wrong are counted wherever they are remembered (`remembered`). A correct proof writes nothing down.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, Protocol

from rules_service.errors import TooManyWrongProofsError
from rules_service.serve.remembered import RememberedHere

_MICROSECONDS: Final = 1_000_000


class Remembered(Protocol):
    """Where wrong proofs are remembered; moments are in microseconds since 1970-01-01 UTC."""

    def pair(self, organisation: str, ssin: int) -> bytes:
        """What stands for an organisation and a person, without telling of either."""

    def moments(self, pair: bytes, since: int) -> list[int]:
        """When the wrong proofs of a pair were given that came after a moment, the earliest first."""

    def add(self, pair: bytes, moment: int, since: int) -> None:
        """Note a wrong proof; those that came before `since` count no more."""

    def clear(self, pair: bytes) -> None:
        """Forget the wrong proofs of a pair."""


def microseconds_now() -> int:
    """The clock of this machine, in microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000


class Attempts:
    """Wrong proofs by organisation and person, within a moving window of time; safe to use from many threads.

    A proof counts as wrong from the moment its check begins, so that many at once are no way around the limit; a
    correct one clears the count. While the limit is reached no proof is checked, and none is counted.

    Within one process the limit is exact. Where several processes share what they remember, each may have checks under
    way that the others do not know of yet: at the very most, as many times the limit as there are processes.
    """

    def __init__(
        self,
        most: int = 5,
        window_seconds: float = 3600.0,
        *,
        remembered: Remembered | None = None,
        clock: Callable[[], int] = microseconds_now,
    ) -> None:
        """For `most` wrong proofs within `window_seconds`.

        Args:
            most: how many wrong proofs are answered as such.
            window_seconds: how long each of them counts.
            remembered: where they are remembered; None: in the memory of this process.
            clock: tells the time, in microseconds since 1970-01-01 UTC.
        """
        self._most = most
        self._window = round(window_seconds * _MICROSECONDS)
        self._remembered = RememberedHere() if remembered is None else remembered
        self._clock = clock
        self._lock = Lock()
        self._under_way: Counter[bytes] = Counter()

    def counted(self, organisation: str, ssin: int, check: Callable[[], bool]) -> bool:
        """Whether a proof is correct, as `check` finds; wrong ones are counted.

        Args:
            organisation: the key of who asks.
            ssin: the current number of the person, so that older ones are no further chances.
            check: checks the proof; where it raises, nothing is counted.

        Raises:
            TooManyWrongProofsError: the limit is reached; `check` was not called.
            RegisterUnavailableError: what is remembered cannot be read.
        """
        pair = self._remembered.pair(organisation, ssin)
        with self._begun(pair) as others:
            now = self._clock()
            since = now - self._window
            recent = self._remembered.moments(pair, since)
            if len(recent) + others >= self._most:
                first = recent[0] if recent else since
                raise TooManyWrongProofsError.after(max(1, math.ceil((first - since) / _MICROSECONDS)))
            correct = check()
            if not correct:
                self._remembered.add(pair, now, since)
            elif recent:
                self._remembered.clear(pair)
        return correct

    @contextmanager
    def _begun(self, pair: bytes) -> Iterator[int]:
        """How many other checks of a pair are under way; this one is until the end of the block."""
        with self._lock:
            others = self._under_way[pair]
            self._under_way[pair] += 1
        try:
            yield others
        finally:
            with self._lock:
                self._under_way[pair] -= 1
                if not self._under_way[pair]:
                    del self._under_way[pair]
