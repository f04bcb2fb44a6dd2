"""Several server processes on one register: whoever wrote, the next answer of any of them is at least as fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from random import Random
from typing import Any

import grpc
import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import Register
from tests.register.postgresql_server import PostgresqlServer
from tests.serve.processes import server_process
from tests.serve.register_world import (
    Kept,
    calling,
    cpas,
    days,
    disintegrate,
    integrate,
    listing,
    make_register,
    question,
    replacing,
    serving,
)
from tests.serve.rpc import Failure, failure_of, read_status
from tests.serve.world import person

GRANTED, REFUSED = common_pb2.OUTCOME_GRANTED, common_pb2.OUTCOME_REFUSED
NEVER = 3_600.0
"""So rarely is looked without a sign of a commit."""
IN_TIME = 5.0
CALLERS = 4
TURNS = 8


class Calls:
    """What one server is asked."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.decisions = DecisionServiceStub(channel)
        self.register = RegisterServiceStub(channel)


class LateMessage:
    """A call of `Decide` whose message is sent later."""

    def __init__(self, channel: grpc.Channel) -> None:
        """The server hears of this call before it hears of any later one, since they share a connection."""
        self._sent: SimpleQueue[decision_pb.DecideRequest | None] = SimpleQueue()
        service = decision_pb.DESCRIPTOR.services_by_name["DecisionService"].full_name
        decide = channel.stream_unary(
            f"/{service}/Decide", decision_pb.DecideRequest.SerializeToString, decision_pb.DecideResponse.FromString
        )
        self._answer = decide.future(iter(self._sent.get, None))

    def answer(self, message: decision_pb.DecideRequest) -> decision_pb.DecideResponse:
        """What the server answers to its message, which is sent now."""
        self._sent.put(message)
        self._sent.put(None)
        answer: decision_pb.DecideResponse = self._answer.result(IN_TIME)
        return answer


@pytest.fixture(scope="module")
def servers(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Calls, Calls]]:
    """Two servers, each in a process of its own, on the same register."""
    logs = tmp_path_factory.mktemp("logs")
    with ExitStack() as opened:
        processes = [opened.enter_context(server_process(kept, logs / name)) for name in ("one", "other")]
        channels = [opened.enter_context(grpc.insecure_channel(each.address)) for each in processes]
        one, other = map(Calls, channels)
        yield one, other


def fresh(revision: int) -> decision_pb.Consistency:
    return decision_pb.Consistency(min_revision=revision)


def writes_about(ssin: str, calls: Calls) -> Iterator[tuple[Callable[[], int], int]]:
    """Writes that change the decision on a person, and what it becomes; each gives the revision that it made."""
    yield lambda: int(calls.register.Integrate(integrate(ssin)).revision), GRANTED
    yield lambda: int(calls.register.Disintegrate(disintegrate(ssin)).revision), REFUSED


# Reading what was written elsewhere.


def test_what_one_server_wrote_the_other_decides_on(servers: tuple[Calls, Calls]) -> None:
    ssin, (one, other) = person(10), servers
    for _ in range(5):
        for here, there in ((one, other), (other, one)):
            written = here.register.Integrate(integrate(ssin)).revision
            seen = there.decisions.Decide(question(ssin, min_revision=written)).decision
            assert (seen.outcome, seen.register_revision) == (GRANTED, written)
            removed = there.register.Disintegrate(disintegrate(ssin)).revision
            seen = here.decisions.Decide(question(ssin, min_revision=removed)).decision
            assert (seen.outcome, seen.register_revision) == (REFUSED, removed)


