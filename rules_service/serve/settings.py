"""What an operator chooses when starting a server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from rules_service.errors import OperatorError
from rules_service.register import file_of
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import Permission, permissions_at


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a server; raises `OperatorError` where they contradict each other.

    `port` 0 lets the system choose one. `permissions` None means: by the address (see `permissions_at`). `call_threads`
    is the number of calls answered at once, more than streams may be open, since an open stream keeps one of them busy;
    `grace_seconds` how long a stop waits for calls in flight, `margin_seconds` how long what was cut off may run to its
    end, and an index be saved. `persons_key` is the key file of the person directory and `index_file` keeps the index
    between two starts: both are found beside a register in a file. With `snapshot_key`, a file of keys, the index is
    encrypted. After `wrong_proofs` within `wrong_proofs_seconds`, an organisation's proofs for a person are not checked
    until the first of them is as old as that. A commit that is heard of is followed at once; the register is looked at
    every `poll_seconds` all the same. As many as `threads` decide a large message of columns together; unless given, as
    many as there are cores. With more than one of `processes` the server is one of as many on the same port: each has
    these settings for itself, and where a `digest` is given it serves by the rulesets of that digest or not at all, so
    that all decide alike.
    """

    rulesets: Path
    register: str | Path
    host: str = "127.0.0.1"
    port: int = 50051
    permissions: frozenset[Permission] | None = None
    limits: Limits = field(default_factory=Limits)
    call_threads: int = 32
    grace_seconds: float = 10.0
    margin_seconds: float = 15.0
    persons_key: Path | None = None
    index_file: Path | None = None
    snapshot_key: Path | None = None
    wrong_proofs: int = 5
    wrong_proofs_seconds: float = 3600.0
    poll_seconds: float = 5.0
    threads: int = field(default_factory=available_cores)
    processes: int = 1
    digest: str | None = None

    def __post_init__(self) -> None:
        if self.call_threads <= self.limits.max_streams:
            threads, streams = self.call_threads, self.limits.max_streams
            raise OperatorError(f"{threads} threads for calls are too few for {streams} streams; give more of them")
        if self.wrong_proofs < 1 or self.wrong_proofs_seconds <= 0:
            raise OperatorError("one wrong proof at least must be allowed, within some time; give higher limits")
        if self.threads < 1:
            raise OperatorError("columns are decided by one thread at least; give more than 0 threads")
        if self.processes < 1:
            raise OperatorError("one process at least must serve; give more than 0 processes")
        if self.poll_seconds <= 0:
            raise OperatorError("the register must be looked at now and then; give more than 0 seconds between looks")

    @property
    def saved_index(self) -> Path | None:
        """Where the index is kept between two starts: beside a register in a file; for another one where it is told."""
        file = file_of(self.register)
        return self.index_file if self.index_file is not None or file is None else Path(f"{file}.index")

    @property
    def stop_seconds(self) -> float:
        """How long one of several processes may take to stop before it is killed."""
        return self.grace_seconds + self.margin_seconds

    @property
    def granted(self) -> frozenset[Permission]:
        """The permissions of every caller."""
        return permissions_at(self.host) if self.permissions is None else self.permissions

    @property
    def bind_address(self) -> str:
        """Host and port as gRPC wants them; a bare IPv6 address gets its brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{host}:{self.port}"
