"""From the fields of a message to a checked request: every wrong field is found and named, and no number repeated."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from rules_service.algebra import NameKind, parse_day
from rules_service.decision import (
    DecisionRequest,
    NamedDate,
    NamedPeriod,
    PeriodFields,
    Proof,
    RequestFields,
    RequestVocabulary,
    check_request,
)
from rules_service.decision.checking import (
    MAX_LEGAL_CONTEXT_LENGTH,
    MAX_NAMED_VALUES,
    MAX_PERSONS,
    MAX_TICKET_LENGTH,
)
from rules_service.errors import InvalidRequestError, InvalidSsinError
from rules_service.identifiers import check_digits

TODAY = parse_day("2026-06-15")
VOCABULARY = RequestVocabulary(
    names={
        "system_date": NameKind.DATE,
        "end_date": NameKind.DATE,
        "reference_date": NameKind.DATE,
        "request_period": NameKind.PERIOD,
        "reference_year": NameKind.PERIOD,
        "validity": NameKind.PERIOD,
    },
    parameters={
        "decision": frozenset({"grant", "refuse"}),
        "channel": frozenset(),
        "reference_year": frozenset(),
    },
)


def person(counter: int) -> str:
    nine = 850_101_000 + counter
    return f"{nine}{check_digits(nine, born_2000_or_later=False):02d}"


GOOD = RequestFields(
    operation="PerformInvestigation",
    requester="0207000038",
    ssins=(person(1), person(2)),
    quality_code=2,
    legal_context="SOCIAL_INQUIRY",
    system_date="2024-02-29",
    request_period=PeriodFields("2023-01-01", "2023-12-31"),
    periods=(("validity", PeriodFields("2024-01-01")),),
    dates=(("end_date", "2024-03-01"), ("end_date", "2024-04-01")),
    parameters={"decision": "grant", "channel": "any text"},
    information_types=("110", "120"),
    proof=Proof.CORRECT,
    ticket="t-1",
)


def checked(**changes: Any) -> DecisionRequest:
    return check_request(replace(GOOD, **changes), VOCABULARY, TODAY)


def error_of(**changes: Any) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as caught:
        checked(**changes)
    return caught.value


def fields_of(error: InvalidRequestError) -> list[str]:
    return [violation.field for violation in error.violations]


def test_a_right_request_becomes_days_and_numbers() -> None:
    assert checked() == DecisionRequest(
        operation="PerformInvestigation",
        requester="0207000038",
        ssins=(int(person(1)), int(person(2))),
        system_date=parse_day("2024-02-29"),
        quality_code=2,
        legal_context="SOCIAL_INQUIRY",
        periods=(
            NamedPeriod("request_period", parse_day("2023-01-01"), parse_day("2023-12-31")),
            NamedPeriod("validity", parse_day("2024-01-01"), None),
        ),
        dates=(NamedDate("end_date", parse_day("2024-03-01")), NamedDate("end_date", parse_day("2024-04-01"))),
        parameters={"decision": "grant", "channel": "any text"},
        information_types=("110", "120"),
        proof=Proof.CORRECT,
        ticket="t-1",
    )


def test_s1_the_system_date_is_the_day_of_receipt_unless_stated() -> None:
    assert checked(system_date="").system_date == TODAY
    assert checked(system_date="1970-01-01").system_date == 0


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no operation": ({"operation": ""}, ["operation"]),
    "no requester": ({"requester": ""}, ["requester"]),
    "negative quality code": ({"quality_code": -1}, ["quality_code"]),
    "quality code of four digits": ({"quality_code": 1000}, ["quality_code"]),
    "long ticket": ({"ticket": "x" * (MAX_TICKET_LENGTH + 1)}, ["ticket"]),
    "long legal context": ({"legal_context": "x" * (MAX_LEGAL_CONTEXT_LENGTH + 1)}, ["legal_context"]),
    "person twice": ({"ssins": (person(1), person(2), person(1))}, ["ssins"]),
    "system date no date": ({"system_date": "today"}, ["system_date"]),
    "system date no day": ({"system_date": "2023-02-29"}, ["system_date"]),
    "begin missing": ({"request_period": PeriodFields("", "2023-12-31")}, ["request_period.begin_date"]),
    "begin wrong": ({"request_period": PeriodFields("2023-13-01", "1950-12-31")}, ["request_period.begin_date"]),
    "end wrong": ({"request_period": PeriodFields("2023-01-01", "2023-02-30")}, ["request_period.end_date"]),
    "both wrong": (
        {"request_period": PeriodFields("x", "y")},
        ["request_period.begin_date", "request_period.end_date"],
    ),
    "inverted": ({"request_period": PeriodFields("2023-01-02", "2023-01-01")}, ["request_period.end_date"]),
    "second period inverted": (
        {"periods": (("validity", PeriodFields("2023-01-01")), ("validity", PeriodFields("2023-01-02", "2023-01-01")))},
        ["periods[1].period.end_date"],
    ),
    "unknown period": ({"periods": (("heating", PeriodFields("2023-01-01")),)}, ["periods[0].name"]),
    "date among periods": ({"periods": (("end_date", PeriodFields("2023-01-01")),)}, ["periods[0].name"]),
    "request_period among periods": (
        {"periods": (("request_period", PeriodFields("2023-01-01")),)},
        ["periods[0].name"],
    ),
    "reference_year among periods": (
        {"periods": (("reference_year", PeriodFields("2023-01-01")),)},
        ["periods[0].name"],
    ),
    "unknown date": ({"dates": (("tomorrow", "2023-01-01"),)}, ["dates[0].name"]),
    "period among dates": ({"dates": (("validity", "2023-01-01"),)}, ["dates[0].name"]),
    "system_date among dates": ({"dates": (("system_date", "2023-01-01"),)}, ["dates[0].name"]),
    "date without day": ({"dates": (("end_date", ""),)}, ["dates[0].date"]),
    "second date wrong": ({"dates": (("end_date", "2023-01-01"), ("end_date", "01/02/2023"))}, ["dates[1].date"]),
    "unknown parameter": ({"parameters": {"colour": "red"}}, ["parameters[colour]"]),
    "unknown value": ({"parameters": {"decision": "maybe"}}, ["parameters[decision]"]),
    "information type not three digits": (
        {"information_types": ("110", "11", "1100", "abc")},
        [
            "information_types[1]",
            "information_types[2]",
            "information_types[3]",
        ],
    ),
    "information type in other digits": ({"information_types": ("١١٠",)}, ["information_types[0]"]),
}


@pytest.mark.parametrize(("changes", "fields"), WRONG.values(), ids=WRONG.keys())
def test_each_wrong_field_is_named_and_nothing_else(changes: dict[str, Any], fields: list[str]) -> None:
    error = error_of(**changes)
    assert fields_of(error) == fields
    assert error.reason == "INVALID_REQUEST"
    assert all(violation.description for violation in error.violations)
    assert all(f"`{violation.field}`: {violation.description}" in str(error) for violation in error.violations)


def test_every_wrong_field_of_one_request_is_named() -> None:
    """All mistakes of the table that change different fields, in one request."""
    names = [
        "no operation",
        "long ticket",
        "system date no day",
        "inverted",
        "unknown period",
        "second date wrong",
        "unknown value",
        "information type not three digits",
    ]
    changes: dict[str, Any] = {"ssins": ("12345",)}
    expected = ["ssins[0]"]
    for name in names:
        changes |= WRONG[name][0]
        expected += WRONG[name][1]
    error = error_of(**changes)
    assert sorted(fields_of(error)) == sorted(expected)
    assert not isinstance(error, InvalidSsinError)


def test_wrong_numbers_alone_are_the_errors_of_numbers() -> None:
    swapped = person(1)[:-2] + f"{int(person(1)[-2:]) % 97 + 1:02d}"
    error = error_of(ssins=(person(2), swapped, "", "85.01.01-001.28"))
    assert isinstance(error, InvalidSsinError)
    assert fields_of(error) == ["ssins[1]", "ssins[2]", "ssins[3]"]
    assert error.reason == "INVALID_SSIN"


def test_a_request_needs_neither_persons_nor_inputs() -> None:
    request = check_request(RequestFields(operation="X", requester="Y"), VOCABULARY, TODAY)
    assert (request.ssins, request.periods, request.dates, request.quality_code) == ((), (), (), None)


def test_names_reserved_for_fields_are_not_offered_either() -> None:
    error = error_of(periods=(("x", PeriodFields("2023-01-01")),), dates=(("y", "2023-01-01"),))
    told = [violation.description for violation in error.violations]
    assert told == [
        "`x` is not a known period; known are validity",
        "`y` is not a known date; known are end_date, reference_date",
    ]


def test_a_period_of_one_day_is_not_inverted() -> None:
    assert checked(request_period=PeriodFields("2023-01-01", "2023-01-01")).periods[0].end == parse_day("2023-01-01")


@pytest.mark.parametrize("year", ["2024", "0001", "9999"])
def test_a_year_becomes_its_period(year: str) -> None:
    request = checked(parameters={"reference_year": year}, request_period=None, periods=())
    assert request.periods == (NamedPeriod("reference_year", parse_day(f"{year}-01-01"), parse_day(f"{year}-12-31")),)
    assert request.parameters["reference_year"] == year


@pytest.mark.parametrize("year", ["", "0000", "24", "02024", "20x4", "-024", "２０２４", "2024 "])
def test_anything_else_is_no_year(year: str) -> None:
    assert fields_of(error_of(parameters={"reference_year": year})) == ["parameters[reference_year]"]


AT_THE_LIMIT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "ticket": ({"ticket": "x" * MAX_TICKET_LENGTH}, {"ticket": "x" * (MAX_TICKET_LENGTH + 1)}, "ticket"),
    "persons": (
        {"ssins": tuple(map(person, range(1, MAX_PERSONS + 1)))},
        {"ssins": tuple(map(person, range(1, MAX_PERSONS + 2)))},
        "ssins",
    ),
    "periods": (
        {"periods": (("validity", PeriodFields("2023-01-01")),) * MAX_NAMED_VALUES},
        {"periods": (("validity", PeriodFields("2023-01-01")),) * (MAX_NAMED_VALUES + 1)},
        "periods",
    ),
    "dates": (
        {"dates": (("end_date", "2023-01-01"),) * MAX_NAMED_VALUES},
        {"dates": (("end_date", "2023-01-01"),) * (MAX_NAMED_VALUES + 1)},
        "dates",
    ),
    "information types": (
        {"information_types": ("110",) * MAX_NAMED_VALUES},
        {"information_types": ("110",) * (MAX_NAMED_VALUES + 1)},
        "information_types",
    ),
    "operation": ({"operation": "x" * 100}, {"operation": "x" * 101}, "operation"),
    "quality code": ({"quality_code": 999}, {"quality_code": 1000}, "quality_code"),
}


@pytest.mark.parametrize(("allowed", "too_much", "field"), AT_THE_LIMIT.values(), ids=AT_THE_LIMIT.keys())
def test_limits_are_included_and_one_more_is_refused(
    allowed: dict[str, Any], too_much: dict[str, Any], field: str
) -> None:
    checked(**allowed)
    assert fields_of(error_of(**too_much)) == [field]


FULL_OF_MISTAKES: dict[str, dict[str, Any]] = {
    "ssins": {"ssins": ("",) * 101},
    "periods": {"periods": (("", PeriodFields("")),) * 101},
    "dates": {"dates": (("", ""),) * 101},
    "parameters": {"parameters": {str(number): "" for number in range(101)}},
    "information_types": {"information_types": ("",) * 101},
}


@pytest.mark.parametrize("field", FULL_OF_MISTAKES)
def test_what_is_too_much_is_not_looked_at(field: str) -> None:
    assert fields_of(error_of(**FULL_OF_MISTAKES[field])) == [field]


NUMBER = person(7)
HIDDEN_IN: dict[str, dict[str, Any]] = {
    "operation": {"operation": NUMBER, "requester": ""},
    "requester": {"requester": NUMBER, "operation": ""},
    "persons": {"ssins": (NUMBER, NUMBER)},
    "a longer number": {"ssins": (NUMBER + "1",)},
    "a printed number": {"ssins": (f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]}-{NUMBER[6:9]}.{NUMBER[9:]}",)},
    "quality code": {"quality_code": int(NUMBER)},
    "legal context": {"legal_context": NUMBER * 7},
    "ticket": {"ticket": NUMBER * 7},
    "system date": {"system_date": NUMBER},
    "begin": {"request_period": PeriodFields(NUMBER, NUMBER)},
    "period name": {"periods": ((NUMBER, PeriodFields("2023-01-01")),)},
    "period name in words": {"periods": ((f"period of {NUMBER}", PeriodFields("2023-01-01")),)},
    "period name in other digits": {
        "periods": (
            (
                NUMBER.translate(dict(zip(map(ord, "0123456789"), "٠١٢٣٤٥٦٧٨٩", strict=True))),
                PeriodFields("2023-01-01"),
            ),
        )
    },
    "date name": {"dates": ((NUMBER, "2023-01-01"),)},
    "date": {"dates": (("end_date", NUMBER),)},
    "parameter name": {"parameters": {NUMBER: "x"}},
    "parameter value": {"parameters": {"decision": NUMBER}},
    "year": {"parameters": {"reference_year": NUMBER}},
    "information type": {"information_types": (NUMBER,)},
}


@pytest.mark.parametrize("changes", HIDDEN_IN.values(), ids=HIDDEN_IN.keys())
def test_s22_no_message_repeats_a_number(changes: dict[str, Any]) -> None:
    """Wherever a number was put by mistake: neither it, nor eleven digits of any kind, nor its printed form."""
    error = error_of(**changes)
    told = " ".join([str(error), repr(error), *map(repr, error.violations), repr(error.metadata)])
    assert not re.search(r"(\d\W?){9}", told), told


def test_s22_neither_fields_nor_requests_show_their_numbers() -> None:
    assert NUMBER not in repr(replace(GOOD, ssins=(NUMBER,)))
    assert NUMBER not in repr(checked(ssins=(NUMBER,)))
