"""Single writes on a register in a file, as the service makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules_service.algebra import FUTURE, Period
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.held import HeldRow, rows_at
from rules_service.register.integrating import Holding, Key, Written, integrate_days, remove_days
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import numbers_of, replace_number
from rules_service.register.writing import RegisterWriter
from tests.register.support import GHENT, national

Done = TypeVar("Done")


def key(person: int = 1, *, organisation: str = GHENT, code: int = 2, ssin: int | None = None) -> Key:
    return Key(national(person) if ssin is None else ssin, organisation, 17, code)


def write(register: Register, work: Callable[[RegisterWriter], Done]) -> Done:
    with register.write("test") as writer:
        return work(writer)


def write_days(register: Register, whose: Key, work: Callable[[Holding], Written]) -> Written:
    """A single write that is not remembered."""
    with register.write_days("test", whose, "request") as writer:
        written = work(writer.holding())
        writer.put(written)
        return written


def integrate(
    register: Register,
    whose: Key,
    begin: int,
    end: int = FUTURE,
    registers: Registers = Registers.BOTH,
    *,
    end_defaulted: bool = False,
) -> Written:
    admitted = Admitted(Period(begin, end), end_defaulted)
    return write_days(register, whose, lambda holding: integrate_days(holding, admitted, registers))


def remove(
    register: Register, whose: Key, begin: int, end: int = FUTURE, registers: Registers = Registers.BOTH
) -> Written:
    return write_days(register, whose, lambda holding: remove_days(holding, Period(begin, end), registers))


def replace(register: Register, old: int, new: int) -> bool:
    return write(register, lambda writer: replace_number(writer, old, new))


def rows_of(register: Register, ssin: int, revision: int | None = None) -> tuple[HeldRow, ...]:
    with register.reading() as connection:
        at = register.revision() if revision is None else revision
        return rows_at(connection, numbers_of(connection, ssin, at), at)


def days_of(rows: tuple[HeldRow, ...]) -> list[tuple[int, int]]:
    return [(row.begin, row.end) for row in rows]
