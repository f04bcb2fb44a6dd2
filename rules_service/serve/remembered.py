"""Where wrong proofs of authentication are remembered: by one process, or by all that serve one register (S28)."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections import OrderedDict
from threading import Lock
from typing import Final

from rules_service.errors import RegisterUnavailableError
from rules_service.register.persons import WrongProofs

_LOG: Final = logging.getLogger("rules_service.serve")
_MOST_KEPT: Final = 100_000


class RememberedHere:
    """In the memory of this process, as digests under a key that ends with it."""

    def __init__(self, most_kept: int = _MOST_KEPT) -> None:
        """`most_kept`: how many pairs are remembered; those longest left alone are dropped."""
        self._most_kept = most_kept
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()
        self._moments: OrderedDict[bytes, list[int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._moments)

    def pair(self, organisation: str, ssin: int) -> bytes:
        """What stands for an organisation and a person."""
        return hmac.digest(self._secret, f"{organisation}\0{ssin}".encode(), "sha256")

    def moments(self, pair: bytes, since: int) -> list[int]:
        """When the wrong proofs of a pair were given that came after a moment, the earliest first."""
        with self._lock:
            return [moment for moment in self._moments.get(pair, ()) if moment > since]

    def add(self, pair: bytes, moment: int, since: int) -> None:
        """Note a wrong proof."""
        with self._lock:
            recent = [each for each in self._moments.get(pair, ()) if each > since]
            self._moments[pair] = sorted([*recent, moment])
            self._moments.move_to_end(pair)
            while len(self._moments) > self._most_kept:
                self._moments.popitem(last=False)

    def clear(self, pair: bytes) -> None:
        """Forget the wrong proofs of a pair."""
        with self._lock:
            self._moments.pop(pair, None)


class RememberedByAll:
    """In the register's database, so that every process that serves it counts the same.

    A wrong proof that cannot be written down, as while an import keeps a file locked, is remembered here instead: who
    guesses gains nothing by it.
    """

    def __init__(self, shared: WrongProofs) -> None:
        self._shared = shared
        self._here = RememberedHere()

    def pair(self, organisation: str, ssin: int) -> bytes:
        """What stands for an organisation and a person; raises `KeyUnusableError` where there is no directory."""
        return self._shared.pair(organisation, ssin)

    def moments(self, pair: bytes, since: int) -> list[int]:
        """When the wrong proofs of a pair were given that came after a moment, the earliest first.

        Raises:
            RegisterUnavailableError: the database is lost.
        """
        return sorted([*self._shared.moments(pair, since), *self._here.moments(pair, since)])

    def add(self, pair: bytes, moment: int, since: int) -> None:
        """Note a wrong proof."""
        try:
            self._shared.add(pair, moment, since)
        except RegisterUnavailableError as error:
            _LOG.warning("a wrong proof is remembered in this process alone: %s", error)
            self._here.add(pair, moment, since)

    def clear(self, pair: bytes) -> None:
        """Forget the wrong proofs of a pair; where that cannot be written now, they count until their time is over."""
        self._here.clear(pair)
        try:
            self._shared.clear(pair)
        except RegisterUnavailableError as error:
            _LOG.warning("wrong proofs go on counting after a correct one: %s", error)
