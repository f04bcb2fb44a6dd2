"""From a person's number to the person: current numbers, replaced ones, and those that changed since (S18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import InternalError
from rules_service.identifiers import valid_ssins
from rules_service.register.arranging import places_in
from rules_service.register.number_pages import NOWHERE, NumberPages
from rules_service.register.number_table import NumberTable

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

UNKNOWN: Final = NOWHERE


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Persons:
    """Who stands behind each number; one that is not valid leads to nobody.

    `pages` hold the current numbers: the place of a number is its person. `replaced` are the other numbers. What
    `changed` says of a number overrides both.
    """

    pages: NumberPages
    replaced: NumberTable
    changed: NumberTable

    @classmethod
    def of(cls, numbers: Int64, replaced: Int64, current: Int64) -> Self:
        """The persons with these numbers, each the place of its number.

        Args:
            numbers: the current number of each person, sorted.
            replaced: other numbers, sorted.
            current: for each of those the current one, which is among `numbers`.

        Raises:
            InternalError: a number is not valid.
        """
        if not valid_ssins(replaced).all():
            raise InternalError("a replaced number in the register is not valid: `register verify` says where")
        person = np.searchsorted(numbers, current).astype(np.int32)
        return cls(NumberPages.of(numbers), NumberTable(replaced, person, current), NumberTable.none())

    def by_name(self) -> Mapping[str, NDArray[Any]]:
        """Each array by its name, without what changed."""
        pages, replaced = self.pages, self.replaced
        return {
            "directory": pages.directory,
            "words": pages.words,
            "replaced": replaced.numbers,
            "replaced_person": replaced.person,
            "replaced_current": replaced.current,
        }

    @property
    def count(self) -> int:
        """How many persons there were before any changed."""
        return self.pages.count

    def find(self, ssins: Int64) -> tuple[Int32, Int64]:
        """For each number the person, `UNKNOWN` where there is none, and the number that stands for it today.

        That is the number itself unless it was replaced.
        """
        persons, current = np.empty(len(ssins), dtype=np.int32), np.empty(len(ssins), dtype=np.int64)
        self.find_into(ssins, persons, current)
        return persons, current

    def find_into(self, ssins: Int64, persons: Int32, current: Int64) -> None:
        """Puts down what `find` says; both are contiguous."""
        from rules_service.register.number_search import search_persons  # noqa: PLC0415  loads a compiler

        search_persons(self.pages, self.replaced, self.changed, ssins, persons, current)

    def find_one(self, ssin: int) -> int:
        """The person of a number, `UNKNOWN` where there is none."""
        if (place := self.changed.place(ssin)) is not None:
            return self.changed.person.item(place)
        if (person := self.pages.find_one(ssin)) != UNKNOWN:
            return person
        place = self.replaced.place(ssin)
        return UNKNOWN if place is None else self.replaced.person.item(place)

    def current_one(self, ssin: int) -> int:
        """The number that stands today for a number: itself unless it was replaced."""
        for table in (self.changed, self.replaced):
            if (place := table.place(ssin)) is not None:
                return table.current.item(place)
        return ssin

    def with_changed(self, later: NumberTable) -> Persons:
        """The persons with what is known of some numbers since."""
        return replace(self, changed=self.changed.updated(later))

    def current_persons(self) -> tuple[Int64, Int64]:
        """The current number of every person, sorted, and the person."""
        changed, before = self.changed, self.pages.numbers()
        kept = np.ones(len(before), dtype=np.bool_)
        place, known = places_in(before, changed.numbers)
        kept[place[known]] = False
        stands = (changed.current == changed.numbers) & (changed.person != UNKNOWN)
        numbers = np.concatenate([before[kept], changed.numbers[stands]])
        persons = np.concatenate([np.flatnonzero(kept), changed.person[stands]])
        order = np.argsort(numbers, kind="stable")
        return numbers[order], persons[order]

    def replacements(self) -> tuple[Int64, Int64]:
        """The replaced numbers, sorted, and the number that stands for each of them."""
        changed, replaced = self.changed, self.replaced
        kept = ~places_in(changed.numbers, replaced.numbers)[1]
        later = changed.current != changed.numbers
        old = np.concatenate([replaced.numbers[kept], changed.numbers[later]])
        current = np.concatenate([replaced.current[kept], changed.current[later]])
        order = np.argsort(old, kind="stable")
        return old[order], current[order]
