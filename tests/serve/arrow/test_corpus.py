"""Every conformance case that columns can say, all in one batch: each decision is in every part that of `Decide`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.options import RULESETS
from rules_service.decision import REQUEST_PERIOD
from rules_service.load import load_cases
from rules_service.register import Register
from rules_service.serve.arrow import column_names
from tests.conformance.one_register import OwnFacts, import_facts
from tests.conformance.test_conformance import SHAPES
from tests.conformance.wire import can_be_on_register, on_register
from tests.serve.arrow.tables import (
    LISTS_OF_NUMBERS,
    LISTS_OF_TEXTS,
    answered,
    can_say,
    columns_of,
    expected,
    found,
    table_of,
)
from tests.serve.wire.ordinary import Desk, desk
from tests.serve.world import TODAY


@dataclass(frozen=True)
class Corpus:
    """The cases that can do with a register, those of them that columns can say, and their answers the ordinary way."""

    all: tuple[pb.DecideRequest, ...]
    messages: tuple[pb.DecideRequest, ...]
    answer: pb.BatchDecideResponse
    desk: Desk


@pytest.fixture(scope="module", params=[RULESETS, SHAPES], ids=["rulesets", "shapes"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    place = tmp_path_factory.mktemp("corpus")
    facts = OwnFacts(load_cases(request.param))
    with Register.create(place / "register.sqlite") as register:
        import_facts(facts, register, place)
    with desk(request.param, place / "register.sqlite", TODAY) as at:
        messages = tuple(on_register(case) for case in facts.cases if can_be_on_register(case))
        for number, message in enumerate(messages):
            message.ticket = str(number)
        known = column_names(at.rules.plan.request_vocabulary)
        sayable = tuple(each for each in messages if can_say(each) and _names(each) <= set(known))
        answer = at.ordinary(pb.BatchDecideRequest(requests=sayable).SerializeToString())
        yield Corpus(messages, sayable, answer, at)


def _names(message: pb.DecideRequest) -> set[str]:
    """The columns that a message needs by name."""
    return {
        *(f"period:{each.name}:begin" for each in message.periods if each.name != REQUEST_PERIOD),
        *(f"date:{each.name}" for each in message.dates),
        *(f"parameter:{name}" for name in message.parameters),
    }


def test_columns_can_say_most_cases(corpus: Corpus) -> None:
    assert len(corpus.messages) > 0.9 * len(corpus.all)


@pytest.mark.parametrize("kind", [LISTS_OF_NUMBERS, LISTS_OF_TEXTS], ids=["numbers", "texts"])
def test_all_cases_at_once(corpus: Corpus, kind: Any) -> None:
    rows = answered(columns_of(corpus.desk), table_of(corpus.messages, kind)).to_pylist()
    _check(corpus, range(len(rows)), rows)
    assert len({row["reason"] for row in rows}) > 5


@pytest.mark.parametrize("kind", [pa.int64(), pa.string()], ids=["number", "text"])
def test_all_cases_about_one_person(corpus: Corpus, kind: Any) -> None:
    places = [place for place, each in enumerate(corpus.messages) if len(each.ssins) == 1]
    assert len(places) > 0.8 * len(corpus.messages)
    table = table_of([corpus.messages[place] for place in places], kind)
    _check(corpus, places, answered(columns_of(corpus.desk), table).to_pylist())


def _check(corpus: Corpus, places: Any, rows: list[dict[str, Any]]) -> None:
    for place, row in zip(places, rows, strict=True):
        assert found(row) == expected(corpus.messages[place], corpus.answer, place), place
