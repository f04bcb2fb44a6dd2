"""How many wrong proofs are answered: by organisation and person, within a moving window, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.errors import RegisterUnavailableError, TooManyWrongProofsError
from rules_service.serve.attempts import Attempts
from rules_service.serve.remembered import RememberedHere

CPAS, OTHER, PERSON, NEIGHBOUR = "1900000762", "1900001455", 80_000_100_194, 80_000_100_293


@dataclass
class Moment:
    """A clock that stands still until it is told."""

    seconds: float = 1000.0

    def __call__(self) -> int:
        return round(self.seconds * 1_000_000)


def wrong() -> bool:
    return False


def right() -> bool:
    return True


def exhausted(attempts: Attempts, organisation: str = CPAS, ssin: int = PERSON) -> int:
    with pytest.raises(TooManyWrongProofsError) as caught:
        attempts.counted(organisation, ssin, right)
    return caught.value.retry_after_seconds


def test_after_five_wrong_proofs_none_is_checked_for_that_organisation_and_person() -> None:
    attempts = Attempts(clock=Moment())
    assert [attempts.counted(CPAS, PERSON, wrong) for _ in range(5)] == [False] * 5
    assert exhausted(attempts) == 3600
    assert attempts.counted(CPAS, NEIGHBOUR, right)
    assert attempts.counted(OTHER, PERSON, right)
    assert exhausted(attempts) == 3600


def test_the_window_moves_on() -> None:
    clock = Moment()
    attempts = Attempts(2, 60.0, clock=clock)
    attempts.counted(CPAS, PERSON, wrong)
    clock.seconds += 20
    attempts.counted(CPAS, PERSON, wrong)
    assert exhausted(attempts) == 40
    clock.seconds += 39.5
    assert exhausted(attempts) == 1
    clock.seconds += 0.5
    assert not attempts.counted(CPAS, PERSON, wrong)
    assert exhausted(attempts) == 20


def test_a_correct_proof_clears_the_count() -> None:
    remembered = RememberedHere()
    attempts = Attempts(2, remembered=remembered, clock=Moment())
    for _ in range(10):
        assert not attempts.counted(CPAS, PERSON, wrong)
        assert len(remembered) == 1
        assert attempts.counted(CPAS, PERSON, right)
        assert len(remembered) == 0


def test_a_check_that_fails_is_not_counted() -> None:
    attempts = Attempts(2, clock=Moment())

    def lost() -> bool:
        raise RegisterUnavailableError("lost")

    attempts.counted(CPAS, PERSON, wrong)
    for _ in range(5):
        with pytest.raises(RegisterUnavailableError):
            attempts.counted(CPAS, PERSON, lost)
    attempts.counted(CPAS, PERSON, wrong)
    exhausted(attempts)


def test_many_at_once_are_no_way_around() -> None:
    attempts, together = Attempts(3, clock=Moment()), Barrier(3)

    def slow() -> bool:
        together.wait(30)
        return False

    def attempt(_: int) -> bool:
        try:
            return attempts.counted(CPAS, PERSON, slow)
        except TooManyWrongProofsError:
            return True

    with ThreadPoolExecutor(12) as threads:
        refused = list(threads.map(attempt, range(12)))
    assert sum(refused) == 9


def test_the_memory_is_bounded_and_the_oldest_are_dropped() -> None:
    remembered = RememberedHere(most_kept=10)
    attempts = Attempts(1, remembered=remembered, clock=Moment())
    for ssin in range(1000):
        attempts.counted(CPAS, ssin, wrong)
    assert len(remembered) == 10
    exhausted(attempts, ssin=990)
    assert not attempts.counted(CPAS, 0, wrong)


def test_neither_organisation_nor_person_is_kept() -> None:
    first, second = RememberedHere(), RememberedHere()
    for remembered in (first, second):
        Attempts(remembered=remembered, clock=Moment()).counted(CPAS, PERSON, wrong)
    kept = repr(first._moments)
    assert str(PERSON) not in kept
    assert CPAS not in kept
    assert not set(first._moments) & set(second._moments)


STEPS = st.lists(st.tuples(st.sampled_from([wrong, right]), st.floats(0, 30)), max_size=60)


@given(STEPS)
def test_never_more_wrong_proofs_in_a_window_than_allowed(steps: list[tuple[Callable[[], bool], float]]) -> None:
    """Against a plain account of what was answered as wrong since the last correct proof."""
    clock, answered = Moment(), list[float]()
    attempts = Attempts(3, 60.0, clock=clock)
    for check, later in steps:
        clock.seconds += later
        recent = [moment for moment in answered if moment > clock.seconds - 60]
        try:
            correct = attempts.counted(CPAS, PERSON, check)
        except TooManyWrongProofsError:
            assert len(recent) == 3
        else:
            assert len(recent) < 3
            answered = [] if correct else [*recent, clock.seconds]
