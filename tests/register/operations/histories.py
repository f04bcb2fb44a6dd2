"""Registers with a past: every table has rows, and most have closed ones."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rules_service.algebra import FUTURE
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import FileKind, Register, import_file
from rules_service.register.answered import WriteRequest, write_once
from rules_service.register.operations.tables import order_of, tables_of
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import ReplacementRefusedError
from rules_service.register.writing import DirectoryEntry
from tests.evaluate.scene import TODAY
from tests.register.support import GHENT, NAMUR, ORGANISATIONS, bis, national, write
from tests.register.writing_support import integrate, key, remove, replace

PERSONS = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
CARDS = ("591-1917064-58", "")
NUMBERS = (*(bis(person) for person in range(1, 7)), *(national(person) for person in range(1, 7)))
START = datetime(2020, 1, 1, tzinfo=UTC)


class Years:
    """A clock by which each write is a month after the one before it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(days=30)
        return self.now


def started(place: str, folder: Path) -> Register:
    """A register at revision 1, which knows three organisations; revision n is of n + 1 months after the start."""
    register = Register.create(place, clock=Years())
    path = write(folder / "organisations.csv", *ORGANISATIONS.splitlines())
    assert import_file(register, FileKind.ORGANISATIONS, path).revision == 1
    return register


def history(place: str, folder: Path, seed: int = 1, writes: int = 40) -> Register:
    """A register at that place after some random writes of every kind."""
    chance = random.Random(seed)
    register = started(place, folder)
    know_person(register, folder, national(1), "First")
    replace(register, bis(1), national(1))
    answer(register, "request", b"first")
    for number in range(writes):
        _write(register, chance, folder, number)
    return register


def _write(register: Register, chance: random.Random, folder: Path, number: int) -> None:
    whose = key(ssin=chance.choice(NUMBERS), organisation=chance.choice([GHENT, NAMUR]), code=chance.choice([1, 2]))
    begin = TODAY + chance.randint(-4, 3)
    registers = chance.choice([Registers.BOTH, Registers.PRIMARY, Registers.SECONDARY])
    match chance.choice(["add"] * 5 + ["remove"] * 4 + ["replace", "describe", "person", "answer"]):
        case "add":
            integrate(register, whose, begin, chance.choice([FUTURE, TODAY + 4]), registers, end_defaulted=True)
        case "remove":
            remove(register, whose, begin, chance.choice([FUTURE, begin + 2]), registers)
        case "replace":
            person = chance.randint(1, 5)
            with suppress(ReplacementRefusedError):  # it was replaced before
                replace(register, bis(person), chance.choice([bis(6), national(person)]))
        case "describe":
            describe(register, chance.choice([20, 21, None]), f"Partner {number}")
        case "person":
            know_person(register, folder, whose.ssin, f"Name{number}", chance.choice(CARDS))
        case _:
            answer(register, f"request-{number}", format_ssin(whose.ssin).encode())


def describe(register: Register, institution: int | None, name: str) -> None:
    partner = Organisation("40/21", RequesterKind.PARTNER, Region.NONE, 40, institution)
    with register.write("directory") as writer:
        writer.put_organisation(DirectoryEntry(partner, None, name))


def know_person(register: Register, folder: Path, ssin: int, name: str, card: str = "591-1917064-58") -> None:
    row = f"{format_ssin(ssin)},{name},,1985-07-30,{card},"
    path = write(folder / "persons.csv", PERSONS, row)
    assert import_file(register, FileKind.PERSONS, path, key_file=folder / "key").bad_count == 0


def answer(register: Register, request_id: str, said: bytes) -> None:
    write_once(register, WriteRequest("owner", request_id, said), "nothing", lambda _writer: said + b"\0")


def contents(register: Register) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with register.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*order_of(connection, table)))]
            for table in tables_of(connection)
        }