def test_every_way_of_asking_is_as_fresh(servers: tuple[Calls, Calls]) -> None:
    one, other = servers
    ssin, old = person(11), person(11, month=21)
    written = one.register.Integrate(integrate(ssin)).revision
    asked = question(ssin, min_revision=written)
    batch = other.decisions.BatchDecide(decision_pb.BatchDecideRequest(requests=[question(ssin), asked]))
    assert [each.decision.outcome for each in batch.results] == [GRANTED, GRANTED]
    assert batch.register_revision == written

    one.register.Integrate(integrate(old))
    replaced = one.register.ReplaceSsin(replacing(old, ssin)).revision
    (answer,) = other.decisions.StreamDecide(
        iter([decision_pb.StreamDecideRequest(requests=[question(old, min_revision=replaced), question(ssin)])])
    )
    assert [each.decision.outcome for each in answer.results] == [GRANTED, GRANTED]
    listed = other.register.ListIntegrations(listing(old, consistency=fresh(replaced)))
    assert (listed.revision, len(days(listed.integrations))) == (replaced, 2)
    history = pb.GetSsinHistoryRequest(requester=cpas(), ssin=old, consistency=fresh(replaced))
    assert other.register.GetSsinHistory(history).current_ssin == ssin
    directory = other.register.ListOrganisations(pb.ListOrganisationsRequest(consistency=fresh(replaced)))
    assert directory.revision == replaced
    explained = other.decisions.Explain(decision_pb.ExplainRequest(request=question(old, min_revision=replaced)))
    assert explained.decision.outcome == GRANTED


def test_what_was_answered_is_seen_without_asking_for_it(servers: tuple[Calls, Calls]) -> None:
    ssin, (one, other) = person(12), servers
    written = one.register.Integrate(integrate(ssin)).revision
    seen = other.decisions.Decide(question(ssin)).decision
    assert (seen.outcome, seen.register_revision) == (GRANTED, written)


def test_a_message_that_comes_later_than_its_call_is_answered_by_what_was_written_until_then(
    servers: tuple[Calls, Calls],
) -> None:
    ssin, (one, other) = person(13), servers
    for write, expected in writes_about(ssin, other):
        late = LateMessage(one.channel)
        one.decisions.Decide(question(ssin))  # who looks at the register while that call is open
        written = write()
        seen = late.answer(question(ssin)).decision
        assert (seen.outcome, seen.register_revision) == (expected, written)


def test_each_message_of_a_stream_is_answered_by_what_was_written_until_then(servers: tuple[Calls, Calls]) -> None:
    ssin, (one, other) = person(14), servers
    sent: SimpleQueue[decision_pb.StreamDecideRequest | None] = SimpleQueue()
    answers = one.decisions.StreamDecide(iter(sent.get, None))
    for write, expected in writes_about(ssin, other):
        one.decisions.Decide(question(ssin))  # who looks at the register while the stream is open
        written = write()
        sent.put(decision_pb.StreamDecideRequest(requests=[question(ssin)]))
        seen = next(answers)
        assert (seen.results[0].decision.outcome, seen.register_revision) == (expected, written)
    sent.put(None)
    assert not list(answers)


def test_many_at_once_each_read_their_own_writes(servers: tuple[Calls, Calls]) -> None:
    def work(number: int) -> list[bool]:
        chance, ssin, seen = Random(number), person(20 + number), []
        for _ in range(TURNS):
            for expected in (GRANTED, REFUSED):
                writer, reader = (chance.choice(servers) for _ in range(2))
                register = writer.register
                revision = (
                    register.Integrate(integrate(ssin)).revision
                    if expected == GRANTED
                    else register.Disintegrate(disintegrate(ssin)).revision
                )
                found = reader.decisions.Decide(question(ssin, min_revision=revision)).decision
                seen.append((found.outcome, found.register_revision >= revision) == (expected, True))
        return seen

    with ThreadPoolExecutor(CALLERS) as threads:
        assert [all(seen) for seen in threads.map(work, range(CALLERS))] == [True] * CALLERS


def test_who_follows_hears_of_a_write_elsewhere_without_looking(kept: Kept, servers: tuple[Calls, Calls]) -> None:
    one, _ = servers
    with serving(kept, poll_seconds=NEVER) as server, calling(server) as calls:
        start = calls.ListOrganisations(pb.ListOrganisationsRequest()).revision
        stream: Any = calls.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=start), timeout=60)
        for code in (2, 3, 4):
            written = one.register.Integrate(integrate(person(13), quality_code=code)).revision
            assert next(stream).revision == written
        stream.cancel()


# When it cannot be as fresh as that.


