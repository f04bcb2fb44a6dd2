"""A server in a process of its own, seen from the program that starts several of them."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO, Final, cast

from rules_service.serve.settings import Settings

_LONGEST: Final = 1_024
_FAILED: Final = 1


class ServerProcess:
    """One process, from its start to its end; where a selector finds it readable, `hear` takes in what is new.

    It is a fresh process, not a copy of this one, which may have threads. It gets its settings on standard input: that
    stays open, and ends when this program ends, however that happens, which the process takes as a sign to stop. It
    says the digest of its rulesets on standard output once it serves.
    """

    def __init__(self, command: Sequence[str], settings: Settings) -> None:
        """Start it by a command; a Ctrl-C in the terminal does not reach it.

        Raises:
            OSError: the system starts no process, for lack of memory for example.
        """
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0, process_group=0)
        self._life_line, self._said = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        self._started_at = time.monotonic()
        self.digest: str | None = None
        self._code: int | None = None
        with suppress(BrokenPipeError):  # it has ended already, which `hear` will tell
            self._life_line.write(pickle.dumps(settings))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def serves(self) -> bool:
        """Whether it serves, or did before it ended; then its `digest` tells by which rulesets."""
        return self.digest is not None

    @property
    def has_ended(self) -> bool:
        """Whether it is known to have ended."""
        return self._code is not None

    @property
    def was_killed(self) -> bool:
        """Whether it ended by a signal."""
        return self._code is not None and self._code < 0

    @property
    def exit_code(self) -> int:
        """Of a process that ended: 0 also where SIGTERM met it before it served, 1 for any other signal."""
        if self._code is None or self._code >= 0:
            return self._code or 0
        return 0 if self._code == -signal.SIGTERM else _FAILED

    @property
    def seconds(self) -> float:
        """How long it lives, or lived until it is asked here."""
        return time.monotonic() - self._started_at

    def fileno(self) -> int:
        """What is readable when there is something new."""
        return self._said.fileno()

    def hear(self) -> None:
        """Take in what is new: that it serves, or has ended."""
        if said := os.read(self.fileno(), _LONGEST):
            self.digest = said.decode().strip()
            return
        self._code = self._process.wait()

    def close(self) -> None:
        """Give back what was needed to talk to it; it has ended, and no selector holds it."""
        self._life_line.close()
        self._said.close()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; to one that has ended that does nothing."""
        self._process.send_signal(number)

    def __str__(self) -> str:
        match self._code:
            case None:
                state = "lives"
            case code if code < 0:
                state = f"was killed by {signal.Signals(-code).name}"
            case code:
                state = f"ended with exit code {code}"
        return f"server process {self.pid} {state}"
