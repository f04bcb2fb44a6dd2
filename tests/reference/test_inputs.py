"""Which variant a request selects, which inputs it needs, and what it is told when they are missing (S30, S30c)."""

from __future__ import annotations

from typing import Any

import pytest

from rules_service.decision import NamedDate, Reason
from rules_service.errors import FieldViolation, InvalidRequestError
from rules_service.identifiers.parties import RequesterClass, RequesterKind
from rules_service.model import Guard, Input, InputKind, MissingInput, Persons, Undocumented
from tests.reference.small_models import (
    CPAS,
    PARTNER,
    PERSON,
    all_of,
    any_of,
    covers,
    date,
    decide,
    integrated,
    operation,
    overlaps,
    own,
    period,
    periods_overlap,
    reason,
    register,
    variant,
)

HELD = register(integrated("2024-01-01", "2024-12-31"))
GRANT, REFUSE = frozenset({"grant"}), frozenset({"refuse"})


def guarded(name: str, **guard: Any) -> Any:
    return variant(overlaps("system_date"), name, Guard(**guard))


def violations(rules: Any, **fields: Any) -> tuple[FieldViolation, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        decide(rules, HELD, **fields)
    return caught.value.violations


def test_s30_parameters_select_the_variant() -> None:
    asked = operation(
        guarded("granting", parameters=(("decision", GRANT),)), guarded("refusing", parameters=(("decision", REFUSE),))
    )

    assert decide(asked, HELD, parameters={"decision": "refuse"}).variant == "refusing"
    assert decide(asked, HELD, parameters={"decision": "grant", "form": "D"}).variant == "granting"


def test_s30_the_class_of_the_requester_selects_the_variant() -> None:
    asked = operation(guarded("partner", requesters=(PARTNER,)), guarded("cpas", requesters=(CPAS,)))

    assert decide(asked, HELD).variant == "cpas"


def test_s30_persons_and_given_inputs_select_the_variant() -> None:
    asked = operation(
        guarded("by number", persons=Persons.SOME, given=frozenset({"validity"})),
        guarded("consulting", given=frozenset({"request_period"})),
    )

    assert decide(asked, HELD, periods=(period("2024-01-01", "2024-02-01", "validity"),)).variant == "by number"
    assert decide(asked, HELD, periods=(period("2024-01-01", "2024-02-01"),)).variant == "consulting"


def test_s30_a_variant_that_does_not_fit_is_no_alternative() -> None:
    never = variant(overlaps("system_date", own(9)), "granting", Guard(parameters=(("decision", GRANT),)))
    asked = operation(never, guarded("refusing", parameters=(("decision", REFUSE),)))

    assert reason(asked, HELD, parameters={"decision": "grant"}) is Reason.NOT_INTEGRATED


def test_s30_an_absent_parameter_is_named_with_its_values() -> None:
    asked = operation(
        guarded("granting", parameters=(("decision", GRANT),)), guarded("refusing", parameters=(("decision", REFUSE),))
    )

    (violation,) = violations(asked)

    assert violation.field == "parameters[decision]"
    assert "grant, refuse" in violation.description


def test_s30_another_value_of_a_parameter_is_told_those_accepted() -> None:
    asked = operation(guarded("granting", parameters=(("decision", GRANT), ("form", frozenset({"D"})))))

    (violation,) = violations(asked, parameters={"decision": "grant", "form": "F"})

    assert (violation.field, violation.description) == ("parameters[form]", "must be one of D")


def test_s30_persons_that_no_variant_wants_or_that_every_one_wants_are_named() -> None:
    assert violations(guarded("v", persons=Persons.SOME), ssins=())[0].field == "ssins"
    assert violations(guarded("v", persons=Persons.NONE))[0].field == "ssins"


def test_s30_missing_inputs_that_select_are_named_as_groups() -> None:
    asked = operation(
        guarded("by period", given=frozenset({"request_period"})), guarded("by date", given=frozenset({"removal_date"}))
    )

    told = "is missing; give `request_period`, or `removal_date`"
    assert violations(asked) == (FieldViolation("request_period", told), FieldViolation("dates[removal_date]", told))


def test_a7_a_period_that_is_given_counts_instead_of_the_system_date_not_beside_it() -> None:
    in_the_period = variant(overlaps("request_period"), "in it", Guard(given=frozenset({"request_period"})))
    asked = operation(in_the_period, guarded("today", not_given=frozenset({"request_period"})))
    today_only = register(integrated("2024-03-15", "2024-03-15"))

    assert decide(asked, today_only).variant == "today"
    assert reason(asked, today_only) is Reason.RULE_SATISFIED
    assert reason(asked, today_only, periods=(period("2023-01-01", "2023-12-31"),)) is Reason.NOT_INTEGRATED


def test_s30_an_input_that_every_variant_wants_left_out_is_named() -> None:
    asked = operation(
        guarded("today", not_given=frozenset({"request_period"})),
        guarded("later", not_given=frozenset({"request_period", "removal_date"})),
    )

    assert violations(asked, periods=(period("2024-01-01", "2024-02-01"),)) == (
        FieldViolation("request_period", "must be left out for this operation"),
    )


def test_s30_no_variant_for_the_requester_refuses() -> None:
    other_sector = RequesterClass(RequesterKind.CPAS, sector=18)

    assert reason(guarded("v", requesters=(other_sector,)), HELD) is Reason.REQUESTER_NOT_AUTHORISED


def test_s30_alternatives_grant_when_any_of_them_does_and_the_answer_names_it() -> None:
    asked = operation(variant(overlaps("system_date", own(9)), "first"), variant(overlaps("system_date"), "second"))

    assert decide(asked, HELD).variant == "second"
    assert decide(asked, register()).variant == "first"


def test_s30_each_person_may_be_granted_by_another_alternative() -> None:
    """An applicant and a debtor in one request: each is granted, and the answer rests on both alternatives."""
    asked = operation(
        variant(overlaps("system_date", own(1)), "first"), variant(overlaps("system_date", own(2)), "second")
    )
    facts = register(integrated("2024-01-01", code=1), integrated("2024-01-01", code=2, ssin=7))

    found = decide(asked, facts, ssins=(7, PERSON))
    assert (found.reason, found.variant) == (Reason.RULE_SATISFIED, "second")

    refused = decide(asked, facts, ssins=(7, 8))
    assert (refused.reason, refused.variant) == (Reason.NOT_INTEGRATED, "first")
    assert [person.reason for person in refused.persons] == [Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED]


# --- inputs ---------------------------------------------------------------------------------------------------------

EITHER = any_of(overlaps("request_period"), overlaps("reference_date"))


def test_s30c_one_of_the_inputs_is_enough() -> None:
    assert reason(EITHER, HELD, periods=(period("2024-06-01", "2024-06-30"),)) is Reason.RULE_SATISFIED
    assert reason(EITHER, HELD, dates=(date("2024-06-01"),)) is Reason.RULE_SATISFIED
    assert reason(EITHER, HELD, dates=(date("2025-06-01"),)) is Reason.NOT_INTEGRATED


def test_s30c_a_clause_whose_input_is_absent_does_not_hold() -> None:
    both = any_of(all_of(overlaps("request_period"), overlaps("reference_date")), overlaps("removal_date"))

    assert reason(both, HELD, dates=(date("2025-01-01", "removal_date"),)) is Reason.NOT_INTEGRATED


def test_s30c_when_no_clause_can_be_evaluated_the_groups_are_named() -> None:
    found = violations(any_of(EITHER, all_of(overlaps("validity"), overlaps("quarter"))))

    fields = ["request_period", "dates[reference_date]", "periods[quarter]", "periods[validity]"]
    assert [violation.field for violation in found] == fields
    groups = "is missing; give `request_period`, or `reference_date`, or `quarter` and `validity`"
    assert {violation.description for violation in found} == {groups}


def test_s30c_a_name_that_only_another_variant_needs_is_not_missing() -> None:
    asked = operation(variant(overlaps("request_period"), "by period"), variant(overlaps("system_date"), "by day"))

    assert decide(asked, HELD).variant == "by day"
    assert decide(asked, register()).variant == "by day"


def test_s30c_an_open_end_needs_an_input_that_marks_it_optional() -> None:
    plain = overlaps("request_period")
    optional = variant(plain, inputs=(Input(InputKind.PERIOD, "request_period", optional_end=True),))

    assert violations(plain, periods=(period("2024-01-01", None),))[0].field == "request_period.end_date"
    named = violations(overlaps("validity"), periods=(period("2024-01-01", None, "validity"),))
    assert named[0].field == "periods[validity].period.end_date"
    assert reason(optional, HELD, periods=(period("2024-01-01", None),)) is Reason.RULE_SATISFIED


def test_s30c_an_open_end_reaches_beyond_every_day() -> None:
    to_the_end = variant(covers("validity"), inputs=(Input(InputKind.PERIOD, "validity", optional_end=True),))
    asked = {"periods": (period("2024-01-01", None, "validity"),)}

    assert reason(to_the_end, register(integrated("2023-01-01", "9999-12-31")), **asked) is Reason.NOT_INTEGRATED
    assert reason(to_the_end, register(integrated("2023-01-01")), **asked) is Reason.RULE_SATISFIED


def test_s30c_a_name_that_the_rule_does_not_read_is_ignored() -> None:
    unused = (period("2024-01-01", None, "validity"), period("2024-01-01", None, "validity"))

    assert reason(overlaps("system_date"), HELD, periods=unused) is Reason.RULE_SATISFIED


def test_s30c_a_name_given_several_times_must_hold_for_each() -> None:
    inside, outside = date("2024-06-01"), date("2025-06-01")

    assert reason(overlaps("reference_date"), HELD, dates=(inside, inside)) is Reason.RULE_SATISFIED
    assert reason(overlaps("reference_date"), HELD, dates=(inside, outside)) is Reason.NOT_INTEGRATED


def test_s30c_each_repetition_may_hold_by_another_conjunction() -> None:
    either = any_of(overlaps("reference_date", own(1)), overlaps("reference_date", own(2)))
    facts = register(integrated("2024-01-01", "2024-01-31", 1), integrated("2024-02-01", "2024-02-29", 2))

    found = decide(either, facts, dates=(date("2024-02-10"), date("2024-01-10"), date("2024-01-11")))

    assert found.reason is Reason.RULE_SATISFIED
    assert [row.quality_code for row in found.evidence] == [2, 1]


def test_s30c_too_many_repetitions_are_an_error() -> None:
    names = ("reference_date", "removal_date")
    many = tuple(NamedDate(name, 19_000 + place) for name in names for place in range(40))

    with pytest.raises(InvalidRequestError, match="combine"):
        decide(all_of(overlaps("reference_date"), overlaps("removal_date")), HELD, dates=many)


def test_s30c_persons_are_missing_when_a_clause_looks_at_integrations() -> None:
    assert violations(overlaps("system_date"), ssins=())[0].field == "ssins"


def test_s30c_a_rule_over_periods_alone_needs_no_person() -> None:
    rule = periods_overlap("validity", "quarter")
    quarter = period("2024-01-01", "2024-03-31", "quarter")

    met = decide(rule, register(), ssins=(), periods=(quarter, period("2024-03-31", "2024-05-01", "validity")))
    missed = decide(rule, register(), ssins=(), periods=(quarter, period("2024-04-01", "2024-05-01", "validity")))

    assert (met.reason, met.persons) == (Reason.RULE_SATISFIED, ())
    assert (missed.reason, missed.persons) == (Reason.NOT_INTEGRATED, ())


def needing_validity(rule: Any, name: str = "needs facts") -> Any:
    needed = Input(InputKind.PERIOD, "validity", when_missing=MissingInput.FACTS_NOT_HELD)
    return variant(rule, name, inputs=(needed,))


def test_s30c_an_input_that_stands_for_a_fact_leaves_its_absence_open() -> None:
    rule = periods_overlap("validity", "quarter")
    quarter = period("2024-01-01", "2024-03-31", "quarter")

    found = decide(needing_validity(rule), register(), ssins=(), periods=(quarter,))

    assert (found.reason, found.variant) == (Reason.FACTS_NOT_HELD, "needs facts")


def test_s30c_an_alternative_that_lacks_facts_leaves_a_refusal_open() -> None:
    asked = operation(needing_validity(overlaps("validity")), variant(overlaps("system_date"), "by day"))

    assert reason(asked, HELD) is Reason.RULE_SATISFIED
    assert (decide(asked, register()).reason, decide(asked, register()).variant) == (Reason.FACTS_NOT_HELD, "by day")


def test_s30c_lacking_facts_come_before_missing_inputs() -> None:
    asked = operation(variant(overlaps("request_period"), "by period"), needing_validity(overlaps("validity")))

    assert reason(asked, HELD) is Reason.FACTS_NOT_HELD


def test_s30c_a_parameter_may_be_the_fact_that_is_lacking() -> None:
    needed = Input(InputKind.PARAMETER, "channel", when_missing=MissingInput.FACTS_NOT_HELD)
    asked = variant(overlaps("system_date"), inputs=(needed,))

    assert reason(asked, HELD) is Reason.FACTS_NOT_HELD
    assert reason(asked, HELD, parameters={"channel": "web"}) is Reason.RULE_SATISFIED


def test_s30c_the_stated_code_excludes_conjunctions_from_being_asked_for() -> None:
    """Under 001 the day counts, under 004 a period: stating 004 without a period is an input error, not a refusal."""
    rule = any_of(overlaps("system_date", own(1)), overlaps("request_period", own(4)))

    assert reason(rule, HELD, quality_code=1) is Reason.NOT_INTEGRATED
    assert violations(rule, quality_code=4)[0].description == "is missing; give `request_period`"
    both_codes = all_of(overlaps("system_date", own(1)), overlaps("system_date", own(4)))
    assert reason(both_codes, HELD, quality_code=4) is Reason.NOT_INTEGRATED
    open_beside = operation(variant(both_codes, "under both"), variant(Undocumented(), "open"))
    assert reason(open_beside, HELD, quality_code=4) is Reason.NO_RULE_DOCUMENTED


def test_s30c_an_undocumented_alternative_does_not_hide_a_missing_input() -> None:
    asked = operation(variant(overlaps("request_period"), "by period"), variant(Undocumented(), "open"))

    assert violations(asked)[0].field == "request_period"