def test_a_revision_that_does_not_exist_yet(servers: tuple[Calls, Calls]) -> None:
    one, other = servers
    last = one.register.Integrate(integrate(person(14))).revision
    for ahead in (last + 1, last + 1_000_000):
        asked = question(person(14), min_revision=ahead)
        batch = other.decisions.BatchDecide(decision_pb.BatchDecideRequest(requests=[asked, question(person(14))]))
        (stream,) = other.decisions.StreamDecide(iter([decision_pb.StreamDecideRequest(requests=[asked])]))
        failures = [
            failure_of(lambda: other.decisions.Decide(asked)),  # noqa: B023
            failure_of(lambda: other.decisions.Explain(decision_pb.ExplainRequest(request=asked))),  # noqa: B023
            failure_of(lambda: other.register.ListIntegrations(listing(person(14), consistency=fresh(ahead)))),  # noqa: B023
            failure_of(lambda: other.register.ListOrganisations(pb.ListOrganisationsRequest(consistency=fresh(ahead)))),  # noqa: B023
            read_status(batch.results[0].error),
            read_status(stream.results[0].error),
        ]
        assert {(each.code, each.reason) for each in failures} == {("FAILED_PRECONDITION", "REVISION_NOT_AVAILABLE")}
        assert {each.metadata["last_revision"] for each in failures} == {str(last)}
        assert batch.results[1].decision.outcome == GRANTED, "the others of a batch are decided"


def test_an_index_that_cannot_follow_in_time_gives_no_older_answer(
    postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A program that changes a table keeps everybody from reading it, and the index from following."""
    folder = tmp_path_factory.mktemp("locked")
    kept, ssin = make_register(folder, postgresql.new_place()), person(15)
    with (
        server_process(kept, folder / "log") as server,
        grpc.insecure_channel(server.address) as channel,
        postgresql.connect(kept.place) as program,
        postgresql.connect(kept.place) as writer,
    ):
        calls = Calls(channel)
        written = calls.register.Integrate(integrate(ssin)).revision
        assert calls.decisions.Decide(question(ssin)).decision.outcome == GRANTED
        program.execute("BEGIN")
        program.execute("LOCK TABLE integrations IN ACCESS EXCLUSIVE MODE")
        writer.execute(
            "INSERT INTO revisions SELECT revision + 1, recorded_at + 1, 'theirs' FROM revisions "
            "ORDER BY revision DESC LIMIT 1"
        )
        failures = asked_at_once(calls, ssin, written + 1)
        assert {(each.code, each.reason) for each in failures} == {("UNAVAILABLE", "REGISTER_UNAVAILABLE")}
        assert "the index did not follow the register in time" in server.said()
        program.execute("ROLLBACK")
        seen = calls.decisions.Decide(question(ssin, min_revision=written + 1)).decision
        assert (seen.outcome, seen.register_revision) == (GRANTED, written + 1)


def asked_at_once(calls: Calls, ssin: str, min_revision: int) -> list[Failure]:
    """How every way of asking fails in time; were the answers late, gRPC would say so and not the server."""
    asked = question(ssin, min_revision=min_revision)
    batch = decision_pb.BatchDecideRequest(requests=[asked, question(ssin)])
    stream = decision_pb.StreamDecideRequest(requests=[asked])
    listed = listing(ssin, consistency=fresh(min_revision))
    ways: list[Callable[[], Any]] = [
        lambda: calls.decisions.Decide(asked, timeout=IN_TIME),
        lambda: calls.decisions.Decide(question(ssin), timeout=IN_TIME),
        lambda: calls.decisions.BatchDecide(batch, timeout=IN_TIME),
        lambda: list(calls.decisions.StreamDecide(iter([stream]), timeout=IN_TIME)),
        lambda: calls.register.ListIntegrations(listed, timeout=IN_TIME),
    ]
    with ThreadPoolExecutor(len(ways)) as threads:
        return list(threads.map(failure_of, ways))


def test_a_register_that_went_elsewhere_is_not_answered_from_memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("moved")
    kept, ssin = make_register(folder), person(16)
    with server_process(kept, folder / "log") as server, grpc.insecure_channel(server.address) as channel:
        calls = Calls(channel)
        written = calls.register.Integrate(integrate(ssin)).revision
        (folder / "register.sqlite").rename(folder / "away")
        assert {each.code for each in asked_at_once(calls, ssin, written)} == {"UNAVAILABLE"}
        (folder / "away").rename(folder / "register.sqlite")
        assert calls.decisions.Decide(question(ssin, min_revision=written)).decision.outcome == GRANTED
    with Register.open(kept.place) as register:
        assert register.revision() == written
