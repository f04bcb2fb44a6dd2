"""How many wrong proofs of authentication an organisation may give for a person (S28).

Names can be guessed: so guesses are counted, in the memory of this process. What is remembered is a digest under a key
that ends with the process; neither organisation nor person can be read from it.
"""

from __future__ import annotations

import hmac
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from rules_service.errors import TooManyWrongProofsError

_MOST_KEPT: Final = 100_000


class Attempts:
    """Wrong proofs by organisation and person, within a moving window of time; safe to use from many threads.

    A proof counts as wrong from the moment its check begins, so that many at once are no way around the limit; a
    correct one clears the count. While the limit is reached no proof is checked, and none is counted.
    """

    def __init__(
        self,
        most: int = 5,
        window_seconds: float = 3600.0,
        *,
        most_kept: int = _MOST_KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """For `most` wrong proofs within `window_seconds`.

        Args:
            most: how many wrong proofs are answered as such.
            window_seconds: how long each of them counts.
            most_kept: how many pairs of organisation and person are remembered; those longest left alone are dropped.
            clock: seconds, from any origin.
        """
        self._most = most
        self._window = window_seconds
        self._most_kept = most_kept
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()
        self._wrong: OrderedDict[bytes, list[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._wrong)

    def counted(self, organisation: str, ssin: int, check: Callable[[], bool]) -> bool:
        """Whether a proof is correct, as `check` finds; wrong ones are counted.

        Args:
            organisation: the key of who asks.
            ssin: the current number of the person, so that older ones are no further chances.
            check: checks the proof; where it raises, nothing is counted.

        Raises:
            TooManyWrongProofsError: the limit is reached; `check` was not called.
        """
        pair = hmac.digest(self._secret, f"{organisation}\0{ssin}".encode(), "sha256")
        begun = self._begin(pair)
        try:
            correct = check()
        except BaseException:
            self._take_back(pair, begun)
            raise
        if correct:
            self._clear(pair)
        return correct

    def _begin(self, pair: bytes) -> float:
        with self._lock:
            now = self._clock()
            recent = [moment for moment in self._wrong.get(pair, ()) if moment > now - self._window]
            if len(recent) >= self._most:
                raise TooManyWrongProofsError.after(max(1, math.ceil(recent[0] + self._window - now)))
            self._wrong[pair] = [*recent, now]
            self._wrong.move_to_end(pair)
            while len(self._wrong) > self._most_kept:
                self._wrong.popitem(last=False)
            return now

    def _take_back(self, pair: bytes, begun: float) -> None:
        with self._lock:
            moments = self._wrong.get(pair, [])
            if begun in moments:
                moments.remove(begun)
            if not moments:
                self._wrong.pop(pair, None)

    def _clear(self, pair: bytes) -> None:
        with self._lock:
            self._wrong.pop(pair, None)
