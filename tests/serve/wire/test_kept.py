"""What a kernel reads of arrays that it is handed by address."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import types

from rules_service.evaluate.compiled import brief
from rules_service.serve.wire.kept import Kept


class Inner(NamedTuple):
    few: Any
    number: int


class Outer(NamedTuple):
    grid: Any
    inner: Inner
    last: Any


@brief
def _read(kept: Any, row: int, column: int) -> Any:
    inner = kept.inner
    kept.last[0] += 1
    return kept.grid[row, column], inner.few[row], inner.number, len(kept.last), kept.grid.shape[1]


def _call(value: Outer, row: int, column: int) -> tuple[int, ...]:
    kept, dispatcher = Kept(value), _read
    kinds = (kept.kind, types.int64, types.int64)
    dispatcher.compile(kinds)  # type: ignore[attr-defined]
    found: tuple[int, ...] = dispatcher.get_overload(kinds)(kept.address, row, column)  # type: ignore[attr-defined]
    return found


def test_every_part_is_read_where_it_is() -> None:
    grid = np.arange(12, dtype=np.int32).reshape(3, 4)
    value = Outer(grid, Inner(np.array([7, 8, 9], dtype=np.int64), 42), np.zeros(5, dtype=np.uint8))
    assert _call(value, 2, 1) == (9, 9, 42, 5, 4)
    assert _call(value, 1, 3) == (7, 8, 42, 5, 4)
    assert value.last.tolist() == [2, 0, 0, 0, 0]


def test_arrays_of_other_types_have_another_kind() -> None:
    few = np.zeros(3, dtype=np.int64)
    fixed = few.view()
    fixed.setflags(write=False)
    kinds = [Kept(Inner(each, 1)).kind for each in (few, few.copy(), fixed, few.astype(np.int32))]
    assert kinds[0] == kinds[1]
    assert len(set(kinds)) == 3


def test_what_has_gaps_is_refused() -> None:
    gaps = np.zeros((3, 4), dtype=np.int32)[:, ::2]
    with pytest.raises(TypeError, match="arrays without gaps"):
        Kept(Outer(gaps, Inner(np.zeros(1), 1), np.zeros(1)))
