"""From a person's number to the person: sorted numbers, replaced ones, and those that changed since (S18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.register.arranging import places_in

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChangedNumbers:
    """Every number of the persons that changed, sorted, and what became of it.

    `person` is the person, `UNKNOWN` where there is none any more; `current` the number that stands for it.
    """

    numbers: Int64
    person: Int32
    current: Int64

    @classmethod
    def none(cls) -> ChangedNumbers:
        """Nothing changed."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))

    def updated(self, later: ChangedNumbers) -> ChangedNumbers:
        """These numbers and those that changed later, which count where a number is in both."""
        kept = ~places_in(later.numbers, self.numbers)[1]
        numbers = self.numbers[kept]
        place = np.searchsorted(numbers, later.numbers)
        return ChangedNumbers(
            np.insert(numbers, place, later.numbers),
            np.insert(self.person[kept], place, later.person),
            np.insert(self.current[kept], place, later.current),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Persons:
    """Who stands behind each number.

    `numbers` are the current numbers, sorted: the place of a number is its person. `replaced` are the other numbers,
    sorted, and `replaced_person` says whose they are. What `changed` says of a number overrides both.
    """

    numbers: Int64
    replaced: Int64
    replaced_person: Int32
    changed: ChangedNumbers

    def __post_init__(self) -> None:
        for column in (self.numbers, self.replaced, self.replaced_person, *self._changed()):
            column.setflags(write=False)

    def _changed(self) -> tuple[Int64, Int32, Int64]:
        return self.changed.numbers, self.changed.person, self.changed.current

    def find(self, ssins: Int64) -> Int32:
        """The person of each number, `UNKNOWN` where there is none."""
        persons = np.full(len(ssins), UNKNOWN, dtype=np.int32)
        place, known = places_in(self.numbers, ssins)
        persons[known] = place[known]
        if len(self.replaced):
            place, known = places_in(self.replaced, ssins)
            persons[known] = self.replaced_person[place[known]]
        if len(self.changed.numbers):
            place, known = places_in(self.changed.numbers, ssins)
            persons[known] = self.changed.person[place[known]]
        return persons

    def find_one(self, ssin: int) -> int:
        """The person of a number, `UNKNOWN` where there is none."""
        if (place := _place(self.changed.numbers, ssin)) is not None:
            return int(self.changed.person[place])
        if (place := _place(self.numbers, ssin)) is not None:
            return place
        place = _place(self.replaced, ssin)
        return UNKNOWN if place is None else int(self.replaced_person[place])

    def current(self, ssins: Int64) -> Int64:
        """The number that stands today for each number: itself unless it was replaced."""
        numbers = ssins.copy()
        place, known = places_in(self.replaced, ssins)
        numbers[known] = self.numbers[self.replaced_person[place[known]]]
        place, known = places_in(self.changed.numbers, ssins)
        numbers[known] = self.changed.current[place[known]]
        return numbers

    def current_one(self, ssin: int) -> int:
        """The number that stands today for a number: itself unless it was replaced."""
        if (place := _place(self.changed.numbers, ssin)) is not None:
            return int(self.changed.current[place])
        place = _place(self.replaced, ssin)
        return ssin if place is None else int(self.numbers[self.replaced_person[place]])

    def with_changed(self, later: ChangedNumbers) -> Persons:
        """The persons with what is known of some numbers since."""
        return replace(self, changed=self.changed.updated(later))

    def current_persons(self) -> tuple[Int64, Int64]:
        """The current number of every person, sorted, and the person."""
        changed = self.changed
        kept = np.ones(len(self.numbers), dtype=np.bool_)
        place, known = places_in(self.numbers, changed.numbers)
        kept[place[known]] = False
        stands = (changed.current == changed.numbers) & (changed.person != UNKNOWN)
        numbers = np.concatenate([self.numbers[kept], changed.numbers[stands]])
        persons = np.concatenate([np.flatnonzero(kept), changed.person[stands]])
        order = np.argsort(numbers, kind="stable")
        return numbers[order], persons[order]

    def replacements(self) -> tuple[Int64, Int64]:
        """The replaced numbers, sorted, and the number that stands for each of them."""
        changed = self.changed
        kept = ~places_in(changed.numbers, self.replaced)[1]
        later = changed.current != changed.numbers
        old = np.concatenate([self.replaced[kept], changed.numbers[later]])
        current = np.concatenate([self.numbers[self.replaced_person[kept]], changed.current[later]])
        order = np.argsort(old, kind="stable")
        return old[order], current[order]


def _place(numbers: Int64, ssin: int) -> int | None:
    place = int(numbers.searchsorted(ssin))
    return place if place < len(numbers) and numbers[place] == ssin else None
