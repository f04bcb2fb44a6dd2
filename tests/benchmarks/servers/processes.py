"""Whether two server processes cost each other anything: by CPU time, since the machine has one core for both."""

from __future__ import annotations

import os

from tests.benchmarks import worker_processes
from tests.benchmarks.run import BATCH
from tests.benchmarks.servers.contest import Row
from tests.benchmarks.servers.hall import Hall
from tests.benchmarks.timing import Compared

BATCHES = 50


def measure(hall: Hall, rounds: int) -> list[Row]:
    """How much CPU time a decision takes."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {*before, hall.server_core})  # these servers, and their callers, share both cores
    try:
        ratio = worker_processes.measure(rounds=rounds, batches=BATCHES)
    finally:
        os.sched_setaffinity(0, before)
    decisions = BATCHES * BATCH
    compared = Compared("2 processes, beside 1", decisions, ratio, 1.0, 1 / worker_processes.GOAL)
    return [Row(compared, has_rates=False)]
