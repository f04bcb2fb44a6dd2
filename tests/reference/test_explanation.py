"""An explanation gives the same decision as `decide`, tells how it came about, and tells nothing about others (S22)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from rules_service.algebra import Period, format_day
from rules_service.decision import Proof, Reason
from rules_service.errors import InvalidRequestError
from rules_service.identifiers.parties import Region
from rules_service.model import (
    Assumption,
    Authorisation,
    Citation,
    Input,
    InputKind,
    LineRange,
    MissingInput,
    NoControl,
    OperationStatus,
    Register,
    ReplacedNumber,
    Text,
    Undocumented,
    UnionScope,
)
from rules_service.reference import AssumptionStep, AuthorisationStep, CitedSource, Explanation, Reference
from rules_service.reference.engine import Engine
from rules_service.reference.wording import CHANGES, PASSED, REASONS
from tests.reference.small_models import (
    DIGEST,
    FLEMISH_CPAS,
    ME,
    OTHER_CPAS,
    PERSON,
    SECOND_PERSON,
    TODAY,
    all_of,
    any_of,
    covers,
    date,
    day,
    decide,
    explain,
    extended,
    integrated,
    of_my_sector,
    of_sector,
    operation,
    overlaps,
    own,
    period,
    periods_overlap,
    register,
    request,
    ruleset,
    span,
    total_days,
    variant,
)

JUNE: dict[str, Any] = {"periods": (period("2024-06-01", "2024-06-30"),)}
HELD = register(integrated("2024-01-01"))


def changes(rule: Any, *rows: Any, language: str = "en", **fields: Any) -> tuple[str, ...]:
    return explain(rule, register(*rows), language, **fields).derivation.changes_needed


# --- the same decision, step by step --------------------------------------------------------------------------------


def test_the_decision_is_the_one_that_decide_gives() -> None:
    for facts in (HELD, register()):
        assert explain(overlaps("system_date"), facts).decision == decide(overlaps("system_date"), facts)


def test_the_checks_stand_in_their_order_up_to_the_last() -> None:
    checks = explain(overlaps("system_date"), HELD).derivation.checks

    assert [check.name for check in checks] == [
        "shape of the request",
        "numbers",
        "operation known",
        "operation available",
        "requester class",
        "region",
        "legal context",
        "variant",
        "quality code permitted",
        "information types",
        "proof of authentication",
        "inputs",
        "replaced number",
        "integration",
    ]
    assert all(check.passed for check in checks)


def test_the_checks_end_with_the_first_that_fails() -> None:
    walloon = register(requester=replace(ME, region=Region.WALLONIA))

    last = explain(operation(overlaps("system_date"), requesters=(FLEMISH_CPAS,)), walloon).derivation.checks[-1]

    assert (last.name, last.passed, last.text) == (
        "region",
        False,
        "the operation is not open to the requester's region",
    )


def test_a_check_that_ends_the_request_shows_no_clause() -> None:
    derivation = explain(operation(overlaps("system_date"), status=OperationStatus.REMOVED), HELD).derivation

    assert derivation.variants == ()
    assert derivation.granted_system_dates == ()


def test_an_error_of_the_caller_is_raised_as_by_decide() -> None:
    with pytest.raises(InvalidRequestError, match="request_period"):
        explain(overlaps("request_period"), HELD)


def test_a_clause_shows_its_window_and_the_integrations_looked_at() -> None:
    counted, other_code = integrated("2024-01-01", "2024-02-01"), integrated("2024-01-01", code=9)

    derivation = explain(
        overlaps("system_date - 2 months .. system_date", own(2)), register(counted, other_code)
    ).derivation

    (step,) = derivation.variants
    (conjunction,) = step.alternatives
    (clause,) = conjunction.clauses
    assert (step.variant, step.in_words, step.granted) == ("the variant", "the variant in words", True)
    assert (conjunction.holds, clause.holds, clause.ssin) == (True, True, PERSON)
    assert clause.window == span("2024-01-15", "2024-03-15")
    assert clause.integrations == (counted,)
    assert clause.text == (
        "integrations of the requester, quality code 2, primary register: "
        "at least one day in common with `system_date - 2 months .. system_date`"
    )


def test_each_alternative_is_shown_whether_it_holds_or_cannot_be_evaluated() -> None:
    rule = any_of(overlaps("reference_date"), overlaps("request_period"), overlaps("system_date", own(9)))

    (step,) = explain(rule, HELD, **JUNE).derivation.variants

    assert [each.holds for each in step.alternatives] == [False, True, False]
    assert step.alternatives[0].clauses[0].window is None


def test_each_person_and_each_repeated_date_has_its_own_alternatives() -> None:
    asked: dict[str, Any] = {"ssins": (PERSON, SECOND_PERSON), "dates": (date("2024-02-01"), date("2023-02-01"))}

    (step,) = explain(overlaps("reference_date"), HELD, **asked).derivation.variants

    clauses = [conjunction.clauses[0] for conjunction in step.alternatives]
    assert [clause.ssin for clause in clauses] == [PERSON, PERSON, SECOND_PERSON, SECOND_PERSON]
    assert [clause.holds for clause in clauses] == [True, False, False, False]


def test_a_clause_over_periods_names_no_person() -> None:
    rule = periods_overlap("validity", "quarter")
    asked = (period("2024-01-01", "2024-03-31", "quarter"), period("2024-03-31", "2024-05-01", "validity"))

    (step,) = explain(rule, register(), ssins=(), periods=asked).derivation.variants

    clause = step.alternatives[0].clauses[0]
    assert (clause.ssin, clause.holds, clause.text) == (None, True, "`validity` and `quarter` share a day")


def test_no_control_says_its_reason() -> None:
    derivation = explain(NoControl("the number is not known yet"), register()).derivation

    assert derivation.checks[-1].text == "no integration control is foreseen: the number is not known yet"
    assert derivation.variants[0].granted
    assert derivation.inferences[-1] == "granted: no control"


def test_all_variants_that_fit_are_shown() -> None:
    asked = operation(
        variant(overlaps("system_date", own(9)), "first"),
        variant(overlaps("system_date"), "second"),
        variant(Undocumented(), "third"),
    )

    steps = explain(asked, HELD).derivation.variants

    assert [(step.variant, step.granted) for step in steps] == [("first", False), ("second", True), ("third", False)]


def test_the_sources_and_assumptions_are_cited() -> None:
    citation = Citation("authorisations", "4.7", (LineRange(10, 12), LineRange(20, 20)), "0123456789abcdef")
    assumption = Assumption("A3", Text(fr="dit", nl="zegt", en="says"), "because", "somebody")
    rules = ruleset(operation(variant(assumptions=("A3",)), citations=(citation,)), assumptions=(assumption,))

    derivation = explain(rules, HELD, "nl").derivation

    assert derivation.sources == (CitedSource("authorisations", "4.7", "10-12, 20", "0123456789abcdef"),)
    assert derivation.assumptions == (AssumptionStep("A3", "zegt"),)


def test_s16_an_authorisation_of_the_committee_covers_the_debtor_by_inference() -> None:
    rules = ruleset(
        operation(variant(authorisations=("CSSS 07/062", "RN 12/2009", "unlisted")), authorisations=("CSSS 11/011",)),
        authorisations=(
            Authorisation("CSSS 07/062", "CSSS", "2007-11-06", covers=frozenset({"AS"})),
            Authorisation("RN 12/2009", "RN", "2009-02-18", covers=frozenset({"AS"})),
            Authorisation("CSSS 11/011", "CSSS", covers=frozenset({"AS", "DA"})),
        ),
    )

    derivation = explain(rules, HELD).derivation

    assert derivation.authorisations == (
        AuthorisationStep("CSSS 11/011", "", "applicant", inferred=False),
        AuthorisationStep("CSSS 11/011", "", "debtor", inferred=False),
        AuthorisationStep("CSSS 07/062", "2007-11-06", "applicant", inferred=False),
        AuthorisationStep("CSSS 07/062", "2007-11-06", "debtor", inferred=True),
        AuthorisationStep("RN 12/2009", "2009-02-18", "applicant", inferred=False),
        AuthorisationStep("unlisted", "", "", inferred=False),
    )
    assert "committee reaches the debtor: CSSS 07/062" in derivation.inferences


def test_s16_codes_decide_and_columns_only_justify() -> None:
    """The inference for the debtor opens nothing: a debtor's code that the rule does not list is still refused."""
    rules = ruleset(
        operation(variant(overlaps("system_date", own(1)), authorisations=("CSSS 1",))),
        authorisations=(Authorisation("CSSS 1", "CSSS", covers=frozenset({"AS"})),),
    )

    found = explain(rules, register(integrated("2024-01-01", code=30)), quality_code=30)

    assert found.decision.reason is Reason.QUALITY_CODE_NOT_PERMITTED
    assert found.derivation.authorisations[-1] == AuthorisationStep("CSSS 1", "", "debtor", inferred=True)


