"""How soon one server process answers, and tells its followers, what another one wrote.

    tests/benchmarks/freshness.py [--writes 200]

Two servers work on one register, in SQLite and in PostgreSQL by turns. Each write goes to one of them; at once the
other is asked for a decision at least as fresh, which sees it or the program fails. Beside that stand the same question
when nothing was written since, and how long it takes from the answer to a write until a follower of the other server
has it (negative where that was faster). Times are milliseconds, as a caller on the same machine sees them.
"""

from __future__ import annotations

import argparse
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from integrationcontrol.v1 import common_pb2  # noqa: E402 (found by the line above)
from integrationcontrol.v1 import decision_service_pb2 as decision_pb  # noqa: E402
from integrationcontrol.v1 import register_service_pb2 as pb  # noqa: E402
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub  # noqa: E402
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub  # noqa: E402
from tests.register.postgresql_server import running_server  # noqa: E402
from tests.serve.processes import server_process  # noqa: E402
from tests.serve.register_world import cpas, disintegrate, integrate, make_register  # noqa: E402
from tests.serve.world import person  # noqa: E402

SAFE = ""
"""The settings of a PostgreSQL server that keeps what it acknowledged: its own defaults."""
PERSONS = range(10, 80)
WHAT = ("write", "fresh answer", "answer without a write", "heard by a follower")


class Pair:
    """Two servers on one register: one is written to, the other read."""

    def __init__(self, writer: grpc.Channel, reader: grpc.Channel) -> None:
        self._writer = RegisterServiceStub(writer)
        self._reader = DecisionServiceStub(reader)
        self._heard: queue.SimpleQueue[tuple[int, float]] = queue.SimpleQueue()
        self._stream: Any = RegisterServiceStub(reader).WatchIntegrations(pb.WatchIntegrationsRequest())
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        """End the following."""
        self._stream.cancel()

    def write(self, ssin: str) -> dict[str, float]:
        """Integrate a person and remove it again: the milliseconds of the removal and of what comes after it."""
        self._writer.Integrate(integrate(ssin))
        began = time.perf_counter()
        revision = self._writer.Disintegrate(disintegrate(ssin)).revision
        written = time.perf_counter()
        seen = self._ask(ssin, revision)
        asked = time.perf_counter()
        assert (seen.outcome, seen.register_revision) == (common_pb2.OUTCOME_REFUSED, revision), "an old answer"
        self._ask(ssin, revision)
        idle = time.perf_counter() - asked
        times = (written - began, asked - written, idle, self._heard_at(revision) - written)
        return {what: 1e3 * seconds for what, seconds in zip(WHAT, times, strict=True)}

    def _ask(self, ssin: str, revision: int) -> decision_pb.Decision:
        request = decision_pb.DecideRequest(
            operation="OCMWCPASPerformInvestigation",
            requester=cpas(),
            ssins=[ssin],
            system_date="2026-06-15",
            consistency=decision_pb.Consistency(min_revision=revision),
        )
        return self._reader.Decide(request).decision

    def _follow(self) -> None:
        try:
            for change in self._stream:
                self._heard.put((change.revision, time.perf_counter()))
        except grpc.RpcError:
            return

    def _heard_at(self, revision: int) -> float:
        while True:
            number, moment = self._heard.get(timeout=60)
            if number == revision:
                return moment


@contextmanager
def pair_on(place: str | None, folder: Path) -> Iterator[Pair]:
    """Two server processes on a new register."""
    kept = make_register(folder, place)
    with ExitStack() as opened:
        servers = [opened.enter_context(server_process(kept, folder / f"log-{number}")) for number in (1, 2)]
        pair = Pair(*(opened.enter_context(grpc.insecure_channel(server.address)) for server in servers))
        yield pair
        pair.close()


def main() -> None:
    """Measure both stores, by turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writes", type=int, default=200)
    writes = parser.parse_args().writes
    with ExitStack() as opened:
        folders = [Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="freshness-"))) for _ in range(2)]
        postgresql = opened.enter_context(running_server(SAFE))
        pairs = {
            "sqlite": opened.enter_context(pair_on(None, folders[0])),
            "postgresql": opened.enter_context(pair_on(postgresql.new_database(), folders[1])),
        }
        measured: dict[str, list[dict[str, float]]] = {store: [] for store in pairs}
        for number in range(writes):
            for store, pair in pairs.items():
                measured[store].append(pair.write(person(PERSONS[number % len(PERSONS)])))
    for store, turns in measured.items():
        for what in WHAT:
            times = [turn[what] for turn in turns]
            print(f"{store:<12}{what:<26}median {statistics.median(times):>7.1f} ms   worst {max(times):>7.1f} ms")


if __name__ == "__main__":
    main()
