"""A batch: one result for each request, in order, the same as one at a time."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

from rules_service.algebra import parse_day
from rules_service.decision import (
    Decision,
    DecisionRequest,
    InlineRegister,
    Integration,
    NamedPeriod,
    Outcome,
    Reason,
)
from rules_service.errors import CallerError, InvalidRequestError, UnknownOperationError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.load.synthetic import synthetic_ssin
from rules_service.plan import Plan
from tests.evaluate.scene import CPAS, ORGANISATIONS, PARTNER, PERSON, SECOND, TODAY, ask, held, index_of, own, rules

COVERED = own("[1, 2]", "{covers: request_period}", extended="begin - 5 years")
DAYS = own("any", "{total_days: {at_least: 90, within: request_period}}")
PLAN_TEXT = f"""
- name: Today
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants: [{own("[1-3]")}, {own("any", register="both")}]
- name: Covered
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants: [{COVERED}]
- name: Days
  variants: [{DAYS}]
- name: Free
  variants: [{{no_control: non_blocking}}]
- name: Replaced
  replaced_number: refuse
  variants: [{own()}]
- name: Others
  requesters: [{{kind: partner}}]
  variants:
    - condition:
        all:
          - {{at: system_date, integrations: {{of: {{sector: 17}}, codes: any}}}}
          - {{at: system_date, integrations: {{of: requester, codes: any}}}}
