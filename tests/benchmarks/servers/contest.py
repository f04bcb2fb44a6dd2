"""Ways of doing the same work in turn, each on the server's core, by the clock and by the time of the processor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.benchmarks.timing import Compared, verdict


@dataclass(frozen=True, slots=True)
class Way:
    """One way of doing some work, and the processor time that its server, or it itself, has used so far."""

    name: str
    items: int
    work: Callable[[], object]
    cpu_seconds: Callable[[], float] = time.process_time


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds for one item."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of one goal, or to be known; `busy` is the part of its core that our server used.

    Without rates, the seconds stand for nothing but their ratio.
    """

    compared: Compared
    cpu_ratio: float | None = None
    busy: float | None = None
    has_rates: bool = True


def in_turn(ways: Sequence[Way], rounds: int) -> list[list[Taken]]:
    """What each way took in each round, once it is warm."""
    for way in ways:
        way.work()
    found: list[list[Taken]] = [[] for _ in ways]
    for _ in range(rounds):
        for taken, way in zip(found, ways, strict=True):
            taken.append(_timed(way))
    return found


def _timed(way: Way) -> Taken:
    used, started = way.cpu_seconds(), time.perf_counter()
    way.work()
    wall, cpu = time.perf_counter() - started, way.cpu_seconds() - used
    return Taken(wall / way.items, cpu / way.items)


def row(name: str, items: int, ours: Sequence[Taken], theirs: Sequence[Taken], goal: float | None = None) -> Row:
    """How we compare: the median of the ratios of the rounds, so that a slow moment meets both of a pair."""
    mine = statistics.median(each.wall for each in ours)
    ratio = statistics.median(it.wall / our.wall for it, our in zip(theirs, ours, strict=True))
    return Row(
        Compared(name, items, mine, mine * ratio, goal),
        cpu_ratio=statistics.median(it.cpu / our.cpu for it, our in zip(theirs, ours, strict=True)),
        busy=statistics.median(our.cpu / our.wall for our in ours),
    )


def tell(rows: Sequence[Row], unit: str = "items/s") -> None:
    """A table, a line for each goal."""
    table = Table("beside", "items", f"its {unit}", "ours", "times as fast", "by CPU time", "busy", "goal", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in rows:
        found = each.compared
        goal = "" if found.goal is None else f"{found.goal:.2f} {verdict(found)}"
        ratio = f"{found.ratio:.2f}"
        speeds = (f"{1 / found.theirs:,.0f}", f"{1 / found.ours:,.0f}") if each.has_rates else ("", "")
        by_cpu = "" if each.cpu_ratio is None else f"{each.cpu_ratio:.2f}"
        busy = "" if each.busy is None else f"{each.busy:.0%}"
        table.add_row(found.name, f"{found.requests:,}", *speeds, ratio, by_cpu, busy, goal)
    Console(width=130).print(table)
