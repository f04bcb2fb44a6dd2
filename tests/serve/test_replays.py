"""S23: a decision is the same bytes, whatever was written since, and wherever the register went.

Random questions are decided between random writes. After more writes each is asked again at the revision of its answer:
of the same register, of one that was opened anew, of a restored backup, of a copy in the other database, and over gRPC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.decision import Decision
from rules_service.register import Register
from rules_service.register.operations import back_up, dump, load, restore
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.convert import decision_message
from rules_service.serve.decider import Decider
from rules_service.serve.facts import LiveFacts
from rules_service.serve.rules import Rules
from rules_service.serve.server import Server
from tests.register.emptying import EmptyRegisters
from tests.register.postgresql_server import PostgresqlServer
from tests.register.support import know_organisations
from tests.serve import fixtures
from tests.serve.random_histories import Question, Write, questions, writes
from tests.serve.register_world import RULESETS
from tests.serve.world import TODAY

HISTORIES = 10
LATER_DAY = TODAY + 400
"""The day on which everything is asked again: only the system date of the answer counts."""


@dataclass(frozen=True)
class Answered:
    """A question as it can be asked again at any time, and what was answered."""

    again: pb.DecideRequest
    content: bytes


@dataclass
class History:
    """A dump of a history, and all that was answered in the course of it."""

    dumped: Path | None = None
    answered: list[Answered] = field(default_factory=list)


def as_bytes(decision: pb.Decision) -> bytes:
    """All of a decision but what is new each time."""
    decision.ClearField("decision_id")
    decision.ClearField("ticket")
    return decision.SerializeToString(deterministic=True)


class Desk:
    """Decides on an open register as a server does."""

    def __init__(self, rules: Rules, register: Register, saved: Path | None = None) -> None:
        self.facts = LiveFacts(register, saved)
        self.decider = Decider(rules, self.facts, Authenticator(rules.plan, None, Attempts()))

    def answer(self, message: pb.DecideRequest, day: int) -> pb.Decision:
        return decision_message(self.decider.decide(message, day))

    def ask(self, question: Question) -> Answered:
        """Asserts that a batch answers alike."""
        message = question.message()
        decision = self.answer(message, TODAY)
        (in_columns,) = self.decider.decide_all([message], TODAY).results
        assert isinstance(in_columns, Decision)
        assert as_bytes(decision_message(in_columns)) == as_bytes(decision)
        again = pb.DecideRequest()
        again.CopyFrom(message)
        again.ticket = "again"
        again.system_date = decision.system_date
        again.consistency.exact_revision = decision.register_revision
        return Answered(again, as_bytes(decision))

    def replays(self, answered: Sequence[Answered]) -> None:
        for each in answered:
            assert as_bytes(self.answer(each.again, LATER_DAY)) == each.content


@contextmanager
def desk_at(rules: Rules, place: str | Path, saved: Path | None = None) -> Iterator[Desk]:
    with Register.open(place) as register:
        desk = Desk(rules, register, saved)
        try:
            yield desk
        finally:
            desk.facts.close()


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load(RULESETS)


@pytest.fixture(scope="module")
def rules_again() -> Rules:
    """The same rules, read and compiled once more, as by a server that starts."""
    return Rules.load(RULESETS)


@pytest.fixture(scope="module")
def empty(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, EmptyRegisters]:
    file = tmp_path_factory.mktemp("empty") / "register.db"
    return {"sqlite": EmptyRegisters(str(file)), "postgresql": EmptyRegisters(postgresql.new_place())}


@pytest.mark.parametrize(("store", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_s23_every_answer_can_be_given_again(
    rules: Rules,
    rules_again: Rules,
    empty: dict[str, EmptyRegisters],
    tmp_path_factory: pytest.TempPathFactory,
    store: str,
    other: str,
) -> None:
    seen: Counter[str] = Counter()
    longest = History()

    @settings(max_examples=HISTORIES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        rounds=st.lists(st.tuples(writes, st.lists(questions, min_size=1, max_size=4)), min_size=6, max_size=16),
        later=st.lists(writes, min_size=2, max_size=12),
    )
    def replayed(rounds: list[tuple[Write, list[Question]]], later: list[Write]) -> None:
        folder, place = tmp_path_factory.mktemp("history"), empty[store]()
        with know_organisations(Register.open(place), folder) as register:
            desk = Desk(rules, register, folder / "index")
            answered: list[Answered] = []
            for step, asked in rounds:
                step.apply(register, folder)
                answered += map(desk.ask, asked)
            for step in later:
                step.apply(register, folder)
            desk.replays(answered)
            seen.update(told_of(desk, answered))
            desk.facts.close()
            back_up(register, folder / "backup")
            dump(register, folder / "dump")
        restore(folder / "backup", folder / "restored.db")
        copy = empty[other]()
        with Register.open(copy) as register:
            load(register, folder / "dump")
        for again, saved in ((place, folder / "index"), (folder / "restored.db", None), (copy, None)):
            with desk_at(rules_again, again, saved) as desk:
                desk.replays(answered)
        if len(answered) >= len(longest.answered):
            longest.dumped, longest.answered = folder / "dump", answered

    replayed()
    assert min(seen["GRANTED"], seen["REFUSED"]) > 10
    assert seen["answered otherwise by now"] > 10, "the revision matters"
    assert longest.dumped is not None
    copy = empty[other]()
    with Register.open(copy) as register:
        load(register, longest.dumped)
    over_grpc(copy, longest.answered)


def told_of(desk: Desk, answered: Sequence[Answered]) -> Iterator[str]:
    """The outcomes of answers, and which of them would be others on what is known now."""
    for each in answered:
        then, now = pb.Decision.FromString(each.content), pb.DecideRequest()
        now.CopyFrom(each.again)
        now.ClearField("consistency")
        yield common_pb2.Outcome.Name(then.outcome).removeprefix("OUTCOME_")
        decision = desk.answer(now, LATER_DAY)
        if decision.outcome != then.outcome or list(decision.evidence) != list(then.evidence):
            yield "answered otherwise by now"


def over_grpc(place: str, answered: Sequence[Answered]) -> None:
    """A real server gives the answers again, one by one and in a batch."""
    chosen = fixtures.settings(place, rulesets=RULESETS)
    with Server(chosen, clock=lambda: LATER_DAY) as server, grpc.insecure_channel(server.address) as channel:
        calls = DecisionServiceStub(channel)
        asked = [each.again for each in answered]
        alone = [calls.Decide(message).decision for message in asked]
        batch = calls.BatchDecide(pb.BatchDecideRequest(requests=asked))
    together = [each.decision for each in batch.results]
    for decision in together:
        decision.ruleset_digest = batch.ruleset_digest  # told once for all
    for found in (alone, together):
        assert [as_bytes(decision) for decision in found] == [each.content for each in answered]