def test_the_engine_and_the_plain_verdict_give_the_same_explanation() -> None:
    rules = ruleset(operation(any_of(overlaps("system_date", own(1, 2)), covers("request_period", own(30)))))
    plain = Reference(rules, DIGEST)
    with Engine() as engine:
        derived = Reference(rules, DIGEST, engine)
        for facts in (HELD, register(), register(integrated("2024-05-01", code=30))):
            for asked in (request(), request(**JUNE), request(quality_code=30, **JUNE), request(quality_code=3)):
                assert derived.decide(asked, facts) == plain.decide(asked, facts)
                with_engine, without = derived.explain(asked, facts), plain.explain(asked, facts)
                assert replace(with_engine.derivation, derived_by="plain") == without.derivation
                assert with_engine.decision == without.decision


# --- what would have to change --------------------------------------------------------------------------------------


def test_a_granted_request_needs_no_change() -> None:
    assert changes(overlaps("system_date"), integrated("2024-01-01")) == ()


def test_an_integration_that_ends_too_early_would_have_to_last_longer() -> None:
    assert changes(covers("request_period"), integrated("2024-05-01", "2024-06-29"), **JUNE) == (
        "the integration would have to last one day longer: last covered day 2024-06-29, needed 2024-06-30",
    )
    assert changes(overlaps("request_period"), integrated("2024-01-01", "2024-05-30"), **JUNE) == (
        "the integration would have to last 2 days longer: last covered day 2024-05-30, needed 2024-06-01",
    )


