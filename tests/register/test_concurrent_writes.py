"""Several processes write at once: every acknowledged write is there, none is done twice, and none undoes another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

from rules_service.algebra import FUTURE, Period
from rules_service.register import LiveRegister, Register
from rules_service.register.operations import verify
from rules_service.register.row_algebra import Registers
from tests.register.days_model import Model, days_at, days_in, slots_of
from tests.register.support import GHENT, national, with_organisations
from tests.register.writing_process import STANDS_FOR, Told
from tests.register.writing_support import days_of, integrate, key, remove, rows_of

ROOT = Path(__file__).parents[2]

PROCESSES = 4
WRITES = 15

# Each process adds days of its own to one key, takes some of them away again, and asks for every write twice.
PROGRAM = """
import json, sys
from rules_service.algebra import Period
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import WriteRequest, write_days_once
from rules_service.register.integrating import Key, integrate_days, remove_days

place, organisation, ssin, process, processes, writes = sys.argv[1:]
key = Key(int(ssin), organisation, 17, 2)
told = []
with Register.open(place, busy_seconds=60) as register:
    for number in range(int(writes)):
        first = 10 * (number * int(processes) + int(process))
        period = Period(first, first + 8)
        for name, work in (
            ("add", lambda holding: integrate_days(holding, Admitted(period, end_defaulted=False))),
            ("take", lambda holding: remove_days(holding, Period(first + 3, first + 5))),
        ):
            request = WriteRequest(process, f"{name}{number}", name.encode())
            def answered(holding):
                written = work(holding)
                return written, str(written.revision).encode()
            answers = {write_days_once(register, request, name, key, answered) for _ in range(2)}
            assert len(answers) == 1
            told.append(int(answers.pop()))
print(json.dumps(told))
"""


def test_no_write_of_any_process_is_lost(tmp_path: Path, place: str) -> None:
    person = national(1)
    with with_organisations(tmp_path, place) as register:
        live = LiveRegister(register)
        integrate(register, key(2), 0, FUTURE)  # a row that nobody touches
        first = register.revision()
        arguments = [place, GHENT, str(person)]
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments, str(process), str(PROCESSES), str(WRITES)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for process in range(PROCESSES)
        ]
        told: list[int] = []
        for writer in writers:
            output, _ = writer.communicate(timeout=120)
            assert writer.returncode == 0
            told += json.loads(output)
        count = PROCESSES * WRITES
        assert sorted(told) == list(range(first + 1, first + 1 + 2 * count)), "one revision for each write"
        assert register.revision() == max(told)
        expected = [
            part
            for number in range(count)
            for part in ((10 * number, 10 * number + 2), (10 * number + 6, 10 * number + 8))
        ]
        assert days_of(rows_of(register, person)) == expected
        assert {row.row_id for row in live.refresh().integrations_of(person)} == {
            row.row_id for row in rows_of(register, person)
        }
        assert days_of(rows_of(register, national(2))) == [(0, FUTURE)]


def test_random_writes_of_processes_are_those_of_one_after_the_other(tmp_path: Path, place: str) -> None:
    """Each answer is that of the model to which all writes are told in the order of their revisions."""
    with with_organisations(tmp_path, place) as register:
        told = [wish for each in outputs(tmp_path, place, seeds=("a", "a", "b", "b")) for wish in each]
        once = {wish["request"] if wish["kind"] != "import" else number: wish for number, wish in enumerate(told)}
        assert all(wish in (once.get(wish["request"]), once.get(number)) for number, wish in enumerate(told))
        states = replayed([wish for wish in once.values() if wish["wrote"]])
        assert list(states) == list(range(1, register.revision() + 1)), "one revision for each write"
        for revision, model in states.items():
            assert days_at(register, revision) == model.snapshot(), f"at {revision}"
        for wish in once.values():
            if not wish["wrote"] and wish["kind"] != "import":
                before, after = states[wish["revision"]], deepcopy(states[wish["revision"]])
                tell(after, wish)
                assert (after.snapshot(), after.successor) == (before.snapshot(), before.successor), wish
        assert list(verify(register)) == []


def outputs(folder: Path, place: str, seeds: Iterable[str]) -> list[list[Told]]:
    """What processes that run at the same time say, each one that of its seed."""
    writers = []
    for number, seed in enumerate(seeds):
        own = folder / str(number)
        own.mkdir()
        arguments = [place, str(own), seed, str(2 * WRITES)]
        command = [sys.executable, "-m", "tests.register.writing_process", *arguments]
        writers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT))
    said = [writer.communicate(timeout=120)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    return [[json.loads(line) for line in output.splitlines()] for output in said]


def replayed(wrote: list[Told]) -> dict[int, Model]:
    """The model after each revision."""
    states = {1: Model()}
    for wish in sorted(wrote, key=lambda each: int(each["revision"])):
        assert wish["revision"] not in states, "two writes of one revision"
        model = deepcopy(states[max(states)])
        tell(model, wish)
        states[wish["revision"]] = model
    return states


def tell(model: Model, wish: Told) -> None:
    days = days_in(Period(wish["begin"], wish["end"]))
    match wish["kind"]:
        case "replace":
            assert model.replace(wish["number"], STANDS_FOR[wish["number"]])
        case "import":
            for number in wish["came_in"]:
                model.add(number, slots_of(GHENT, 2, Registers.BOTH), days)
        case "add":
            model.add(wish["number"], slots_of(GHENT, 2, Registers(wish["where"])), days)
        case _:
            model.take(wish["number"], slots_of(GHENT, 2, Registers(wish["where"])), days)


def test_a_write_waits_for_another_and_sees_what_it_did(tmp_path: Path, place: str) -> None:
    """The rows are read under the writers' lock: what was there a moment before the lock does not count."""
    with with_organisations(tmp_path, place) as register, Register.open(place) as another:
        integrate(register, key(), 100, 200)
        remove(another, key(), 150, 160)
        assert days_of(integrate(register, key(), 140, 170).opened) == [(150, 160)]
