"""Starting, refusing to start, health, reflection, and stopping without losing a call."""

from __future__ import annotations

import ctypes
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.errors import OperatorError
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import Permission
from rules_service.serve.server import Server
from tests.serve.fixtures import make_register, settings
from tests.serve.rpc import failure_of
from tests.serve.world import TODAY, inline, integration, request

SERVICES = {"integrationcontrol.v1.DecisionService", "integrationcontrol.v1.CatalogueService"}
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

# What the command line does for `serve`: the port is printed once the server listens.
PROGRAM = """
import logging, sys
from pathlib import Path
from rules_service.serve.server import Server
from rules_service.serve.settings import Settings
logging.basicConfig(level="INFO", stream=sys.stderr, format="%(message)s")
server = Server(Settings(rulesets=Path(sys.argv[1]), register=Path(sys.argv[2]), port=0))
server.start()
server.heed_signals()
print(server.address, flush=True)
server.serve_until_signal()
print("ended", flush=True)
"""


class OpenStream:
    """A stream of requests that stays open until it is told to end."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._sent: queue.SimpleQueue[pb.StreamDecideRequest | None] = queue.SimpleQueue()
        self._answers = DecisionServiceStub(channel).StreamDecide(iter(self._sent.get, None))

    def ask(self, ticket: str) -> str:
        self._sent.put(pb.StreamDecideRequest(requests=[request(ticket=ticket)]))
        return next(self._answers).results[0].decision.ticket

    def end(self) -> list[pb.StreamDecideResponse]:
        self._sent.put(None)
        return list(self._answers)


def fresh(register_file: Path, **changes: object) -> Server:
    return Server(settings(register_file, **changes), clock=lambda: TODAY)


@pytest.mark.parametrize("service", ["", *sorted(SERVICES)])
def test_health_is_serving(channel: grpc.Channel, service: str) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    assert stub.Check(health_pb2.HealthCheckRequest(service=service)).status == SERVING


def test_reflection_describes_the_services(channel: grpc.Channel) -> None:
    database = ProtoReflectionDescriptorDatabase(channel)
    assert set(database.get_services()) >= SERVICES
    described = DescriptorPool(database).FindServiceByName("integrationcontrol.v1.DecisionService")
    assert [method.name for method in described.methods] == [
        "Decide",
        "BatchDecide",
        "StreamDecide",
        "DecideColumns",
        "Explain",
        "FilterInformationTypes",
        "ListRecipients",
    ]


def test_a_stop_finishes_what_is_in_flight(register_file: Path) -> None:
    server = fresh(register_file)
    server.start()
    with grpc.insecure_channel(server.address) as channel:
        stream = OpenStream(channel)
        assert stream.ask("before") == "before"
        stub: Any = health_pb2_grpc.HealthStub(channel)
        health = stub.Watch(health_pb2.HealthCheckRequest())
        assert next(health).status == SERVING
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert next(health).status == NOT_SERVING
        health.cancel()
        assert stream.ask("meanwhile") == "meanwhile"
        assert stream.end() == []
        stopping.join(timeout=20)
        assert not stopping.is_alive()


def test_the_grace_ends(register_file: Path) -> None:
    server = fresh(register_file, grace_seconds=0.2)
    server.start()
    with grpc.insecure_channel(server.address) as channel:
        stream = OpenStream(channel)
        stream.ask("before")
        server.stop()
        with pytest.raises(grpc.RpcError):
            stream.end()


def test_open_streams_leave_threads_for_other_calls(register_file: Path) -> None:
    few = Limits(max_streams=2)
    with fresh(register_file, limits=few, call_threads=3) as server, grpc.insecure_channel(server.address) as channel:
        streams = [OpenStream(channel), OpenStream(channel)]
        assert [stream.ask("held") for stream in streams] == ["held", "held"]
        failure = failure_of(lambda: OpenStream(channel).ask("one more"))
        assert (failure.code, failure.metadata["limit"]) == ("RESOURCE_EXHAUSTED", "max_streams")
        assert DecisionServiceStub(channel).Decide(request(), timeout=20).decision.operation == "Small.today"
        with pytest.raises(grpc.RpcError, match="2 streams are open"):
            list(reflected(channel))
        streams[0].end()
        again = OpenStream(channel)
        assert again.ask("again") == "again"
        for stream in (streams[1], again):
            stream.end()


def reflected(channel: grpc.Channel) -> Iterator[object]:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    answers: Iterator[object] = stub.ServerReflectionInfo(iter([asked]))
    return answers


def test_streams_cannot_take_every_thread(register_file: Path) -> None:
    with pytest.raises(OperatorError, match="too few"):
        fresh(register_file, call_threads=16)


def test_columns_need_a_thread(register_file: Path) -> None:
    with pytest.raises(OperatorError, match="give more than 0 threads"):
        fresh(register_file, threads=0)


def test_facts_given_with_the_requests_need_no_register(tmp_path: Path) -> None:
    copy = make_register(tmp_path / "register.sqlite")
    with fresh(copy) as server, grpc.insecure_channel(server.address) as channel:
        decisions = DecisionServiceStub(channel)
        copy.unlink()
        message = inline(request())
        message.integrations.append(integration())
        batch = pb.BatchDecideRequest(requests=[message, pb.DecideRequest()])
        response = decisions.BatchDecide(batch)
        assert response.results[0].decision.outcome == decisions.Decide(message).decision.outcome
        assert response.register_revision == 0
        batch.requests.append(request())
        assert failure_of(lambda: decisions.BatchDecide(batch)).code == "UNAVAILABLE"


def test_stopping_twice_is_stopping_once(register_file: Path) -> None:
    server = fresh(register_file)
    server.start()
    server.stop()
    server.stop()
    with grpc.insecure_channel(server.address) as channel, pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
        DecisionServiceStub(channel).Decide(request(), timeout=20)


@pytest.fixture
def process(register_file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, str(settings(register_file).rulesets), str(register_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(process: subprocess.Popen[str], number: signal.Signals) -> None:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with grpc.insecure_channel(address) as channel:
        stream = OpenStream(channel)
        stream.ask("before")
        process.send_signal(number)
        assert stream.ask("meanwhile") == "meanwhile"
        stream.end()
    output, log = process.communicate(timeout=30)
    assert (process.returncode, output) == (0, "ended\n")
    line = r"method=/integrationcontrol.v1.DecisionService/StreamDecide status=OK items=2 ms=[0-9.]+"
    assert re.search(line, log)
    assert "Traceback" not in log


def test_a_signal_that_any_thread_is_given_ends_the_server(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline()
    threads = {int(task.name) for task in Path(f"/proc/{process.pid}/task").iterdir()}
    handling = {each for each in threads if not blocks(process.pid, each, signal.SIGTERM)}
    assert ctypes.CDLL(None).tgkill(process.pid, max(handling - {process.pid}), signal.SIGTERM) == 0
    assert process.communicate(timeout=30)[0] == "ended\n"


def blocks(process: int, thread: int, number: signal.Signals) -> bool:
    """Whether a thread is never given a signal."""
    status = Path(f"/proc/{process}/task/{thread}/status").read_text()
    blocked = next(line for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(int(blocked.split()[1], 16) >> (number - 1) & 1)


def test_it_refuses_to_start_on_wrong_rulesets(register_file: Path, tmp_path: Path) -> None:
    (tmp_path / "common.yaml").write_text("apiVersion: 7\n")
    with pytest.raises(OperatorError, match=re.escape("common.yaml:1:")):
        Server(settings(register_file, rulesets=tmp_path)).start()


def test_it_refuses_to_start_without_a_register(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no register"):
        Server(settings(tmp_path / "missing.sqlite")).start()


def test_it_refuses_to_start_on_what_is_no_register(tmp_path: Path) -> None:
    (tmp_path / "some.sqlite").write_bytes(b"not a register")
    with pytest.raises(OperatorError):
        Server(settings(tmp_path / "some.sqlite")).start()


def test_it_refuses_to_start_on_a_port_that_is_taken(server: Server, register_file: Path) -> None:
    with pytest.raises(OperatorError, match="choose a free port"):
        fresh(register_file, port=server.port).start()


def test_callers_of_another_address_hold_no_permission(register_file: Path) -> None:
    with fresh(register_file, host="0.0.0.0") as server, grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:  # noqa: S104
        decisions = DecisionServiceStub(channel)
        assert decisions.Decide(request()).decision.operation == "Small.today"
        dated, simulated = request(), inline(request())
        dated.system_date = "2026-06-15"
        simulated.integrations.append(integration())
        for message, permission in ((dated, "as-of"), (simulated, "inline-facts")):
            single = failure_of(lambda: decisions.Decide(message))  # noqa: B023
            assert (single.code, single.metadata["permission"]) == ("PERMISSION_DENIED", permission)
            batch = pb.BatchDecideRequest(requests=[request(), message])
            whole = failure_of(lambda: decisions.BatchDecide(batch))  # noqa: B023
            assert (whole.code, whole.fields[0].split(".")[0]) == ("PERMISSION_DENIED", "requests[1]")
            explained = failure_of(lambda: decisions.Explain(pb.ExplainRequest(request=message)))  # noqa: B023
            assert explained.fields[0].split(".")[0] == "request"


def test_a_permission_can_be_given_on_another_address(register_file: Path) -> None:
    given = frozenset({Permission.AS_OF})
    with (
        fresh(register_file, host="0.0.0.0", permissions=given) as server,  # noqa: S104
        grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel,
    ):
        message = request()
        message.system_date = "2020-01-01"
        assert DecisionServiceStub(channel).Decide(message).decision.system_date == "2020-01-01"
        assert failure_of(lambda: DecisionServiceStub(channel).Decide(inline(request()))).code == "PERMISSION_DENIED"
