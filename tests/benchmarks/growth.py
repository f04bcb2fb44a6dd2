"""How speed and memory grow: with the register, with the rules, with the batch.

    tests/benchmarks/growth.py [--requests 1000000] [--rounds 7] [--seed 1]

Writes `results/growth.json`, with a description of the machine, and the page of results with its pictures. Answers are
compared with those of the evaluator of single requests before anything is timed. The last line has the ratios with a
goal; the exit code is 1 when speed falls by half or more from 10^5 to 10^7 integrations, or by a tenth or more from 10
to 1,000 operations.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules_service.serve.rules import Rules
from tests.benchmarks import machine, page
from tests.benchmarks.memory import bytes_held
from tests.benchmarks.mix.many import names, write_rulesets
from tests.benchmarks.mix.requests import ask
from tests.benchmarks.mix.work import Answers, Decide, Work, ours
from tests.benchmarks.peers.evaluators import single
from tests.benchmarks.timing import DifferentAnswersError, check_equal, in_turn, one_core

INTEGRATIONS = (100_000, 1_000_000, 10_000_000)
INTEGRATIONS_EACH = 3
OPERATIONS = (10, 100, 1_000)
BATCHES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
CHECKED = 2_000
LEAST_LEFT_BY_INTEGRATIONS, LEAST_LEFT_BY_OPERATIONS = 0.5, 0.9
Points = list[dict[str, Any]]


def by_integrations(works: Sequence[Work], rounds: int) -> Points:
    """Speed, and the memory of the index, for each size of the register."""
    seconds = in_turn([ours(work) for work in works], rounds)
    return [
        {
            "integrations": len(work.population.begin),
            "persons": len(work.population.persons),
            "decisions_per_second": len(work.requests) / taken,
            "index_bytes": bytes_held(work.index),
        }
        for work, taken in zip(works, seconds, strict=True)
    ]


def by_operations(work: Work, rounds: int, seed: int) -> Points:
    """Speed, and the memory of rules and plan, for each size of the ruleset."""
    works: list[Work] = []
    points: Points = []
    for operations in OPERATIONS:
        rules, held = _rules_and_bytes(operations)
        requests = ask(work.population, len(work.requests), seed, operations)
        works.append(replace(work, rules=rules, requests=requests, services=names(operations)))
        points.append({"operations": operations, "rules_bytes": held})
        check(works[-1])
    for point, each, taken in zip(points, works, in_turn([ours(each) for each in works], rounds), strict=True):
        point["decisions_per_second"] = len(each.requests) / taken
    return points


def _rules_and_bytes(operations: int) -> tuple[Rules, int]:
    with tempfile.TemporaryDirectory() as folder:
        write_rulesets(Path(folder), operations)
        tracemalloc.start()
        rules = Rules.load(Path(folder))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return rules, held


def by_batch(work: Work, rounds: int) -> Points:
    """Speed for each size of a batch; small ones many after the other, each of other requests."""
    sizes = [size for size in BATCHES if size <= len(work.requests)]
    ways = [_batches(work, size) for size in sizes]
    seconds = in_turn([decide for decide, _ in ways], rounds)
    return [
        {"batch": size, "decisions_per_second": count / taken, "seconds_per_batch": taken * size / count}
        for size, (_, count), taken in zip(sizes, ways, seconds, strict=True)
    ]


def _batches(work: Work, size: int) -> tuple[Decide, int]:
    """Decides so many batches of one size that their time can be measured, and how many requests they hold."""
    starts = range(0, min(len(work.requests) - size + 1, max(size, min(1_000 * size, 100_000))), size)
    parts = [ours(replace(work, requests=work.requests.part(start, start + size))) for start in starts]

    def decide() -> Answers:
        return [part() for part in parts][-1]

    return decide, size * len(parts)


def check(work: Work) -> None:
    """Raises `DifferentAnswersError` unless the evaluator of single requests says the same."""
    part = work.first(CHECKED)
    with single(part) as decide:
        check_equal("the evaluator of single requests", part, ours(part), decide)


def works(requests: int, seed: int) -> Iterator[Work]:
    """The same services on a small, a middling and a large register."""
    for integrations in INTEGRATIONS:
        work = Work.of(integrations // INTEGRATIONS_EACH, requests, seed)
        check(work)
        yield work


def left(points: Points) -> float:
    """Which part of the speed at the smallest size is left at the largest."""
    share: float = points[-1]["decisions_per_second"] / points[0]["decisions_per_second"]
    return share


def main() -> int:
    """Measure, write the page; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with one_core():
        try:
            small, middling, large = works(chosen.requests, chosen.seed)
            found = {
                "integrations": by_integrations((small, middling, large), chosen.rounds),
                "operations": by_operations(middling, chosen.rounds, chosen.seed),
                "batches": by_batch(large, chosen.rounds),
            }
        except DifferentAnswersError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    page.RESULTS.mkdir(exist_ok=True)
    page.GROWTH.write_text(json.dumps({"machine": machine.description(), **found}, indent=1) + "\n", encoding="utf-8")
    page.write()
    return _judged(left(found["integrations"]), left(found["operations"]))


def _judged(by_size: float, by_rules: float) -> int:
    goals = ((by_size, LEAST_LEFT_BY_INTEGRATIONS), (by_rules, LEAST_LEFT_BY_OPERATIONS))
    first, second = (
        f"{share:.2f} ({'ok' if share > least else 'BELOW'}, over {least} wanted)" for share, least in goals
    )
    print(
        f"bench-growth: left of the speed from 10^5 to 10^7 integrations {first}, from 10 to 1,000 operations {second}"
    )
    return 0 if all(share > least for share, least in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
