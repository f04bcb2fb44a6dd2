"""Kills the server in the middle of its writes, again and again, and looks for what it had acknowledged.

    tests/crash.py [--kills 200] [--store sqlite --store postgresql] [--seed 1]

Some callers write without a pause. The server is killed (SIGKILL) at a random moment, the register is opened and
verified, and everything acknowledged so far must be in it: with its days, under its revision, and once only. A write
that was cut off is sent again under its request id to the next server, which must answer it once and for all. The last
line of each store says how many writes were acknowledged, found and lost; the exit code is 1 when any was lost.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import grpc  # noqa: E402 (found by the line above)

from integrationcontrol.v1 import common_pb2  # noqa: E402
from integrationcontrol.v1 import decision_service_pb2 as decision_pb  # noqa: E402
from integrationcontrol.v1 import register_service_pb2 as pb  # noqa: E402
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub  # noqa: E402
from rules_service.algebra import format_day, parse_day  # noqa: E402
from rules_service.register import FileKind, Register, import_file  # noqa: E402
from rules_service.register.operations import verify  # noqa: E402
from tests.cli.program import PROGRAM  # noqa: E402
from tests.register.postgresql_server import running_server  # noqa: E402
from tests.register.support import GHENT, ORGANISATIONS, national, write  # noqa: E402

CALLERS = 4
PERSONS = range(1, 901)
PROOF = decision_pb.Proof(person=decision_pb.PersonData(last_name="Peeters", birth_date="1985-07-30"))
TODAY = parse_day("2026-06-15")
CODES = (2, 3, 4, 5, 6, 8, 9)
LONGEST_RUN = 0.6
SAFE = "-c max_connections=50"
"""The settings of a PostgreSQL server that keeps what it acknowledged: its own defaults."""


@dataclass(slots=True)
class Ledger:
    """What the callers know: the answered wishes, and those that were cut off."""

    answered: dict[str, tuple[pb.IntegrateRequest, bytes]] = field(default_factory=dict)
    cut_off: dict[str, pb.IntegrateRequest] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, wish: pb.IntegrateRequest, response: pb.IntegrateResponse) -> None:
        """Write down an answer; one to a wish that had been answered before must be the same."""
        with self.lock:
            self.cut_off.pop(wish.request_id, None)
            self.answered[wish.request_id] = wish, response.SerializeToString(deterministic=True)

    def cut(self, wish: pb.IntegrateRequest) -> None:
        """Write down that nobody knows what became of a wish."""
        with self.lock:
            self.cut_off[wish.request_id] = wish


def main() -> int:
    """Every store in turn; 1 when a write was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--store", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lost = 0
    for store in options.store or ["sqlite", "postgresql"]:
        with ExitStack() as opened:
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
            place = str(folder / "register.sqlite")
            if store == "postgresql":
                place = opened.enter_context(running_server(SAFE)).new_database()
            lost += crash(store, place, folder, options.kills, Random(options.seed))
    return 1 if lost else 0


def crash(store: str, place: str, folder: Path, kills: int, chance: Random) -> int:
    """Kill the server of one register so many times; how many acknowledged writes are not in it afterwards."""
    key = fill(place, folder)
    ledger = Ledger()
    for done in range(1, kills + 1):
        with serving(place, key) as (server, address):
            resend(address, ledger)
            callers = [threading.Thread(target=call, args=(address, ledger, Random(chance.random()))) for _ in range(4)]
            for caller in callers:
                caller.start()
            time.sleep(chance.uniform(0.02, LONGEST_RUN))
            server.send_signal(signal.SIGKILL)
            for caller in callers:
                caller.join()
        if done % 10 == 0 or done == kills:
            check(place)
            print(f"{store}: {done} kills, {len(ledger.answered)} acknowledged", flush=True)
    with serving(place, key) as (_, address):
        resend(address, ledger)
        repeated = replayed(address, ledger)
    check(place)
    found = found_in(place, ledger)
    lost = len(ledger.answered) - found
    print(f"{store}: acknowledged {len(ledger.answered)}, found {found}, lost {lost}; answered again alike {repeated}")
    return lost


