"""Whatever the bytes of a request are: the kernel answers it as objects do, alone and after others."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.serve.permissions import ALL_PERMISSIONS, Permission
from rules_service.serve.wire import SingleAnswers
from tests.serve import world
from tests.serve.test_batch import assorted
from tests.serve.wire.ordinary import Desk, desk
from tests.serve.wire.strategies import STRANGE, damaged, parts_of, plain_requests
from tests.serve.wire.test_agreement import everything, heating
from tests.serve.world import INTEGRATED, person, request

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)


def answered_by_the_kernel(both: Desk, message: pb.DecideRequest) -> bool:
    both.single(message.SerializeToString())
    answers: SingleAnswers = both.singles._answers  # type: ignore[assignment]
    return isinstance(answers.answer(message.SerializeToString(), world.TODAY, may_date=True), bytes)


def test_requests_of_every_sort(both: Desk) -> None:
    answers = [both.check_single(message.SerializeToString()) for message in [*assorted(), everything(), heating()]]
    decisions = [each.decision for each in answers if isinstance(each, pb.DecideResponse)]
    assert len({each.reason for each in decisions}) >= 6
    assert any(each.evidence for each in decisions)
    assert any(each.status.information for each in decisions)


def test_what_is_plain_is_answered_by_the_kernel(both: Desk) -> None:
    assert answered_by_the_kernel(both, request("Small.today", INTEGRATED))
    assert answered_by_the_kernel(both, request("Small.today", *(person(counter) for counter in range(1, 101))))
    assert answered_by_the_kernel(both, heating())


@SHARED
@given(message=plain_requests)
def test_any_request(both: Desk, message: pb.DecideRequest) -> None:
    both.check_single(message.SerializeToString())


@SHARED
@given(message=plain_requests, seed=st.integers(0, 2**32))
def test_damaged_bytes(both: Desk, message: pb.DecideRequest, seed: int) -> None:
    both.check_single(damaged(message.SerializeToString(), Random(seed)))


@SHARED
@given(raw=st.binary(max_size=200))
def test_random_bytes(both: Desk, raw: bytes) -> None:
    both.check_single(raw)


@pytest.mark.parametrize("strange", STRANGE, ids=bytes.hex)
def test_something_strange_in_every_place(both: Desk, strange: bytes) -> None:
    parts = parts_of(everything())
    for place in range(len(parts) + 1):
        both.check_single(b"".join([*parts[:place], strange, *parts[place:]]))


def test_a_long_request(both: Desk) -> None:
    for persons in (7, 9, 10, 100, 101):
        both.check_single(
            request("Small.today", *(person(counter) for counter in range(1, persons + 1))).SerializeToString()
        )
    long = request("Small.today", INTEGRATED)
    long.parameters["x" * 5_000] = "y"
    both.check_single(long.SerializeToString())


def test_a_date_of_ones_own_needs_the_permission(register_file: Path) -> None:
    with desk(world.RULESETS, register_file, world.TODAY, permissions=ALL_PERMISSIONS - {Permission.AS_OF}) as strict:
        dated = request("Small.today", INTEGRATED)
        dated.system_date = "2026-02-28"
        assert "PermissionMissingError" in str(strict.check_single(dated.SerializeToString()))
        assert isinstance(
            strict.check_single(request("Small.today", INTEGRATED).SerializeToString()), pb.DecideResponse
        )
