"""Whose integrations count, under which codes, in which register, for whom (S12-S15, S17-S19)."""

from __future__ import annotations

import pytest

from rules_service.decision import Integration, Outcome, Reason
from rules_service.identifiers.parties import ExecutedBy, Organisation
from tests.evaluate.scene import (
    ASSOCIATION,
    COLLEAGUE,
    CPAS,
    OTHER,
    OTHER_ZERO,
    PARTNER,
    PERSON,
    SECOND,
    STRANGER,
    THIRD,
    VDI,
    WALLOON_CPAS,
    Decide,
    ask,
    held,
    own,
    rule,
    rules,
    shown,
)

GRANTED, REFUSED = Reason.RULE_SATISFIED, Reason.NOT_INTEGRATED
ALWAYS = "2020-01-01 .."


def by(selector: str) -> str:
    return f"{{integrations: {selector}, condition: {{at: system_date}}}}"


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (held(f"2 {ALWAYS}"), GRANTED),
        (held(f"2 {ALWAYS}", by=WALLOON_CPAS), REFUSED),
        (held(f"2 {ALWAYS}", by=PARTNER), REFUSED),
        (held(f"2 {ALWAYS}", person=SECOND), REFUSED),
        (held(f"2 {ALWAYS}", sector=40), REFUSED),
    ],
    ids=["its own", "of another CPAS", "of a partner", "of another person", "its own, of another sector"],
)
def test_s12_the_requesters_own(decide: Decide, fact: Integration, reason: Reason) -> None:
    assert decide(rule(own()), ask(), [fact]).reason is reason


@pytest.mark.parametrize(
    ("selector", "asker", "holder", "reason"),
    [
        ("{of: requester_sector, codes: any}", PARTNER, PARTNER, GRANTED),
        ("{of: requester_sector, codes: any}", PARTNER, COLLEAGUE, GRANTED),
        ("{of: requester_sector, codes: any}", PARTNER, OTHER_ZERO, REFUSED),
        ("{of: requester_sector, codes: any}", CPAS, WALLOON_CPAS, GRANTED),
        ("{of: {sector: 17}, codes: [2, 3]}", PARTNER, WALLOON_CPAS, GRANTED),
        ("{of: {sector: 17}, codes: [2, 3]}", PARTNER, PARTNER, REFUSED),
        ("{of: {sector: 40, institution: 0}, codes: any}", PARTNER, VDI, GRANTED),
        ("{of: {sector: 40, institution: 0}, codes: any}", PARTNER, PARTNER, REFUSED),
        ("{of: {sector: 40, institution: 0}, codes: any}", PARTNER, OTHER_ZERO, REFUSED),
        ("{of: {sector: 41, institution: 0}, codes: any}", PARTNER, OTHER_ZERO, GRANTED),
    ],
)
def test_s12_others(decide: Decide, selector: str, asker: Organisation, holder: Organisation, reason: Reason) -> None:
    assert decide(rule(by(selector)), ask(by=asker), [held(f"2 {ALWAYS}", by=holder)]).reason is reason


def test_s12_two_institutions_must_both_hold(decide: Decide) -> None:
    plan = rule(
        "{condition: {all: [{at: system_date, integrations: {of: {sector: 40, institution: 0}, codes: any}},"
        " {at: system_date, integrations: {of: {sector: 41, institution: 0}, codes: any}}]}}"
    )
    of_vdi, of_other = held(f"1 {ALWAYS}", by=VDI), held(f"1 {ALWAYS}", by=OTHER_ZERO)
    assert decide(plan, ask(), [of_vdi, of_other]).reason is GRANTED
    assert decide(plan, ask(), [of_vdi]).reason is REFUSED
    assert decide(plan, ask(), [of_other]).reason is REFUSED


ATTESTATION = """
- name: Attestation
  requesters: [{kind: cpas}, {kind: partner}]
  variants:
    - name: a CPAS
      when: {requesters: [{kind: cpas}]}
      inputs: [validity]
      integrations: {of: requester, codes: any}
      condition: {overlaps: validity}
    - name: a partner receives
      when: {requesters: [{kind: partner}], given: [validity]}
      inputs: [validity]
      condition:
        all:
          - {overlaps: validity, integrations: {of: {sector: 17}, codes: any}}
          - {overlaps: validity, integrations: {of: requester, codes: any}}
    - name: a partner consults
      when: {requesters: [{kind: partner}], given: [request_period]}
      inputs: [request_period]
      integrations: {of: requester, codes: any}
      condition: {overlaps: request_period}
"""


