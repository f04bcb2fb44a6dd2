"""Every test of the register runs on both databases, unless it asks for one of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from tests.register.postgresql_server import PostgresqlServer

Places = Callable[[], str]
"""Gives a place for one more register, which is not there yet."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        return server.new_place
    folder, numbers = tmp_path_factory.mktemp("sqlite"), count(1)
    return lambda: str(folder / f"register-{next(numbers)}.db")


@pytest.fixture
def place(places: Places) -> str:
    return places()
