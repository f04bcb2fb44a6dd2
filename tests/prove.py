"""The long proof: random cases through every evaluator, then the inference engine for as long as it may serve.

    tests/prove.py [--cases 1000000] [--evaluations 1000000] [--processes N] [--seed N]

Every batch of scenes has a seed of its own, printed with what it found. The last line has the figures; the exit code is
1 when two evaluators disagree, or when the worker of the inference engine grows.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rules_service.reference.engine import AuthorisationFact, Engine, EngineFacts  # noqa: E402 (found by the line above)
from tests.differential.agreement import disagreements  # noqa: E402
from tests.differential.strategies import Scene, scenes  # noqa: E402

REQUESTS = 100
"""Requests of a scene: many, because inventing a scene costs more than deciding a request."""
SCENES = 20
"""Scenes of a batch, after which a process reports."""
FRAME = 20_000
"""Engine evaluations between two reports."""
MOST_GROWTH = 16 << 20
"""How many bytes the engine's worker may grow once it is warm."""
MOST_SHOWN = 20
SECONDS_BETWEEN_REPORTS = 10.0

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Found:
    """What a batch of scenes showed."""

    seed: int
    seen: Counter[str]
    disagreements: tuple[str, ...]


def prove_batch(batch_seed: int) -> Found:
    """Some scenes from one seed; whatever goes wrong in a scene counts as a disagreement."""
    seen: Counter[str] = Counter()
    found: list[str] = []

    @seed(batch_seed)
    @settings(
        max_examples=SCENES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(scene=scenes(REQUESTS))
    def compare(scene: Scene) -> None:
        try:
            found.extend(map(str, disagreements(scene, seen)))
        except Exception:  # noqa: BLE001 (an evaluator that breaks does not agree)
            found.append(traceback.format_exc())

    compare()
    return Found(batch_seed, seen, tuple(found))


def prove_cases(cases: int, processes: int, first_seed: int) -> tuple[int, int]:
    """At least that many cases, on all cores; how many it were, and how many disagreements."""
    seeds = Random(first_seed)
    seen: Counter[str] = Counter()
    wrong = 0
    reported = started = time.monotonic()
    with get_context("spawn").Pool(processes) as pool:
        for found in pool.imap_unordered(prove_batch, (seeds.getrandbits(48) for _ in range(batches_for(cases)))):
            seen += found.seen
            for text in found.disagreements[: max(0, MOST_SHOWN - wrong)]:
                print(f"seed {found.seed}: {text}", file=sys.stderr)
            wrong += len(found.disagreements)
            if time.monotonic() - reported > SECONDS_BETWEEN_REPORTS:
                reported = time.monotonic()
                rate = seen["cases"] / (reported - started)
                print(f"  {seen['cases']:>9,} cases, {wrong} disagreements, {rate:,.0f} cases a second", flush=True)
    outcomes = ", ".join(f"{name} {seen[name]:,}" for name in ("GRANTED", "REFUSED", "INDETERMINATE", "ERROR"))
    print(f"  {seen['cases']:,} cases in {time.monotonic() - started:.0f} s: {outcomes}")
    return seen["cases"], wrong


def batches_for(cases: int) -> int:
    """How many batches make at least that many cases; a batch may stop early when it has tried all it can think of."""
    return -(-cases // (SCENES * REQUESTS))


def soak(evaluations: int, first_seed: int) -> bool:
    """The engine for that many evaluations: every verdict derived by it and checked, its worker not growing."""
    random = Random(first_seed)
    different = [random_facts(random) for _ in range(1_000)]
    with Engine() as engine:
        if engine.worker_pid is None:
            print("  durable-rules is not installed here: nothing to soak")
            return True
        worker, warm, grown = engine.worker_pid, 0, 0
        for done in range(0, evaluations, FRAME):
            count = min(FRAME, evaluations - done)
            answers = engine.verdicts([random.choice(different) for _ in range(count)])
            plain = sum(answer.derived_by != "durable-rules" for answer in answers)
            if plain or engine.worker_pid != worker:
                print(f"  the worker was replaced, and {plain:,} verdicts of this frame are not its own")
                return False
            warm = warm or memory_of(worker)
            grown = memory_of(worker) - warm
            print(f"  {done + count:>9,} evaluations, worker grown by {grown >> 10:,} KiB", flush=True)
    return grown < MOST_GROWTH


def memory_of(pid: int) -> int:
    """The memory that a process holds now, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def random_facts(random: Random) -> EngineFacts:
    """Facts of any form that decisions have, and some more."""
    clauses = tuple((f"clause {number}", random.random() < 0.6) for number in range(random.randrange(8)))
    names = [name for name, _ in clauses]
    return EngineFacts(
        checks=tuple((f"check {number}", random.random() < 0.9) for number in range(random.randrange(14))),
        clauses=clauses,
        conjunctions=tuple(
            (f"conjunction {number}", tuple(some_of(names, random))) for number in range(random.randrange(5))
        ),
        authorisations=tuple(
            AuthorisationFact(
                f"deliberation {number}", random.choice(["CSSS", "RN"]), random.random() < 0.5, random.random() < 0.5
            )
            for number in range(random.randrange(4))
        ),
    )


def some_of(names: list[Name], random: Random) -> Iterator[Name]:
    return (name for name in names if random.random() < 0.5)


def main() -> int:
    """Run both parts; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--evaluations", type=int, default=1_000_000)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--seed", type=int, default=secrets.randbits(32))
    chosen = options.parse_args()
    print(f"random cases through the oracle and all evaluators, seed {chosen.seed}, {chosen.processes} processes")
    cases, wrong = prove_cases(chosen.cases, chosen.processes, chosen.seed)
    print("the inference engine, every verdict compared with plain Python")
    steady = soak(chosen.evaluations, chosen.seed)
    memory = "one worker of flat memory" if steady else "NOT by one worker of flat memory"
    print(f"prove: {cases:,} cases, {wrong} disagreements; {chosen.evaluations:,} engine evaluations, {memory}")
    return 1 if wrong or not steady else 0


if __name__ == "__main__":
    sys.exit(main())
