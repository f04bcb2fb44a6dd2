"""One server for all tests that only read, and a register in either database for those that write."""

from __future__ import annotations

import pytest

from tests.register.postgresql_server import PostgresqlServer
from tests.serve.fixtures import catalogue, channel, decisions, register_file, server
from tests.serve.register_world import Kept, make_register

__all__ = ["catalogue", "channel", "decisions", "register_file", "server"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A register that is written to, in a file and in PostgreSQL."""
    folder = tmp_path_factory.mktemp("register")
    if request.param == "sqlite":
        return make_register(folder)
    postgresql: PostgresqlServer = request.getfixturevalue("postgresql")
    return make_register(folder, postgresql.new_place())
