"""What a register must hold, as a model that knows days alone: sets of them, and which number stands for which."""

from __future__ import annotations

from collections.abc import Iterable

from rules_service.algebra import Period
from rules_service.register import Register
from rules_service.register.row_algebra import Registers
from tests.register.support import bis, national

NUMBERS = (bis(1), bis(2), bis(3), national(1), national(2))
LAST = 24
"""The model looks at days 0 to twice this; an open end holds all of them that follow."""

Slot = tuple[str, int, Registers]
Days = dict[Slot, frozenset[int]]


class Model:
    """Which days each organisation holds of each person, by code and register, and who is whom."""

    def __init__(self) -> None:
        self.held: dict[int, Days] = {number: {} for number in NUMBERS}
        self.successor: dict[int, int] = {}

    def current(self, number: int) -> int:
        while number in self.successor:
            number = self.successor[number]
        return number

    def days_of(self, number: int) -> Days:
        return {slot: days for slot, days in self.held[self.current(number)].items() if days}

    def add(self, number: int, slots: list[Slot], days: frozenset[int]) -> None:
        held = self.held[self.current(number)]
        for slot in slots:
            held[slot] = held.get(slot, frozenset()) | days

    def take(self, number: int, slots: list[Slot], days: frozenset[int]) -> None:
        held = self.held[self.current(number)]
        for slot in slots:
            held[slot] = held.get(slot, frozenset()) - days

    def replace(self, old: int, new: int) -> bool:
        """Whether the replacement is possible; two persons become one."""
        if old in self.successor:
            return self.successor[old] == new
        if self.current(new) == old:
            return False
        joined = self.held[old]
        self.successor[old] = new
        for slot, days in joined.items():
            self.add(new, [slot], days)
        return True

    def snapshot(self) -> dict[int, Days]:
        return {number: self.days_of(number) for number in NUMBERS}


def days_in(period: Period) -> frozenset[int]:
    return frozenset(day for day in range(2 * LAST) if period.contains(day))


def slots_of(organisation: str, code: int, where: Registers) -> list[Slot]:
    return [(organisation, code, register) for register in where]


def where_of(primary: bool, secondary: bool) -> Registers:
    return Registers(primary + 2 * secondary)


def days_at_slots(rows: Iterable[tuple[str, int, Registers, int, int]]) -> Days:
    found: Days = {}
    for organisation, code, where, begin, end in rows:
        for slot in slots_of(organisation, code, where):
            found[slot] = found.get(slot, frozenset()) | days_in(Period(begin, end))
    return {slot: days for slot, days in found.items() if days}


def days_at(register: Register, revision: int) -> dict[int, Days]:
    """What the register knew of everybody at a revision."""
    reader = register.reader(revision=revision)
    return {
        number: days_at_slots(
            (row.organisation, row.quality_code, where_of(row.primary, row.secondary), row.begin, row.end)
            for row in reader.integrations_of(number)
        )
        for number in NUMBERS
    }
