"""A server in a process of its own, on one core, and how much of that core it has used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("rules-service")
_CPU_CLOCK = 2  # of Linux: the scheduler's count of what a process has used, by all of its threads


@dataclass(frozen=True, slots=True)
class Pinned:
    """A server that listens."""

    address: str
    process_id: int

    def cpu_seconds(self) -> float:
        """What it has used of its core so far."""
        return time.clock_gettime(~self.process_id << 3 | _CPU_CLOCK)


@contextmanager
def pinned(command: Sequence[str | Path], core: int, environment: Mapping[str, str] | None = None) -> Iterator[Pinned]:
    """A server until the end of the block; it says in its first line where it listens. None: the same environment."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True, env=environment)
    finally:
        os.sched_setaffinity(0, before)
    with process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("listening on "), f"`{command[0]}` did not start"
            yield Pinned(said.removeprefix("listening on ").strip(), process.pid)
        finally:
            process.terminate()


def real_server(register: Path, rulesets: Path) -> list[str | Path]:
    """The command of the server that is measured."""
    return [PROGRAM, "serve", "--port", "0", "--register", register, "--rulesets", rulesets, "--threads", "1"]
