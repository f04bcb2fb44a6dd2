"""Chains of replaced numbers (S18): a number has at most one successor, and the last of a chain stands for all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import InternalError

Int64 = NDArray[np.int64]


class Chains:
    """The chains known so far, for telling whether one more replacement may join them."""

    def __init__(self, successors: Mapping[int, int]) -> None:
        """`successors` maps a replaced number to the one that directly replaced it."""
        self._successors = dict(successors)
        self._shortcuts = dict(successors)

    def successor(self, ssin: int) -> int | None:
        """The number that directly replaced `ssin`, None where none did."""
        return self._successors.get(ssin)

    def last(self, ssin: int) -> int:
        """The number that stands for `ssin` today."""
        passed = []
        while (further := self._shortcuts.get(ssin)) is not None:
            passed.append(ssin)
            ssin = further
        for number in passed:
            self._shortcuts[number] = ssin  # a long chain is walked once, not once for each of its numbers
        return ssin

    def replace(self, old: int, new: int) -> None:
        """Let `new` stand for `old`, which must not be replaced yet, nor be the last of the chain of `new`."""
        if old in self._successors or self.last(new) == old:
            raise InternalError("a number would be replaced twice, or in a circle")
        self._successors[old] = self._shortcuts[old] = new


def current_numbers(numbers: Int64, old: Int64, new: Int64) -> Int64:
    """For each of `numbers`, the number at the end of its chain.

    Args:
        numbers: sorted, each once, among them all of `old` and `new`.
        old: replaced numbers, each once.
        new: what directly replaced each of `old`.

    Raises:
        InternalError: the replacements run in a circle.
    """
    successor = np.arange(len(numbers))
    successor[np.searchsorted(numbers, old)] = np.searchsorted(numbers, new)
    # Each round doubles how far every number sees along its chain.
    for _ in range(len(old).bit_length() + 1):
        further = successor[successor]
        if np.array_equal(further, successor):
            return numbers[successor]
        successor = further
    raise InternalError("the replaced numbers of the register run in a circle")
