"""A running worker, seen from the service: start it, exchange a batch, notice when it is lost."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from rules_service.errors import InternalError
from rules_service.reference.engine import worker


class WorkerLostError(InternalError):
    """The worker died, broke off in the middle of an answer, or took too long and was killed."""


class WorkerUnavailableError(InternalError):
    """No worker can run on this installation."""


class WorkerProcess:
    """One worker, from its start to its end; for one thread at a time.

    Raises:
        WorkerLostError: the worker died before it was ready.
        WorkerUnavailableError: durable-rules is not installed.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        # By its path and isolated: neither the imports of this package nor the environment reach the worker.
        command = [sys.executable, "-I", worker.__file__]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:  # no descriptors or no memory left just now
            raise WorkerLostError(f"the worker cannot be started: {error.strerror}") from None
        self._requests, self._replies = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        greeting = self._next_reply()
        if "unavailable" in greeting:
            self.close()
            raise WorkerUnavailableError(greeting["unavailable"])

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def exchange(self, batch: Sequence[Any]) -> list[Any]:
        """Send the facts of some decisions and wait for as many replies.

        Raises:
            WorkerLostError: no replies came; the worker is gone.
        """
        return list(self._next_reply(batch))

    def close(self) -> None:
        """End the worker at once; it holds nothing worth saving."""
        self._process.kill()
        self._process.wait()
        self._replies.close()
        with contextlib.suppress(OSError):  # what was not sent cannot be sent any more
            self._requests.close()

    def _next_reply(self, request: Sequence[Any] | None = None) -> Any:
        """Send the request, if there is one, and wait; the watchdog ends a wait that takes too long."""
        watchdog = threading.Timer(self._timeout_s, self._process.kill)
        watchdog.start()
        try:
            if request is not None:
                worker.write_frame(self._requests, request)
            reply = worker.read_frame(self._replies)
        except (OSError, ValueError):  # a closed pipe, or half a reply
            reply = None
        finally:
            watchdog.cancel()
        if reply is None:
            self.close()
            raise WorkerLostError("the worker of the inference engine is gone; start another")
        return reply
