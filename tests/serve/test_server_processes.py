"""Several server processes on one port: they share what there is, and one that dies is missed by nobody else."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import grpc

from integrationcontrol.v1 import catalogue_service_pb2 as catalogue_pb
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.serve.supervisor import _Place
from tests.cli.program import Done, execute
from tests.serve.connections import LISTENING, LONGEST, channels_to_all, server_processes, socket_count, wait_until
from tests.serve.fixtures import make_register
from tests.serve.processes import ServerProcess, server_process
from tests.serve.register_world import RULESETS as ALL_RULESETS
from tests.serve.register_world import Kept, disintegrate, integrate, question
from tests.serve.world import RULESETS, person

GRANTED, REFUSED = common_pb2.OUTCOME_GRANTED, common_pb2.OUTCOME_REFUSED
SUPERVISED = """
import sys
from pathlib import Path
from rules_service.serve.settings import Settings
from rules_service.serve.supervisor import Supervisor
settings = Settings(Path(sys.argv[1]), sys.argv[2], port=0, processes=2, grace_seconds=0.1, margin_seconds=0.1)
command = (sys.executable, "-m", "rules_service.cli.server_process")
sys.exit(Supervisor(settings, command, lambda address: print(address, flush=True)).run())
"""


@dataclass(frozen=True)
class Several:
    """A server of two processes."""

    server: ServerProcess

    @property
    def pids(self) -> set[int]:
        return server_processes(self.server.process.pid)

    @property
    def port(self) -> int:
        return int(self.server.address.rpartition(":")[2])

    def replacement_of(self, known: set[int]) -> int:
        """The process that took the place of one of those, once it listens."""
        wait_until(lambda: any(socket_count(pid, self.port, LISTENING) for pid in self.pids - known))
        (pid,) = self.pids - known
        return pid


@contextmanager
def several(kept: Kept, folder: Path, *options: str) -> Iterator[Several]:
    with server_process(kept, folder / "log", "--processes", "2", *options) as server:
        found = Several(server)
        pids = found.pids
        assert len(pids) == 2
        yield found
        pids |= found.pids
    wait_for_end(pids)


def wait_for_end(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([handle], [], [], LONGEST)
        os.close(handle)
        assert ended, f"{pid} is still there"


def register_without_persons(folder: Path) -> Kept:
    return Kept(str(make_register(folder / "register.sqlite")), folder / "persons.key")


class Asking:
    """Asks the same question again and again, until the end of the block; every answer must be right."""

    def __init__(self, channel: grpc.Channel, ssin: str, outcome: int) -> None:
        self._decisions, self._ssin, self._outcome = DecisionServiceStub(channel), ssin, outcome
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answered = 0
        self.failed: list[object] = []

    def _ask(self) -> None:
        while not self._end.is_set():
            try:
                decision = self._decisions.Decide(question(self._ssin), timeout=LONGEST).decision
            except grpc.RpcError as error:
                self.failed.append(error)
            else:
                self.answered += 1
                self.failed += [] if decision.outcome == self._outcome else [decision]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        assert self.failed == []


def test_processes_see_what_the_others_wrote_and_one_that_is_killed_is_replaced(kept: Kept, tmp_path: Path) -> None:
    index = tmp_path / "shared.index"
    rulesets = needed_rules(tmp_path / "rulesets")
    with several(kept, tmp_path, "--rulesets", rulesets, "--index-file", str(index)) as server, ExitStack() as stack:
        known = server.pids
        channels = channels_to_all(stack, server.server.address, known)
        check_each_sees_the_other(channels)
        for channel in channels.values():
            assert CatalogueServiceStub(channel).GetServerInfo(catalogue_pb.GetServerInfoRequest()).process_count == 2
        for pid in known:
            assert str(index) in Path(f"/proc/{pid}/maps").read_text(), "its memory is shared"

        killed, other = channels
        ssin = person(12)
        RegisterServiceStub(channels[killed]).Integrate(integrate(ssin))
        with Asking(channels[other], ssin, GRANTED) as asking:
            wait_until(lambda: asking.answered > 0)
            os.kill(killed, signal.SIGKILL)
            new = server.replacement_of(known)
        assert asking.answered > 1
        check_each_sees_the_other(channels_to_all(stack, server.server.address, {other, new}))
        assert f"server process {killed} was killed by SIGKILL; another one takes its place\n" in server.server.said()


def needed_rules(folder: Path) -> str:
    """The project's own rules that integrating needs: a server reads these in a quarter of the time of all."""
    folder.mkdir()
    for name in ("common", "partners", "quality_codes", "information_types", "4_01_bcss", "4_02_national_register"):
        shutil.copy(ALL_RULESETS / f"{name}.yaml", folder)
    return str(folder)