def fill(place: str, folder: Path) -> Path:
    """A register with a CPAS and the persons whom it will integrate; the key of its person directory."""
    key = folder / "persons.key"
    persons = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
    rows = [f"{national(each):011d},Peeters,,1985-07-30,," for each in PERSONS]
    with Register.create(place) as register:
        import_file(register, FileKind.ORGANISATIONS, write(folder / "organisations.csv", ORGANISATIONS.rstrip("\n")))
        report = import_file(register, FileKind.PERSONS, write(folder / "persons.csv", persons, *rows), key_file=key)
        assert not report.bad_count, report.bad_rows
    return key


@contextmanager
def serving(place: str, key: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    command: list[str | Path] = [PROGRAM, "serve", "--port", "0", "--register", place, "--persons-key", str(key)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            assert said.startswith("listening on "), said
            yield server, said.removeprefix("listening on ").strip()
        finally:
            server.kill()


def call(address: str, ledger: Ledger, chance: Random) -> None:
    """Integrate one person after the other until the server is gone."""
    with grpc.insecure_channel(address) as channel:
        register = RegisterServiceStub(channel)
        while True:
            wish = wish_of(chance)
            try:
                response = register.Integrate(wish, timeout=20)
            except grpc.RpcError:
                ledger.cut(wish)
                return
            assert response.decision.outcome == common_pb2.OUTCOME_GRANTED, response.decision.reason
            ledger.answer(wish, response)


def wish_of(chance: Random) -> pb.IntegrateRequest:
    """A wish that is granted: some days of some person under some code."""
    begin = TODAY + chance.randrange(-300, 100)
    return pb.IntegrateRequest(
        request_id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        requester=common_pb2.Organisation(cbe_number=GHENT),
        ssin=f"{national(chance.choice(PERSONS)):011d}",
        quality_code=chance.choice(CODES),
        period=common_pb2.Period(begin_date=format_day(begin), end_date=format_day(begin + chance.randrange(30))),
        proof=PROOF,
    )


def resend(address: str, ledger: Ledger) -> None:
    """Ask again for what was cut off, under the same request id: it is done once, now or then."""
    with grpc.insecure_channel(address) as channel:
        register = RegisterServiceStub(channel)
        for wish in list(ledger.cut_off.values()):
            ledger.answer(wish, register.Integrate(wish, timeout=20))


def replayed(address: str, ledger: Ledger, most: int = 200) -> int:
    """How many of the last answers come again as they were, but for their decision id and their ticket."""
    with grpc.insecure_channel(address) as channel:
        register = RegisterServiceStub(channel)
        last = list(ledger.answered.values())[-most:]
        return sum(_same(register.Integrate(wish, timeout=20), then) for wish, then in last)


def _same(now: pb.IntegrateResponse, then: bytes) -> bool:
    return now.SerializeToString(deterministic=True) == then


def check(place: str) -> None:
    """The register opens, and every invariant of it holds: nothing is half there, and the index equals the database."""
    with Register.open(place) as register:
        wrong = list(verify(register))
    assert not wrong, "\n".join(map(str, wrong))


def found_in(place: str, ledger: Ledger) -> int:
    """How many acknowledged writes are in the register with all of their days."""
    with Register.open(place) as register:
        reader = register.reader()
        held: dict[tuple[str, int], set[int]] = {}
        for person in {wish.ssin for wish, _ in ledger.answered.values()}:
            for row in reader.integrations_of(int(person)):
                days = range(row.begin, min(row.end, TODAY + 1_000) + 1)
                held.setdefault((person, row.quality_code), set()).update(days)
    is_held: Callable[[pb.IntegrateRequest], bool] = lambda wish: (  # noqa: E731 (said once, beside what it reads)
        set(range(parse_day(wish.period.begin_date), parse_day(wish.period.end_date) + 1))
        <= held.get((wish.ssin, wish.quality_code), set())
    )
    return sum(is_held(wish) for wish, _ in ledger.answered.values())


if __name__ == "__main__":
    sys.exit(main())
