"""Where servers are started and called: ours from the beginning, each other one when it is first asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rules_service.serve.transport import THREADS
from tests.benchmarks.mix.work import RULESETS
from tests.benchmarks.servers.callers import Caller, on_core
from tests.benchmarks.servers.contest import Way
from tests.benchmarks.servers.pinned import Pinned, pinned, real_server
from tests.benchmarks.servers.served import Served

_PROGRAM = Path(__file__).with_name("program.py")


@dataclass(frozen=True, slots=True)
class Called:
    """A server, and its caller."""

    server: Pinned
    caller: Caller

    def way(self, name: str, items: int, work: Callable[[], object]) -> Way:
        """Some work of the caller, whose time is that of the server."""
        return Way(name, items, work, self.server.cpu_seconds)


@dataclass(frozen=True, slots=True)
class Hall:
    """All servers are on one core, of which an idle one uses nothing; this process is on another core."""

    served: Served
    ours: Called
    server_core: int
    _opened: ExitStack = field(repr=False)
    _others: dict[str, Called] = field(default_factory=dict, repr=False)

    @classmethod
    @contextmanager
    def of(cls, served: Served, caller_core: int, server_core: int) -> Iterator[Hall]:
        """The servers, until the end of the block."""
        with on_core(caller_core), ExitStack() as opened:
            server = opened.enter_context(pinned(real_server(served.register, RULESETS), server_core))
            ours = Called(server, opened.enter_context(Caller.of(server.address)))
            yield cls(served, ours, server_core, opened)

    def other(self, kind: str, answer: bytes = b"", *, alike: bool = True) -> Called:
        """One of the kinds that `program` knows; `answer` is what an echo answers.

        Unless `alike` is false it moves bytes as our server does, so that this is not what is compared.
        """
        name = kind if alike else f"{kind}-plain"
        if name not in self._others:
            file = self.served.register.with_name(f"{name}.answer")
            file.write_bytes(answer)
            command = (sys.executable, _PROGRAM, kind, "--register", self.served.register, "--rulesets", RULESETS)
            answering = (*command, "--answer", file)
            server = self._opened.enter_context(pinned(answering, self.server_core, _environment(alike=alike)))
            self._others[name] = Called(server, self._opened.enter_context(Caller.of(server.address)))
        return self._others[name]


def _environment(*, alike: bool) -> dict[str, str]:
    name, value = THREADS
    others = {each: os.environ[each] for each in os.environ if each != name}
    return {**others, name: value} if alike else others
