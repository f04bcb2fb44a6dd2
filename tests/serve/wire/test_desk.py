"""Single requests share one bench: one at a time, whoever asks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from tests.serve.wire.ordinary import Desk
from tests.serve.wire.strategies import RIGHT_SSINS
from tests.serve.wire.test_single import answered_by_the_kernel
from tests.serve.world import request

EACH = 2_000


@pytest.fixture
def hasty_switches() -> Iterator[None]:
    """Threads take turns as often as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_switches")
def test_threads_get_the_answers_to_their_own_requests(both: Desk) -> None:
    messages = [request("Small.today", ssin, ticket=f"of-{place}") for place, ssin in enumerate(RIGHT_SSINS)]
    assert all(answered_by_the_kernel(both, message) for message in messages)
    together = Barrier(len(messages))

    def ask(message: pb.DecideRequest) -> list[bytes]:
        raw = message.SerializeToString()
        together.wait()
        return [both.singles.answer(raw) for _ in range(EACH)]

    with ThreadPoolExecutor(len(messages)) as pool:
        answers = [list(map(pb.DecideResponse.FromString, found)) for found in pool.map(ask, messages)]
    ids = {answer.decision.decision_id for found in answers for answer in found}
    assert len(ids) == EACH * len(messages)
    for message, found in zip(messages, answers, strict=True):
        expected = both.single_by_objects(message.SerializeToString()).decision
        for answer in found:
            expected.decision_id = answer.decision.decision_id
            assert answer.decision == expected
