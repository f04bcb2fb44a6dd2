"""Which server process a connection came to, as the system tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path

import grpc

ESTABLISHED, LISTENING = "01", "0A"
LONGEST = 60.0
"""Seconds that something may take which is waited for."""
MOST_CHANNELS = 200
"""Each comes to any of the processes: that one of two gets none of as many does not happen."""
OWN_CONNECTION = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1)]
"""Options of a channel that shares its connection with no other one of this program."""


def wait_until(condition: Callable[[], bool]) -> None:
    """Until the system shows that it is so."""
    moment = threading.Event()
    for _ in range(round(LONGEST / 0.02)):
        if condition():
            return
        moment.wait(0.02)
    raise AssertionError("that did not come")


def server_processes(supervisor: int) -> set[int]:
    """The processes that serve under the one that started them, and live."""
    found = set()
    for number in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        with suppress(OSError):
            if b"server_process" in Path(f"/proc/{number}/cmdline").read_bytes():
                found.add(int(number))
    return found


def socket_count(pid: int, port: int, state: str = ESTABLISHED) -> int:
    """How many sockets of a port a process has: connections that came to it, or those that it listens on."""
    held = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            held.add(str(handle.readlink()))
    return sum(f"socket:[{number}]" in held for number in _sockets_of(port, state))


def _sockets_of(port: int, state: str) -> Iterable[str]:
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == state and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def channels_to_all(stack: ExitStack, address: str, pids: Iterable[int]) -> dict[int, grpc.Channel]:
    """A channel to each of all processes that listen; every channel that is opened is closed with the stack."""
    wanted, port = set(pids), int(address.rpartition(":")[2])
    found: dict[int, grpc.Channel] = {}
    for _ in range(MOST_CHANNELS):
        before = {pid: socket_count(pid, port) for pid in wanted}
        channel = stack.enter_context(grpc.insecure_channel(address, OWN_CONNECTION))
        grpc.channel_ready_future(channel).result(timeout=LONGEST)
        (pid,) = (pid for pid in wanted if socket_count(pid, port) > before[pid])
        found.setdefault(pid, channel)
        if found.keys() == wanted:
            return found
    raise AssertionError(f"of {len(wanted)} processes only {len(found)} got connections")
