"""Hears of every commit to a register, whoever made it, and wakes those who wait for the next one."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Final, Protocol, Self

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register.listening import Bell, Ear

_LOG = logging.getLogger("rules_service.register")
_MOMENT: Final = 0.25
_RETRY_SECONDS: Final = 1.0


class Listened(Protocol):
    """What following commits asks of a store."""

    def listening(self, bell: Bell) -> AbstractContextManager[Ear]:
        """An ear for the commits of every process."""


class Commits:
    """Follows a register on a thread of its own, from `start` to `close`.

    At each sign of a commit the thread looks at the register, so that an index that is refreshed by the look follows at
    once. A sign that was lost on the way does no harm: it looks every `poll_seconds` all the same. When the database is
    lost, those who wait are told, and the thread tries until it hears again.
    """

    def __init__(self, store: Listened, look: Callable[[], int], poll_seconds: float = 5.0) -> None:
        """`look` gives the number of the last revision, and is called after each sign."""
        self._store = store
        self._look = look
        self._poll_seconds = poll_seconds
        self._bell = Bell()
        self._changed = Condition()
        self._end = Event()
        self._seen = 0
        self._lost: str | None = None
        self._hears = False
        self._thread = Thread(target=self._follow, name="register-commits", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        self._thread.join()
        self._bell.close()

    def latest(self) -> int:
        """The number of the last revision; raises `RegisterUnavailableError`."""
        return self._look()

    @property
    def closed(self) -> bool:
        """Whether nobody is to wait any more."""
        return self._end.is_set()

    def announce(self) -> None:
        """Look at once: this process made a commit."""
        self._bell.ring()

    def close(self) -> None:
        """Wake those who wait, for good."""
        with self._changed:
            self._end.set()
            self._changed.notify_all()
        self._bell.ring()

    def wait(self, after: int) -> bool:
        """Whether there is a revision after this one, now or within a moment; to be asked again as long as one waits.

        Raises:
            RegisterUnavailableError: the database is lost; a later call may find it again.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._lost or self._seen > after, _MOMENT)
            if self._lost and not self.closed:
                raise RegisterUnavailableError(self._lost)
            return not self.closed and self._seen > after

    def _follow(self) -> None:
        while not self._end.is_set():
            try:
                self._listen()
            except OperatorError as error:
                self._lose(str(error))
            except Exception as error:  # noqa: BLE001  whatever it is, who follows must not wait for ever
                self._lose(f"an unexpected error, {type(error).__name__}")
                _LOG.error("".join(traceback.format_tb(error.__traceback__)))  # its text may name a person

    def _listen(self) -> None:
        with self._store.listening(self._bell) as ear:
            while not self._end.is_set():
                self._tell(self._look())  # first of all: what was written while nobody listened
                ear.wait(self._poll_seconds)

    def _tell(self, revision: int) -> None:
        with self._changed:
            if self._lost:
                _LOG.warning("the register is followed again, at revision %d", revision)
            self._seen, self._lost, self._hears = revision, None, True
            self._changed.notify_all()

    def _lose(self, why: str) -> None:
        if self._hears:  # a connection that was cut is made again at once, and nobody needs to know
            self._hears = False
            self._end.wait(_MOMENT)
            return
        with self._changed:
            if why != self._lost:
                _LOG.warning("the register cannot be followed: %s; this is tried again and again", why)
            self._lost = why
            self._changed.notify_all()
        self._end.wait(_RETRY_SECONDS)