def test_an_integration_that_begins_too_late_would_have_to_begin_earlier() -> None:
    expected = ("the integration would have to begin one day earlier: first covered day 2024-06-02, needed 2024-06-01",)
    five_years = own(extend=extended("- 5 years"))

    assert changes(covers("request_period"), integrated("2024-06-02"), **JUNE) == expected
    assert changes(covers("request_period", five_years), integrated("2029-06-02"), **JUNE) == expected
    assert changes(overlaps("request_period"), integrated("2024-07-01"), **JUNE) == (
        "the integration would have to begin one day earlier: first covered day 2024-07-01, needed 2024-06-30",
    )


def test_gaps_in_a_cover_are_listed() -> None:
    rows = integrated("2024-06-02", "2024-06-10"), integrated("2024-06-12", "2024-06-30")

    assert changes(covers("request_period"), *rows, **JUNE) == (
        "these days are not covered: 2024-06-01 .. 2024-06-01, 2024-06-11 .. 2024-06-11",
    )


def test_one_integration_alone_is_measured_by_the_best_one() -> None:
    rows = integrated("2024-06-02", "2024-06-10"), integrated("2024-06-01", "2024-06-28")

    assert changes(covers("request_period", own(), UnionScope.ONE_INTEGRATION), *rows, **JUNE) == (
        "the integration would have to last 2 days longer: last covered day 2024-06-28, needed 2024-06-30",
    )


def test_an_open_period_needs_an_open_integration() -> None:
    rule = variant(covers("validity"), inputs=(Input(InputKind.PERIOD, "validity", optional_end=True),))

    assert changes(rule, integrated("2024-01-01", "2024-12-31"), periods=(period("2024-02-01", None, "validity"),)) == (
        "the integration would have to stay open: last covered day 2024-12-31",
    )


