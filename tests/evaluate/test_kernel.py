"""What the compiled kernel must hold to beyond the meaning of rules: calendars, threads, room, memory of dates."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rules_service.algebra import Rounding, Shift, apply_to_column, parse_day
from rules_service.algebra.days import FUTURE, PAST
from rules_service.decision import (
    Decision,
    DecisionColumns,
    DecisionRequest,
    NamedDate,
    NamedPeriod,
    Reason,
    RequestColumns,
)
from rules_service.errors import InvalidRequestError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.evaluate.civil import shifted
from rules_service.evaluate.compiled import brief
from rules_service.load.synthetic import synthetic_ssin
from tests.evaluate.scene import CPAS, ORGANISATIONS, PERSON, SECOND, TODAY, ask, held, index_of, own, rules

SHIFTS = [
    Shift(),
    Shift(-2),
    Shift(-60),
    Shift(1, rounding=Rounding.UP),
    Shift(-1, rounding=Rounding.UP),
    Shift(12, rounding=Rounding.UP),
    Shift(0, 45),
    Shift(-2, 45),
    Shift(13, -40, Rounding.UP),
    Shift(12 * 9_998),
    Shift(-12 * 9_998, 3),
    Shift(10_000_000),
    Shift(-10_000_000),
    Shift(0, -5_000_000),
]
PLAN = rules(f"""
- name: Today
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants: [{own("[1-3]")}, {own("any", register="both")}]
- name: Covered
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants: [{own("[1, 2]", "{covers: request_period}", extended="begin - 5 years")}]
- name: Repeated
  variants: [{own("any", "{at: end_date}")}]
