"""One of several processes that write to a register at once; what it was answered goes to standard output as JSON.

    python -m tests.register.writing_process PLACE FOLDER SEED WRITES

Processes of the same seed wish for the same, under the same request ids: who comes second is answered as the first was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from rules_service.algebra import Period, format_day
from rules_service.identifiers import format_ssin
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import WriteRequest, write_days_once, write_once
from rules_service.register.integrating import Holding, Key, Written, integrate_days, remove_days
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import replace_number
from rules_service.register.writing import RegisterWriter
from tests.register.days_model import LAST, NUMBERS
from tests.register.support import GHENT, bis, import_lines, national

STANDS_FOR = {bis(1): national(1), bis(2): national(1), bis(3): national(2)}
Told = dict[str, Any]
"""A wish, and beside it the revision of its answer and whether that wrote anything."""


def random_wish(chance: Random) -> Told:
    kind = chance.choice(["add"] * 5 + ["take"] * 4 + ["replace", "import"])
    number = chance.choice(list(STANDS_FOR) if kind == "replace" else NUMBERS)
    begin = chance.randint(0, LAST)
    days = {"begin": begin, "end": begin + chance.randint(0, 12)}
    return {"kind": kind, "number": number, "where": chance.choice([1, 2, 3]), **days}


def asked(register: Register, folder: Path, request: WriteRequest, wish: Told) -> Told:
    """The wish with its answer."""
    if wish["kind"] == "import":
        return wish | imported(register, folder, wish)
    if wish["kind"] == "replace":
        answer = write_once(register, request, "number", replacing(wish["number"]))
    else:
        key = Key(wish["number"], GHENT, 17, 2)
        answer = write_days_once(register, request, wish["kind"], key, changing(wish))
    answered: Told = json.loads(answer)
    return wish | answered


def changing(wish: Told) -> Callable[[Holding], tuple[Written, bytes]]:
    period, where = Period(wish["begin"], wish["end"]), Registers(wish["where"])

    def work(holding: Holding) -> tuple[Written, bytes]:
        if wish["kind"] == "add":
            written = integrate_days(holding, Admitted(period, end_defaulted=False), where)
        else:
            written = remove_days(holding, period, where)
        return written, told(written.revision, wrote=bool(written.opened or written.closed))

    return work


def replacing(old: int) -> Callable[[RegisterWriter], bytes]:
    def work(writer: RegisterWriter) -> bytes:
        wrote = replace_number(writer, old, STANDS_FOR[old])
        return told(writer.revision_now, wrote=wrote)

    return work


def imported(register: Register, folder: Path, wish: Told) -> Told:
    """Two rows at once, of which those come in that overlap nothing; only one process imports from a folder."""
    numbers, ends = (wish["number"], national(2)), (wish["begin"], wish["end"])
    begin, end = map(format_day, ends)
    lines = [f"{format_ssin(number)},{GHENT},17,2,{begin},{end},both" for number in numbers]
    report = import_lines(register, folder, lines, keep_good=True)
    refused = {row.line - 2 for row in report.bad_rows}
    came_in = [number for place, number in enumerate(numbers) if place not in refused]
    return {"revision": report.revision, "wrote": bool(came_in), "came_in": came_in}


def told(revision: int, *, wrote: bool) -> bytes:
    return json.dumps({"revision": revision, "wrote": wrote}).encode()


def main(place: str, folder: str, seed: str, writes: str) -> None:
    chance = Random(seed)
    with Register.open(place, busy_seconds=60) as register:
        for number in range(int(writes)):
            wish = random_wish(chance)
            request = WriteRequest(seed, str(number), json.dumps(wish).encode())
            print(json.dumps(asked(register, Path(folder), request, wish) | {"request": f"{seed} {number}"}))


if __name__ == "__main__":
    main(*sys.argv[1:])
