"""How the register is measured: contenders take turns, and each figure stands beside its goal."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

Setting = TypeVar("Setting")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, what was wanted, and whether that was reached; nothing is wanted where `goal` is empty."""

    what: str
    value: str
    goal: str = ""
    met: bool = True

    def __str__(self) -> str:
        verdict = f"{self.goal}: {'ok' if self.met else 'BELOW'}" if self.goal else "for information"
        return f"{self.what} {self.value} ({verdict})"


@dataclass(frozen=True, slots=True)
class Contender(Generic[Setting]):
    """One way to do the work: `run` is timed, in a setting that is made anew for each round and is not."""

    name: str
    setting: Callable[[], AbstractContextManager[Setting]]
    run: Callable[[Setting], object]

    def seconds(self) -> float:
        """How long one round takes."""
        with self.setting() as setting:
            return seconds_of(lambda: self.run(setting))


def in_turns(contenders: Sequence[Contender[Setting]], rounds: int) -> list[float]:
    """The median seconds of each contender, told; a slow moment of the machine meets them all."""
    seconds: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for contender, its in zip(contenders, seconds, strict=True):
            its.append(contender.seconds())
    return [told(contender.name, its) for contender, its in zip(contenders, seconds, strict=True)]


def repeated(what: str, rounds: int, action: Callable[[], object]) -> float:
    """The median seconds of an action, told."""
    return told(what, [seconds_of(action) for _ in range(rounds)])


def seconds_of(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def told(what: str, seconds: Sequence[float]) -> float:
    """The median of some rounds, printed with the fastest and the slowest of them."""
    median = statistics.median(seconds)
    limits = f"fastest {min(seconds) * 1e3:,.2f}, slowest {max(seconds) * 1e3:,.2f}"
    print(f"{what:<48}{median * 1e3:>12,.2f} ms   {limits}", flush=True)
    return median
