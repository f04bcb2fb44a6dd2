"""Whether server processes cost each other anything: the CPU time of a decision with one of them and with two.

    tests/benchmarks/worker_processes.py [--persons 20000] [--rounds 7] [--batches 50] [--seed 1] [--goal 1.15]

Servers stand side by side on one register: one process, two processes of one server, and two servers that have nothing
in common, not even the memory of the index, so that what they take more than one is what the machine costs. Each in
turn decides the same batches over gRPC for two callers; of two processes each caller has one. Every process is checked
to answer alike before anything is timed. What counts is the time of the processor that a server took, user and system,
as the system tells; that of the callers does not. The last line has the ratio of two processes to one process;
the exit code is 1 when it is above the goal.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from integrationcontrol.v1 import decision_service_pb2 as pb  # noqa: E402 (found by the line above)
from tests.benchmarks.run import BATCH, make_register, messages_about  # noqa: E402
from tests.benchmarks.wire import without_ids  # noqa: E402
from tests.serve.connections import channels_to_all, server_processes  # noqa: E402
from tests.serve.processes import server_process  # noqa: E402
from tests.serve.register_world import Kept  # noqa: E402

GOAL = 1.15
CALLERS = 2
NAMES = ("one process", "two processes", "two servers")
METHOD = "/integrationcontrol.v1.DecisionService/BatchDecide"
TICK = 1 / os.sysconf("SC_CLK_TCK")

Call = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Contender:
    """A server: its processes, and how each caller reaches it."""

    pids: tuple[int, ...]
    calls: tuple[Call, ...]

    def __add__(self, other: Contender) -> Contender:
        """Both together, the callers shared between them."""
        half = CALLERS // 2
        return Contender(self.pids + other.pids, self.calls[:half] + other.calls[:half])

    def cpu_seconds(self) -> dict[int, float]:
        """What each process took of the processor until now."""
        return {pid: cpu_seconds(pid) for pid in self.pids}


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def contender(stack: ExitStack, kept: Kept, folder: Path, name: str, processes: int = 1) -> Contender:
    """A server of as many processes, with an index of its own, until the stack is closed."""
    options = ("--processes", str(processes), "--index-file", str(folder / f"{name}.index"))
    server = stack.enter_context(server_process(kept, folder / f"{name}.log", *options))
    parent = server.process.pid
    serving = server_processes(parent) if processes > 1 else {parent}
    assert len(serving) == processes
    channels = [
        channel
        for _ in range(CALLERS // processes)
        for channel in channels_to_all(stack, server.address, serving).values()
    ]
    return Contender(tuple({parent, *serving}), tuple(map(_call, channels)))


def _call(channel: grpc.Channel) -> Call:
    """The method in bytes: what a caller does with them is not what is measured."""
    method: Any = channel.unary_unary(METHOD)
    return lambda batch: bytes(method(batch, timeout=60))


def check_equal(contenders: Sequence[Contender], batch: bytes) -> None:
    """Each process gives the same answer to a batch, about which not all is the same."""
    first, *others = [without_ids(call(batch)) for each in contenders for call in each.calls]
    assert len({result.decision.reason for result in first.results}) > 1, "not all should be answered alike"
    assert all(other == first for other in others), "two processes answer otherwise"


def timed(server: Contender, batch: bytes, batches: int) -> tuple[float, float]:
    """CPU seconds of the server for a decision, and the share of its busiest process, while all callers ask."""
    before = server.cpu_seconds()
    with ThreadPoolExecutor(CALLERS) as callers:
        for done in [callers.submit(_ask, call, batch, batches // CALLERS) for call in server.calls]:
            done.result()
    taken = [seconds - before[pid] for pid, seconds in server.cpu_seconds().items()]
    return sum(taken) / (batches // CALLERS * CALLERS * BATCH), max(taken) / sum(taken)


def _ask(call: Call, batch: bytes, times: int) -> None:
    for _ in range(times):
        call(batch)


def tell(found: Sequence[Sequence[tuple[float, float]]]) -> None:
    """A line for each server."""
    table = Table("server", "CPU ns a decision", "lowest", "highest", "share of its busiest process", box=None)
    for name, rounds in zip(NAMES, found, strict=True):
        seconds, shares = zip(*rounds, strict=True)
        figures = [f"{value * 1e9:,.0f}" for value in (statistics.median(seconds), min(seconds), max(seconds))]
        table.add_row(name, *figures, f"{statistics.median(shares):.0%}")
    Console(width=110).print(table)


def measure(persons: int = 20_000, rounds: int = 7, batches: int = 50, seed: int = 1) -> float:
    """Print the figures; how many times the CPU time with one process a decision takes with two."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        path, pairs = make_register(folder, persons, seed)
        batch = pb.BatchDecideRequest(requests=messages_about(pairs, seed)).SerializeToString()
        kept = Kept(str(path), folder / "persons.key")
        one, another = (contender(stack, kept, folder, name) for name in ("one", "another"))
        contenders = [one, contender(stack, kept, folder, "two", processes=2), one + another]
        check_equal(contenders, batch)
        found = [[timed(each, batch, batches) for each in contenders] for _ in range(rounds + 1)][1:]
    tell(list(zip(*found, strict=True)))
    return statistics.median(two[0] / alone[0] for alone, two, _ in found)


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--persons", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--batches", type=int, default=50, help="of 10,000 requests each, for a server in a round")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--goal", type=float, default=GOAL)
    chosen = options.parse_args()
    ratio = measure(chosen.persons, chosen.rounds, chosen.batches, chosen.seed)
    verdict = "ok" if ratio <= chosen.goal else "ABOVE"
    wanted = f"(at most {chosen.goal:g} wanted)"
    print(f"processes: a decision takes {ratio:.2f} times the CPU time with two as with one {wanted} {verdict}")
    return 0 if ratio <= chosen.goal else 1


if __name__ == "__main__":
    sys.exit(main())
