"""Things numbered in the order in which they first came: columns hold the numbers, and each thing stands once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Interned(Generic[Item]):
    """Distinct things and their numbers, from 0; it only grows, so that a number never changes its meaning.

    Any number of threads may share one. Whoever fills one from what callers send must bound it: start anew when
    `len()` has grown too large.
    """

    __slots__ = ("__weakref__", "_items", "_lock", "_numbers")

    def __init__(self, items: Iterable[Item] = ()) -> None:
        """`items` get the first numbers, one for each distinct one."""
        self._items: list[Item] = []
        self._numbers: dict[Item, int] = {}
        self._lock = Lock()
        for item in items:
            self.number_of(item)

    def __len__(self) -> int:
        """How many distinct things there are."""
        return len(self._items)

    def __getitem__(self, number: int) -> Item:
        """The thing with a number."""
        return self._items[number]

    @property
    def items(self) -> Sequence[Item]:
        """The things in order of their numbers; more may follow."""
        return self._items

    def number_of(self, item: Item) -> int:
        """The number of a thing, a new one where it comes for the first time."""
        number = self._numbers.get(item)
        if number is None:
            with self._lock:
                number = self._numbers.setdefault(item, len(self._items))
                if number == len(self._items):
                    self._items.append(item)
        return number
