"""One more place for a register, in the database that is not asked for otherwise."""

from __future__ import annotations

import pytest

from tests.register.postgresql_server import PostgresqlServer


@pytest.fixture
def postgresql_place(postgresql: PostgresqlServer) -> str:
    return postgresql.new_place()
