"""Kills the server in the middle of its writes, again and again, and looks for what it had acknowledged.

    tests/crash/run.py [--kills 200] [--store sqlite] [--store postgresql] [--seed 1]

Four callers write to each database without a pause: single writes that open and close several rows, and imports. The
server is killed (SIGKILL) at a random moment while they wait for their answers. After each kill the register is opened,
a new server is asked again for what was cut off, under the same request ids, and each revision made since must hold
exactly the rows of one answer: whatever was acknowledged is there, and nothing is half there. Every tenth time, every
invariant is verified, and the index against the database. The last line has the figures of both databases; the exit
code is 1 when a write was lost, or when anything else was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.crash.killing import Crashes, Outcome  # noqa: E402 (found by the line above)
from tests.register.postgresql_server import running_server  # noqa: E402

STORES = ("sqlite", "postgresql")
SAFE = "-c max_connections=50"
"""The settings of a PostgreSQL server that keeps what it acknowledged: its own defaults."""


def crash(store: str, kills: int, seed: int) -> Outcome:
    """Kill the server of one register so many times; what became of the writes."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
        place = str(folder / "register.sqlite")
        if store == "postgresql":
            place = opened.enter_context(running_server(SAFE)).new_database()
        return Crashes(store, place, folder, Random(seed)).run(kills)


def summary(outcomes: list[Outcome]) -> str:
    """The last line: acknowledged, found and lost, of all and of each."""

    def of_each(figure: Callable[[Outcome], int]) -> str:
        shares = ", ".join(f"{each.store} {figure(each)}" for each in outcomes)
        return f"{sum(map(figure, outcomes))} ({shares})"

    return (
        f"crash: {of_each(lambda each: each.kills)} kills; "
        f"acknowledged {of_each(lambda each: each.acknowledged)}, "
        f"found {of_each(lambda each: each.found)}, lost {of_each(lambda each: each.lost)}"
    )


def main() -> int:
    """All stores at once; 1 when a write was lost, or anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="on each database")
    parser.add_argument("--store", action="append", choices=STORES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stores = options.store or STORES
    with ProcessPoolExecutor(len(stores), mp_context=get_context("spawn")) as processes:
        runs = [processes.submit(crash, store, options.kills, options.seed) for store in stores]
        outcomes = [run.result() for run in runs]
    for each in outcomes:
        flight = f"{each.in_flight} writes in flight at its {each.kills} kills"
        print(f"{each.store}: {flight}, {each.done_in_flight} of them done already, the others done when asked again")
        for what in each.wrong:
            print(f"{each.store}: {what}")
    print(summary(outcomes))
    return 1 if any(each.lost or each.wrong for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
