"""Whose integrations count, under which codes, in which register, and for whom: S12 to S22 and S30b on the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules_service.decision import Outcome, Reason
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.model import NoControl, Register, ReplacedNumber, UnionScope
from tests.reference.small_models import (
    FLEMISH_CPAS,
    ME,
    OTHER_CPAS,
    PARTNER,
    PERSON,
    SECOND_PERSON,
    all_of,
    any_of,
    covers,
    date,
    decide,
    extended,
    information_type,
    integrated,
    of_institution,
    of_my_sector,
    of_sector,
    operation,
    overlaps,
    own,
    period,
    reason,
    register,
    ruleset,
    total_days,
    variant,
)

GRANTED, REFUSED = Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED
JUNE = {"periods": (period("2024-06-01", "2024-06-30"),)}


# --- the predicates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2024-05-01", "2024-05-31", REFUSED),
        ("2024-05-01", "2024-06-01", GRANTED),
        ("2024-06-30", "2024-07-31", GRANTED),
        ("2024-07-01", "2024-07-31", REFUSED),
        ("2024-06-30", "", GRANTED),
    ],
)
def test_s8_one_day_in_common_is_enough(begin: str, end: str, expected: Reason) -> None:
    assert reason(overlaps("request_period"), register(integrated(begin, end)), **JUNE) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("2024-06-01", "2024-06-30"),), GRANTED),
        ((("2024-06-01", "2024-06-29"),), REFUSED),
        ((("2024-06-02", "2024-06-30"),), REFUSED),
        ((("2024-05-01", "2024-06-15"), ("2024-06-16", "")), GRANTED),
        ((("2024-05-01", "2024-06-15"), ("2024-06-17", "")), REFUSED),
    ],
)
def test_s9_every_day_must_be_covered(rows: tuple[tuple[str, str], ...], expected: Reason) -> None:
    facts = register(*(integrated(begin, end) for begin, end in rows))

    assert reason(covers("request_period"), facts, **JUNE) is expected


def test_s9_the_rule_names_the_scope_of_the_union() -> None:
    two_codes = register(integrated("2024-05-01", "2024-06-15", 1), integrated("2024-06-16", "2024-07-01", 2))
    one_code = register(integrated("2024-05-01", "2024-06-15", 1), integrated("2024-06-16", "2024-07-01", 1))
    alone = register(integrated("2024-05-01", "2024-07-01", 2))
    codes = own(1, 2)

    def reasons(union: UnionScope) -> list[Reason]:
        rule = covers("request_period", codes, union)
        return [reason(rule, facts, **JUNE) for facts in (two_codes, one_code, alone)]

    assert reasons(UnionScope.ANY_CODE) == [GRANTED, GRANTED, GRANTED]
    assert reasons(UnionScope.ONE_CODE) == [REFUSED, GRANTED, GRANTED]
    assert reasons(UnionScope.ONE_INTEGRATION) == [REFUSED, REFUSED, GRANTED]


def test_s9_the_begin_is_extended_before_the_union_is_made() -> None:
    rule = covers("request_period", own(extend=extended("- 5 years")))
    asked = {"periods": (period("2019-07-01", "2024-06-30"),)}

    assert reason(rule, register(integrated("2024-07-01")), **asked) is GRANTED
    assert reason(rule, register(integrated("2024-07-02")), **asked) is REFUSED


def test_s9_a_begin_moved_past_the_end_leaves_no_day() -> None:
    rule = overlaps("request_period", own(extend=extended("+ 1 month")))

    assert reason(rule, register(integrated("2024-06-01", "2024-06-20")), **JUNE) is REFUSED
    assert reason(rule, register(integrated("2024-05-01", "2024-06-01")), **JUNE) is GRANTED


def test_s4_an_inverted_window_holds_no_day() -> None:
    backwards = "request_period.end .. request_period.begin"
    facts = register(integrated("2000-01-01"))

    for rule in (overlaps(backwards), covers(backwards), total_days(backwards, 1)):
        assert reason(rule, facts, **JUNE) is REFUSED


def test_s10_the_system_date_is_one_day() -> None:
    assert reason(overlaps("system_date"), register(integrated("2024-03-15", "2024-03-15"))) is GRANTED
    assert reason(overlaps("system_date"), register(integrated("2024-03-16"))) is REFUSED


@pytest.mark.parametrize(("at_least", "expected"), [(9, GRANTED), (10, GRANTED), (11, REFUSED)])
def test_s11_days_are_counted_once(at_least: int, expected: Reason) -> None:
    facts = register(integrated("2024-05-20", "2024-06-06"), integrated("2024-06-04", "2024-06-10", 3))

    assert reason(total_days("request_period", at_least), facts, **JUNE) is expected


# --- whose ----------------------------------------------------------------------------------------------------------


def test_s12_only_the_requesters_own_integrations_count() -> None:
    rule = overlaps("system_date")

    assert reason(rule, register(integrated("2024-01-01"))) is GRANTED
    assert reason(rule, register(integrated("2024-01-01", by=OTHER_CPAS))) is REFUSED
    assert reason(rule, register(integrated("2024-01-01", sector=18))) is REFUSED


def test_s12_the_whole_sector_of_the_requester_may_count() -> None:
    rule = overlaps("system_date", of_my_sector())

    assert reason(rule, register(integrated("2024-01-01", by=OTHER_CPAS))) is GRANTED
    assert reason(rule, register(integrated("2024-01-01", by=OTHER_CPAS, sector=18))) is REFUSED


def test_s12_any_organisation_of_a_named_sector_may_count() -> None:
    rule = overlaps("system_date", of_sector(40))

    assert reason(rule, register(integrated("2024-01-01", by="40/0", sector=40))) is GRANTED
    assert reason(rule, register(integrated("2024-01-01"))) is REFUSED


def test_s12_one_institution_may_count() -> None:
    rule = overlaps("system_date", of_institution(40, 0))
    at_vdi = integrated("2024-01-01", by="40/0", sector=40, institution=0)

    assert reason(rule, register(at_vdi)) is GRANTED
    assert reason(rule, register(replace(at_vdi, institution=1))) is REFUSED
    assert reason(rule, register(replace(at_vdi, institution=None))) is REFUSED


def test_s12_two_institutions_may_both_be_asked_for() -> None:
    rule = all_of(overlaps("system_date", own(116)), overlaps("system_date", of_sector(17, 2, 3)))
    asker = Organisation("0200000009", RequesterKind.PARTNER, Region.NONE, 8, 4)
    mine = integrated("2024-01-01", code=116, by=asker.key, sector=8)
    theirs = integrated("2024-01-01", code=3, by=OTHER_CPAS)
    asked = operation(rule, requesters=(PARTNER,))

    def reason_of(*rows: object) -> Reason:
        facts = register(*rows, requester=asker)  # type: ignore[arg-type]
        return reason(asked, facts, requester=asker.key)

    assert reason_of(mine, theirs) is GRANTED
    assert reason_of(mine) is REFUSED
    assert reason_of(theirs) is REFUSED


# --- codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0, 902, 999])
def test_s13_codes_without_meaning_are_not_any_code(code: int) -> None:
    facts = register(integrated("2024-01-01", code=code))

    assert reason(overlaps("system_date"), facts) is REFUSED
    assert reason(overlaps("system_date", own(code)), facts) is GRANTED


def test_s13_without_a_stated_code_every_permitted_one_counts() -> None:
    rule = overlaps("system_date", own(1, 2))

    assert reason(rule, register(integrated("2024-01-01", code=2))) is GRANTED
    assert reason(rule, register(integrated("2024-01-01", code=3))) is REFUSED


def test_s13_a_stated_code_alone_counts_among_the_requesters_own() -> None:
    rule = overlaps("system_date", own(1, 2))
    facts = register(integrated("2024-01-01", code=2))

    assert reason(rule, facts, quality_code=2) is GRANTED
    assert reason(rule, facts, quality_code=1) is REFUSED


def test_s13_a_stated_code_must_be_permitted_by_the_rule() -> None:
    facts = register(integrated("2024-01-01", code=30))

    assert reason(overlaps("system_date", own(1)), facts, quality_code=30) is Reason.QUALITY_CODE_NOT_PERMITTED
    assert reason(overlaps("system_date", of_my_sector(1)), facts, quality_code=30) is Reason.QUALITY_CODE_NOT_PERMITTED


def test_s13_the_codes_of_all_clauses_together_are_permitted() -> None:
    rule = any_of(overlaps("system_date", own(1)), overlaps("reference_date", own(4)))

    assert reason(rule, register(), quality_code=1) is REFUSED
    assert reason(rule, register(), quality_code=4, dates=(date("2024-01-01"),)) is REFUSED
    assert reason(rule, register(), quality_code=2) is Reason.QUALITY_CODE_NOT_PERMITTED


def test_s13_a_rule_without_a_code_list_does_not_check_the_code() -> None:
    facts = register(integrated("2024-01-01", code=30))

    assert reason(overlaps("system_date"), facts, quality_code=30) is GRANTED
    assert reason(overlaps("system_date", of_sector(17, 30)), facts, quality_code=1) is GRANTED
    assert reason(NoControl("because"), facts, quality_code=30) is Reason.NO_CONTROL


def test_s13_clauses_over_others_keep_their_own_codes() -> None:
    rule = all_of(overlaps("system_date", own(116)), overlaps("system_date", of_sector(17, 3)))
    facts = register(integrated("2024-01-01", code=116), integrated("2024-01-01", code=3, by=OTHER_CPAS))

    assert reason(rule, facts, quality_code=116) is GRANTED


def test_s13_alternatives_that_do_not_permit_the_code_are_dropped() -> None:
    asked = operation(
        variant(overlaps("system_date", own(1)), "under 1"), variant(overlaps("system_date", own(30)), "under 30")
    )
    facts = register(integrated("2024-01-01", code=1), integrated("2024-01-01", code=30))

    assert decide(asked, facts, quality_code=30).variant == "under 30"
    refused = decide(asked, facts, quality_code=5)
    assert (refused.reason, refused.variant) == (Reason.QUALITY_CODE_NOT_PERMITTED, "under 1")


# --- registers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("primary", "secondary", "register_asked", "expected"),
    [
        (True, False, Register.PRIMARY, GRANTED),
        (False, True, Register.PRIMARY, REFUSED),
        (False, True, Register.SECONDARY, GRANTED),
        (True, False, Register.SECONDARY, REFUSED),
        (True, True, Register.BOTH, GRANTED),
        (True, False, Register.BOTH, REFUSED),
        (False, True, Register.BOTH, REFUSED),
    ],
)
def test_s14_the_rule_names_the_register(
    *, primary: bool, secondary: bool, register_asked: Register, expected: Reason
) -> None:
    facts = register(integrated("2024-01-01", primary=primary, secondary=secondary))

    assert reason(overlaps("system_date", own(register=register_asked)), facts) is expected


def test_s14_both_registers_are_asked_each_on_its_own() -> None:
    """Half of June in each register covers June in neither."""
    halves = register(
        integrated("2024-06-01", "2024-06-15", secondary=False), integrated("2024-06-16", "2024-06-30", primary=False)
    )
    whole = register(
        integrated("2024-06-01", "2024-06-30", secondary=False), integrated("2024-05-01", "2024-07-30", primary=False)
    )
    rule = covers("request_period", own(register=Register.BOTH))

    assert reason(rule, halves, **JUNE) is REFUSED
    assert reason(rule, whole, **JUNE) is GRANTED


def test_s14_the_whole_condition_is_asked_of_each_register() -> None:
    """Each register may satisfy the condition by another part of it."""
    rule = any_of(
        overlaps("system_date", own(1, register=Register.BOTH)), overlaps("system_date", own(2, register=Register.BOTH))
    )
    facts = register(integrated("2024-01-01", code=1, secondary=False), integrated("2024-01-01", code=2, primary=False))

    assert reason(rule, facts) is GRANTED


# --- requesters, persons, numbers -----------------------------------------------------------------------------------


def test_s15_class_and_region_come_from_the_directory() -> None:
    asked = operation(overlaps("system_date"), requesters=(FLEMISH_CPAS,))
    row = integrated("2024-01-01")

    assert reason(asked, register(row)) is GRANTED
    assert reason(asked, register(row), requester="0200000003") is Reason.REQUESTER_NOT_AUTHORISED
    other = replace(ME, kind=RequesterKind.ASSOCIATION_CHAPTER_XII)
    assert reason(asked, register(row, requester=other)) is Reason.REQUESTER_NOT_AUTHORISED
    walloon = replace(ME, region=Region.WALLONIA)
    assert reason(asked, register(row, requester=walloon)) is Reason.REGION_NOT_AUTHORISED


@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_s17_a_request_is_granted_only_if_every_person_is(*, all_or_nothing: bool) -> None:
    asked = operation(overlaps("system_date"), all_or_nothing=all_or_nothing)
    mine, second = integrated("2024-01-01"), integrated("2024-01-01", ssin=SECOND_PERSON)
    both = {"ssins": (SECOND_PERSON, PERSON)}

    assert reason(asked, register(mine, second), **both) is GRANTED
    refused = decide(asked, register(mine), **both)
    assert refused.outcome is Outcome.REFUSED
    assert [(each.ssin, each.reason) for each in refused.persons] == [(SECOND_PERSON, REFUSED), (PERSON, GRANTED)]


def test_s18_a_look_up_takes_the_union_over_the_chain_of_numbers() -> None:
    facts = register(
        integrated("2024-06-01", "2024-06-15", ssin=1), integrated("2024-06-16", "", ssin=2), replacements={1: 2}
    )

    for number in (1, 2):
        assert reason(covers("request_period"), facts, ssins=(number,), **JUNE) is GRANTED


def test_s18_an_operation_may_refuse_a_replaced_number() -> None:
    asked = operation(overlaps("system_date"), replaced_number=ReplacedNumber.REFUSE)
    facts = register(integrated("2024-01-01", ssin=2), replacements={1: 2})

    assert reason(asked, facts, ssins=(2,)) is GRANTED
    refused = decide(asked, facts, ssins=(1,))
    assert refused.reason is Reason.SSIN_REPLACED
    assert (refused.persons[0].replaced_by, refused.evidence) == (2, ())


def test_s18_the_new_number_is_told_only_once_the_control_holds() -> None:
    asked = operation(overlaps("system_date"), replaced_number=ReplacedNumber.REFUSE)
    elsewhere = register(integrated("2024-01-01", ssin=2, by=OTHER_CPAS), replacements={1: 2})

    refused = decide(asked, elsewhere, ssins=(1,))

    assert refused.reason is Reason.SSIN_REPLACED
    assert refused.persons[0].replaced_by is None


def test_s18_any_alternative_that_holds_discloses_the_new_number() -> None:
    asked = operation(
        variant(overlaps("system_date", own(9)), "first"),
        variant(overlaps("system_date"), "second"),
        replaced_number=ReplacedNumber.REFUSE,
    )
    facts = register(integrated("2024-01-01", ssin=2), replacements={1: 2})

    assert decide(asked, facts, ssins=(1,)).persons[0].replaced_by == 2


def test_s19_no_control_lifts_the_integration_and_the_code_but_not_the_class() -> None:
    free = operation(NoControl("criterion is not a person"))

    assert reason(free, register(), quality_code=999) is Reason.NO_CONTROL
    stranger = register(requester=replace(ME, kind=RequesterKind.OTHER))
    assert reason(free, stranger) is Reason.REQUESTER_NOT_AUTHORISED


def test_s20_an_unknown_person_is_refused_like_one_who_is_integrated_elsewhere() -> None:
    unknown = decide(overlaps("system_date"), register())
    elsewhere = decide(overlaps("system_date"), register(integrated("2024-01-01", by=OTHER_CPAS)))

    assert unknown == elsewhere
    assert unknown.reason is REFUSED


def test_s22_evidence_names_only_the_requesters_own_integrations() -> None:
    rule = all_of(overlaps("system_date"), overlaps("system_date", of_sector(17)))
    mine = integrated("2024-01-01", code=9)
    theirs = integrated("2023-01-01", by=OTHER_CPAS)

    assert decide(rule, register(mine, theirs)).evidence == (mine,)


def test_s22_the_evidence_of_one_common_day_is_the_first_integration_that_has_it() -> None:
    rows = integrated("2023-01-01", "2023-12-31"), integrated("2024-02-01"), integrated("2024-03-01")

    assert decide(overlaps("system_date"), register(*rows)).evidence == rows[1:2]


def test_s22_the_evidence_of_a_cover_is_each_integration_that_adds_days() -> None:
    first = integrated("2024-05-01", "2024-06-10")
    inside = integrated("2024-06-02", "2024-06-05")
    rest = integrated("2024-06-08", "2024-07-30")
    after = integrated("2024-06-20", "2024-06-25")

    assert decide(covers("request_period"), register(after, rest, inside, first), **JUNE).evidence == (first, rest)
    alone = covers("request_period", own(), UnionScope.ONE_INTEGRATION)
    whole = integrated("2024-05-01", "")
    assert decide(alone, register(first, rest, whole), **JUNE).evidence == (whole,)


def test_s22_the_evidence_of_one_code_is_that_of_the_lowest_code_that_covers() -> None:
    under_3, under_2 = integrated("2024-01-01", code=3), integrated("2024-05-01", code=2)
    rule = covers("request_period", own(3, 2), UnionScope.ONE_CODE)

    assert decide(rule, register(under_3, under_2), **JUNE).evidence == (under_2,)


# --- information types ----------------------------------------------------------------------------------------------

TYPES = (
    information_type("110"),
    information_type("120", applicant=False, debtor=True),
    information_type("130", debtor=True),
    information_type("140", applicant=False),
    information_type("210", user_roles=("social_worker",)),
)
DELIVERING = ruleset(
    operation(overlaps("system_date", own(1, 2, 30)), delivers_information_types=True), information_types=TYPES
)
UNDER_2 = register(integrated("2024-01-01", code=2))
UNDER_30 = register(integrated("2024-01-01", code=30))


@pytest.mark.parametrize(
    ("types", "code", "expected"),
    [
        (("110",), 2, GRANTED),
        (("110",), None, GRANTED),
        (("110", "130"), 2, GRANTED),
        (("120",), 2, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("110", "120"), None, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("140",), None, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("999",), None, Reason.INFORMATION_TYPE_NOT_PERMITTED),
    ],
)
def test_s30b_every_type_listed_must_be_allowed(types: tuple[str, ...], code: int | None, expected: Reason) -> None:
    assert reason(DELIVERING, UNDER_2, information_types=types, quality_code=code) is expected


def test_s30b_the_list_narrows_the_codes_that_count() -> None:
    assert reason(DELIVERING, UNDER_2, information_types=("120",)) is REFUSED
    assert reason(DELIVERING, UNDER_30, information_types=("120",)) is GRANTED
    assert reason(DELIVERING, UNDER_30, information_types=("110",)) is REFUSED


def test_s30b_some_types_are_for_some_roles_only() -> None:
    asked = {"information_types": ("210",)}

    assert reason(DELIVERING, UNDER_2, **asked) is Reason.INFORMATION_TYPE_NOT_PERMITTED
    assert reason(DELIVERING, UNDER_2, **asked, parameters={"user_role": "receiver"}) is (
        Reason.INFORMATION_TYPE_NOT_PERMITTED
    )
    assert reason(DELIVERING, UNDER_2, **asked, parameters={"user_role": "social_worker"}) is GRANTED


def test_s30b_codes_outside_the_two_columns_allow_no_type() -> None:
    rules = ruleset(
        operation(overlaps("system_date", own(20)), delivers_information_types=True), information_types=TYPES
    )

    assert reason(rules, register(), information_types=("110",)) is Reason.INFORMATION_TYPE_NOT_PERMITTED


def test_s30b_without_a_list_the_answer_says_what_may_be_delivered() -> None:
    assert decide(DELIVERING, UNDER_2).deliverable_information_types == ("110", "130")
    assert decide(DELIVERING, UNDER_30).deliverable_information_types == ("120", "130")
    assert decide(DELIVERING, UNDER_2, quality_code=2).deliverable_information_types == ("110", "130")
    assert decide(DELIVERING, UNDER_30, quality_code=30).deliverable_information_types == ("120", "130")
    social_worker = {"user_role": "social_worker"}
    assert "210" in decide(DELIVERING, UNDER_2, parameters=social_worker).deliverable_information_types


def test_s30b_nothing_is_deliverable_where_it_was_listed_refused_or_not_the_operations_business() -> None:
    assert decide(DELIVERING, UNDER_2, information_types=("110",)).deliverable_information_types == ()
    assert decide(DELIVERING, register()).deliverable_information_types == ()
    other = ruleset(operation(overlaps("system_date")), information_types=TYPES)
    assert decide(other, UNDER_2).deliverable_information_types == ()
    assert reason(other, UNDER_2, information_types=("999",)) is GRANTED


def test_s30b_any_code_and_clauses_over_others_permit_every_code() -> None:
    others = operation(overlaps("system_date", of_sector(17, 2)), delivers_information_types=True)
    rules = ruleset(others, information_types=TYPES)

    assert reason(rules, UNDER_2, information_types=("120",)) is GRANTED
    assert reason(rules, UNDER_2, information_types=("140",)) is Reason.INFORMATION_TYPE_NOT_PERMITTED
