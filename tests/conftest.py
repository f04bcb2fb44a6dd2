"""What every test shares: how many random examples, and from which seed; and the one PostgreSQL server of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from tests.cli.program import serving
from tests.register.postgresql_server import PostgresqlServer, running_server

# "ci" always draws the same examples; "search" draws new ones and takes its time, to look for what "ci" does not reach.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", parent=settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Has the kernels compiled before several processes need them at once, which would each compile them all."""
    in_parallel = session.config.getoption("numprocesses", default=None)
    if in_parallel and not hasattr(session.config, "workerinput"):
        with TemporaryDirectory() as folder, serving(Path(folder) / "register.sqlite"):
            pass


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    with running_server() as server:
        yield server
