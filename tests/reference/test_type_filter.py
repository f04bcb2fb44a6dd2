"""Which information types may be given, on shapes of rules that no chapter has: the same as decisions grant (S30b)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from rules_service.decision import Outcome
from rules_service.model import Guard, NoControl, OperationStatus, Undocumented
from rules_service.reference import InquiryPurpose, TypeQuestion, TypeVerdict, filter_types
from tests.reference.small_models import (
    all_of,
    any_of,
    decide,
    information_type,
    integrated,
    of_my_sector,
    of_sector,
    operation,
    overlaps,
    own,
    register,
    ruleset,
    variant,
)

TYPES = (
    information_type("300", debtor=True),
    information_type("100"),
    information_type("200", applicant=False, debtor=True, user_roles=["receiver"]),
)
ROLES = ("", "receiver", "secretary")
FOR_THE_RECEIVER = Guard(parameters=(("user_role", frozenset({"receiver"})),))
ON_TODAY = "system_date"

RULES: dict[str, list[Any]] = {
    "own under some codes": [overlaps(ON_TODAY, own(2, 3))],
    "own under the code of debtors": [overlaps(ON_TODAY, own(30))],
    "own under any code": [overlaps(ON_TODAY)],
    "own under codes of neither": [overlaps(ON_TODAY, own(31))],
    "the whole sector": [overlaps(ON_TODAY, of_my_sector(4, 30))],
    "any CPAS under a code": [overlaps(ON_TODAY, of_sector(17, 2))],
    "own under any code, and any CPAS": [all_of(overlaps(ON_TODAY), overlaps(ON_TODAY, of_sector(17, 1, 2, 30)))],
    "either of two": [any_of(overlaps(ON_TODAY, own(9)), overlaps(ON_TODAY, own(30, 31)))],
    "no control": [NoControl("non_blocking")],
    "no rule": [Undocumented()],
    "no rule, or one": [variant(Undocumented(), "one"), variant(overlaps(ON_TODAY, own(2)), "another")],
    "one for the receiver": [
        variant(overlaps(ON_TODAY, own(2)), "everybody"),
        variant(overlaps(ON_TODAY, own(30)), "the receiver", FOR_THE_RECEIVER),
    ],
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_s30b_allowed_is_what_is_granted_under_some_code_of_the_purpose(rules: list[Any]) -> None:
    asked = operation(*rules, delivers_information_types=True)
    everybody = register(*(integrated("2020-01-01", code=code) for code in (*range(1, 10), 30, 31)))
    for purpose, role in product(InquiryPurpose, ROLES):
        question = TypeQuestion("Service.ask", purpose, role)
        found = {each.number: each.verdict is TypeVerdict.ALLOWED for each in filter_types(asked, TYPES, question)}
        assert found == {
            each.number: any(
                decide(
                    ruleset(asked, information_types=TYPES),
                    everybody,
                    quality_code=code,
                    information_types=(each.number,),
                    parameters={"user_role": role} if role else {},
                ).outcome
                is Outcome.GRANTED
                for code in purpose.codes
            )
            for each in TYPES
        }


@pytest.mark.parametrize("status", [OperationStatus.NOT_YET_AVAILABLE, OperationStatus.REMOVED])
def test_s20_an_operation_that_is_not_there_opens_nothing(status: OperationStatus) -> None:
    asked = operation(overlaps(ON_TODAY), status=status, delivers_information_types=True)
    question = TypeQuestion("Service.ask", InquiryPurpose.APPLICANT, numbers=("100", "999"))
    assert {each.verdict for each in filter_types(asked, TYPES, question)} == {TypeVerdict.OPERATION_NOT_AVAILABLE}


def test_types_ascend_unless_they_are_asked_for_in_an_order() -> None:
    asked = operation(overlaps(ON_TODAY), delivers_information_types=True)

    def numbers(*wanted: str) -> list[str]:
        question = TypeQuestion("Service.ask", InquiryPurpose.APPLICANT, numbers=wanted)
        return [each.number for each in filter_types(asked, TYPES, question)]

    assert numbers() == ["100", "200", "300"]
    assert numbers("300", "100", "300") == ["300", "100", "300"]
