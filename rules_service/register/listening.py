"""Hearing that a database was written, whoever wrote it: each kind of database has an ear of its own.

PostgreSQL tells those who listen (NOTIFY, by a trigger on the table of revisions); a SQLite file has a number that
changes with every commit of others, which costs so little to read that it is read over and over.
"""

from __future__ import annotations

import os
import select
from typing import Protocol


class Ear(Protocol):
    """Hears commits from the moment on at which it was made; for one thread."""

    def wait(self, seconds: float) -> None:
        """Return when the database was written, when the bell rings, or after so long; now and then for no reason.

        Raises:
            RegisterUnavailableError: nothing can be heard any more.
        """


class Watch(Protocol):
    """Sees, in some microseconds, whether a database was written; for one thread at a time."""

    def state(self) -> object | None:
        """What is another one after every commit of anybody; None when nothing can be said, and the watch is over.

        It waits for a moment at the most: whoever looks at the database says what is wrong, or waits for longer.
        """

    def close(self) -> None:
        """Give back what it needs."""


class Bell:
    """Wakes a thread that waits, from any other one; rung while nobody waits, it ends the next wait at once."""

    def __init__(self) -> None:
        self._heard, self._rope = os.pipe()
        for end in (self._heard, self._rope):
            os.set_blocking(end, False)

    def ring(self) -> None:
        """End the wait."""
        try:
            os.write(self._rope, b"!")
        except BlockingIOError:
            return  # it was rung thousands of times, and will be heard

    def wait(self, seconds: float, *files: int) -> bool:
        """Wait so long for the bell, or for one of these open files to have something; whether the bell rang."""
        ready = select.poll()
        for file in (self._heard, *files):
            ready.register(file, select.POLLIN)
        rang = any(file == self._heard for file, _ in ready.poll(max(0.0, seconds * 1000)))
        if rang:
            os.read(self._heard, 1 << 16)
        return rang

    def close(self) -> None:
        """Give the files back; nobody waits or rings any more."""
        os.close(self._heard)
        os.close(self._rope)