def check_each_sees_the_other(channels: dict[int, grpc.Channel]) -> None:
    for writer, reader in ((1, 0), (0, 1)):
        register, ssin = RegisterServiceStub([*channels.values()][writer]), person(10 + writer)
        decisions = DecisionServiceStub([*channels.values()][reader])
        register.Integrate(integrate(ssin))
        assert decisions.Decide(question(ssin)).decision.outcome == GRANTED
        removed = register.Disintegrate(disintegrate(ssin)).revision
        assert decisions.Decide(question(ssin)).decision.outcome == REFUSED
        assert decisions.Decide(question(ssin, min_revision=removed)).decision.register_revision >= removed


def test_the_port_is_refused_to_others_and_a_mistake_is_told_once(tmp_path: Path) -> None:
    kept = register_without_persons(tmp_path)
    with several(kept, tmp_path, "--rulesets", str(RULESETS)) as server:
        for processes in ("1", "2"):
            done = serve_in_vain(kept.place, processes, "--port", str(server.port))
            assert (done.returncode, done.stdout) == (2, b"")
            assert b"error: cannot listen on `127.0.0.1" in done.stderr
    with socket.create_server(("127.0.0.1", server.port)):
        pass
    no_register = tmp_path / "no_register.sqlite"
    no_register.write_bytes(b"something else" * 1_000)
    alone, two = (serve_in_vain(str(no_register), processes, "--port", "0") for processes in ("1", "2"))
    assert (two.returncode, two.stdout, two.stderr) == (2, b"", alone.stderr)
    assert two.stderr.count(b"error: ") == 1


def serve_in_vain(place: str, processes: str, *options: str) -> Done:
    return execute("serve", "--rulesets", RULESETS, "--register", place, "--processes", processes, *options)


def test_a_replacement_that_cannot_start_is_tried_again_while_another_process_serves(tmp_path: Path) -> None:
    rulesets, kept = tmp_path / "rulesets", register_without_persons(tmp_path)
    shutil.copytree(RULESETS, rulesets)
    changed, content = rulesets / "4_01_small.yaml", (rulesets / "4_01_small.yaml").read_text(encoding="utf-8")
    with several(kept, tmp_path, "--rulesets", str(rulesets)) as server:
        known = server.pids
        killed, _ = known
        changed.write_text(content.replace("OldConsult", "OlderConsult"), encoding="utf-8")
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: "takes its place in 1 s" in server.server.said())
        assert "have changed while the server runs" in server.server.said()
        changed.write_text(content, encoding="utf-8")
        assert server.replacement_of(known) not in known


def test_when_none_is_left_and_none_can_start_the_program_ends(tmp_path: Path) -> None:
    rulesets, kept, log = tmp_path / "rulesets", register_without_persons(tmp_path), tmp_path / "log"
    shutil.copytree(RULESETS, rulesets)
    with supervised(rulesets, kept, log) as process:
        (rulesets / "common.yaml").write_text("no rules\n", encoding="utf-8")
        for pid in server_processes(process.pid):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=LONGEST) == 2
    assert "cannot be used; mend them first" in log.read_text(encoding="utf-8")


@contextmanager
def supervised(rulesets: Path, kept: Kept, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Two processes with little time to stop, whatever becomes of them."""
    command = [sys.executable, "-c", SUPERVISED, str(rulesets), kept.place]
    with log.open("w") as errors, subprocess.Popen(command, stdout=-1, stderr=errors, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("127.0.0.1:"), log.read_text(encoding="utf-8")
        try:
            yield process
        finally:
            process.kill()


def test_a_process_that_does_not_stop_is_killed_and_that_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with supervised(RULESETS, register_without_persons(tmp_path), log) as process:
        pids = server_processes(process.pid)
        stopped = min(pids)
        os.kill(stopped, signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONGEST) == 1
        wait_for_end(pids)
    assert f"server process {stopped} has not stopped in time and is killed" in log.read_text(encoding="utf-8")


def test_none_is_left_where_the_program_that_started_them_is_killed(tmp_path: Path) -> None:
    with supervised(RULESETS, register_without_persons(tmp_path), tmp_path / "log") as process:
        pids = server_processes(process.pid)
        assert len(pids) == 2
        process.kill()
        wait_for_end(pids)


def test_a_process_that_nobody_started_does_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rules_service.cli.server_process"],
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is started by `rules-service serve --processes`" in done.stderr


def test_who_dies_young_again_and_again_is_replaced_later_each_time() -> None:
    place = _Place()
    assert [place.vacate(lived=1.0) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
    assert [place.vacate(lived) for lived in (100.0, 1.0, 1.0)] == [0, 0, 1]