@pytest.mark.parametrize(
    ("asker", "given", "holders", "variant", "reason"),
    [
        (CPAS, "validity", [CPAS], "a CPAS", GRANTED),
        (CPAS, "validity", [WALLOON_CPAS], "a CPAS", REFUSED),
        (PARTNER, "validity", [WALLOON_CPAS, PARTNER], "a partner receives", GRANTED),
        (PARTNER, "validity", [PARTNER], "a partner receives", REFUSED),
        (PARTNER, "validity", [CPAS, COLLEAGUE], "a partner receives", REFUSED),
        (PARTNER, "request_period", [PARTNER], "a partner consults", GRANTED),
        (PARTNER, "request_period", [CPAS], "a partner consults", REFUSED),
    ],
)
def test_s12_an_attestation_asks_each_class_for_something_else(
    decide: Decide, asker: Organisation, given: str, holders: list[Organisation], variant: str, reason: Reason
) -> None:
    facts = [held("2 2026-01-01 .. 2026-01-31", by=holder) for holder in holders]
    asked = ask("Attestation", by=asker, given={given: "2026-01-31 .. 2026-12-31"})
    decision = decide(rules(ATTESTATION), asked, facts)
    assert (decision.variant, decision.reason) == (variant, reason)


@pytest.mark.parametrize(
    ("codes", "stated", "code_held", "reason"),
    [
        ("[1-3]", None, 3, GRANTED),
        ("[1-3]", None, 4, REFUSED),
        ("[1-3]", 2, 2, GRANTED),
        ("[1-3]", 2, 3, REFUSED),
        ("[1-3]", 4, 4, Reason.QUALITY_CODE_NOT_PERMITTED),
        ("[1-3]", 0, 2, Reason.QUALITY_CODE_NOT_PERMITTED),
        ("any", None, 50, GRANTED),
        ("any", None, 0, REFUSED),
        ("any", None, 902, REFUSED),
        ("any", None, 999, REFUSED),
        ("any", 50, 50, GRANTED),
        ("any", 51, 50, REFUSED),
        ("any", 902, 902, REFUSED),
        ("[902]", None, 902, GRANTED),
        ("[902]", 902, 902, GRANTED),
    ],
)
def test_s13_quality_codes(decide: Decide, codes: str, stated: int | None, code_held: int, reason: Reason) -> None:
    assert decide(rule(own(codes)), ask(code=stated), [held(f"{code_held} {ALWAYS}")]).reason is reason


def test_s13_any_code_leaves_out_a_code_that_another_rule_names(decide: Decide) -> None:
    plan = rules(f"[{{name: Asked, variants: [{own()}]}}, {{name: Naming, variants: [{own('[0, 902, 999, 50]')}]}}]")
    for code, reason in ((0, REFUSED), (902, REFUSED), (999, REFUSED), (50, GRANTED)):
        assert decide(plan, ask("Asked"), [held(f"{code} {ALWAYS}")]).reason is reason
        assert decide(plan, ask("Naming"), [held(f"{code} {ALWAYS}")]).reason is GRANTED


def test_s13_a_stated_code_narrows_the_own_clauses_and_leaves_those_over_others_alone(decide: Decide) -> None:
    plan = rule(
        "{condition: {all: [{at: system_date, integrations: {of: requester, codes: [1, 2]}},"
        " {at: system_date, integrations: {of: {sector: 17}, codes: [5]}}]}}"
    )
    of_cpas = held(f"5 {ALWAYS}", by=CPAS)
    assert decide(plan, ask(by=PARTNER, code=1), [of_cpas, held(f"1 {ALWAYS}", by=PARTNER)]).reason is GRANTED
    assert decide(plan, ask(by=PARTNER, code=1), [of_cpas, held(f"2 {ALWAYS}", by=PARTNER)]).reason is REFUSED
    assert decide(plan, ask(by=PARTNER, code=5), [of_cpas]).reason is Reason.QUALITY_CODE_NOT_PERMITTED


def test_s13_a_stated_code_selects_the_clause_of_its_own_condition(decide: Decide) -> None:
    """Code 1 on the system date, code 4 in the requested period (R6)."""
    plan = rule(own("[1]", "{any: [{at: system_date}, {codes: [4], overlaps: request_period}]}"))
    period = {"request_period": "2021-01-01 .. 2021-12-31"}
    facts = [held("4 2021-06-01 .. 2021-06-01"), held(f"1 {ALWAYS}")]
    assert shown(decide(plan, ask(given=period), facts)) == [1]
    assert shown(decide(plan, ask(code=4, given=period), facts)) == [4]
    assert decide(plan, ask(code=4, given=period), facts[1:]).reason is REFUSED