def test_days_that_lack_for_a_total_are_counted() -> None:
    assert changes(total_days("request_period", 20), integrated("2024-06-12"), **JUNE) == (
        "19 days count in 2024-06-01 .. 2024-06-30, 20 are needed",
    )


def test_without_an_integration_the_window_is_named() -> None:
    (text,) = changes(overlaps("request_period", own(1, 2, 3)), **JUNE)

    assert "2024-06-01 .. 2024-06-30" in text
    assert "quality codes 1-3" in text


def test_the_nearest_alternative_is_told() -> None:
    rule = any_of(overlaps("request_period", own(1)), covers("request_period", own(2)))

    (text,) = changes(rule, integrated("2024-06-03", code=2), integrated("2024-09-01", code=1), **JUNE)

    assert "begin 2 days earlier" in text


def test_persons_and_variants_are_told_apart_without_numbers() -> None:
    asked = operation(
        variant(overlaps("system_date", own(1)), "first"), variant(overlaps("system_date", own(2)), "second")
    )

    found = changes(asked, integrated("2024-03-16", code=2, ssin=SECOND_PERSON), ssins=(PERSON, SECOND_PERSON))

    assert [text.partition("integration")[0] for text in found] == [
        "`first`: person 1: no ",
        "`first`: person 2: no ",
        "`second`: person 1: no ",
        "`second`: person 2: the ",
    ]


def test_a_window_that_holds_no_day_is_told() -> None:
    backwards = overlaps("request_period.end .. request_period.begin")

    (text,) = changes(backwards, integrated("2024-01-01"), **JUNE)

    assert text == "the window `request_period.end .. request_period.begin` holds no day"


def test_lacking_facts_are_named() -> None:
    needed = Input(InputKind.PERIOD, "validity", when_missing=MissingInput.FACTS_NOT_HELD)
    rule = variant(periods_overlap("validity", "quarter"), inputs=(needed,))

    assert changes(rule, ssins=()) == ("the following facts would have to be known: `validity`",)
    proven = operation(overlaps("system_date"), proof_required=True)
    assert changes(proven, proof=Proof.UNVERIFIABLE) == (
        "the following facts would have to be known: `proof of authentication`",
    )


@pytest.mark.parametrize(
    ("asked", "fields", "expected"),
    [
        (operation(variant(), status=OperationStatus.REMOVED, successor="New.ask"), {}, "`New.ask`"),
        (operation(variant(), legal_contexts=frozenset({"b", "a"})), {}, "`a`, `b`"),
        (operation(overlaps("system_date", own(1, 2, 4))), {"quality_code": 3}, "1-2, 4"),
    ],
)
def test_what_would_be_accepted_is_named(asked: Any, fields: dict[str, Any], expected: str) -> None:
    assert expected in changes(asked, **fields)[0]


def test_a_replaced_number_is_to_be_asked_again_with_the_new_one() -> None:
    asked = operation(overlaps("system_date"), replaced_number=ReplacedNumber.REFUSE)
    facts = register(integrated("2024-01-01", ssin=2), replacements={1: 2})

    derivation = explain(asked, facts, ssins=(1,)).derivation

    assert derivation.changes_needed == ("ask again with the new number",)
    assert derivation.checks[-1].name == "replaced number"


# --- system dates ---------------------------------------------------------------------------------------------------


def granted_dates(rule: Any, *rows: Any, **fields: Any) -> tuple[Period, ...]:
    return explain(rule, register(*rows), **fields).derivation.granted_system_dates


def test_no_system_dates_are_tried_for_a_crowd_of_rows() -> None:
    """Trying two years of days over hundreds of integrations would hold up everybody else; the decision is there."""
    rows = [integrated("2020-01-01", "2023-05-31") for _ in range(500)]
    found = explain(overlaps("system_date"), register(*rows, integrated("2024-01-01")))
    assert found.decision.reason is Reason.RULE_SATISFIED
    assert found.derivation.granted_system_dates == ()


