"""A real PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

ACCOUNT = "postgres"
"""Who runs the server where the tests run as root, which PostgreSQL refuses to do."""
MISSING = "PostgreSQL 15 or later is not installed: apt-get install postgresql, or put its programs into PATH"
# The server is thrown away: what a power failure would leave of it is nobody's concern.
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class PostgresqlServer:
    """Makes places for registers; everything in it may be done by anybody on this machine who can reach the socket."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder
        self._settings = settings
        self._numbers = count(1)

    def new_place(self) -> str:
        """The address of a new, empty schema, which is made faster than a database."""
        name = f"register_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE SCHEMA "{name}"')
        return f"{self.address()}&options=-csearch_path%3D{name},public"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"database_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://register@/{database}?host={self.folder}"

    def connect(self, address: str | None = None) -> psycopg.Connection:
        """To a place as another program would."""
        return psycopg.connect(address or self.address(), autocommit=True)

    def run(self, *command: str) -> None:
        """One of the server's programs, on the server's folder."""
        as_account = ["setpriv", f"--reuid={ACCOUNT}", "--regid", ACCOUNT, "--clear-groups"] if os.getuid() == 0 else []
        program = [*as_account, str(programs() / command[0]), "--pgdata", str(self.folder / "data"), *command[1:]]
        # What the server leaves running must not hold a pipe of ours open.
        with (self.folder / "output").open("a") as output:
            done = subprocess.run(program, check=False, cwd=self.folder, stdout=output, stderr=output)
        assert done.returncode == 0, (self.folder / "output").read_text()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' {self._settings}"
        self.run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "--options", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "--wait", "--mode", "immediate", "stop")


def programs() -> Path:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    in_path = shutil.which("initdb")
    assert found or in_path, MISSING
    return found[-1].parent if found else Path(str(in_path)).resolve().parent


@contextmanager
def running_server(settings: str = HASTY) -> Iterator[PostgresqlServer]:
    """A server that runs until the end of the block, without settings as safe as PostgreSQL is by default."""
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:  # short: a socket's path has a limit
        server = PostgresqlServer(Path(name), settings)
        if os.getuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(name, account.pw_uid, account.pw_gid)
        server.run("initdb", "--username=register", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        server.start()
        with server.connect() as connection:
            connection.execute("CREATE EXTENSION btree_gist")
        try:
            yield server
        finally:
            server.stop()
