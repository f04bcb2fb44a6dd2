"""Two ways of doing the same work, checked equal and then timed in turn, so that a slow moment meets both of them."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.benchmarks.mix.work import Decide, Ready, Work, ours


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who does the same work; `goal` is how many times as fast we want to be."""

    name: str
    requests: int
    ready: Ready
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Median seconds for one decision, of ours and of a peer, over the same requests."""

    name: str
    requests: int
    ours: float
    theirs: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as fast we are."""
        return self.theirs / self.ours

    @property
    def is_below(self) -> bool:
        """Whether we are slower than we want to be."""
        return self.goal is not None and self.ratio < self.goal


class DifferentAnswersError(Exception):
    """A peer answers some requests otherwise than we do: there is nothing to time."""


@contextmanager
def one_core() -> Iterator[frozenset[int]]:
    """Keeps this process, and those that it starts, on one core; gives all cores that it may use otherwise."""
    allowed = frozenset(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield allowed
    finally:
        os.sched_setaffinity(0, allowed)


def compare(peer: Peer, work: Work, rounds: int) -> Compared:
    """Both on the first requests of the work.

    Raises:
        DifferentAnswersError: the peer's answers are not ours.
    """
    part = work.first(peer.requests)
    our_decide = ours(part)
    with peer.ready(part) as their_decide:
        check_equal(peer.name, part, our_decide, their_decide)
        our_seconds, their_seconds = in_turn((our_decide, their_decide), rounds)
    count = len(part.requests)
    return Compared(peer.name, count, our_seconds / count, their_seconds / count, peer.goal)


def check_equal(name: str, work: Work, our_decide: Decide, their_decide: Decide) -> None:
    """Raises `DifferentAnswersError` unless both ways give the same answers."""
    differing = our_decide().differ(their_decide())
    if len(differing):
        first = int(differing[0])
        raise DifferentAnswersError(
            f"{name} answers {len(differing):,} of {len(work.requests):,} requests otherwise; "
            f"the first, at place {first}, is about `{work.services[work.requests.service[first]]}`"
        )


def in_turn(ways: Sequence[Decide], rounds: int) -> list[float]:
    """Median seconds of each way, once it is warm; garbage is collected when Python wants to, as in production."""
    for decide in ways:
        decide()
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for taken, decide in zip(seconds, ways, strict=True):
            started = time.perf_counter()
            decide()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]


def tell(found: Sequence[Compared]) -> None:
    """A table, a line for each peer."""
    table = Table("peer", "requests", "its decisions/s", "ours on the same", "times as fast", "goal", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in found:
        goal = "" if each.goal is None else f"{each.goal:g} {verdict(each)}"
        speeds = f"{1 / each.theirs:,.0f}", f"{1 / each.ours:,.0f}"
        table.add_row(each.name, f"{each.requests:,}", *speeds, f"{each.ratio:,.2f}", goal)
    Console(width=120).print(table)


def verdict(compared: Compared) -> str:
    """`ok` or `BELOW`."""
    return "BELOW" if compared.is_below else "ok"


def last_line(name: str, found: Sequence[Compared]) -> int:
    """The ratios that have a goal, in one line; the exit code, 1 when one is below its goal."""
    with_goal = [each for each in found if each.goal is not None]
    parts = (f"{each.name} {each.ratio:.2f} (at least {each.goal:g} wanted) {verdict(each)}" for each in with_goal)
    print(f"{name}: {'; '.join(parts)}")
    return 1 if any(each.is_below for each in with_goal) else 0


def fail(error: DifferentAnswersError) -> int:
    """Tell what is wrong; the exit code."""
    print(f"error: {error}", file=sys.stderr)
    return 1