def test_the_system_dates_that_grant_are_the_longest_periods_within_a_year() -> None:
    rows = integrated("2020-01-01", "2023-05-31"), integrated("2023-06-01", "2023-06-30"), integrated("2024-06-01")

    assert granted_dates(overlaps("system_date"), *rows) == (
        span("2023-03-15", "2023-06-30"),
        span("2024-06-01", "2025-03-15"),
    )


def test_the_system_dates_that_grant_are_those_on_which_decide_grants() -> None:
    rule = all_of(
        overlaps("system_date - 2 months .. system_date + 45 days", own(1, register=Register.BOTH)),
        overlaps("request_period"),
    )
    rows = (integrated("2023-12-31", "2024-02-29", 1), integrated("2024-01-01", secondary=False))

    dates = granted_dates(rule, *rows, **JUNE)

    assert dates
    for each in dates:
        for at, granted in ((each.begin - 1, False), (each.begin, True), (each.end, True), (each.end + 1, False)):
            found = decide(rule, register(*rows), system_date=at, **JUNE)
            assert (found.reason is Reason.RULE_SATISFIED) == granted, format_day(at)


def test_a_rule_that_does_not_read_the_system_date_is_granted_on_every_day_or_none() -> None:
    year = (span("2023-03-15", "2025-03-15"),)

    assert granted_dates(overlaps("request_period"), integrated("2024-01-01"), **JUNE) == year
    assert granted_dates(overlaps("request_period"), **JUNE) == ()
    assert granted_dates(NoControl("because")) == year


def test_the_year_around_the_system_date_stays_within_the_calendar() -> None:
    assert granted_dates(
        overlaps("system_date"), integrated("0001-01-01", "0001-02-01"), system_date=day("0001-01-10")
    ) == (span("0001-01-01", "0001-02-01"),)
    last = day("9999-12-31")
    assert granted_dates(overlaps("system_date"), integrated("2024-01-01"), system_date=last)[0].end == last


# --- privacy --------------------------------------------------------------------------------------------------------

HIDDEN = integrated("2024-02-02", "2024-04-04", 3, by=OTHER_CPAS)
RULES_OVER_OTHERS = (
    overlaps("system_date", of_sector(17)),
    overlaps("system_date - 2 months .. system_date + 45 days", of_my_sector(3)),
    all_of(overlaps("system_date"), covers("system_date", of_sector(17, 3))),
    any_of(total_days("system_date - 1 year .. system_date", 400, of_sector(17)), overlaps("system_date", own(9))),
)


def _days_told(found: Explanation) -> set[str]:
    """Every day in the explanation, as text or as a number."""
    text = repr(found)
    return set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) | {
        format_day(int(number)) for number in re.findall(r"\b\d{5}\b", text)
    }


@pytest.mark.parametrize("rule", RULES_OVER_OTHERS)
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_s22_no_date_of_another_organisation_is_told(rule: Any, language: str) -> None:
    facts = register(HIDDEN, integrated("2023-01-01", "2023-12-31"))

    found = explain(rule, facts, language)

    assert OTHER_CPAS not in repr(found)
    assert not _days_told(found) & {"2024-02-02", "2024-04-04", "2024-04-05", "2024-02-01"}
    assert found.derivation.granted_system_dates == ()


def test_s22_clauses_over_others_show_only_whether_they_hold() -> None:
    (step,) = explain(overlaps("system_date", of_sector(17)), register(HIDDEN)).derivation.variants

    clause = step.alternatives[0].clauses[0]
    assert (clause.holds, clause.window, clause.integrations) == (True, None, ())
    assert explain(overlaps("system_date", of_sector(17)), register(HIDDEN)).decision.evidence == ()


def test_s22_what_others_lack_is_told_without_dates() -> None:
    late = integrated("2024-03-16", by=OTHER_CPAS)

    assert changes(overlaps("system_date", of_sector(17)), late) == (
        "the condition on integrations of other organisations would have to be met",
    )


