"""How fast decisions are beside other tools that do the same work, and beside a C program, which is the ceiling.

    tests/benchmarks/compare.py [--persons 5000000] [--rounds 7] [--seed 1] [--save]

Everybody decides the same requests over eight services, about persons with 1 to 6 integrations at 600 organisations,
half of them by an organisation that holds one; on one core. Every answer is compared with ours before anything is
timed: one that differs is an error. C, DuckDB and Polars hold the whole register, which the latter two read once for
each batch; the others hold only the persons that their requests are about, which is in their favour. Nobody's time
holds the loading of the register; PostgreSQL's holds neither the way of the requests to the server. The last line has
the ratios with a goal; the exit code is 1 when one is below it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

# Read by Polars, NumPy's and OpenFisca's libraries when they are imported: one core is one thread.
for library in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[library] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import machine, page  # noqa: E402 (found by the line above)
from tests.benchmarks.mix.work import Work, ours  # noqa: E402
from tests.benchmarks.peers import (  # noqa: E402
    c_program,
    duckdb_query,
    evaluators,
    numpy_columns,
    openfisca_system,
    polars_join,
    portion_rows,
    postgresql_multirange,
    zen_expressions,
)
from tests.benchmarks.timing import (  # noqa: E402
    Compared,
    DifferentAnswersError,
    Peer,
    compare,
    fail,
    in_turn,
    last_line,
    one_core,
    tell,
)

BATCH, LARGE_BATCH = 200_000, 1_000_000
PEERS = (
    Peer("C", BATCH, c_program.with_evidence, goal=0.70),
    Peer("C, a large batch", LARGE_BATCH, c_program.with_evidence),
    Peer("C, outcomes alone", BATCH, c_program.outcomes_alone),
    Peer("DuckDB", BATCH, duckdb_query.ready, goal=12),
    Peer("DuckDB, a large batch", LARGE_BATCH, duckdb_query.ready),
    Peer("Polars", BATCH, polars_join.ready),
    Peer("Polars, a large batch", LARGE_BATCH, polars_join.ready),
    Peer("NumPy", BATCH, numpy_columns.ready),
    Peer("OpenFisca-core", BATCH, openfisca_system.with_build, goal=5),
    Peer("OpenFisca-core, built before", BATCH, openfisca_system.calculating),
    Peer("PostgreSQL multirange", 100_000, postgresql_multirange.ready),
    Peer("zen-engine", 20_000, zen_expressions.ready),
    Peer("portion, row by row", 20_000, portion_rows.ready),
    Peer("our single evaluator", 5_000, evaluators.single),
    Peer("our reference", 500, evaluators.reference),
    # durable-rules does not compile on Python 3.13 and later.
    *([Peer("our reference with durable-rules", 500, evaluators.durable_rules)] if find_spec("durable") else []),
)
TWO_THREADS = "2 threads against 1"
LEAST_FOR_TWO_THREADS = 1.6


def compare_all(peers: Iterable[Peer], work: Work, rounds: int) -> Iterator[Compared]:
    """Each peer after the other."""
    for peer in peers:
        print(f"  {peer.name} ...", file=sys.stderr, flush=True)
        yield compare(peer, work, rounds)


def compare_threads(work: Work, cores: frozenset[int], rounds: int) -> Compared:
    """Our own kernel on two cores and on one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[-2:])
    alone, together = ours(work), ours(work, threads=2)
    assert not len(alone().differ(together()))
    by_two, by_one = in_turn((together, alone), rounds)
    os.sched_setaffinity(0, before)
    count = len(work.requests)
    return Compared(TWO_THREADS, count, by_two / count, by_one / count, LEAST_FOR_TWO_THREADS)


def save(found: Sequence[Compared], work: Work) -> None:
    """Puts the figures on the page of results."""
    peers = [
        {
            "name": each.name,
            "requests": each.requests,
            "their_decisions_per_second": round(1 / each.theirs),
            "our_decisions_per_second": round(1 / each.ours),
            "ratio": round(each.ratio, 3),
            "goal": each.goal,
            "is_other": each.name != TWO_THREADS,
        }
        for each in found
    ]
    size = {"persons": len(work.population.persons), "integrations": len(work.population.begin)}
    page.PEERS.write_text(json.dumps({"machine": machine.description(), **size, "peers": peers}, indent=1) + "\n")
    page.write()


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--persons", type=int, default=5_000_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--save", action="store_true", help="put the figures on the page of results")
    options.add_argument("--only", nargs="*", default=[peer.name for peer in PEERS], help="the names of some peers")
    chosen = options.parse_args()
    with one_core() as cores:
        work = Work.of(chosen.persons, LARGE_BATCH, chosen.seed)
        # First of all: some peers leave threads or servers behind that take a share of the second core for a while.
        threads = [compare_threads(work, cores, chosen.rounds)] if len(cores) > 1 else []
        try:
            found = list(compare_all([peer for peer in PEERS if peer.name in chosen.only], work, chosen.rounds))
        except DifferentAnswersError as error:
            return fail(error)
        found += threads
    rows = len(work.population.begin)
    print(f"{chosen.persons:,} persons, {rows:,} integrations, seed {chosen.seed}; all answers equal")
    tell(found)
    if chosen.save:
        save(found, work)
    return last_line("bench-peers", found)


if __name__ == "__main__":
    sys.exit(main())
