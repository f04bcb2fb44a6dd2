"""Work that many threads wait for is done once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class SharedWork(Generic[Result]):
    """Does a piece of work on a thread of its own, again and again, as long as somebody asks for it.

    INVARIANT (shared work): who asks gets a result of work that began after it had asked, never an older one; those who
    ask while some goes on share the next one.
    """

    def __init__(self, work: Callable[[], Result], name: str) -> None:
        """`name` is that of the thread."""
        self._work = work
        self._thread = ThreadPoolExecutor(1, name)
        self._guard = Lock()
        self._next: Future[Result] | None = None

    def result(self, seconds: float | None = None) -> Result:
        """What the work gives, or the error that it raises; waits no longer than that.

        Raises:
            TimeoutError: it was not done in time; it goes on all the same.
        """
        with self._guard:
            if self._next is None:
                self._next = self._thread.submit(self._begin)
            wanted = self._next
        return wanted.result(seconds)

    def close(self) -> None:
        """End the thread when its work is done; nobody asks any more."""
        self._thread.shutdown()

    def _begin(self) -> Result:
        with self._guard:
            self._next = None  # INVARIANT (shared work): whoever asks from now on has to wait for the next one
        return self._work()