def test_s13_where_no_list_is_about_the_requester_a_stated_code_is_not_checked(decide: Decide) -> None:
    facts = [held(f"2 {ALWAYS}", by=WALLOON_CPAS)]
    assert decide(rule(by("{of: {sector: 17}, codes: [2]}")), ask(code=77), facts).reason is GRANTED
    assert decide(rule("{no_control: non_blocking}"), ask(code=77)).reason is Reason.NO_CONTROL


@pytest.mark.parametrize(
    ("register", "primary", "secondary", "reason"),
    [
        ("primary", True, False, GRANTED),
        ("primary", False, True, REFUSED),
        ("secondary", False, True, GRANTED),
        ("secondary", True, False, REFUSED),
        ("both", True, True, GRANTED),
        ("both", True, False, REFUSED),
        ("both", False, True, REFUSED),
        ("primary", False, False, REFUSED),
    ],
)
def test_s14_registers(decide: Decide, register: str, primary: bool, secondary: bool, reason: Reason) -> None:
    fact = held(f"2 {ALWAYS}", primary=primary, secondary=secondary)
    assert decide(rule(own(register=register)), ask(), [fact]).reason is reason


def test_s14_where_no_register_is_named_the_primary_one_decides(decide: Decide) -> None:
    plan = rule(own())
    assert decide(plan, ask(), [held(f"2 {ALWAYS}", secondary=False)]).reason is GRANTED
    assert decide(plan, ask(), [held(f"2 {ALWAYS}", primary=False)]).reason is REFUSED


def test_s14_each_register_shows_the_whole_condition_on_its_own(decide: Decide) -> None:
    """Half of the period in one register and half in the other covers it in neither; other rows may show it in each."""
    plan = rule(own("any", "{covers: request_period}", register="both"))
    asked = ask(given={"request_period": "2024-01-01 .. 2024-12-31"})
    halves = [held("2 2024-01-01 .. 2024-06-30", secondary=False), held("2 2024-07-01 .. 2024-12-31", primary=False)]
    wholes = [held("2 2024-01-01 .. 2024-12-31", secondary=False), held("3 2023-01-01 ..", primary=False)]
    assert decide(plan, asked, halves).reason is REFUSED
    assert decide(plan, asked, wholes).reason is GRANTED


def test_s14_each_register_may_hold_by_another_alternative(decide: Decide) -> None:
    plan = rule(own("any", "{any: [{at: system_date}, {at: reference_date}]}", register="both"))
    today, then = held("2 2026-06-15 .. 2026-06-15", secondary=False), held("3 2024-01-01 .. 2024-01-01", primary=False)
    asked = ask(given={"reference_date": "2024-01-01"})
    assert decide(plan, asked, [today, then]).reason is GRANTED
    assert decide(plan, asked, [today]).reason is REFUSED
    assert decide(plan, asked, [then]).reason is REFUSED


@pytest.mark.parametrize(
    ("requesters", "asker", "reason"),
    [
        ("[{kind: cpas}]", CPAS, GRANTED),
        ("[{kind: cpas}]", WALLOON_CPAS, GRANTED),
        ("[{kind: cpas}]", ASSOCIATION, Reason.REQUESTER_NOT_AUTHORISED),
        ("[{kind: cpas}]", PARTNER, Reason.REQUESTER_NOT_AUTHORISED),
        ("[{kind: cpas}]", OTHER, Reason.REQUESTER_NOT_AUTHORISED),
        ("[{kind: cpas, regions: [flanders]}]", CPAS, GRANTED),
        ("[{kind: cpas, regions: [flanders]}]", WALLOON_CPAS, Reason.REGION_NOT_AUTHORISED),
        ("[{kind: cpas, regions: [flanders, wallonia]}]", WALLOON_CPAS, GRANTED),
        ("[{kind: cpas}, {kind: association_chapter_xii, regions: [flanders]}]", ASSOCIATION, GRANTED),
        ("[{kind: association_chapter_xii, regions: [wallonia]}]", ASSOCIATION, Reason.REGION_NOT_AUTHORISED),
        ("[{kind: partner}]", PARTNER, GRANTED),
        ("[{kind: partner, sector: 40}]", PARTNER, GRANTED),
        ("[{kind: partner, sector: 41}]", PARTNER, Reason.REQUESTER_NOT_AUTHORISED),
        ("[{kind: partner, sector: 40, institution: 21}]", PARTNER, GRANTED),
        ("[{kind: partner, sector: 40, institution: 21}]", COLLEAGUE, Reason.REQUESTER_NOT_AUTHORISED),
        ("[{kind: partner, sector: 40, institution: 0}]", VDI, GRANTED),
        ("[{kind: other}]", OTHER, GRANTED),
    ],
)
def test_s15_requester_classes(decide: Decide, requesters: str, asker: Organisation, reason: Reason) -> None:
    plan = rule(own(), requesters=requesters)
    assert decide(plan, ask(by=asker), [held(f"2 {ALWAYS}", by=asker)]).reason is reason


