"""The only place that asks what day it is (S1)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from rules_service.algebra import brussels_day

Clock = Callable[[], int]
"""Gives the system date: today in Brussels. A server asks it once per call, and once per message of a stream."""


def brussels_today() -> int:
    """The civil day in Brussels now; at 22:30 UTC in summer it is already tomorrow."""
    return _day_of_hour(int(time.time()) // _HOUR)


@lru_cache(maxsize=1)
def _day_of_hour(hour: int) -> int:
    """The day in an hour since 1970 began: Brussels is whole hours from UTC, so no day begins within one."""
    return brussels_day(dt.datetime.fromtimestamp(hour * _HOUR, dt.UTC))


_HOUR: Final = 3_600