""")


@brief
def _shift_column(days: Any, months: int, more_days: int, up: int, moved: Any) -> None:
    for place in range(len(days)):
        moved[place] = shifted(days[place], months, more_days, up)


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
def test_every_day_of_the_calendar_moves_as_the_algebra_moves_it(shift: Shift) -> None:
    days = np.arange(PAST, FUTURE + 1, dtype=np.int32)
    moved = np.empty(len(days), dtype=np.int64)
    _shift_column(days, shift.months, shift.days, int(shift.rounding is Rounding.UP), moved)
    assert np.array_equal(moved, apply_to_column(days, shift))


def _random_requests(count: int, seed: int) -> list[DecisionRequest]:
    chance = random.Random(seed)
    requests = []
    for _ in range(count):
        begin = TODAY + chance.randint(-900, 0)
        requests.append(
            DecisionRequest(
                operation=chance.choice(("Today", "Covered")),
                requester=chance.choice(ORGANISATIONS).key,
                ssins=tuple({synthetic_ssin(chance.randint(1, 60)) for _ in range(chance.choice((1, 1, 2)))}),
                system_date=TODAY + chance.randint(-900, 30),
                periods=(NamedPeriod("request_period", begin, begin + chance.randint(0, 300)),),
            )
        )
    return requests


def _register(rows: int, seed: int) -> Any:
    chance = random.Random(seed)
    return index_of(
        held(
            f"{chance.choice((1, 2, 4))} 2020-01-01 ..",
            by=chance.choice(ORGANISATIONS),
            person=synthetic_ssin(chance.randint(1, 60)),
            begin=(begin := TODAY + chance.randint(-900, 30)),
            end=begin + chance.randint(0, 900),
        )
        for _ in range(rows)
    )


def _assert_same(some: DecisionColumns, other: DecisionColumns) -> None:
    for name in ("reason", "person_reason", "evidence_offsets", "evidence_row", "replaced_by"):
        assert np.array_equal(getattr(some, name), getattr(other, name)), name
    assert [some.verdicts[each] for each in some.verdict] == [other.verdicts[each] for each in other.verdict]


def test_threads_share_a_batch_and_give_the_answers_of_one() -> None:
    requests, index = _random_requests(20_000, 3), _register(400, 4)
    columns, evaluator = RequestColumns.of(requests), ColumnEvaluator(PLAN)
    alone = evaluator.decide_columns(columns, index)
    assert set(np.unique(alone.reason)) > {Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED}
    for threads in (2, 3, 4):
        _assert_same(evaluator.decide_columns(columns, index, threads), alone)


def test_one_evaluator_serves_many_threads_that_meet_new_looks_at_once() -> None:
    evaluator, index = ColumnEvaluator(PLAN), _register(400, 5)
    batches = [_random_requests(300, seed) for seed in range(12)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda batch: evaluator.decide_all(batch, index), batches))
    assert together == [ColumnEvaluator(PLAN).decide_all(batch, index) for batch in batches]


def test_more_days_than_the_kernel_remembers_are_each_decided_by_their_own() -> None:
    requests, index = _random_requests(3_000, 8), _register(300, 9)
    single = SingleEvaluator(PLAN)
    assert len({(request.system_date, request.periods) for request in requests}) > 2_500
    alone = [single.decide(request, index) for request in requests]
    assert ColumnEvaluator(PLAN).decide_all(requests, index) == alone


def test_persons_with_many_integrations_are_decided_in_any_order_of_the_requests() -> None:
    requests, index = _random_requests(2_000, 6), _register(1_500, 7)
    assert np.diff(index.offsets[: index.person_count + 1]).max() > 16
    single = SingleEvaluator(PLAN)
    alone = [single.decide(request, index) for request in requests]
    assert {len(each.evidence) for each in alone} >= {0, 1, 2, 3}
    assert ColumnEvaluator(PLAN).decide_all(requests, index) == alone


def test_evidence_finds_room_however_much_there_is() -> None:
    years = [held(f"1 {year}-01-01 .. {year}-12-31") for year in range(1900, 2026)]
    request = ask("Covered", given={"request_period": "1900-01-01 .. 2025-12-31"})
    decided = ColumnEvaluator(PLAN).decide_all([request] * 200, index := index_of(years))
    expected = SingleEvaluator(PLAN).decide(request, index)
    assert len(expected.evidence) > 100
    assert decided == [expected] * 200


def test_persons_granted_by_different_variants_name_them_in_the_order_of_the_persons() -> None:
    facts = [held("4 2020-01-01 ..", person=PERSON), held("2 2020-01-01 ..", person=SECOND, secondary=False)]
    index, evaluator = index_of(facts), ColumnEvaluator(PLAN)
    for persons in ((PERSON, SECOND), (SECOND, PERSON)):
        request = ask("Today", persons=persons)
        assert evaluator.decide_all([request], index) == [SingleEvaluator(PLAN).decide(request, index)]


def _repeated(times: int) -> DecisionRequest:
    dates = tuple(NamedDate("end_date", TODAY - day) for day in range(times))
    return DecisionRequest("Repeated", CPAS.key, (PERSON, SECOND), TODAY, dates=dates)


def test_a_thousand_cases_are_tried_and_not_one_more() -> None:
    index = index_of([held("2 2000-01-01 ..", person=each) for each in (PERSON, SECOND)])
    most, too_many = ColumnEvaluator(PLAN).decide_all([_repeated(500), _repeated(501)], index)
    assert isinstance(most, Decision)
    assert most.reason is Reason.RULE_SATISFIED
    assert isinstance(too_many, InvalidRequestError)
    assert [each.field for each in too_many.violations] == ["dates"]


def test_a_register_that_learns_of_an_organisation_later_is_asked_again() -> None:
    evaluator, request = ColumnEvaluator(PLAN), ask("Today")
    without = index_of([])
    held_now = index_of([held("2 2020-01-01 ..")])
    outcomes = [evaluator.decide_all([request], index)[0] for index in (without, held_now, without)]
    assert [each.reason for each in outcomes if isinstance(each, Decision)] == [
        Reason.NOT_INTEGRATED,
        Reason.RULE_SATISFIED,
        Reason.NOT_INTEGRATED,
    ]


def test_a_reference_year_is_a_period_of_its_own() -> None:
    plan = rules(f"[{{name: Asked, variants: [{own('any', '{covers: reference_year}')}]}}]")
    index = index_of([held("2 2024-01-01 .. 2024-12-31")])
    requests = [
        DecisionRequest(
            "Asked",
            CPAS.key,
            (PERSON,),
            TODAY,
            periods=(NamedPeriod("reference_year", parse_day(f"{year}-01-01"), parse_day(f"{year}-12-31")),),
            parameters={"reference_year": str(year)},
        )
        for year in (2023, 2024, 2025)
    ]
    reasons = [each.reason for each in ColumnEvaluator(plan).decide_all(requests, index) if isinstance(each, Decision)]
    assert reasons == [Reason.NOT_INTEGRATED, Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED]


def test_the_command_line_starts_without_the_compiler() -> None:
    said = "import sys, rules_service.cli; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
