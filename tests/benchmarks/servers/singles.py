"""`Decide`, beside echoes and beside the same service on asyncio: how many calls, and how long each takes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from integrationcontrol.v1 import decision_service_pb2 as pb
from tests.benchmarks.servers.contest import Row, Taken, in_turn, row
from tests.benchmarks.servers.hall import Called, Hall
from tests.benchmarks.timing import Compared, DifferentAnswersError

CALLS, IN_FLIGHT, ONE_BY_ONE = 3_000, 8, 1_000
SHARE_OF_ECHO, TIMES_ITS_LATENCY = 0.85, 1.3
_PERCENTILE = 99


class _Latencies:
    """The calls of one server, and the latency of each round."""

    def __init__(self, called: Called, messages: Sequence[bytes], in_flight: int) -> None:
        self._called = called
        self._messages = messages
        self._in_flight = in_flight
        self.high: list[float] = []

    def run(self) -> None:
        """One round."""
        caller = self._called.caller
        if self._in_flight == 1:
            taken = caller.one_by_one(self._messages)
        else:
            taken = caller.latencies(self._messages, self._in_flight)
        self.high.append(statistics.quantiles(taken, n=100)[_PERCENTILE - 1])

    def latency_below(self, other: _Latencies) -> tuple[float, float]:
        """Ours and the other's, by the median of the ratios of the rounds."""
        mine = statistics.median(self.high)
        return mine, mine * statistics.median(it / our for it, our in zip(other.high, self.high, strict=True))


def measure(hall: Hall, rounds: int) -> list[Row]:
    """Many calls at a time, then one after the other."""
    messages = [message.SerializeToString() for message in hall.served.messages(0, CALLS)]
    answer = hall.ours.caller.single(messages[0])
    echo, alike = hall.other("decide-echo", answer, alike=False), hall.other("decide-echo", answer)
    others = echo, alike, hall.other("asyncio")
    _check(hall.ours, others[-1], messages[:ONE_BY_ONE])
    many = _in_turn(hall, others, messages, IN_FLIGHT, rounds)
    single = _in_turn(hall, others, messages[:ONE_BY_ONE], 1, rounds)
    goal = 1 / TIMES_ITS_LATENCY
    return [
        _calls("Decide, echo", CALLS, many, 1, SHARE_OF_ECHO),
        _latency("Decide, echo, latency", CALLS, many, 1, goal),
        _calls("Decide, echo, alike", CALLS, many, 2),
        _latency("Decide, echo, alike, latency", CALLS, many, 2),
        _calls("Decide, asyncio, uvloop", CALLS, many, 3),
        _latency("Decide, asyncio, uvloop, latency", CALLS, many, 3),
        _calls("Decide one by one, echo", ONE_BY_ONE, single, 1),
        _latency("Decide one by one, echo, latency", ONE_BY_ONE, single, 1),
        _calls("Decide one by one, echo, alike", ONE_BY_ONE, single, 2),
        _calls("Decide one by one, asyncio, uvloop", ONE_BY_ONE, single, 3),
    ]


_Found = tuple[list[list[Taken]], list[_Latencies]]


def _in_turn(hall: Hall, others: Sequence[Called], messages: Sequence[bytes], in_flight: int, rounds: int) -> _Found:
    servers = [hall.ours, *others]
    latencies = [_Latencies(each, messages, in_flight) for each in servers]
    ways = [server.way("", len(messages), latency.run) for server, latency in zip(servers, latencies, strict=True)]
    taken = in_turn(ways, rounds)
    for each in latencies:
        del each.high[0]  # when it was not warm yet
    return taken, latencies


def _calls(name: str, calls: int, found: _Found, other: int, goal: float | None = None) -> Row:
    taken, _ = found
    return row(name, calls, taken[0], taken[other], goal)


def _latency(name: str, calls: int, found: _Found, other: int, goal: float | None = None) -> Row:
    _, latencies = found
    return Row(Compared(name, calls, *latencies[0].latency_below(latencies[other]), goal))


def _check(ours: Called, other: Called, messages: Sequence[bytes]) -> None:
    batch = pb.BatchDecideRequest(requests=map(pb.DecideRequest.FromString, messages)).SerializeToString()
    together = pb.BatchDecideResponse.FromString(ours.caller.single(batch, "BatchDecide"))
    for message, result in zip(messages, together.results, strict=True):
        result.decision.ruleset_digest = together.ruleset_digest
        result.decision.register_revision = together.register_revision
        for server in (ours, other):
            alone = pb.DecideResponse.FromString(server.caller.single(message)).decision
            alone.decision_id = result.decision.decision_id
            if alone != result.decision:
                raise DifferentAnswersError("Decide answers some requests otherwise than BatchDecide, or on asyncio")
