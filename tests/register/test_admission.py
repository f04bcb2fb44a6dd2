"""What may be written, by the rules of the catalogue itself: at each limit, the day before it and the day after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import FUTURE, MAX_DAY, Period, format_day, parse_day
from rules_service.errors import FieldViolation, InvalidRequestError
from rules_service.load import load_rulesets
from rules_service.model import MissingEnd
from rules_service.register.admission import (
    AdmissionRules,
    Admitted,
    Wish,
    WritingRulesMissingError,
    admit,
    admit_removal,
)

RULESET = load_rulesets(Path(__file__).parents[2] / "rulesets")
RULES = AdmissionRules.of(RULESET)
TODAY = parse_day("2026-05-04")
BEGIN, END, CODE = "period.begin_date", "period.end_date", "quality_code"
CPAS, PARTNERS = 17, 40

MONTHS_2, YEAR, YEARS_5, MONTH = "2026-07-04", "2027-05-04", "2031-05-04", "2026-06-04"
LAST_DAYS = {  # of an integration that begins on 2026-05-04: chapter 2, lines 13-28
    1: MONTHS_2,
    2: YEAR,
    3: YEAR,
    4: YEAR,
    5: YEAR,
    6: YEAR,
    7: YEARS_5,
    8: YEARS_5,
    9: YEARS_5,
    12: YEAR,
    20: MONTHS_2,
    30: YEAR,
    31: MONTH,
    40: "2026-12-31",
}
WITHOUT_MAXIMUM = (11, 21)
OF_THE_NETWORK = (0, 902, 999)
LEAP_DAYS_AND_MONTH_ENDS = [
    (2, "2024-02-29", "2025-02-28"),
    (2, "2023-02-28", "2024-02-28"),
    (2, "2023-03-01", "2024-03-01"),
    (7, "2024-02-29", "2029-02-28"),
    (7, "2023-02-28", "2028-02-28"),
    (31, "2026-08-31", "2026-09-30"),
    (31, "2026-01-31", "2026-02-28"),
    (31, "2024-01-31", "2024-02-29"),
    (31, "2026-02-28", "2026-03-28"),
    (1, "2025-12-31", "2026-02-28"),
    (1, "2023-12-30", "2024-02-29"),
    (20, "2026-08-31", "2026-10-31"),
    (40, "2026-01-01", "2026-12-31"),
    (40, "2024-02-29", "2024-12-31"),
    (40, "2026-12-31", "2026-12-31"),
]
BY_CODE = [*((code, "2026-05-04", last) for code, last in LAST_DAYS.items()), *LEAP_DAYS_AND_MONTH_ENDS]


def wish(code: int, begin: str, end: str = "", sector: int = CPAS) -> Wish:
    return Wish(sector, code, parse_day(begin), parse_day(end) if end else None)


def admitted(code: int, begin: str, end: str = "", *, sector: int = CPAS, rules: AdmissionRules = RULES) -> Admitted:
    return admit(wish(code, begin, end, sector), rules, TODAY)


def refused(code: int, begin: str, end: str = "", *, rules: AdmissionRules = RULES) -> list[FieldViolation]:
    with pytest.raises(InvalidRequestError) as error:
        admit(wish(code, begin, end), rules, TODAY)
    return list(error.value.violations)


def removed(begin: str, end: str = "", *, code: int = 2, rules: AdmissionRules = RULES) -> Period:
    return admit_removal(wish(code, begin, end), rules, TODAY)


def days(begin: str, end: str) -> Period:
    return Period(parse_day(begin), parse_day(end))


def moved(day: str, by: int) -> str:
    return format_day(parse_day(day) + by)


def test_the_table_holds_every_code_of_the_catalogue() -> None:
    assert {*LAST_DAYS, *WITHOUT_MAXIMUM} == set(RULES.codes)


# S25: the maximum duration.


@pytest.mark.parametrize(("code", "begin", "last"), BY_CODE)
def test_s25_the_anniversary_day_is_allowed_and_the_day_after_is_not(code: int, begin: str, last: str) -> None:
    assert admitted(code, begin, last) == Admitted(days(begin, last), end_defaulted=False)
    if last > begin:
        assert admitted(code, begin, moved(last, -1)).period == days(begin, moved(last, -1))
    (violation,) = refused(code, begin, moved(last, 1))
    assert violation.field == END
    assert violation.description.startswith(f"must not lie after {last}: an integration under code `{code}` ")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (1, "lasts at most 2 months"),
        (2, "lasts at most 1 year"),
        (9, "lasts at most 5 years"),
        (31, "lasts at most 1 month"),
        (40, "ends with the year in which it began"),
    ],
)
def test_s25_a_refusal_says_the_rule_in_words(code: int, rule: str) -> None:
    (violation,) = refused(code, "2026-05-04", "2032-01-01")
    assert violation.description == f"must not lie after {LAST_DAYS[code]}: an integration under code `{code}` {rule}"


@pytest.mark.parametrize("code", [*WITHOUT_MAXIMUM, *OF_THE_NETWORK])
def test_s25_codes_without_a_maximum_are_bound_by_the_hundred_years_alone(code: int) -> None:
    assert admitted(code, "2026-05-04", "2126-05-04").period == days("2026-05-04", "2126-05-04")
    assert [each.field for each in refused(code, "2026-05-04", "2126-05-05")] == [END]


def test_s25_a_heating_allowance_never_crosses_the_year() -> None:
    assert admitted(40, "2026-12-31", "2026-12-31").period == days("2026-12-31", "2026-12-31")
    (violation,) = refused(40, "2026-12-31", "2027-01-01")
    assert violation.description.startswith("must not lie after 2026-12-31")


# S24: what an end that is not given becomes.


@pytest.mark.parametrize(("code", "begin", "last"), BY_CODE)
def test_s24_a_missing_end_becomes_the_maximum(code: int, begin: str, last: str) -> None:
    assert admitted(code, begin) == Admitted(days(begin, last), end_defaulted=True)


@pytest.mark.parametrize(
    ("begin", "last"),
    [("2026-05-04", "2031-05-04"), ("2024-02-29", "2029-02-28"), ("2023-02-28", "2028-02-28")],
)
def test_s24_a_staff_member_without_an_end_stays_five_years_and_may_be_given_longer(begin: str, last: str) -> None:
    assert admitted(21, begin) == Admitted(days(begin, last), end_defaulted=True)
    assert admitted(21, begin, moved(last, 1)).period.end == parse_day(last) + 1


@pytest.mark.parametrize("code", [11, *OF_THE_NETWORK])
def test_s24_a_code_of_indefinite_or_unknown_duration_stays_open(code: int) -> None:
    assert admitted(code, "2026-05-04") == Admitted(Period(TODAY, FUTURE), end_defaulted=True)


@pytest.mark.parametrize("code", [2, 40, 55, 116])
def test_s24_the_durations_of_the_cpas_bind_no_other_sector(code: int) -> None:
    open_end = Admitted(Period(TODAY, FUTURE), end_defaulted=True)
    assert admitted(code, "2026-05-04", sector=PARTNERS) == open_end
    assert admitted(code, "2026-05-04", "2126-05-04", sector=PARTNERS).period == days("2026-05-04", "2126-05-04")


def test_a2_the_other_reading_is_a_change_of_data() -> None:
    open_by_default = replace(RULES.writing.integration_without_end, becomes=MissingEnd.INFINITY)
    rules = replace(RULES, writing=replace(RULES.writing, integration_without_end=open_by_default))
    assert admitted(2, "2026-05-04", rules=rules).period.end == FUTURE
    assert admitted(21, "2026-05-04", rules=rules).period.end == parse_day(YEARS_5)
    assert [each.field for each in refused(2, "2026-05-04", "2027-05-05", rules=rules)] == [END]


# S13: which codes there are.


@pytest.mark.parametrize("code", [10, 13, 22, 32, 41, 116, 901])
def test_s13_a_code_that_the_cpas_do_not_have_is_refused(code: int) -> None:
    (violation,) = refused(code, "2026-05-04")
    assert violation.field == CODE
    assert violation.description.startswith(f"`{code}` is no code of sector 17; known are 0, 1, 2, ")
    assert violation.description.endswith(", 40, 902, 999")


@pytest.mark.parametrize("code", [-1, 1000])
@pytest.mark.parametrize("sector", [CPAS, PARTNERS])
def test_s13_a_number_out_of_range_is_no_code_of_any_sector(code: int, sector: int) -> None:
    with pytest.raises(InvalidRequestError) as error:
        admitted(code, "2026-05-04", sector=sector)
    assert error.value.violations == (FieldViolation(CODE, "must lie between 0 and 999"),)


# S4: inverted periods.


@pytest.mark.parametrize("code", [2, 11, 40, 902])
def test_s4_one_day_is_a_period_and_an_end_before_the_begin_is_not(code: int) -> None:
    assert admitted(code, "2026-05-04", "2026-05-04").period == Period(TODAY, TODAY)
    assert refused(code, "2026-05-04", "2026-05-03") == [
        FieldViolation(END, "must not lie before 2026-05-04, the `period.begin_date`")
    ]


# S26: bounds around the day of execution.


def test_s26_dates_lie_within_a_hundred_years_before() -> None:
    assert admitted(2, "1926-05-04", "1926-05-04").period == days("1926-05-04", "1926-05-04")
    assert admitted(2, "1926-05-05").period.begin == parse_day("1926-05-05")
    text = "must not lie before 1926-05-04, 100 years before the day of execution"
    assert refused(2, "1926-05-03", "1926-05-04") == [FieldViolation(BEGIN, text)]
    assert refused(2, "1926-05-02", "1926-05-03") == [FieldViolation(BEGIN, text), FieldViolation(END, text)]


def test_s26_dates_lie_within_a_hundred_years_after() -> None:
    assert admitted(11, "2026-05-04", "2126-05-03").period.end == parse_day("2126-05-03")
    assert admitted(11, "2026-05-04", "2126-05-04").period.end == parse_day("2126-05-04")
    text = "must not lie after 2126-05-04, 100 years after the day of execution"
    assert refused(11, "2026-05-04", "2126-05-05") == [FieldViolation(END, text)]
    assert refused(11, "2026-05-04", "9999-12-31") == [FieldViolation(END, text)]


@pytest.mark.parametrize("code", [2, 11, 21, 40, 902])
def test_s26_an_integration_begins_at_most_a_year_ahead(code: int) -> None:
    for begin in ("2027-05-03", "2027-05-04"):
        assert admitted(code, begin, begin).period == days(begin, begin)
        assert admitted(code, begin).period.begin == parse_day(begin)
    text = "must not lie after 2027-05-04, 1 year after the day of execution"
    assert refused(code, "2027-05-05") == [FieldViolation(BEGIN, text)]


@pytest.mark.parametrize(
    ("executed_on", "earliest", "latest"),
    [
        ("2024-02-29", "1924-02-29", "2025-02-28"),  # 1924 is a leap year
        ("2000-02-29", "1900-02-28", "2001-02-28"),  # 1900 is none
        ("2023-02-28", "1923-02-28", "2024-02-28"),
    ],
)
def test_s26_bounds_clamp_on_leap_days(executed_on: str, earliest: str, latest: str) -> None:
    today = parse_day(executed_on)
    for begin in (earliest, latest):
        assert admit(wish(2, begin), RULES, today).period.begin == parse_day(begin)
    for begin, limit in ((moved(earliest, -1), earliest), (moved(latest, 1), latest)):
        with pytest.raises(InvalidRequestError, match=limit):
            admit(wish(2, begin), RULES, today)


def test_s26_only_dates_that_are_given_are_bound() -> None:
    begin = "2027-05-04"
    assert admitted(7, begin).period == days(begin, "2032-05-04")
    assert admitted(11, begin).period.end == FUTURE


def test_s5_limits_past_the_calendar_refuse_nothing() -> None:
    today = MAX_DAY - 30
    assert admit(Wish(CPAS, 2, today, MAX_DAY), RULES, today).period == Period(today, MAX_DAY)
    assert admit(Wish(CPAS, 2, today), RULES, today).period == Period(today, FUTURE)
    assert admit(Wish(CPAS, 40, today), RULES, today).period == Period(today, MAX_DAY)


# S29: the past.


def test_s29_a_period_wholly_in_the_past_is_allowed() -> None:
    assert admitted(2, "2009-01-01", "2009-06-30").period == days("2009-01-01", "2009-06-30")


def test_s29_where_the_rulesets_forbid_it_the_day_of_execution_is_the_first_that_may_end_it() -> None:
    forbidden = replace(RULES.writing.past_periods, allowed=False)
    rules = replace(RULES, writing=replace(RULES.writing, past_periods=forbidden))
    assert admitted(2, "2026-01-01", "2026-05-04", rules=rules).period.end == TODAY
    assert admitted(2, "2026-01-01", rules=rules).period.end == parse_day("2027-01-01")
    text = "must not lie before 2026-05-04, the day of execution: nobody is integrated in the past alone"
    for begin, end in (("2026-01-01", "2026-05-03"), ("2025-05-03", "")):
        assert refused(2, begin, end, rules=rules) == [FieldViolation(END, text)]


# S27: removals.


def test_s27_a_removal_without_an_end_runs_to_infinity_under_every_code() -> None:
    for code in (*RULES.codes, *OF_THE_NETWORK, 55):
        assert removed("2026-05-04", code=code) == Period(TODAY, FUTURE)


def test_s27_no_maximum_binds_a_removal_but_the_bounds_of_dates_do() -> None:
    assert removed("1926-05-04", "2126-05-04") == days("1926-05-04", "2126-05-04")
    assert removed("2027-05-05", "2031-01-01") == days("2027-05-05", "2031-01-01")
    for begin, end, field in (
        ("1926-05-03", "", BEGIN),
        ("2126-05-05", "", BEGIN),
        ("2026-05-04", "2126-05-05", END),
        ("2026-05-04", "2026-05-03", END),
    ):
        with pytest.raises(InvalidRequestError) as error:
            removed(begin, end)
        assert [each.field for each in error.value.violations] == [field]


def test_s27_the_end_of_a_removal_is_data_too() -> None:
    until_the_maximum = replace(RULES.writing.removal_without_end, becomes=MissingEnd.MAXIMUM)
    rules = replace(RULES, writing=replace(RULES.writing, removal_without_end=until_the_maximum))
    assert removed("2026-05-04", rules=rules) == days("2026-05-04", YEAR)
    assert removed("2026-05-04", code=11, rules=rules).end == FUTURE


# All together.


def test_every_broken_rule_is_told_at_once() -> None:
    violations = refused(55, "2200-01-01", "2199-12-31")
    assert [each.field for each in violations] == [CODE, BEGIN, END, END, BEGIN]


def test_rulesets_for_decisions_alone_write_nothing() -> None:
    with pytest.raises(WritingRulesMissingError, match="add `writing`"):
        AdmissionRules.of(replace(RULESET, writing=None))


@given(
    code=st.sampled_from([*RULES.codes, *OF_THE_NETWORK]),
    begin=st.integers(TODAY - 36_000, TODAY + 365),
    length=st.integers(0, 2_500),
)
def test_an_end_is_admitted_exactly_until_the_one_that_a_missing_end_becomes(
    code: int, begin: int, length: int
) -> None:
    by_default = admit(Wish(CPAS, code, begin), RULES, TODAY)
    assert by_default.period.begin == begin
    assert by_default.end_defaulted
    stated = Wish(CPAS, code, begin, begin + length)
    if code in WITHOUT_MAXIMUM or by_default.period.contains(begin + length):
        assert admit(stated, RULES, TODAY) == Admitted(Period(begin, begin + length), end_defaulted=False)
    else:
        with pytest.raises(InvalidRequestError, match=format_day(by_default.period.end)):
            admit(stated, RULES, TODAY)
