"""How fast the index is built, opened and followed, and how much memory it takes.

Rows come in any order, three to a person, one person in twenty with a replaced number; births lie in a hundred years.
"""

from __future__ import annotations

import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import FUTURE, parse_day
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register.index import Index, IntegrationColumns, build_index
from rules_service.register.index_file import open_index, write_index
from rules_service.register.overlay import Changes, packed, with_changes
from rules_service.register.population import _numbers
from rules_service.register.touched import State
from tests.benchmarks.register_contest import Figure, repeated

ORGANISATIONS = [Organisation(f"19{place:08d}", RequesterKind.CPAS, Region.FLANDERS, 17, 1) for place in range(600)]
KEYS = [each.key for each in ORGANISATIONS]
FIRST_BIRTH, LAST_BIRTH = parse_day("1925-01-01"), parse_day("2024-12-31")
COUNTERS = 330
"""As many people are born on one day."""
LEAST_ROWS_A_SECOND = 2e6
MOST_BYTES_A_ROW, MOST_BYTES_A_PERSON = 24, 12
MOST_SECONDS_TO_OPEN = 2.0

Int64 = NDArray[np.int64]


def measure_index(rows: int, rounds: int, seed: int) -> list[Figure]:
    """The figures of an index of invented rows."""
    columns, replaced = invent(rows, seed)
    index = build_index(columns, KEYS, ORGANISATIONS, replaced)
    assert index.integration_count == rows
    build = repeated("index: build", rounds, lambda: build_index(columns, KEYS, ORGANISATIONS, replaced))
    opening = time_file(index, rounds)
    write = one_write(index, ssin=int(columns.ssin[0]))
    assert with_changes(index, write).integration_count != rows
    repeated("index: follow one write", 200, lambda: with_changes(index, write))
    repeated("index: pack", rounds, lambda: packed(index))
    return [figure_of_build(rows / build), figure_of_memory(index), figure_of_opening(opening, rows)]


def invent(rows: int, seed: int) -> tuple[IntegrationColumns, tuple[Int64, Int64]]:
    """Integrations in any order, and the numbers that were replaced."""
    rng = np.random.default_rng(seed)
    persons = max(rows // 3, 20)
    slots = rng.choice((LAST_BIRTH - FIRST_BIRTH) * COUNTERS, persons, replace=False)
    birth, counter = FIRST_BIRTH + slots // COUNTERS, slots % COUNTERS + 1
    numbers, replaced = _numbers(birth, counter, bis=False), _numbers(birth, counter, bis=True)[: persons // 20]
    begin = rng.integers(18_500, 20_000, rows).astype(np.int32)
    end = np.where(rng.random(rows) < 0.3, FUTURE, begin + rng.integers(1, 900, rows)).astype(np.int32)
    who = rng.integers(0, persons, rows)
    under_old = (who < len(replaced)) & (rng.random(rows) < 0.3)
    columns = IntegrationColumns(
        row_id=np.arange(1, rows + 1),
        ssin=np.where(under_old, replaced[np.minimum(who, len(replaced) - 1)], numbers[who]),
        organisation_ordinal=rng.integers(0, len(KEYS), rows).astype(np.int32),
        sector=np.full(rows, 17, np.int16),
        institution=np.full(rows, 1, np.int16),
        code=rng.integers(0, 40, rows).astype(np.int16),
        begin=begin,
        end=end,
        primary=np.ones(rows, np.bool_),
        secondary=rng.random(rows) < 0.95,
    )
    return columns, (replaced, numbers[: len(replaced)])


def one_write(index: Index, ssin: int) -> Changes:
    """What a write about one person that the index has would change."""
    columns, _ = invent(2, seed=2)
    columns.ssin[:] = ssin
    changed = build_index(columns, KEYS, index.directory, revision=index.revision + 1)
    return Changes(np.array([ssin]), changed)


def time_file(index: Index, rounds: int) -> float:
    """Seconds to open what was written of an index."""
    with tempfile.TemporaryDirectory() as folder:
        path, state = Path(folder, "register.index"), State(1, 2)
        repeated("index: write the file", rounds, lambda: write_index(index, state, path))
        assert open_index(path)[0].integration_count == index.integration_count
        return repeated("index: open and check the file", rounds, lambda: open_index(path))


def figure_of_build(speed: float) -> Figure:
    value = f"{speed / 1e6:.1f} million rows/s"
    return Figure("index build", value, f"at least {LEAST_ROWS_A_SECOND / 1e6:.0f}", speed >= LEAST_ROWS_A_SECOND)


def figure_of_memory(index: Index) -> Figure:
    """All arrays count: those of persons are where their rows begin, their numbers, and the replaced numbers."""
    offsets = index.rows.offsets.nbytes
    by_person = bytes_of(index.persons) + offsets
    by_row = bytes_of(index.rows) - offsets + bytes_of(index.owners)
    allowed = MOST_BYTES_A_ROW * index.integration_count + MOST_BYTES_A_PERSON * index.person_count
    each = f"{by_row / index.integration_count:.2f} bytes an integration, {by_person / index.person_count:.2f} a person"
    share = (by_row + by_person) / allowed
    goal = f"at most 1.00 of {MOST_BYTES_A_ROW} and {MOST_BYTES_A_PERSON} bytes together"
    return Figure("memory", f"{each}, {share:.2f} of what is allowed", goal, share <= 1)


def figure_of_opening(seconds: float, rows: int) -> Figure:
    value = f"{seconds:.2f} s for {rows:,} rows"
    return Figure("opening", value, f"at most {MOST_SECONDS_TO_OPEN:.0f}", seconds <= MOST_SECONDS_TO_OPEN)


def bytes_of(held: object) -> int:
    """What the arrays take that an object holds, directly or in the objects that it is made of."""
    if isinstance(held, np.ndarray):
        return held.nbytes
    parts = [getattr(held, each.name) for each in fields(held)] if is_dataclass(held) else []
    return sum(map(bytes_of, parts))
