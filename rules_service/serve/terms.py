"""On which terms callers are served."""

from __future__ import annotations

from dataclasses import dataclass

from rules_service.serve.clock import Clock
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import Permission


@dataclass(frozen=True, slots=True)
class Terms:
    """Limits, permissions, and the clock that gives the system date."""

    limits: Limits
    permissions: frozenset[Permission]
    clock: Clock
