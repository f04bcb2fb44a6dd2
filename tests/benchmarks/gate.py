"""Whether decisions have become slower beside what they are always measured beside; in less than a minute.

    tests/benchmarks/gate.py [--write]

Measures how many times as fast we are as C, NumPy and portion, on a small part of the work of `compare.py`, and fails
when a ratio is below 80 % of the one in `ratios.json`. Ratios, not times, so that the machine hardly matters; one that
is below is measured twice more before it counts. `--write` puts what was measured into the file instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.mix.work import Work
from tests.benchmarks.peers import c_program, numpy_columns, portion_rows
from tests.benchmarks.timing import Compared, DifferentAnswersError, Peer, compare, fail, last_line, one_core

COMMITTED = Path(__file__).with_name("ratios.json")
LEAST_SHARE = 0.8
PERSONS, REQUESTS, SEED = 1_000_000, 200_000, 1
ROUNDS, ATTEMPTS = 9, 3
PEERS = (
    Peer("C", REQUESTS, c_program.with_evidence),
    Peer("NumPy", REQUESTS, numpy_columns.ready),
    Peer("portion", 20_000, portion_rows.ready),
)


def measure(work: Work, least: dict[str, float]) -> list[Compared]:
    """Every ratio: the best of a few attempts, the first one that is good enough being the last."""
    return [_best(Peer(peer.name, peer.requests, peer.ready, least.get(peer.name)), work) for peer in PEERS]


def _best(peer: Peer, work: Work) -> Compared:
    attempts: list[Compared] = []
    while len(attempts) < ATTEMPTS and all(each.is_below for each in attempts):
        attempts.append(compare(peer, work, ROUNDS))
    return max(attempts, key=lambda each: each.ratio)


def main() -> int:
    """Measure and judge; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true", help="commit to what is measured now")
    chosen = options.parse_args()
    committed = {} if chosen.write else json.loads(COMMITTED.read_text(encoding="utf-8"))
    least = {name: round(LEAST_SHARE * ratio, 3) for name, ratio in committed.items()}
    with one_core():
        try:
            found = measure(Work.of(PERSONS, REQUESTS, SEED), least)
        except DifferentAnswersError as error:
            return fail(error)
    if chosen.write:
        ratios = {each.name: round(each.ratio, 2) for each in found}
        COMMITTED.write_text(json.dumps(ratios, indent=1) + "\n", encoding="utf-8")
        print(f"gate: committed to {ratios}")
        return 0
    return last_line("gate", found)


if __name__ == "__main__":
    sys.exit(main())
