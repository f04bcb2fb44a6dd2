"""When a call came in, and how long it waits for what it needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from rules_service.serve.call_times import begin_call, seconds_to_wait


@pytest.mark.parametrize(
    ("left", "least", "most"), [(None, 30, 30), (float("inf"), 30, 30), (3600, 30, 30), (10, 7.5, 8), (0, 0, 0)]
)
def test_a_part_of_the_time_is_kept_for_the_answer(left: float | None, least: float, most: float) -> None:
    begin_call(left)
    assert least <= seconds_to_wait() <= most
    begin_call(None)


def test_each_thread_answers_a_call_of_its_own() -> None:
    begin_call(10)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(seconds_to_wait).result() == 30
    begin_call(None)