def test_s15_an_organisation_that_the_directory_does_not_know_is_not_authorised(decide: Decide) -> None:
    assert decide(rule(own()), ask(by="0999999922")).reason is Reason.REQUESTER_NOT_AUTHORISED


def test_s15_a_pair_names_an_organisation_only_where_it_names_one(decide: Decide) -> None:
    """17/1 is every CPAS; 17/2 is one association here."""
    facts = [held(f"2 {ALWAYS}", by=CPAS), held(f"2 {ALWAYS}", by=ASSOCIATION)]
    assert decide(rule(own()), ask(by="17/1"), facts).reason is Reason.REQUESTER_NOT_AUTHORISED
    decision = decide(rule(own()), ask(by="17/2"), facts)
    assert [row.organisation for row in decision.evidence] == [ASSOCIATION.key]


SHARED_SERVICE = """
- name: LivingWages
  requesters: [{kind: partner}]
  variants:
    - name: of sector 40
      when: {requesters: [{kind: partner, sector: 40}]}
      integrations: {of: requester, codes: any}
      condition: {at: system_date}
    - name: of sector 41
      when: {requesters: [{kind: partner, sector: 41}]}
      no_control: done_elsewhere
      executed_by: SMALS
"""


@pytest.mark.parametrize(
    ("asker", "variant", "reason"),
    [(PARTNER, "of sector 40", REFUSED), (OTHER_ZERO, "of sector 41", Reason.NO_CONTROL)],
)
def test_s15_the_sector_selects_the_variant(decide: Decide, asker: Organisation, variant: str, reason: Reason) -> None:
    decision = decide(rules(SHARED_SERVICE), ask("LivingWages", by=asker))
    assert (decision.variant, decision.reason) == (variant, reason)


def test_s15_a_variant_for_others_is_not_for_this_requester(decide: Decide) -> None:
    plan = rules(SHARED_SERVICE.replace("sector: 41", "sector: 42"))
    assert decide(plan, ask("LivingWages", by=OTHER_ZERO)).reason is Reason.REQUESTER_NOT_AUTHORISED


def test_s17_granted_only_if_every_person_is(decide: Decide) -> None:
    facts = [held(f"2 {ALWAYS}", person=PERSON), held(f"3 {ALWAYS}", person=SECOND)]
    both = decide(rule(own()), ask(persons=(PERSON, SECOND)), facts)
    assert (both.outcome, [each.reason for each in both.persons]) == (Outcome.GRANTED, [GRANTED, GRANTED])
    assert shown(both) == [2, 3]
    third = decide(rule(own()), ask(persons=(PERSON, THIRD, SECOND)), facts)
    assert third.reason is REFUSED
    assert [(each.ssin, each.reason) for each in third.persons] == [
        (PERSON, GRANTED),
        (THIRD, REFUSED),
        (SECOND, GRANTED),
    ]


def test_s17_a_refusal_outweighs_what_is_not_documented(decide: Decide) -> None:
    plan = rules(
        f"[{{name: Asked, replaced_number: refuse, variants: [{own()}, {{name: other, undocumented: true}}]}}]"
    )
    facts = [held(f"2 {ALWAYS}", person=SECOND)]
    only_open = decide(plan, ask(persons=(PERSON, SECOND)), facts)
    assert (only_open.outcome, only_open.reason) == (Outcome.INDETERMINATE, Reason.NO_RULE_DOCUMENTED)
    replaced = decide(plan, ask(persons=(PERSON, THIRD, SECOND)), facts, {THIRD: STRANGER})
    assert (replaced.outcome, replaced.reason) == (Outcome.REFUSED, Reason.SSIN_REPLACED)
    assert [each.outcome for each in replaced.persons] == [
        Outcome.INDETERMINATE,
        Outcome.REFUSED,
        Outcome.GRANTED,
    ]


def test_s17_all_or_nothing_says_who_failed(decide: Decide) -> None:
    plan = rule(own(), all_or_nothing="true")
    decision = decide(plan, ask(persons=(PERSON, SECOND)), [held(f"2 {ALWAYS}", person=SECOND)])
    assert decision.outcome is Outcome.REFUSED
    assert [each.ssin for each in decision.persons if each.outcome is Outcome.REFUSED] == [PERSON]


