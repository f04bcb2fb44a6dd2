"""A port that is kept for several processes which listen on it together, and for nobody else."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rules_service.errors import OperatorError


def cannot_listen(address: str) -> OperatorError:
    """The error for an address, with its port, that cannot be listened on."""
    return OperatorError(f"cannot listen on `{address}`; choose a free port and an address of this machine")


@contextmanager
def kept_port(host: str, port: int) -> Iterator[int]:
    """Keep a port until the block ends; the block gets its number, which the system chooses for port 0.

    Processes of the same user that share the port (SO_REUSEPORT) may listen on it; any other server is refused. The
    port is bound here and not listened on, so that no connection ever comes to the one who keeps it.

    Raises:
        OperatorError: somebody else has the port, or the address is none of this machine.
    """
    address = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise cannot_listen(address) from None
    with ExitStack() as kept:
        number = 0
        for family, _, _, _, (name, *_) in found:
            mine = kept.enter_context(socket.socket(family, socket.SOCK_STREAM))
            if _is_kept(mine, str(name), number or port, address):
                number = mine.getsockname()[1]
        if not number:
            raise cannot_listen(address)
        yield number


def _is_kept(mine: socket.socket, name: str, port: int, address: str) -> bool:
    """Bind a socket; whether there is such an address. Raises `OperatorError` where somebody else has the port."""
    # Connections of a server that ended a moment ago do not count, but whoever has the port now does.
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        mine.bind((name, port))
    except OSError as error:
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            return False
        raise cannot_listen(address) from None
    # Nobody is let in before this line, and from here on only those that share the port.
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    return True
