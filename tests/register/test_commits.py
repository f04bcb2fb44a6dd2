"""Hearing of commits, whoever made them, and waiting for the next one."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register import LiveRegister, Register
from rules_service.register.commits import Commits
from rules_service.register.listening import Bell
from tests.register.postgresql_server import PostgresqlServer, running_server
from tests.register.support import import_lines, line, with_organisations
from tests.register.writing_support import integrate, key, remove

NEVER = 3_600.0
"""So rarely is looked without a sign: a test that ends has heard one."""
WRITE = """
import sys
from rules_service.register import Register
from tests.register.writing_support import integrate, key
with Register.open(sys.argv[1]) as register:
    print(integrate(register, key(int(sys.argv[2])), 100, 200).revision)
"""
CUT = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid != pg_backend_pid()
"""


def write_in_another_process(place: str, person: int) -> int:
    command = [sys.executable, "-c", WRITE, place, str(person)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    return int(done.stdout)


def next_after(commits: Commits, after: int) -> None:
    while not commits.wait(after):
        pass


def wait_until(is_so: Callable[[], bool]) -> None:
    """For what another thread does within moments; the time limit of the test ends what never comes."""
    bell = Bell()
    while not is_so():
        bell.wait(0.01)
    bell.close()


@pytest.fixture
def register(tmp_path: Path, place: str) -> Iterator[Register]:
    with with_organisations(tmp_path, place) as register:
        yield register


def test_a_write_of_another_process_is_heard(register: Register, place: str) -> None:
    with Commits(register, register.revision, NEVER) as commits:
        next_after(commits, 0)  # what there was is known, and the ear is there
        for person in (1, 2):
            revision = write_in_another_process(place, person)
            next_after(commits, revision - 1)
            assert commits.latest() == revision


def test_every_way_of_writing_is_heard(register: Register, tmp_path: Path) -> None:
    with Commits(register, register.revision, NEVER) as commits:
        next_after(commits, 0)
        integrate(register, key(), 100, 200)
        next_after(commits, 1)
        remove(register, key(), 150)
        next_after(commits, 2)
        import_lines(register, tmp_path, [line(2)])
        next_after(commits, 3)


def test_the_index_follows_at_once_without_being_asked(register: Register, place: str) -> None:
    live = LiveRegister(register)
    with Commits(register, lambda: live.refresh().revision, NEVER) as commits:
        next_after(commits, 0)
        revision = write_in_another_process(place, 1)
        wait_until(lambda: live.index.revision == revision)
    live.close()


def test_a_write_that_changes_nothing_wakes_nobody(register: Register) -> None:
    with Commits(register, register.revision, NEVER) as commits:
        next_after(commits, 0)
        integrate(register, key(), 100, 200)
        next_after(commits, 1)
        integrate(register, key(), 150, 160)
        assert not commits.wait(2)
        assert commits.latest() == 2


def test_it_looks_at_times_although_nothing_is_heard(register: Register) -> None:
    numbers = count(1)
    with Commits(register, lambda: next(numbers), 0.01) as commits:
        next_after(commits, 20)


def test_an_announcement_is_a_look_at_once(register: Register) -> None:
    numbers = count(1)
    with Commits(register, lambda: next(numbers), NEVER) as commits:
        next_after(commits, 0)
        commits.announce()
        next_after(commits, 1)


def test_nobody_waits_after_the_end(register: Register) -> None:
    with Commits(register, register.revision, NEVER) as commits, ThreadPoolExecutor() as threads:
        next_after(commits, 0)
        waiting = threads.submit(commits.wait, 1)
        commits.close()
        assert not waiting.result()
        assert not commits.wait(0)
        assert commits.closed


def test_a_look_that_fails_in_an_unknown_way_is_told_and_tried_again(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    answers: Iterator[int | Exception] = iter([ValueError("85073000195"), OperatorError("check the key"), 7])

    def look() -> int:
        answer = next(answers, 7)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with caplog.at_level(logging.WARNING), Commits(register, look, NEVER) as commits:
        wait_until(lambda: "at revision 7" in caplog.text)
        assert commits.wait(6)
    assert "an unexpected error, ValueError" in caplog.text
    assert "check the key" in caplog.text
    assert "85073000195" not in caplog.text


def test_registers_in_one_database_are_heard_apart(postgresql: PostgresqlServer, tmp_path: Path) -> None:
    looks = count(1)
    with (
        with_organisations(tmp_path, postgresql.new_place()) as mine,
        with_organisations(tmp_path, postgresql.new_place()) as other,
        Commits(mine, lambda: next(looks), NEVER) as commits,
    ):
        next_after(commits, 0)
        for person in (1, 2, 3):
            integrate(other, key(person), 100, 200)
        integrate(mine, key(), 100, 200)
        next_after(commits, 1)
        assert not commits.wait(2), "one look for the one revision of its own"


def test_a_connection_that_is_cut_is_heard_on_again(postgresql: PostgresqlServer, tmp_path: Path) -> None:
    place = postgresql.new_place()
    with with_organisations(tmp_path, place) as register, Commits(register, register.revision, NEVER) as commits:
        next_after(commits, 0)
        with postgresql.connect() as operator:
            operator.execute(CUT)
        integrate(register, key(), 100, 200)
        next_after(commits, 1)  # missed, and found by the first look of the new ear
        integrate(register, key(2), 100, 200)
        next_after(commits, 2)


def test_a_server_that_stops_is_told_until_it_is_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.WARNING),
        running_server(settings="") as server,  # what it acknowledged is there when it is back
        with_organisations(tmp_path, server.new_place()) as register,
        Commits(register, register.revision, NEVER) as commits,
    ):
        next_after(commits, 0)
        server.stop()
        with pytest.raises(RegisterUnavailableError):
            next_after(commits, 1)
        server.start()
        wait_until(lambda: "followed again" in caplog.text)
        integrate(register, key(), 100, 200)
        next_after(commits, 1)
    assert "cannot be followed" in caplog.text


def test_a_file_that_is_away_is_told_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "register.db", tmp_path / "away.db"
    with with_organisations(tmp_path) as register, Commits(register, register.revision, NEVER) as commits:
        next_after(commits, 0)
        path.rename(away)
        with pytest.raises(RegisterUnavailableError):
            next_after(commits, 1)
        away.rename(path)
        integrate(register, key(), 100, 200)
        wait_until(lambda: heard(commits, 1))


def heard(commits: Commits, after: int) -> bool:
    try:
        return commits.wait(after)
    except RegisterUnavailableError:
        return False
