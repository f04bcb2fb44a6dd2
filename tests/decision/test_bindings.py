"""Slots get their days, once for each way in which repeated names combine (S30c)."""

from __future__ import annotations

import pytest

from rules_service.algebra import FUTURE
from rules_service.decision import DecisionRequest, NamedDate, NamedPeriod
from rules_service.decision.request import MAX_CASES
from rules_service.errors import InvalidRequestError

ALL = frozenset({"validity", "request_period", "end_date", "reference_date"})


def request(*named: NamedPeriod | NamedDate) -> DecisionRequest:
    return DecisionRequest(
        operation="X",
        requester="Y",
        ssins=(),
        system_date=1000,
        periods=tuple(each for each in named if isinstance(each, NamedPeriod)),
        dates=tuple(each for each in named if isinstance(each, NamedDate)),
    )


def test_the_system_date_is_always_bound() -> None:
    assert request().bindings(ALL) == ({"system_date": 1000},)


def test_a_period_binds_its_two_edges_and_an_open_end_is_the_future() -> None:
    asked = request(NamedPeriod("validity", 10, 12), NamedPeriod("request_period", 20, None))
    assert asked.bindings(ALL) == (
        {
            "system_date": 1000,
            "validity.begin": 10,
            "validity.end": 12,
            "request_period.begin": 20,
            "request_period.end": FUTURE,
        },
    )


def test_names_that_no_rule_reads_are_left_out() -> None:
    asked = request(*(NamedDate("end_date", day) for day in range(5)), NamedDate("reference_date", 9))
    assert asked.bindings(frozenset({"reference_date"})) == ({"system_date": 1000, "reference_date": 9},)


def test_s30c_a_repeated_name_is_bound_once_for_each() -> None:
    asked = request(NamedDate("end_date", 1), NamedDate("end_date", 2))
    assert [each["end_date"] for each in asked.bindings(ALL)] == [1, 2]


def test_s30c_two_repeated_names_combine_in_every_way_and_edges_stay_together() -> None:
    asked = request(
        NamedPeriod("validity", 1, 2), NamedPeriod("validity", 3, 4), NamedDate("end_date", 8), NamedDate("end_date", 9)
    )
    found = {(each["validity.begin"], each["validity.end"], each["end_date"]) for each in asked.bindings(ALL)}
    assert found == {(1, 2, 8), (1, 2, 9), (3, 4, 8), (3, 4, 9)}


def test_as_many_combinations_as_allowed_and_not_one_more() -> None:
    dates = [NamedDate(name, day) for name in ("end_date", "reference_date") for day in range(25)]
    periods = [NamedPeriod("validity", day, day) for day in range(40)]
    assert len(request(*dates[:50], *periods[:1]).bindings(ALL)) == 625
    assert len(request(*dates[:25], *periods).bindings(frozenset({"end_date", "validity"}))) == MAX_CASES == 1000
    with pytest.raises(InvalidRequestError, match="1000"):
        request(*dates, *periods[:2]).bindings(ALL)


def test_too_many_combinations_are_refused_before_they_are_made() -> None:
    dates = [NamedDate(name, day) for name in ("end_date", "reference_date") for day in range(100)]
    periods = [NamedPeriod(name, day, day) for name in ("validity", "request_period") for day in range(100)]
    with pytest.raises(InvalidRequestError):
        request(*dates, *periods).bindings(ALL)


def test_too_many_of_a_name_that_no_rule_reads_are_no_error() -> None:
    dates = [NamedDate(name, day) for name in ("end_date", "reference_date") for day in range(100)]
    assert len(request(*dates).bindings(frozenset())) == 1
