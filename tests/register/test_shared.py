"""Work that many wait for: done once for all, and never begun before somebody asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from rules_service.register.shared import SharedWork

MANY = 20


class Gate:
    """Work that says when it began, and ends when it may; it gives the number of the turn."""

    def __init__(self) -> None:
        self.began, self.may_end = Event(), Event()
        self._turns = count(1)

    def work(self) -> int:
        turn = next(self._turns)
        self.began.set()
        assert self.may_end.wait(30)
        return turn


def test_who_asks_while_it_goes_on_waits_for_the_next_turn_and_all_share_that() -> None:
    gate = Gate()
    shared = SharedWork(gate.work, "test")
    with ThreadPoolExecutor(MANY + 1) as threads:
        first = threads.submit(shared.result)
        assert gate.began.wait(30)
        others = [threads.submit(shared.result) for _ in range(MANY)]
        with pytest.raises(TimeoutError):
            shared.result(0.05)
        gate.may_end.set()
        assert first.result() == 1
        assert {each.result() for each in others} == {2}
    assert shared.result() == 3
    shared.close()


def test_an_error_is_told_to_all_who_wait_and_the_next_turn_is_another() -> None:
    answers: Iterator[ValueError | int] = iter([ValueError("no"), 7])

    def work() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    shared = SharedWork(work, "test")
    with pytest.raises(ValueError, match="no"):
        shared.result()
    assert shared.result() == 7
    shared.close()
