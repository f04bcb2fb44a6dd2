"""Measures the register, all in one run: its index, imports into it, and single writes.

    tests/benchmarks/register.py [--rows 10000000] [--persons 100000] [--rounds 5] [--seed 1]

What is compared is first seen to do the same, and then takes turns; the figures are medians. The last line has each
figure beside its goal; the exit code is 1 when one is below it. PostgreSQL is a server of its own, as durable as by
default.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.register_by_hand import PostgresqlByHand, SqliteByHand  # noqa: E402 (found by the line above)
from tests.benchmarks.register_contest import Figure  # noqa: E402
from tests.benchmarks.register_imports import measure_import  # noqa: E402
from tests.benchmarks.register_index import measure_index  # noqa: E402
from tests.benchmarks.register_writes import measure_writes  # noqa: E402
from tests.register.postgresql_server import running_server  # noqa: E402

DURABLE = "-c fsync=on -c synchronous_commit=on"
FEWER_FOR_POSTGRESQL = 8
"""Its constraints cost so many times more for each row."""
ROUNDS_OF_WRITES = 9


def measure(rows: int, persons: int, rounds: int, seed: int, folder: Path) -> list[Figure]:
    """Every figure, in the order of the last line."""
    figures = measure_index(rows, rounds, seed)
    sqlite = SqliteByHand()
    with running_server(DURABLE) as server:
        postgresql = PostgresqlByHand(server)
        return [
            *figures,
            measure_import(sqlite, folder / "many", persons, rounds, seed),
            measure_import(postgresql, folder / "fewer", persons // FEWER_FOR_POSTGRESQL, rounds, seed),
            measure_writes(postgresql, folder / "few", ROUNDS_OF_WRITES, seed),
            measure_writes(sqlite, folder / "few", ROUNDS_OF_WRITES, seed),
        ]


def main() -> int:
    """Measure; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=10_000_000, help="of the index")
    options.add_argument("--persons", type=int, default=100_000, help="with three integrations each, to import")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(chosen.rows, chosen.persons, chosen.rounds, chosen.seed, Path(folder))
    print(f"bench-register: {'; '.join(map(str, figures))}")
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
