"""`make crash` in small: it finds nothing lost where nothing is, and every loss where there is one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.crash.killing import CALLERS, Crashes
from tests.register.postgresql_server import PostgresqlServer

DAMAGE = (
    # A row of an acknowledged write is half there, one is gone, and the request of another one is forgotten.
    "UPDATE integrations SET end_day = end_day + 1 WHERE row_id = (SELECT min(row_id) FROM integrations)",
    "DELETE FROM integrations WHERE row_id = (SELECT max(row_id) FROM integrations WHERE until_revision IS NULL)",
    "DELETE FROM requests WHERE revision = (SELECT max(revision) - 1 FROM revisions)",
)


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_two_kills_lose_nothing(store: str, postgresql: PostgresqlServer, tmp_path: Path) -> None:
    place = postgresql.new_place() if store == "postgresql" else str(tmp_path / "register.sqlite")
    outcome = Crashes(store, place, tmp_path, Random(1)).run(2)
    assert (outcome.kills, outcome.lost, outcome.wrong) == (2, 0, [])
    assert 2 <= outcome.in_flight <= 2 * CALLERS
    assert outcome.acknowledged >= 2


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    crashes = Crashes("sqlite", str(path), tmp_path, Random(2))
    outcome = crashes.run(1)
    assert outcome.lost == 0
    for statement in DAMAGE:
        before = outcome.lost
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            assert file.execute(statement).rowcount >= 1
        crashes._count()
        assert outcome.lost > before, statement
    assert len(outcome.wrong) >= outcome.lost
