"""Outcomes, reasons and the network's own status for them (S17, S20, S21)."""

from __future__ import annotations

from itertools import product

import pytest

from rules_service.decision import Outcome, Reason, official_status, outcome_of_persons

OUTCOMES = {
    Reason.RULE_SATISFIED: (Outcome.GRANTED, "DATA_FOUND", "MSG00000"),
    Reason.NO_CONTROL: (Outcome.GRANTED, "DATA_FOUND", "MSG00000"),
    Reason.OPERATION_NOT_AVAILABLE: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.OPERATION_REMOVED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.REQUESTER_NOT_AUTHORISED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.REGION_NOT_AUTHORISED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.LEGAL_CONTEXT_NOT_AUTHORISED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.QUALITY_CODE_NOT_PERMITTED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.INFORMATION_TYPE_NOT_PERMITTED: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.PROOF_MISSING: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.PROOF_INCORRECT: (Outcome.REFUSED, "NO_RESULT", "MSG00013"),
    Reason.SSIN_REPLACED: (Outcome.REFUSED, "NO_RESULT", "MSG00006"),
    Reason.NOT_INTEGRATED: (Outcome.REFUSED, "NO_RESULT", "MSG00012"),
    Reason.NO_RULE_DOCUMENTED: (Outcome.INDETERMINATE, "NO_RESULT", "MSG00013"),
    Reason.FACTS_NOT_HELD: (Outcome.INDETERMINATE, "NO_RESULT", "MSG00013"),
}


def test_the_table_is_complete() -> None:
    assert set(OUTCOMES) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.name)
def test_s21_official_status(reason: Reason) -> None:
    outcome, value, code = OUTCOMES[reason]
    status = official_status(reason)
    assert (reason.outcome, status.value, status.code) == (outcome, value, code)
    assert status.description


def test_s20_only_a_rule_satisfied_or_a_rule_without_control_grants() -> None:
    granting = {reason for reason in Reason if reason.outcome is Outcome.GRANTED}
    assert granting == {Reason.RULE_SATISFIED, Reason.NO_CONTROL}


GRANTED, REFUSED, OPEN = Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED, Reason.FACTS_NOT_HELD


@pytest.mark.parametrize("reasons", list(product((GRANTED, REFUSED, OPEN), repeat=3)))
def test_s17_granted_only_if_all_are_else_refused_if_any_is_else_indeterminate(reasons: tuple[Reason, ...]) -> None:
    expected = GRANTED
    if OPEN in reasons:
        expected = OPEN
    if REFUSED in reasons:
        expected = REFUSED
    assert outcome_of_persons(reasons) is expected


def test_s17_the_first_refusal_gives_the_reason() -> None:
    mixed = [GRANTED, OPEN, Reason.SSIN_REPLACED, REFUSED]
    assert outcome_of_persons(mixed) is Reason.SSIN_REPLACED
    assert outcome_of_persons(reversed(mixed)) is REFUSED
