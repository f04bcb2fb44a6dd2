"""A caller that costs little: the bytes of its messages were made before, and those of answers are only counted."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from integrationcontrol.v1 import decision_service_pb2 as pb

_SERVICE = f"/{pb.DESCRIPTOR.services_by_name['DecisionService'].full_name}/"
_ANY_SIZE = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
BATCHES_IN_FLIGHT = 2
"""One is decided while the next one is on its way."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls one server, by one connection."""

    channel: Any = field(repr=False)

    @classmethod
    @contextmanager
    def of(cls, address: str) -> Iterator[Caller]:
        """A caller until the end of the block."""
        # A global pool would give two channels to one address the same connection.
        options = (*_ANY_SIZE, ("grpc.use_local_subchannel_pool", 1))
        with grpc.insecure_channel(address, options=options) as channel:
            yield cls(channel)

    def single(self, message: bytes, method: str = "Decide") -> bytes:
        """One answer."""
        answer: bytes = self.channel.unary_unary(_SERVICE + method)(message)
        return answer

    def stream(self, method: str, messages: Sequence[bytes]) -> list[bytes]:
        """The answers to a stream."""
        return list(self.channel.stream_stream(_SERVICE + method)(iter(messages)))

    def streamed(self, method: str, messages: Sequence[bytes]) -> int:
        """How many bytes the answers to a stream have."""
        return sum(len(answer) for answer in self.channel.stream_stream(_SERVICE + method)(iter(messages)))

    def batches(self, messages: Sequence[bytes]) -> int:
        """How many bytes the answers of `BatchDecide` have."""
        call = self.channel.unary_unary(_SERVICE + "BatchDecide")
        waiting: deque[Any] = deque()
        size = 0
        for message in messages:
            if len(waiting) == BATCHES_IN_FLIGHT:
                size += len(waiting.popleft().result())
            waiting.append(call.future(message))
        return size + sum(len(each.result()) for each in waiting)

    def latencies(self, messages: Sequence[bytes], in_flight: int) -> list[float]:
        """Seconds that each call of `Decide` took, with so many at a time."""
        call = self.channel.unary_unary(_SERVICE + "Decide")
        taken: list[float] = []
        free = threading.Semaphore(in_flight)
        for message in messages:
            free.acquire()
            call.future(message).add_done_callback(_noting(time.perf_counter(), taken, free))
        for _ in range(in_flight):
            free.acquire()
        return taken

    def one_by_one(self, messages: Sequence[bytes]) -> list[float]:
        """Seconds that each call of `Decide` took, each after the one before."""
        call = self.channel.unary_unary(_SERVICE + "Decide")
        taken: list[float] = []
        for message in messages:
            started = time.perf_counter()
            call(message)
            taken.append(time.perf_counter() - started)
        return taken


def _noting(started: float, taken: list[float], free: threading.Semaphore) -> Callable[[Any], None]:
    def note(done: Any) -> None:
        taken.append(time.perf_counter() - started)
        assert done.code() is grpc.StatusCode.OK, done.details()
        free.release()

    return note


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keeps this thread on a core, and the threads that it starts."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
