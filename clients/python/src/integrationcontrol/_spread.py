"""Several connections to one server that are used as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any


class Spread:
    """Channels, of either kind, that take the calls in turn; to the stubs it is one channel.

    A server of several processes answers all calls of a connection in one of them.
    """

    def __init__(self, channels: Sequence[Any]) -> None:
        if not channels:
            raise ValueError("a client needs one connection at least")
        self._channels = channels

    def unary_unary(self, *arguments: Any, **named: Any) -> Callable[..., Any]:
        """A method with one message each way."""
        return _in_turn([channel.unary_unary(*arguments, **named) for channel in self._channels])

    def unary_stream(self, *arguments: Any, **named: Any) -> Callable[..., Any]:
        """A method that is answered by a stream."""
        return _in_turn([channel.unary_stream(*arguments, **named) for channel in self._channels])

    def stream_stream(self, *arguments: Any, **named: Any) -> Callable[..., Any]:
        """A method with a stream each way: all of it on one connection."""
        return _in_turn([channel.stream_stream(*arguments, **named) for channel in self._channels])


def _in_turn(calls: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    turns = cycle(calls)  # safe between threads: its next element is taken in one step of the interpreter

    def call(*arguments: Any, **named: Any) -> Any:
        return next(turns)(*arguments, **named)

    return call
