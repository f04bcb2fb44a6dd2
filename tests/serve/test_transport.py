"""On which threads gRPC moves the bytes of calls."""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import pytest

from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.serve.processes import ServerProcess, server_process
from tests.serve.register_world import Kept, make_register, question
from tests.serve.world import person

CALLS = 300
EXPERIMENTS = "GRPC_EXPERIMENTS"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return make_register(tmp_path_factory.mktemp("register"))


def wakings_of_grpc(pid: int) -> int:
    """How often the threads of a process were woken, so far, that gRPC has for moving bytes alone."""
    threads = [each for each in Path(f"/proc/{pid}/task").iterdir() if "event_engine" in said_by(each / "comm")]
    said = "".join(said_by(each / "status") for each in threads)
    return sum(map(int, re.findall(r"^voluntary_ctxt_switches:\s+(\d+)$", said, re.MULTILINE)))


def said_by(file: Path) -> str:
    """What the system says of a thread; nothing where it has just ended."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def wakings_a_call(server: ServerProcess) -> float:
    with grpc.insecure_channel(server.address) as channel:
        decide = DecisionServiceStub(channel).Decide
        decide(question(person(1)))
        before = wakings_of_grpc(server.process.pid)
        for _ in range(CALLS):
            decide(question(person(1)))
        return (wakings_of_grpc(server.process.pid) - before) / CALLS


def test_no_thread_of_grpc_wakes_for_a_call(register: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EXPERIMENTS, raising=False)
    with server_process(register, tmp_path / "log") as server:
        assert wakings_a_call(server) < 1
        assert server.said() == "", "this gRPC knows what it is told"


def test_who_has_chosen_otherwise_keeps_that(register: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPERIMENTS, "event_engine_listener")
    with server_process(register, tmp_path / "log") as server:
        assert wakings_a_call(server) > 1