"""
OPERATIONS = ("Today", "Covered", "Days", "Free", "Replaced", "Others", "Unheard")
PERSONS = [synthetic_ssin(number) for number in range(1, 31)]


def random_facts(chance: random.Random) -> list[Integration]:
    return [
        held(
            f"{chance.choice((0, 1, 2, 4, 902))} 2020-01-01 ..",
            by=chance.choice(ORGANISATIONS),
            person=chance.choice(PERSONS[:-3]),
            begin=(begin := TODAY + chance.randint(-400, 30)),
            end=begin + chance.randint(0, 400),
            primary=chance.random() < 0.8,
            secondary=chance.random() < 0.8,
        )
        for _ in range(120)
    ]


def random_request(operation: str, chance: random.Random) -> DecisionRequest:
    begin = TODAY + chance.randint(-500, 0)
    period = (NamedPeriod("request_period", begin, begin + chance.randint(0, 300)),) * chance.choice((0, 1, 1, 1, 2))
    return DecisionRequest(
        operation=operation,
        requester=chance.choice(ORGANISATIONS).key,
        ssins=tuple(chance.sample(PERSONS, chance.choice((0, 1, 1, 1, 3)))),
        system_date=TODAY + chance.randint(-30, 30),
        quality_code=chance.choice((None, None, 1, 2, 4)),
        periods=period,
        ticket=f"t-{chance.randrange(1000)}",
    )


def one_at_a_time(plan: Plan, request: DecisionRequest, register: InlineRegister | object) -> Decision | CallerError:
    try:
        return SingleEvaluator(plan).decide(request, register)  # type: ignore[arg-type]
    except CallerError as error:
        return error


def comparable(result: Decision | CallerError) -> object:
    return (type(result), str(result)) if isinstance(result, CallerError) else result


def test_a_batch_answers_as_one_at_a_time_and_in_order() -> None:
    chance = random.Random(20260615)
    plan = rules(PLAN_TEXT)
    index = index_of(random_facts(chance), {PERSONS[0]: PERSONS[1], PERSONS[2]: PERSONS[3], PERSONS[3]: PERSONS[4]})
    requests = [random_request(operation, chance) for operation, _ in product(OPERATIONS, range(150))]
    chance.shuffle(requests)
    together = ColumnEvaluator(plan).decide_all(requests, index)
    alone = [one_at_a_time(plan, request, index) for request in requests]
    assert list(map(comparable, together)) == list(map(comparable, alone))
    outcomes = {result.outcome for result in together if isinstance(result, Decision)}
    assert outcomes == {Outcome.GRANTED, Outcome.REFUSED}
    assert {type(result) for result in together} == {Decision, InvalidRequestError, UnknownOperationError}


def test_an_error_stands_in_the_place_of_its_request() -> None:
    plan = rules(PLAN_TEXT)
    batch = [ask("Today"), ask("Unheard"), ask("Covered"), ask("Today", persons=(SECOND,))]
    first, second, third, fourth = ColumnEvaluator(plan).decide_all(batch, index_of([held("2 2020-01-01 ..")]))
    assert isinstance(first, Decision)
    assert first.outcome is Outcome.GRANTED
    assert isinstance(second, UnknownOperationError)
    assert isinstance(third, InvalidRequestError)
    assert isinstance(fourth, Decision)
    assert fourth.outcome is Outcome.REFUSED


def test_an_empty_batch_has_no_answers() -> None:
    assert ColumnEvaluator(rules(PLAN_TEXT)).decide_all([], index_of([])) == []


def test_an_empty_register_refuses() -> None:
    results = ColumnEvaluator(rules(PLAN_TEXT)).decide_all(
        [ask("Today"), ask("Days", given={"request_period": "2024-01-01 .. 2024-12-31"})], index_of([])
    )
    assert [result.outcome for result in results if isinstance(result, Decision)] == [Outcome.REFUSED] * 2


def test_requesters_are_told_apart_within_a_batch() -> None:
    results = ColumnEvaluator(rules(PLAN_TEXT)).decide_all(
        [ask("Today", by=CPAS), ask("Today", by=PARTNER), ask("Today", by="40/21")],
        index_of([held("2 2020-01-01 ..", by=PARTNER)]),
    )
    assert [result.outcome for result in results if isinstance(result, Decision)] == [
        Outcome.REFUSED,
        Outcome.GRANTED,
        Outcome.GRANTED,
    ]


def test_an_organisation_under_several_sectors_and_institutions_is_one_requester() -> None:
    """Rows of one organisation that differ in what columns call the owner: only the sector tells them apart."""
    plan = rules(PLAN_TEXT)
    rows = [
        held("2 2020-01-01 .. 2023-12-31", by=CPAS, institution=None),
        held("2 2020-01-01 .. 2024-06-30", by=CPAS, institution=9),
        held("2 2020-01-01 ..", by=CPAS, sector=40),
    ]
    for last_day, reason in (("2024-06-30", Reason.RULE_SATISFIED), ("2024-07-01", Reason.NOT_INTEGRATED)):
        request = replace(ask("Today"), system_date=parse_day(last_day))
        (decided,) = ColumnEvaluator(plan).decide_all([request], index := index_of(rows))
        assert isinstance(decided, Decision)
        assert decided.reason is reason
        assert decided == SingleEvaluator(plan).decide(request, index)


def test_each_answer_echoes_its_request_and_the_revision() -> None:
    request = ask("Today", ticket="t-9")
    (result,) = ColumnEvaluator(plan := rules(PLAN_TEXT)).decide_all([request], index_of([]))
    assert isinstance(result, Decision)
    assert (result.ticket, result.system_date, result.register_revision) == ("t-9", TODAY, 7)
    assert result.ruleset_digest == plan.digest


def test_inline_facts_give_the_same_answers_as_the_index() -> None:
    chance = random.Random(11)
    plan = rules(PLAN_TEXT)
    index = index_of(random_facts(chance), {PERSON: SECOND})
    for operation, number in product(OPERATIONS[:-1], range(20)):
        request = random_request(operation, chance)
        requester = index.organisation(request.requester)
        assert requester is not None, number
        rows = [row for ssin in PERSONS for row in index.integrations_of(ssin) if ssin != PERSON]
        by_facts = one_at_a_time(plan, request, InlineRegister(requester, rows, {PERSON: SECOND}))
        by_index = one_at_a_time(plan, request, index)
        if isinstance(by_facts, Decision) and isinstance(by_index, Decision):
            assert (by_facts.reason, by_facts.persons) == (by_index.reason, by_index.persons)
        else:
            assert comparable(by_facts) == comparable(by_index)
