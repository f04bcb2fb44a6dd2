"""Every conformance case, all of them in one batch: the answer in columns is in every part that of `Decide`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.options import RULESETS
from rules_service.load import Case, load_cases
from rules_service.register import Register
from tests.conformance.one_register import OwnFacts, import_facts
from tests.conformance.test_conformance import SHAPES
from tests.conformance.wire import can_be_inline, can_be_on_register, inline, on_register
from tests.serve.wire.ordinary import Desk, desk
from tests.serve.world import TODAY


@dataclass(frozen=True)
class Corpus:
    """The cases with their own facts, the same cases on one register, and a desk on it."""

    cases: tuple[Case, ...]
    registered: tuple[Case, ...]
    desk: Desk


@pytest.fixture(scope="module", params=[RULESETS, SHAPES], ids=["rulesets", "shapes"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    place = tmp_path_factory.mktemp("corpus")
    cases = load_cases(request.param)
    facts = OwnFacts(cases)
    with Register.create(place / "register.sqlite") as register:
        import_facts(facts, register, place)
    with desk(request.param, place / "register.sqlite", TODAY) as found:
        yield Corpus(cases, facts.cases, found)


def test_all_cases_on_one_register(corpus: Corpus) -> None:
    messages = [on_register(case) for case in corpus.registered if can_be_on_register(case)]
    for place, message in enumerate(messages):
        message.ticket = str(place)
    raw = pb.BatchDecideRequest(requests=messages).SerializeToString()
    answer = corpus.desk.check_same(raw)
    assert isinstance(answer, pb.BatchDecideResponse)
    assert [each.decision.ticket for each in answer.results if each.HasField("decision")]
    # What is not decided in columns is wrong in its form, or brings a proof.
    proofs = sum(message.HasField("proof") for message in messages)
    errors = sum(each.HasField("error") for each in answer.results)
    assert len(messages) - proofs - errors <= corpus.desk.rows_of(raw) <= len(messages) - proofs


def test_all_cases_at_once_wherever_their_facts_are(corpus: Corpus) -> None:
    messages = [
        message
        for own, case in zip(corpus.cases, corpus.registered, strict=True)
        for message in (
            *([on_register(case)] if can_be_on_register(case) else []),
            *([inline(own)] if can_be_inline(own) else []),
        )
    ]
    half = len(messages) // 2
    for part in (messages[:half], messages[half:]):
        answer = corpus.desk.check_same(pb.BatchDecideRequest(requests=part).SerializeToString())
        assert isinstance(answer, pb.BatchDecideResponse)
        assert len({each.decision.reason for each in answer.results}) > 5
