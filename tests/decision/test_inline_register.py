"""Facts given with a request, read like a register (S18)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules_service.decision import InlineRegister, Integration
from rules_service.errors import InvalidRequestError
from rules_service.identifiers.parties import Organisation, RequesterKind

CPAS = Organisation("0207000038", RequesterKind.CPAS, sector=17, institution=1)
ROW = Integration(row_id=1, ssin=10, organisation=CPAS.key, sector=17, quality_code=2, begin=100, end=200)


def test_only_the_requester_is_known() -> None:
    register = InlineRegister(CPAS, [])
    assert register.organisation(CPAS.key) == CPAS
    assert register.organisation("17/1") is None
    assert register.revision == 0


def test_a_person_without_facts_has_none() -> None:
    register = InlineRegister(CPAS, [ROW])
    assert register.integrations_of(11) == ()
    assert register.current_number(11) == 11


def test_integrations_come_by_begin_then_end_then_row() -> None:
    rows = [
        replace(ROW, row_id=4, begin=100, end=200),
        replace(ROW, row_id=3, begin=100, end=200),
        replace(ROW, row_id=2, begin=100, end=150),
        replace(ROW, row_id=1, begin=50, end=900),
    ]
    assert [row.row_id for row in InlineRegister(CPAS, rows).integrations_of(10)] == [1, 2, 3, 4]


def test_s18_the_whole_chain_is_one_person_under_the_number_asked_for() -> None:
    rows = [ROW, replace(ROW, row_id=2, ssin=11, begin=101), replace(ROW, row_id=3, ssin=12, begin=102)]
    register = InlineRegister(CPAS, rows, {10: 11, 11: 12})
    for number in (10, 11, 12):
        assert register.current_number(number) == 12
        assert [(row.row_id, row.ssin) for row in register.integrations_of(number)] == [
            (1, number),
            (2, number),
            (3, number),
        ]


def test_s18_two_numbers_may_become_one() -> None:
    register = InlineRegister(CPAS, [ROW], {10: 12, 11: 12})
    assert [row.row_id for row in register.integrations_of(11)] == [1]


@pytest.mark.parametrize("circle", [{10: 10}, {10: 11, 11: 10}, {9: 10, 10: 11, 11: 12, 12: 10}])
def test_a_chain_that_never_ends_is_refused(circle: dict[int, int]) -> None:
    with pytest.raises(InvalidRequestError, match="circle"):
        InlineRegister(CPAS, [ROW], circle)


def test_s22_an_integration_does_not_show_its_number() -> None:
    assert "10," not in repr(ROW)
    assert "ssin" not in repr(ROW)
