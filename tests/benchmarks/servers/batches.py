"""`BatchDecide` and `StreamDecide`, beside a server of message objects and one that decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from integrationcontrol.v1 import decision_service_pb2 as pb
from tests.benchmarks.servers.callers import Caller
from tests.benchmarks.servers.contest import Row, in_turn, row
from tests.benchmarks.servers.hall import Hall
from tests.benchmarks.timing import DifferentAnswersError

BATCH, BATCHES = 10_000, 10
FEW = 2
"""So many of the messages are enough for the server of message objects: it takes long."""
TIMES_MESSAGE_OBJECTS, SHARE_OF_WIRE = 6.0, 0.70
Call = Callable[[Caller, Sequence[bytes]], object]


def measure_batches(hall: Hall, rounds: int) -> list[Row]:
    """`BatchDecide`."""
    return _measure("BatchDecide", hall, rounds, Caller.batches, _each_by_itself)


def measure_streams(hall: Hall, rounds: int) -> list[Row]:
    """`StreamDecide`."""
    return _measure(
        "StreamDecide",
        hall,
        rounds,
        lambda caller, messages: caller.streamed("StreamDecide", messages),
        lambda caller, messages: caller.stream("StreamDecide", messages),
    )


def _each_by_itself(caller: Caller, messages: Sequence[bytes]) -> list[bytes]:
    return [caller.single(message, "BatchDecide") for message in messages]


def _measure(
    name: str, hall: Hall, rounds: int, call: Call, answers: Callable[[Caller, Sequence[bytes]], list[bytes]]
) -> list[Row]:
    messages = hall.served.batches(BATCH, BATCHES)
    usual, wire, ours = hall.other("usual-way"), hall.other("wire-only"), hall.ours
    for kind, other in (("message objects", usual), ("wire alone", wire)):
        _check(f"{name}, {kind}", answers(ours.caller, messages[:FEW]), answers(other.caller, messages[:FEW]))
    few, many = BATCH * FEW, BATCH * BATCHES
    by_us, by_wire, by_objects = in_turn(
        [
            ours.way("ours", many, lambda: call(ours.caller, messages)),
            wire.way("wire alone", many, lambda: call(wire.caller, messages)),
            usual.way("message objects", few, lambda: call(usual.caller, messages[:FEW])),
        ],
        rounds,
    )
    return [
        row(f"{name}, message objects", many, by_us, by_objects, TIMES_MESSAGE_OBJECTS),
        row(f"{name}, wire alone", many, by_us, by_wire, SHARE_OF_WIRE),
    ]


def _check(name: str, ours: Sequence[bytes], theirs: Sequence[bytes]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        if without_ids(mine) != without_ids(other):
            raise DifferentAnswersError(f"{name} answers some requests otherwise")


def without_ids(raw: bytes) -> pb.BatchDecideResponse:
    """An answer without the ids of its decisions, which nobody has twice."""
    answer = pb.BatchDecideResponse.FromString(raw)
    assert len({each.decision.decision_id for each in answer.results}) == len(answer.results)
    for each in answer.results:
        each.decision.ClearField("decision_id")
    return answer
