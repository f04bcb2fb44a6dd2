"""A port that is kept: for those who share it, and for nobody else."""

from __future__ import annotations

import socket

import pytest

from rules_service.errors import OperatorError
from rules_service.serve.ports import kept_port

HOSTS = ("127.0.0.1", "0.0.0.0", "localhost")  # noqa: S104


def listening(port: int, *, shared: bool) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), reuse_port=shared)


@pytest.mark.parametrize("host", HOSTS)
def test_those_who_share_it_may_listen_and_nobody_else(host: str) -> None:
    with kept_port(host, 0) as port:
        assert port
        for _ in range(2):  # before somebody listens, and while
            with pytest.raises(OSError, match="in use"):
                listening(port, shared=False)
            with pytest.raises(OperatorError, match=f"cannot listen on `{host}:{port}`"), kept_port(host, port):
                pass
            with listening(port, shared=True), listening(port, shared=True):
                pass
    with listening(port, shared=False), pytest.raises(OperatorError), kept_port(host, port):
        pass


def test_connections_that_ended_a_moment_ago_do_not_keep_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as caller:
            server.accept()[0].close()  # who closes first keeps the port busy for a while
            assert caller.recv(1) == b""
    with kept_port("127.0.0.1", port) as kept:
        assert kept == port


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine(host: str) -> None:
    with pytest.raises(OperatorError, match="an address of this machine"), kept_port(host, 0):
        pass
