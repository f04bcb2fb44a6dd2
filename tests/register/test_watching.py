"""A register is looked at when it was written, or might have been; else a watch is enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from rules_service.errors import RegisterUnavailableError
from rules_service.register import Register
from rules_service.register.watching import NOW, Watches
from tests.register.support import import_lines, line, with_organisations


class Looks:
    """Counts looks, and fails while the register is said to be lost."""

    def __init__(self) -> None:
        self.count = 0
        self.is_lost = False

    def __call__(self) -> None:
        self.count += 1
        if self.is_lost:
            raise RegisterUnavailableError("lost")


def looks_at(watches: Watches, look: Looks, *, always: bool = False, asked_at: float = NOW) -> int:
    """How many looks it takes to catch up."""
    before = look.count
    watches.catch_up(look, always=always, asked_at=asked_at)
    return look.count - before


def test_one_look_for_each_commit_of_anybody(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register, Register.open(place) as other:
        watches, look = Watches(register.watch), Looks()
        assert [looks_at(watches, look) for _ in range(4)] == [1, 1, 0, 0]  # the watch itself is new to the second one
        for writer, number in ((register, 1), (other, 2)):
            import_lines(writer, tmp_path, [line(number)])
            assert [looks_at(watches, look) for _ in range(3)] == [1, 0, 0]
        assert [looks_at(watches, look, always=True) for _ in range(2)] == [1, 1]
        watches.close()


def test_a_look_that_failed_is_done_again(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        watches, look = Watches(register.watch), Looks()
        assert [looks_at(watches, look) for _ in range(3)] == [1, 1, 0]
        import_lines(register, tmp_path, [line(1)])
        look.is_lost = True
        for _ in range(2):
            with pytest.raises(RegisterUnavailableError):
                watches.catch_up(look, always=False)
        look.is_lost = False
        assert [looks_at(watches, look) for _ in range(2)] == [1, 0]
        watches.close()


def test_who_asked_before_another_began_shares_what_that_one_saw(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        watches, look = Watches(register.watch), Looks()
        before = monotonic()
        assert [looks_at(watches, look, asked_at=before) for _ in range(3)] == [1, 0, 0]
        import_lines(register, tmp_path, [line(1)])
        after = monotonic()
        assert looks_at(watches, look, asked_at=before) == 0, "it was asked before that was written"
        assert looks_at(watches, look, asked_at=before, always=True) == 1
        import_lines(register, tmp_path, [line(2)])
        assert looks_at(watches, look, asked_at=after) == 0, "the one before began after that"
        assert looks_at(watches, look, asked_at=monotonic()) == 1
        watches.close()


def test_what_is_written_while_another_one_looks_is_not_shared(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        watches, look = Watches(register.watch), Looks()
        asked: list[float] = []

        def looks_and_is_overtaken() -> None:
            look()
            import_lines(register, tmp_path, [line(1)])
            asked.append(monotonic())

        watches.catch_up(looks_and_is_overtaken, always=False)
        assert looks_at(watches, look, asked_at=asked[0]) == 1
        watches.close()


def test_nobody_shares_a_look_that_failed(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        watches, look = Watches(register.watch), Looks()
        before = monotonic()
        look.is_lost = True
        for _ in range(2):
            with pytest.raises(RegisterUnavailableError):
                watches.catch_up(look, always=False, asked_at=before)
        assert look.count == 2
        watches.close()


def test_who_finds_no_watch_looks(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        watches, look = Watches(register.watch), Looks()

        def within(depth: int) -> Callable[[], None]:
            def nested() -> None:
                look()
                if depth:
                    watches.catch_up(within(depth - 1), always=True)

            return nested

        watches.catch_up(within(10), always=True)
        assert look.count == 11
        watches.close()


def test_another_file_in_the_place_of_the_register(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with with_organisations(tmp_path) as register:
        watch = register.watch()
        assert watch.state() is not None
        path.rename(tmp_path / "away.db")
        assert watch.state() is None
        Register.create(path).close()
        assert watch.state() is None
        watch.close()
        fresh = register.watch()
        assert fresh.state() is not None
        fresh.close()