def test_s22_a_refusal_does_not_tell_integrated_elsewhere_from_nowhere() -> None:
    rule = overlaps("system_date - 2 months .. system_date + 45 days")

    assert explain(rule, register(HIDDEN)) == explain(rule, register())


def test_s22_an_operation_that_lists_others_may_show_the_system_dates() -> None:
    rule = all_of(overlaps("system_date"), overlaps("request_period", of_sector(17)))
    facts = register(integrated("2024-03-01"), HIDDEN)
    asked: dict[str, Any] = {"periods": (period("2024-03-01", "2024-03-31"),)}

    assert explain(operation(rule), facts, **asked).derivation.granted_system_dates == ()
    assert explain(operation(rule, lists_others=True), facts, **asked).derivation.granted_system_dates == (
        span("2024-03-01", "2025-03-15"),
    )


def test_s22_no_explanation_holds_the_number_of_a_person() -> None:
    number, replaced = 85_073_003_328, 85_073_003_427
    asked = operation(overlaps("system_date"), replaced_number=ReplacedNumber.REFUSE)
    facts = register(integrated("2024-01-01", ssin=number), replacements={replaced: number})

    for asked_about in ((number,), (replaced, number)):
        text = repr(explain(asked, facts, ssins=asked_about))
        assert str(number) not in text
        assert str(replaced) not in text


# --- languages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_reason_and_check_has_its_words(language: str) -> None:
    assert set(REASONS) == set(Reason)
    assert set(CHANGES) == {each for each in Reason if each.outcome.name != "GRANTED"} - {Reason.NOT_INTEGRATED}
    for texts in (PASSED, REASONS, CHANGES):
        assert all(text.in_language(language) for text in texts.values())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "l'intégration devrait durer un jour de plus : dernier jour couvert 2024-06-29, nécessaire 2024-06-30"),
        ("nl", "de integratie zou één dag langer moeten duren: laatste gedekte dag 2024-06-29, nodig 2024-06-30"),
        ("en", "the integration would have to last one day longer: last covered day 2024-06-29, needed 2024-06-30"),
    ],
)
def test_an_explanation_speaks_the_language_asked_for(language: str, expected: str) -> None:
    facts = register(integrated("2024-05-01", "2024-06-29"))

    derivation = explain(covers("request_period"), facts, language, **JUNE).derivation

    assert derivation.changes_needed == (expected,)
    assert derivation.checks[-1].text == REASONS[Reason.NOT_INTEGRATED].in_language(language)


def test_an_unknown_language_is_an_error_and_an_empty_one_is_english() -> None:
    with pytest.raises(InvalidRequestError, match="language"):
        explain(overlaps("system_date"), HELD, "de")
    assert explain(overlaps("system_date"), HELD, "") == explain(overlaps("system_date"), HELD, "en")


def test_the_system_date_is_that_of_the_request() -> None:
    assert explain(overlaps("system_date"), HELD).decision.system_date == TODAY


def test_persons_granted_by_different_variants_are_granted_on_the_system_dates_too() -> None:
    rule = operation(variant(overlaps("system_date", own(2)), "two"), variant(overlaps("system_date", own(3)), "three"))
    facts = register(
        integrated("2024-01-01", "2024-06-30", 2), integrated("2024-02-01", "2024-12-31", 3, ssin=SECOND_PERSON)
    )

    found = explain(rule, facts, ssins=(PERSON, SECOND_PERSON))

    assert found.decision.reason is Reason.RULE_SATISFIED
    assert found.derivation.granted_system_dates == (span("2024-02-01", "2024-06-30"),)


def test_a_person_for_whom_some_variant_holds_needs_no_change() -> None:
    rule = operation(variant(overlaps("system_date", own(2)), "two"), variant(overlaps("system_date", own(3)), "three"))
    facts = register(integrated("2024-01-01", "", 3))

    found = explain(rule, facts, ssins=(PERSON, SECOND_PERSON))

    assert found.decision.reason is Reason.NOT_INTEGRATED
    assert {change.split(": ")[1] for change in found.derivation.changes_needed} == {"person 2"}
