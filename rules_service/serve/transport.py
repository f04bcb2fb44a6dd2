"""How gRPC moves the bytes of calls: on which threads, and by which options of a server."""

from __future__ import annotations

import os
from typing import Final

THREADS: Final = ("GRPC_EXPERIMENTS", "-event_engine_listener")
"""A variable of the environment, and what it has to be for `choose_threads`."""

ALWAYS: Final = (
    # A caller that vanished without a word would keep its stream for ever.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
)
ALONE: Final = (("grpc.so_reuseport", 0),)
"""A second server on the same port is a mistake."""
AMONG_OTHERS: Final = (
    ("grpc.so_reuseport", 1),
    # A connection stays with the process that it came to: a new one, now and then, may come to one with less to do, or
    # that took the place of another. The calls on the old one go on to their end.
    ("grpc.max_connection_age_ms", 300_000),
)


def choose_threads() -> None:
    """Have servers read and write on the thread that waits for calls, not on threads that gRPC has for that alone.

    A small call takes a third less of a core so: its message need not go from thread to thread before anybody looks at
    it. gRPC reads this from the environment when it is imported first, so this comes before; who has set the variable
    keeps what is set. A version of gRPC that has only the other way left says so and goes on.
    """
    os.environ.setdefault(*THREADS)
