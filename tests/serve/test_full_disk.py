"""A disk without room: a clear error, nothing half written, reading goes on, and writing again once there is room."""

from __future__ import annotations

import errno
import os
import pwd
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import grpc
import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import Register
from rules_service.register.operations import verify
from tests.register.postgresql_server import ACCOUNT, PostgresqlServer
from tests.serve.processes import ServerProcess, server_process
from tests.serve.register_world import Kept, days, integrate, listing, make_register
from tests.serve.rpc import Failure, failure_of
from tests.serve.world import person

SIZE = 12 << 20
BLOCK = b"\0" * 4096
WISHES = [(person(counter), code) for counter in range(10, 80) for code in (2, 3, 4, 5, 6, 8, 9)]


@contextmanager
def growing_no_more(server: ServerProcess, kept: Kept) -> Iterator[None]:
    """The system lets no file of the server grow past the length that the journal of its register has."""
    pid, length = server.process.pid, Path(f"{kept.place}-wal").stat().st_size
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (length, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """The disk of a folder is full to its last block."""
    ballast = folder / "ballast"
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fill(ballast)
    yield
    ballast.unlink()


def fill(path: Path) -> None:
    """Write a file for as long as there is room."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(BLOCK)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of a few MiB."""
    with tempfile.TemporaryDirectory(prefix="small-disk-") as name:  # PostgreSQL cannot look into a folder of pytest
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", name]
        if subprocess.run(mounting, check=False, capture_output=True).returncode:
            pytest.skip("only who may mount a file system can make a small one; one process is limited anyway")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", name], check=True)


def check_refused_and_then_done(
    server: ServerProcess, kept: Kept, full: AbstractContextManager[None], code: str, advice: str
) -> None:
    """While it is full a write is refused and reading goes on; what was refused is done later, once."""
    with grpc.insecure_channel(server.address) as channel, Register.open(kept.place) as opened:
        register = RegisterServiceStub(channel)
        wishes = [integrate(ssin, quality_code=each) for ssin, each in WISHES]
        before = register.Integrate(wishes.pop()).revision
        with full:
            done, refused, failure = until_refused(register, wishes)
            assert failure.code == code
            assert "`request_id`" in failure.message
            assert advice in server.said()
            assert failure_of(lambda: register.Integrate(refused)) == failure
            assert opened.revision() == before + done
            assert not list(verify(opened))
            held = len(register.ListIntegrations(listing(wishes[0].ssin)).integrations)
            assert held == sum(wish.ssin == wishes[0].ssin for wish in wishes[:done])
        first, again = register.Integrate(refused), register.Integrate(refused)
        assert first.SerializeToString() == again.SerializeToString()
        assert (first.revision, days(first.opened)) == (before + done + 1, [("2026-06-01", "2026-12-31")])
        assert opened.revision() == before + done + 1
        assert not list(verify(opened))


def until_refused(
    register: RegisterServiceStub, wishes: list[pb.IntegrateRequest]
) -> tuple[int, pb.IntegrateRequest, Failure]:
    """How many writes are done in the room that the database had set aside, the first one that is not, and why."""
    for done, wish in enumerate(wishes):
        try:
            assert register.Integrate(wish).decision.outcome == common_pb2.OUTCOME_GRANTED
        except grpc.RpcError:
            return done, wish, failure_of(lambda: register.Integrate(wish))  # noqa: B023
    raise AssertionError("the disk took everything")


def test_a_process_whose_files_may_not_grow(tmp_path: Path) -> None:
    kept = make_register(tmp_path)
    with server_process(kept, tmp_path / "log") as server:
        check_refused_and_then_done(
            server, kept, growing_no_more(server, kept), "UNAVAILABLE", "takes no more: check its room and limits"
        )


def test_a_file_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    kept = make_register(tmp_path, str(small_disk / "register.sqlite"))
    with server_process(kept, tmp_path / "log") as server:
        check_refused_and_then_done(
            server, kept, filled(small_disk), "RESOURCE_EXHAUSTED", "make room, then try again (SQLITE_FULL)"
        )


def test_a_database_on_a_full_disk(postgresql: PostgresqlServer, small_disk: Path, tmp_path: Path) -> None:
    kept, room = make_register(tmp_path, postgresql.new_place()), small_disk / "tables"
    room.mkdir()
    account = pwd.getpwnam(ACCOUNT)
    os.chown(room, account.pw_uid, account.pw_gid)
    with postgresql.connect(kept.place) as operator:
        operator.execute(f"CREATE TABLESPACE small LOCATION '{room}'")
        operator.execute("ALTER TABLE requests SET TABLESPACE small")
        with server_process(kept, tmp_path / "log") as server:
            check_refused_and_then_done(
                server, kept, filled(small_disk), "RESOURCE_EXHAUSTED", "make room, then try again (SQLSTATE 53100)"
            )
        operator.execute("ALTER TABLE requests SET TABLESPACE pg_default")
        operator.execute("DROP TABLESPACE small")
