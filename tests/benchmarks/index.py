"""How fast the index is built, opened and followed, and how much memory it takes.

    tests/benchmarks/index.py [--rows 5000000] [--rounds 5] [--seed 1]

Rows come in any order, three to a person, one person in twenty with a replaced number. The last line has the figures;
the exit code is 1 when one misses its goal: 2 million rows a second from columns to index, 24 bytes for a row and 12
for a person, 2 seconds to open the file of 10 million rows.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rules_service.algebra import FUTURE  # noqa: E402 (found by the line above)
from rules_service.identifiers.parties import Organisation, Region, RequesterKind  # noqa: E402
from rules_service.register.index import Index, IntegrationColumns, build_index  # noqa: E402
from rules_service.register.index_file import open_index, write_index  # noqa: E402
from rules_service.register.overlay import Changes, packed, with_changes  # noqa: E402
from rules_service.register.touched import State  # noqa: E402

ORGANISATIONS = [Organisation(f"19{place:08d}", RequesterKind.CPAS, Region.FLANDERS, 17, 1) for place in range(600)]
KEYS = [each.key for each in ORGANISATIONS]
LEAST_ROWS_A_SECOND = 2e6
MOST_BYTES_A_ROW, MOST_BYTES_A_PERSON = 24, 12
MOST_SECONDS_TO_OPEN, ROWS_TO_OPEN = 2.0, 10_000_000

Int64 = NDArray[np.int64]


def invent(rows: int, seed: int) -> tuple[IntegrationColumns, tuple[Int64, Int64]]:
    """Integrations in any order, and the numbers that were replaced."""
    rng = np.random.default_rng(seed)
    persons = max(rows // 3, 20)
    numbers = rng.choice(900_000_000, persons, replace=False) * 100
    begin = rng.integers(18_500, 20_000, rows).astype(np.int32)
    end = np.where(rng.random(rows) < 0.3, FUTURE, begin + rng.integers(1, 900, rows)).astype(np.int32)
    who = rng.integers(0, persons, rows)
    under_old = (who < persons // 20) & (rng.random(rows) < 0.3)
    columns = IntegrationColumns(
        row_id=np.arange(1, rows + 1),
        ssin=numbers[who] + under_old,
        organisation_ordinal=rng.integers(0, len(KEYS), rows).astype(np.int32),
        sector=np.full(rows, 17, np.int16),
        institution=np.full(rows, 1, np.int16),
        code=rng.integers(0, 40, rows).astype(np.int16),
        begin=begin,
        end=end,
        primary=np.ones(rows, np.bool_),
        secondary=rng.random(rows) < 0.95,
    )
    replaced = numbers[: persons // 20]
    return columns, (replaced + 1, replaced)


def bytes_of(index: Index) -> int:
    """What all arrays of an index take."""
    persons = index.persons
    arrays = [*index.rows.by_name().values(), *index.owners.by_name().values()]
    return sum(array.nbytes for array in (*arrays, persons.numbers, persons.replaced, persons.replaced_person))


def one_write(index: Index) -> Changes:
    """What a write about one person that the index has would change."""
    columns, _ = invent(3, seed=2)
    number = int(index.numbers[len(index.numbers) // 2])
    columns.ssin[:] = number
    changed = build_index(columns, KEYS, index.directory, revision=index.revision + 1)
    return Changes(np.array([number]), changed)


def timed(what: str, rounds: int, action: Callable[[], object]) -> float:
    """Median seconds of an action, told."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    median = statistics.median(seconds)
    print(f"{what:<28}{median * 1e3:>12,.2f} ms   fastest {min(seconds) * 1e3:,.2f}, slowest {max(seconds) * 1e3:,.2f}")
    return median


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    columns, replaced = invent(chosen.rows, chosen.seed)
    index = build_index(columns, KEYS, ORGANISATIONS, replaced)
    assert index.integration_count == chosen.rows
    with tempfile.TemporaryDirectory() as folder:
        path, state = Path(folder, "register.index"), State(1, 2)
        build = timed("build", chosen.rounds, lambda: build_index(columns, KEYS, ORGANISATIONS, replaced))
        timed("write the file", chosen.rounds, lambda: write_index(index, state, path))
        opening = timed("open and check the file", chosen.rounds, lambda: open_index(path))
        assert open_index(path)[0].integration_count == chosen.rows
    timed("follow one write", 200, lambda: with_changes(index, one_write(index)))
    timed("pack", chosen.rounds, lambda: packed(index))
    speed, memory = chosen.rows / build, bytes_of(index)
    bound = MOST_BYTES_A_ROW * chosen.rows + MOST_BYTES_A_PERSON * index.person_count
    opening *= ROWS_TO_OPEN / chosen.rows
    print(f"index: {chosen.rows:,} rows, {memory / bound:.2f} of the memory allowed, built at", end=" ")
    print(f"{speed / 1e6:.1f} million rows/s (at least 2 wanted);", end=" ")
    print(f"{ROWS_TO_OPEN:,} rows would open in {opening:.2f} s (at most 2 wanted)")
    return 0 if speed >= LEAST_ROWS_A_SECOND and memory <= bound and opening <= MOST_SECONDS_TO_OPEN else 1


if __name__ == "__main__":
    sys.exit(main())
