"""The only place that asks what day it is (S1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rules_service.algebra import brussels_day

Clock = Callable[[], int]
"""Gives the system date: today in Brussels. A server asks it once per call, and once per message of a stream."""


def brussels_today() -> int:
    """The civil day in Brussels now; at 22:30 UTC in summer it is already tomorrow."""
    return brussels_day(dt.datetime.now(dt.UTC))
