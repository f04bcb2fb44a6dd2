"""One register whose server is killed again and again while callers write to it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import grpc

from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.cli.options import RULESETS
from rules_service.register import FileKind, Register, import_file
from rules_service.register.operations import verify
from tests.cli.program import PROGRAM
from tests.crash.ledger import Answered, Ledger, compare, held_in
from tests.crash.wishes import PERSONS, random_wish
from tests.register.support import ORGANISATIONS, national, write

CALLERS = 4
LONGEST_RUN = 0.3
"""Seconds between the first answer of a server and its end, at most."""
VERIFIED_EVERY = 10
REPLAYED = 200
NEEDED_RULES = ("common", "partners", "quality_codes", "information_types", "4_01_bcss")
"""The files of rules that writing needs: a server reads these in a quarter of the time that all of them take."""


@dataclass(slots=True)
class Outcome:
    """What became of the writes of one register."""

    store: str
    kills: int = 0
    in_flight: int = 0
    done_in_flight: int = 0
    acknowledged: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Acknowledged writes that are not in the register, or not in full."""
        return self.acknowledged - self.found


class Crashes:
    """A register at a place, its callers, and what they know."""

    def __init__(self, store: str, place: str, folder: Path, chance: Random) -> None:
        self._outcome = Outcome(store)
        self._place = place
        self._folder = folder
        self._chance = chance
        self._ledger = Ledger()
        self._first = self._settled = _fill(place, folder)
        self._compared = 0

    def run(self, kills: int) -> Outcome:
        """Kill the server so many times; what became of all writes."""
        for _ in range(kills):
            with self._serving() as (server, address):
                self._settle(address)
                self._kill(server, address)
            if self._outcome.kills % VERIFIED_EVERY == 0:
                self._verify()
        with self._serving() as (_, address):
            self._settle(address)
            self._replay(address)
        self._verify()
        self._count()
        return self._outcome

    @contextmanager
    def _serving(self) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A server in a process of its own, and its address."""
        options = ["--register", self._place, "--persons-key", str(self._folder / "persons.key")]
        options += ["--rulesets", str(self._folder / "rulesets"), "--index-file", str(self._index)]
        with subprocess.Popen([PROGRAM, "serve", "--port", "0", *options], stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                said = server.stdout.readline()
                assert said.startswith("listening on "), said
                yield server, said.removeprefix("listening on ").strip()
            finally:
                server.kill()

    @property
    def _index(self) -> Path:
        return self._folder / "register.index"

    def _settle(self, address: str) -> None:
        """Ask again for what was cut off: it is done once, then or now. Then the register holds what was answered."""
        with Register.open(self._place) as register:
            before = register.revision()
            with grpc.insecure_channel(address) as channel:
                stub = RegisterServiceStub(channel)
                for wish in list(self._ledger.cut_off.values()):
                    reply = wish.send(stub)
                    self._ledger.answer(wish, reply)
                    self._outcome.done_in_flight += reply.wrote and reply.revision <= before
            self._compare(register, self._settled, self._ledger.answered[self._compared :])
            self._settled, self._compared = register.revision(), len(self._ledger.answered)

    def _compare(self, register: Register, after: int, answered: list[Answered]) -> int:
        """How many of the answered writes are there, in full."""
        missing, strays = compare(held_in(register, after), answered)
        self._outcome.wrong += strays + [
            f"revision {each.reply.revision} is not as it was answered" for each in missing
        ]
        return len(answered) - len(missing)

    def _kill(self, server: subprocess.Popen[str], address: str) -> None:
        """Kill the server at a random moment while all callers write."""
        answered = threading.Event()
        seeds = [self._chance.random() for _ in range(CALLERS)]
        callers = [threading.Thread(target=self._call, args=(address, Random(seed), answered)) for seed in seeds]
        for caller in callers:
            caller.start()
        assert answered.wait(timeout=60)
        time.sleep(self._chance.uniform(0, LONGEST_RUN))
        on_their_way = self._ledger.on_their_way()
        server.send_signal(signal.SIGKILL)
        for caller in callers:
            caller.join()
        self._outcome.kills += 1
        self._outcome.in_flight += len(on_their_way & self._ledger.cut_off.keys())

    def _call(self, address: str, chance: Random, answered: threading.Event) -> None:
        """Write without a pause until the server is gone."""
        with grpc.insecure_channel(address) as channel:
            stub = RegisterServiceStub(channel)
            while True:
                wish = random_wish(chance)
                self._ledger.ask(wish)
                try:
                    self._ledger.answer(wish, wish.send(stub))
                except grpc.RpcError:
                    self._ledger.cut(wish)
                    return
                answered.set()

    def _verify(self) -> None:
        """Every invariant holds, and the index equals the database: one built now, and that of the server."""
        with Register.open(self._place) as register:
            self._outcome.wrong += map(str, verify(register, self._index if self._index.exists() else None))
        print(
            f"{self._outcome.store}: {self._outcome.kills} kills, {len(self._ledger.answered)} acknowledged", flush=True
        )

    def _replay(self, address: str) -> None:
        """The last answers come again, byte for byte."""
        with grpc.insecure_channel(address) as channel:
            stub = RegisterServiceStub(channel)
            for each in self._ledger.answered[-REPLAYED:]:
                if each.wish.send(stub).content != each.reply.content:
                    self._outcome.wrong.append(f"the answer of revision {each.reply.revision} came again otherwise")

    def _count(self) -> None:
        """Look for all that was ever acknowledged."""
        with Register.open(self._place) as register:
            self._outcome.acknowledged = len(self._ledger.answered)
            self._outcome.found = self._compare(register, self._first, self._ledger.answered)


def _fill(place: str, folder: Path) -> int:
    """A register with the organisations and persons of the wishes, and the rules for them; its revision."""
    (folder / "rulesets").mkdir()
    for name in NEEDED_RULES:
        shutil.copy(RULESETS / f"{name}.yaml", folder / "rulesets")
    header = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
    rows = [f"{national(each):011d},Peeters,,1985-07-30,," for each in PERSONS]
    persons = write(folder / "persons.csv", header, *rows)
    organisations = write(folder / "organisations.csv", ORGANISATIONS.rstrip("\n"))
    with Register.create(place) as register:
        assert not import_file(register, FileKind.ORGANISATIONS, organisations).bad_count
        key_file = folder / "persons.key"
        assert not import_file(register, FileKind.PERSONS, persons, key_file=key_file).bad_count
        return register.revision()
