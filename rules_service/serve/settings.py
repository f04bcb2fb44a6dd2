"""What an operator chooses when starting a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rules_service.errors import OperatorError
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import Permission, permissions_at


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a server; raises `OperatorError` where they contradict each other.

    `port` 0 lets the system choose one. `permissions` None means: by the address (see `permissions_at`). `workers` is
    the number of calls answered at once, more than streams may be open, since an open stream keeps one of them busy;
    `grace_seconds` how long a stop waits for calls in flight.
    """

    rulesets: Path
    register: Path
    host: str = "127.0.0.1"
    port: int = 50051
    permissions: frozenset[Permission] | None = None
    limits: Limits = field(default_factory=Limits)
    workers: int = 32
    grace_seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.workers <= self.limits.max_streams:
            streams = self.limits.max_streams
            raise OperatorError(f"{self.workers} workers are too few for {streams} streams; give more workers")

    @property
    def granted(self) -> frozenset[Permission]:
        """The permissions of every caller."""
        return permissions_at(self.host) if self.permissions is None else self.permissions

    @property
    def bind_address(self) -> str:
        """Host and port as gRPC wants them; a bare IPv6 address gets its brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{host}:{self.port}"
