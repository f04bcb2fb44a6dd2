"""How fast the server answers, beside servers that do the same the usual way and servers that do nothing at all.

    tests/benchmarks/serving.py [--persons 200000] [--rounds 7] [--seed 1] [--only BatchDecide Decide] [--save]

Every server is a process of its own on one core, the caller has another one; the server is `rules-service serve` on a
register of invented persons. All decide the requests of the mix, about eight services. Every answer is compared with
ours before anything is timed. Messages are written before, and answers only counted, so that the caller is not what
limits: `busy` says how much of its core our server used, and `by CPU time` compares what servers used of theirs.

BatchDecide and StreamDecide: messages of 10,000 requests.
  message objects   a generated servicer that reads and builds objects, and decides by the same kernel: `usual_way`
  wire alone        the same bytes read and written by our own reader and writer, decided on before: `bare.WireOnly`
DecideColumns: messages of 200,000 requests, answered in all columns.
  kernel alone      in one process, with no answer written: the bytes of the message to columns (the Arrow stream read
                    and checked, names and numbers looked up), and these to decisions; also beside answers in the
                    four columns that tell what was decided
  Arrow echo        record batches read, and as many bytes of record batches answered: `bare.ArrowEcho`
Decide: 8 calls in flight.
  echo              a request parsed, and always the same answer written, by gRPC as it comes: `bare.DecideEcho`
  echo, alike       the same, moving bytes as our server does: `transport.choose_threads`, as all others here
  asyncio, uvloop   the same service on the other server that gRPC has for Python: `on_asyncio`
processes: CPU time of a decision with two server processes, beside that with one: `worker_processes`

A latency is the 99th percentile of all calls of a round; its goal, 1.3 times that of the echo, is 0.77 times as fast.
The last line has the ratios with a goal; the exit code is 1 when one is below it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules_service.serve.kept_memory import keep_freed_memory
from tests.benchmarks import machine, page
from tests.benchmarks.servers import batches, columns, processes, singles
from tests.benchmarks.servers.contest import Row, tell
from tests.benchmarks.servers.hall import Hall
from tests.benchmarks.servers.served import Served
from tests.benchmarks.timing import DifferentAnswersError, fail, last_line

Measure = Callable[[Hall, int], Sequence[Row]]
METHODS: dict[str, Measure] = {
    "BatchDecide": batches.measure_batches,
    "StreamDecide": batches.measure_streams,
    "DecideColumns": columns.measure,
    "Decide": singles.measure,
    "processes": processes.measure,
}


def save(found: Sequence[Row], served: Served) -> None:
    """Puts the figures on the page of results."""
    rows = [
        {
            "name": each.compared.name,
            "items": each.compared.requests,
            "their_items_per_second": round(1 / each.compared.theirs) if each.has_rates else None,
            "our_items_per_second": round(1 / each.compared.ours) if each.has_rates else None,
            "ratio": round(each.compared.ratio, 3),
            "ratio_by_cpu_time": None if each.cpu_ratio is None else round(each.cpu_ratio, 3),
            "goal": each.compared.goal,
        }
        for each in found
    ]
    size = {"persons": served.persons, "integrations": served.integrations}
    page.SERVING.write_text(json.dumps({"machine": machine.description(), **size, "rows": rows}, indent=1) + "\n")
    page.write()


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--persons", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--save", action="store_true", help="put the figures on the page of results")
    options.add_argument("--only", nargs="*", choices=METHODS, default=[*METHODS], help="some of what is measured")
    chosen = options.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        options.error("a server and its caller need a core each; this process may use one alone")
    keep_freed_memory()  # as the server does
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        served = Served.of(Path(folder), chosen.persons, columns.ROWS, chosen.seed)
        hall = opened.enter_context(Hall.of(served, caller_core=cores[0], server_core=cores[-1]))
        try:
            found = [row for name in chosen.only for row in METHODS[name](hall, chosen.rounds)]
        except DifferentAnswersError as error:
            return fail(error)
    print(f"{served.persons:,} persons, {served.integrations:,} integrations, seed {chosen.seed}; all answers equal")
    tell(found)
    if chosen.save:
        save(found, served)
    return last_line("bench-serve", [each.compared for each in found])


if __name__ == "__main__":
    sys.exit(main())