def test_s17_a_check_before_the_register_refuses_every_person(decide: Decide) -> None:
    decision = decide(rule(own("[1]")), ask(code=9, persons=(PERSON, SECOND)))
    assert [each.reason for each in decision.persons] == [Reason.QUALITY_CODE_NOT_PERMITTED] * 2


@pytest.mark.parametrize("asked_about", [PERSON, SECOND, THIRD])
def test_s18_a_look_up_takes_the_union_over_the_chain(decide: Decide, asked_about: int) -> None:
    """PERSON became SECOND, SECOND became THIRD; each wrote a part of the year."""
    plan = rule(own("any", "{covers: request_period}"))
    facts = [
        held("3 2024-09-01 .. 2024-12-31", person=PERSON),
        held("1 2024-01-01 .. 2024-03-31", person=THIRD),
        held("2 2024-04-01 .. 2024-08-31", person=SECOND),
    ]
    asked = ask(persons=(asked_about,), given={"request_period": "2024-01-01 .. 2024-12-31"})
    decision = decide(plan, asked, facts, {PERSON: SECOND, SECOND: THIRD})
    assert decision.reason is GRANTED
    assert shown(decision) == [1, 2, 3]
    assert {row.ssin for row in decision.evidence} == {asked_about}
    assert decide(plan, asked, facts).reason is REFUSED


def test_s18_where_replaced_numbers_are_refused_the_new_one_is_told_only_once_the_control_holds(
    decide: Decide,
) -> None:
    plan = rule(own(), replaced_number="refuse")
    chain = {PERSON: SECOND, SECOND: THIRD}
    (integrated,) = decide(plan, ask(), [held(f"2 {ALWAYS}", person=THIRD)], chain).persons
    assert (integrated.reason, integrated.replaced_by, integrated.evidence) == (Reason.SSIN_REPLACED, THIRD, ())
    (elsewhere,) = decide(plan, ask(), [held(f"2 {ALWAYS}", by=WALLOON_CPAS, person=THIRD)], chain).persons
    assert (elsewhere.reason, elsewhere.replaced_by) == (Reason.SSIN_REPLACED, None)
    current = decide(plan, ask(persons=(THIRD,)), [held(f"2 {ALWAYS}", person=PERSON)], chain)
    assert current.reason is GRANTED


def test_s18_the_new_number_is_told_when_any_alternative_holds(decide: Decide) -> None:
    plan = rule(
        f"{own('[1]')}, {{name: other, integrations: {{of: requester, codes: [2]}}, condition: {{at: system_date}}}}",
        replaced_number="refuse",
    )
    (person,) = decide(plan, ask(), [held(f"2 {ALWAYS}")], {PERSON: SECOND}).persons
    assert (person.reason, person.replaced_by) == (Reason.SSIN_REPLACED, SECOND)


def test_s19_no_control_lifts_the_integration_and_the_code_check(decide: Decide) -> None:
    decision = decide(rule("{no_control: non_blocking}"), ask(code=9, persons=(PERSON, SECOND)))
    assert (decision.outcome, decision.reason) == (Outcome.GRANTED, Reason.NO_CONTROL)
    assert [each.reason for each in decision.persons] == [Reason.NO_CONTROL] * 2
    assert decision.evidence == ()


def test_s19_no_control_needs_no_person(decide: Decide) -> None:
    decision = decide(rule("{no_control: criterion_is_not_a_person}"), ask(persons=()))
    assert (decision.reason, decision.persons) == (Reason.NO_CONTROL, ())


def test_s19_no_control_keeps_the_class_and_the_region(decide: Decide) -> None:
    plan = rule("{no_control: non_blocking}", requesters="[{kind: cpas, regions: [flanders]}]")
    assert decide(plan, ask(by=PARTNER)).reason is Reason.REQUESTER_NOT_AUTHORISED
    assert decide(plan, ask(by=WALLOON_CPAS)).reason is Reason.REGION_NOT_AUTHORISED


@pytest.mark.parametrize("executor", list(ExecutedBy))
def test_s19_who_executes_the_control_is_told(decide: Decide, executor: ExecutedBy) -> None:
    variant = (
        f"{{executed_by: {executor.name}, integrations: {{of: requester, codes: any}}, condition: {{at: system_date}}}}"
    )
    assert decide(rule(variant), ask(), [held(f"2 {ALWAYS}")]).executed_by is executor
    assert decide(rule(variant), ask()).executed_by is executor
