"""Which reason comes first, what an answer may show, and how a rule is selected (S20b, S22, S30, S30b, S30c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from rules_service.compile import compile_ruleset
from rules_service.decision import Outcome, Proof, Reason
from rules_service.errors import CallerError, InvalidRequestError, UnknownOperationError
from rules_service.plan import Plan
from tests.compile.reading import node_of, ruleset_of
from tests.evaluate.scene import (
    CPAS,
    PARTNER,
    PERSON,
    SECOND,
    STRANGER,
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

EVERY_CHECK = """
- name: Asked
  status: STATUS
  requesters: [{kind: cpas, regions: [flanders]}]
  legal_contexts: [SOCIAL_INQUIRY]
  delivers_information_types: true
  proof_of_authentication: true
  replaced_number: refuse
  variants:
    - when: {parameters: {decision: [grant]}}
      inputs: [request_period]
      integrations: {of: requester, codes: [1-4]}
      condition: {overlaps: request_period}
"""
ALL_IS_WELL: Mapping[str, Any] = {
    "operation": "Asked",
    "by": CPAS,
    "code": 2,
    "legal_context": "SOCIAL_INQUIRY",
    "parameters": {"decision": "grant"},
    "information_types": ("110",),
    "proof": Proof.CORRECT,
    "given": {"request_period": "2026-01-01 .. 2026-12-31"},
}


@dataclass(frozen=True)
class Failing:
    """One check of S20b that fails: what to change for it, and what must come out when nothing fails before it."""

    name: str
    expected: Reason | str
    request: Mapping[str, Any] = field(default_factory=dict)
    status: str = "in_production"
    replaced: bool = False
    integrated: bool = True


IN_ORDER = (
    Failing("operation known", "operation", {"operation": "Unheard"}),
    Failing("operation available", Reason.OPERATION_REMOVED, status="removed"),
    Failing("requester class", Reason.REQUESTER_NOT_AUTHORISED, {"by": PARTNER}),
    Failing("region", Reason.REGION_NOT_AUTHORISED, {"by": WALLOON_CPAS}),
    Failing("legal context", Reason.LEGAL_CONTEXT_NOT_AUTHORISED, {"legal_context": "OTHER"}),
    Failing("variant", "parameters[decision]", {"parameters": {}}),
    Failing("quality code", Reason.QUALITY_CODE_NOT_PERMITTED, {"code": 5}),
    Failing("information types", Reason.INFORMATION_TYPE_NOT_PERMITTED, {"information_types": ("110", "140")}),
    Failing("proof", Reason.PROOF_INCORRECT, {"proof": Proof.INCORRECT}),
    Failing("inputs", "request_period", {"given": {}}),
    Failing("replaced number", Reason.SSIN_REPLACED, replaced=True),
    Failing("integration", Reason.NOT_INTEGRATED, integrated=False),
)


def outcome_of(decide: Decide, failing: tuple[Failing, ...]) -> Reason | str:
    """The reason of the decision, or the field of the error; where two checks change one field, the first one does."""
    changes = dict(ALL_IS_WELL)
    for each in reversed(failing):
        changes |= each.request
    statuses = [each.status for each in failing if each.status != "in_production"]
    plan = rules(EVERY_CHECK.replace("STATUS", statuses[0] if statuses else "in_production"))
    facts = [held(f"2 {ALWAYS}")] if all(each.integrated for each in failing) else []
    replaced = {PERSON: SECOND} if any(each.replaced for each in failing) else {}
    try:
        return decide(plan, ask(**changes), facts, replaced).reason
    except CallerError as error:
        return error.violations[0].field


def test_s20b_nothing_fails_where_all_is_well(decide: Decide) -> None:
    assert outcome_of(decide, ()) is GRANTED


@pytest.mark.parametrize("failing", IN_ORDER, ids=lambda failing: failing.name)
def test_s20b_each_check_has_its_reason(decide: Decide, failing: Failing) -> None:
    assert outcome_of(decide, (failing,)) == failing.expected


@pytest.mark.parametrize("pair", list(combinations(IN_ORDER, 2)), ids=lambda pair: f"{pair[0].name}, {pair[1].name}")
def test_s20b_the_earlier_of_two_failing_checks_gives_the_reason(decide: Decide, pair: tuple[Failing, Failing]) -> None:
    assert outcome_of(decide, pair) == pair[0].expected


def test_s20b_everything_fails_in_the_order_of_the_list(decide: Decide) -> None:
    """All checks fail at first; mending them one by one, each reason comes in turn."""
    found = [outcome_of(decide, IN_ORDER[first:]) for first in range(len(IN_ORDER) + 1)]
    assert found == [*(each.expected for each in IN_ORDER), GRANTED]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("in_production", GRANTED),
        ("being_replaced", GRANTED),
        ("not_yet_available", Reason.OPERATION_NOT_AVAILABLE),
        ("removed", Reason.OPERATION_REMOVED),
    ],
)
def test_s20_an_operation_that_is_not_in_production_is_refused(decide: Decide, status: str, reason: Reason) -> None:
    assert decide(rule(own(), status=status), ask(), [held(f"2 {ALWAYS}")]).reason is reason


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (Proof.CORRECT, GRANTED),
        (Proof.ABSENT, Reason.PROOF_MISSING),
        (Proof.INCORRECT, Reason.PROOF_INCORRECT),
        (Proof.UNVERIFIABLE, Reason.FACTS_NOT_HELD),
    ],
)
def test_s20_only_a_correct_proof_passes(decide: Decide, proof: Proof, reason: Reason) -> None:
    plan = rule(own(), proof_of_authentication="true")
    assert decide(plan, ask(proof=proof), [held(f"2 {ALWAYS}")]).reason is reason


def test_s20_without_a_documented_rule_nothing_is_granted(decide: Decide) -> None:
    facts = [held(f"2 {ALWAYS}")]
    for plan in (rule("{undocumented: true}"), rules("[{name: Asked}]")):
        assert decide(plan, ask(), facts).reason is Reason.NO_RULE_DOCUMENTED


def test_s20b_a_legal_context_is_only_checked_where_some_are_listed(decide: Decide) -> None:
    facts = [held(f"2 {ALWAYS}")]
    assert decide(rule(own()), ask(legal_context="ANYTHING"), facts).reason is GRANTED
    listing = rule(own(), legal_contexts="[SOCIAL_INQUIRY]")
    assert decide(listing, ask(), facts).reason is Reason.LEGAL_CONTEXT_NOT_AUTHORISED


def test_s22_integrated_elsewhere_looks_like_not_integrated_anywhere(decide: Decide) -> None:
    plan = rule(own("[1-9]"))
    unknown = decide(plan, ask())
    assert unknown.reason is REFUSED
    for fact in (
        held(f"2 {ALWAYS}", by=WALLOON_CPAS),
        held(f"2 {ALWAYS}", by=PARTNER),
        held(f"30 {ALWAYS}"),
        held("2 2020-01-01 .. 2026-06-14"),
    ):
        assert decide(plan, ask(), [fact]) == unknown


def test_s22_evidence_names_only_the_requesters_own(decide: Decide) -> None:
    plan = rule(
        "{condition: {all: [{at: system_date, integrations: {of: {sector: 17}, codes: any}},"
        " {at: system_date, integrations: {of: requester_sector, codes: any}},"
        " {at: system_date, integrations: {of: requester, codes: any}}]}}"
    )
    facts = [held(f"1 {ALWAYS}", by=WALLOON_CPAS), held(f"2 {ALWAYS}", by=PARTNER), held(f"3 {ALWAYS}", by=CPAS)]
    assert [row.organisation for row in decide(plan, ask(by=CPAS), facts).evidence] == [CPAS.key]
    assert [row.organisation for row in decide(plan, ask(by=PARTNER), facts).evidence] == [PARTNER.key]


def test_s22_a_rule_over_others_shows_nothing(decide: Decide) -> None:
    plan = rule("{integrations: {of: {sector: 17}, codes: any}, condition: {at: system_date}}")
    decision = decide(plan, ask(by=PARTNER), [held(f"1 {ALWAYS}")])
    assert (decision.reason, decision.evidence) == (GRANTED, ())


def test_s22_a_decision_does_not_show_numbers(decide: Decide) -> None:
    plan = rule(own(), replaced_number="refuse")
    facts = [held(f"2 {ALWAYS}"), held(f"2 {ALWAYS}", person=SECOND)]
    told = repr(decide(plan, ask(persons=(PERSON, SECOND)), facts, {SECOND: STRANGER}))
    assert not any(str(number) in told for number in (PERSON, SECOND, STRANGER))


def test_s30_a_group_is_not_an_operation_and_lists_its_parts(decide: Decide) -> None:
    operations = node_of(
        f"[{{name: Dolsis.one, variants: [{own()}]}}, {{name: Dolsis.two, variants: [{own()}]}}]"
    ).items
    groups = node_of("[{name: Dolsis, parts: [Dolsis.one, Dolsis.two]}]").items
    plan = compile_ruleset(ruleset_of(*operations, groups=groups))
    with pytest.raises(UnknownOperationError, match=r"`Dolsis\.one`, `Dolsis\.two`"):
        decide(plan, ask("Dolsis"))
    assert decide(plan, ask("Dolsis.two"), [held(f"2 {ALWAYS}")]).operation == "Dolsis.two"


def test_s30_an_unknown_operation_is_answered_with_the_nearest_name(decide: Decide) -> None:
    with pytest.raises(UnknownOperationError, match="did you mean `Asked`") as caught:
        decide(rule(own()), ask("Aksed"))
    assert [violation.field for violation in caught.value.violations] == ["operation"]


def test_s30_another_name_of_a_service_is_the_same_operation(decide: Decide) -> None:
    plan = rule(own(), aliases="[Former]")
    assert decide(plan, ask("Former"), [held(f"2 {ALWAYS}")]) == decide(plan, ask("Asked"), [held(f"2 {ALWAYS}")])


ALTERNATIVES = """
- name: Asked
  authorisations: [CSSS 01/001]
  variants:
    - name: first
      assumptions: [A3]
      integrations: {of: requester, codes: [1, 2]}
      condition: {at: system_date}
    - name: second
      authorisations: [CSSS 02/002]
      integrations: {of: requester, codes: [2, 3]}
      condition: {at: system_date}
"""


@pytest.mark.parametrize(
    ("code_held", "variant", "authorisations", "assumptions"),
    [
        (1, "first", ("CSSS 01/001",), ("A3",)),
        (2, "first", ("CSSS 01/001",), ("A3",)),
        (3, "second", ("CSSS 01/001", "CSSS 02/002"), ()),
    ],
)
def test_s30_any_alternative_grants_and_the_answer_names_it(
    decide: Decide, code_held: int, variant: str, authorisations: tuple[str, ...], assumptions: tuple[str, ...]
) -> None:
    decision = decide(rules(ALTERNATIVES), ask(), [held(f"{code_held} {ALWAYS}")])
    assert (decision.reason, decision.variant) == (GRANTED, variant)
    assert (decision.authorisations, decision.assumptions) == (authorisations, assumptions)


def test_s30_where_no_alternative_grants_the_first_is_named(decide: Decide) -> None:
    decision = decide(rules(ALTERNATIVES), ask())
    assert (decision.reason, decision.variant) == (REFUSED, "first")


def test_s30_a_stated_code_leaves_only_the_alternatives_that_permit_it(decide: Decide) -> None:
    facts = [held(f"{code} {ALWAYS}") for code in (1, 2, 3)]
    assert decide(rules(ALTERNATIVES), ask(code=3), facts).variant == "second"
    assert decide(rules(ALTERNATIVES), ask(code=3)).variant == "second"
    assert decide(rules(ALTERNATIVES), ask(code=4)).reason is Reason.QUALITY_CODE_NOT_PERMITTED


def test_s30_a_right_to_one_part_never_opens_another(decide: Decide) -> None:
    plan = rules(f"[{{name: One, variants: [{own('[1]')}]}}, {{name: Two, variants: [{own('[2]')}]}}]")
    facts = [held(f"1 {ALWAYS}")]
    assert [decide(plan, ask(part), facts).reason for part in ("One", "Two")] == [GRANTED, REFUSED]


BY_PARAMETER = """
- name: Asked
  variants:
    - name: grant
      when: {parameters: {decision: [grant]}}
      no_control: non_blocking
    - name: refuse on form D
      when: {parameters: {decision: [refuse], form: [D]}}
      integrations: {of: requester, codes: any}
      condition: {at: system_date}
"""


@pytest.mark.parametrize(
    ("parameters", "variant", "reason"),
    [
        ({"decision": "grant"}, "grant", Reason.NO_CONTROL),
        ({"decision": "grant", "form": "F"}, "grant", Reason.NO_CONTROL),
        ({"decision": "refuse", "form": "D"}, "refuse on form D", REFUSED),
    ],
)
def test_s30_parameters_select_the_variant(
    decide: Decide, parameters: dict[str, str], variant: str, reason: Reason
) -> None:
    decision = decide(rules(BY_PARAMETER), ask(parameters=parameters))
    assert (decision.variant, decision.reason) == (variant, reason)


@pytest.mark.parametrize(
    ("parameters", "violations"),
    [
        (
            {},
            [
                "parameters[decision]: is missing; give one of grant, refuse",
                "parameters[form]: is missing; give one of D",
            ],
        ),
        ({"decision": "refuse"}, ["parameters[form]: is missing; give one of D"]),
        (
            {"decision": "refuse", "form": "F"},
            ["parameters[decision]: must be one of grant", "parameters[form]: must be one of D"],
        ),
        ({"form": "F"}, ["parameters[decision]: is missing; give one of grant"]),
    ],
)
def test_s30_parameters_that_select_nothing_are_named(
    decide: Decide, parameters: dict[str, str], violations: list[str]
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        decide(rules(BY_PARAMETER), ask(parameters=parameters))
    assert [f"{each.field}: {each.description}" for each in caught.value.violations] == violations


def test_s30_with_or_without_persons_is_another_variant(decide: Decide) -> None:
    plan = rule(
        "{name: without, when: {persons: none}, no_control: without_a_person}, "
        "{name: with, when: {persons: some}, integrations: {of: requester, codes: any}, condition: {at: system_date}}"
    )
    assert decide(plan, ask(persons=())).variant == "without"
    assert decide(plan, ask()).variant == "with"
    only_without = rule("{when: {persons: none}, no_control: without_a_person}")
    with pytest.raises(InvalidRequestError, match="`ssins`: must be empty"):
        decide(only_without, ask())


def test_s30_the_error_names_only_the_inputs_that_would_help(decide: Decide) -> None:
    """A variant for requests without persons cannot be selected by any input of a request that names some."""
    plan = rule(
        "{name: without, when: {persons: none}, no_control: without_a_person}, "
        "{name: with, when: {persons: some, given: [validity]}, inputs: [validity],"
        " integrations: {of: requester, codes: any}, condition: {overlaps: validity}}"
    )
    with pytest.raises(InvalidRequestError) as caught:
        decide(plan, ask())
    (violation,) = caught.value.violations
    assert (violation.field, violation.description) == ("periods[validity]", "is missing; give `validity`")


def types_rule(codes: str = "[1-4, 30]") -> Plan:
    return rule(own(codes), delivers_information_types="true")


@pytest.mark.parametrize(
    ("types", "code", "parameters", "reason"),
    [
        (("110",), None, {}, GRANTED),
        (("110", "120"), 2, {}, GRANTED),
        (("120",), 30, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("130",), 30, {}, GRANTED),
        (("130",), 2, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("120", "130"), None, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("110", "140"), 2, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("999",), 2, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("210",), 2, {}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("210",), 2, {"user_role": "receiver"}, Reason.INFORMATION_TYPE_NOT_PERMITTED),
        (("210",), 2, {"user_role": "social_worker"}, GRANTED),
    ],
)
def test_s30b_each_type_listed_must_be_allowed(
    decide: Decide, types: tuple[str, ...], code: int | None, parameters: dict[str, str], reason: Reason
) -> None:
    facts = [held(f"2 {ALWAYS}"), held(f"30 {ALWAYS}")]
    asked = ask(code=code, information_types=types, parameters=parameters)
    assert decide(types_rule(), asked, facts).reason is reason


@pytest.mark.parametrize(
    ("listed", "code_held", "reason"),
    [("120", 2, GRANTED), ("120", 30, REFUSED), ("130", 30, GRANTED), ("130", 2, REFUSED), ("110", 30, GRANTED)],
)
def test_s30b_only_an_integration_under_a_code_of_the_column_gives_its_types(
    decide: Decide, listed: str, code_held: int, reason: Reason
) -> None:
    """The applicant's types need 001 to 009, the debtor's 030, also where the rule permits both and none is stated."""
    assert decide(types_rule(), ask(information_types=(listed,)), [held(f"{code_held} {ALWAYS}")]).reason is reason
    assert decide(types_rule("any"), ask(information_types=(listed,)), [held(f"{code_held} {ALWAYS}")]).reason is reason


def test_s30b_the_types_narrow_the_own_integrations_only(decide: Decide) -> None:
    plan = rule(
        "{condition: {all: [{at: system_date, integrations: {of: requester, codes: any}},"
        " {at: system_date, integrations: {of: {sector: 17}, codes: [50]}}]}}",
        delivers_information_types="true",
    )
    facts = [held(f"2 {ALWAYS}", by=PARTNER), held(f"50 {ALWAYS}")]
    assert decide(plan, ask(by=PARTNER, information_types=("120",)), facts).reason is GRANTED


@pytest.mark.parametrize(
    ("code", "parameters", "deliverable"),
    [
        (2, {}, ("110", "120")),
        (30, {}, ("110", "130")),
        (2, {"user_role": "social_worker"}, ("110", "120", "210")),
        (30, {"user_role": "receiver"}, ("110", "130")),
    ],
)
def test_s30b_without_a_list_the_answer_lists_what_may_be_delivered(
    decide: Decide, code: int, parameters: dict[str, str], deliverable: tuple[str, ...]
) -> None:
    for stated in (code, None):  # without a stated code, the code of the integration decides
        granted = decide(types_rule(), ask(code=stated, parameters=parameters), [held(f"{code} {ALWAYS}")])
        assert (granted.reason, granted.deliverable_information_types) == (GRANTED, deliverable)
    refused = decide(types_rule(), ask(code=code, parameters=parameters))
    assert (refused.reason, refused.deliverable_information_types) == (REFUSED, ())


def test_s30b_other_operations_deliver_no_types(decide: Decide) -> None:
    decision = decide(rule(own()), ask(information_types=("140",)), [held(f"2 {ALWAYS}")])
    assert (decision.reason, decision.deliverable_information_types) == (GRANTED, ())


ANY_OF_GROUPS = own("any", "{any: [{overlaps: request_period}, {all: [{at: reference_date}, {at: end_date}]}]}")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"request_period": "2024-01-01 .. 2024-12-31"}, GRANTED),
        ({"request_period": "2019-01-01 .. 2019-12-31"}, REFUSED),
        ({"reference_date": "2024-01-01", "end_date": "2024-02-01"}, GRANTED),
        ({"reference_date": "2024-01-01", "end_date": "2019-02-01"}, REFUSED),
        ({"request_period": "2019-01-01 .. 2019-12-31", "reference_date": "2024-01-01"}, REFUSED),
        ({"request_period": "2024-01-01 .. 2024-12-31", "reference_date": "2019-01-01"}, GRANTED),
    ],
)
def test_s30c_a_clause_whose_input_is_absent_does_not_hold(
    decide: Decide, given: dict[str, str], reason: Reason
) -> None:
    assert decide(rule(ANY_OF_GROUPS), ask(given=given), [held(f"2 {ALWAYS}")]).reason is reason


@pytest.mark.parametrize("given", [{}, {"reference_date": "2024-01-01"}, {"validity": "2024-01-01 .. 2024-12-31"}])
def test_s30c_when_no_clause_can_be_evaluated_the_error_names_the_groups(decide: Decide, given: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        decide(rule(ANY_OF_GROUPS), ask(given=given), [held(f"2 {ALWAYS}")])
    wanted = [name for name in ("end_date", "reference_date") if name not in given]
    fields = [violation.field for violation in caught.value.violations]
    assert fields == ["request_period", *(f"dates[{name}]" for name in wanted)]
    told = "is missing; give `request_period`, or `end_date` and `reference_date`"
    assert {violation.description for violation in caught.value.violations} == {told}


def test_s30c_the_groups_of_all_alternatives_are_named(decide: Decide) -> None:
    plan = rule(f"{own(condition='{overlaps: validity}')}, {own(condition='{at: reference_date}')}")
    with pytest.raises(InvalidRequestError, match="give `validity`, or `reference_date`"):
        decide(plan, ask())


def test_s30c_a_group_that_a_stated_code_excludes_is_not_asked_for(decide: Decide) -> None:
    plan = rule(own("[1]", "{any: [{overlaps: validity}, {codes: [4], at: reference_date}]}"))
    with pytest.raises(InvalidRequestError, match=r"give `reference_date`$"):
        decide(plan, ask(code=4, given={"validity": "2024-01-01 .. 2024-12-31"}))


def test_s30c_a_rule_over_persons_needs_one(decide: Decide) -> None:
    with pytest.raises(InvalidRequestError, match="`ssins`: is missing"):
        decide(rule(own()), ask(persons=()))


OPEN_END = "{inputs: [INPUT], integrations: {of: requester, codes: any}, condition: {covers: validity}}"


def test_s30c_only_a_period_marked_so_may_have_an_open_end(decide: Decide) -> None:
    marked = rule(OPEN_END.replace("INPUT", "{name: validity, optional_end: true}"))
    unmarked = rule(OPEN_END.replace("INPUT", "validity"))
    asked = ask(given={"validity": "2024-01-01 .."})
    assert decide(marked, asked, [held(f"2 {ALWAYS}")]).reason is GRANTED
    assert decide(marked, asked, [held("2 2020-01-01 .. 9999-12-31")]).reason is REFUSED
    with pytest.raises(InvalidRequestError) as caught:
        decide(unmarked, asked, [held(f"2 {ALWAYS}")])
    assert [each.field for each in caught.value.violations] == ["periods[validity].period.end_date"]


def test_s30c_an_open_end_of_a_period_that_the_rule_does_not_read_is_ignored(decide: Decide) -> None:
    assert decide(rule(own()), ask(given={"validity": "2024-01-01 .."}), [held(f"2 {ALWAYS}")]).reason is GRANTED


def test_s30c_a_name_given_several_times_must_hold_for_each(decide: Decide) -> None:
    plan = rule(own("any", "{at: end_date}"))
    facts = [held("1 2024-01-01 .. 2024-01-31"), held("2 2024-03-01 .. 2024-03-31")]
    both = decide(plan, ask(given={"end_date": ("2024-01-31", "2024-03-01")}), facts)
    assert (both.reason, shown(both)) == (GRANTED, [1, 2])
    assert decide(plan, ask(given={"end_date": ("2024-01-31", "2024-02-01")}), facts).reason is REFUSED
    periods = {"validity": ("2024-01-01 .. 2024-01-05", "2024-02-15 .. 2024-03-01")}
    assert decide(rule(own("any", "{overlaps: validity}")), ask(given=periods), facts).reason is GRANTED


def test_s30c_each_time_another_clause_may_hold(decide: Decide) -> None:
    plan = rule(own("[1]", "{any: [{at: end_date}, {codes: [2], at: end_date}]}"))
    facts = [held("1 2024-01-01 .. 2024-01-31"), held("2 2024-03-01 .. 2024-03-31")]
    decision = decide(plan, ask(given={"end_date": ("2024-03-01", "2024-01-31")}), facts)
    assert (decision.reason, shown(decision)) == (GRANTED, [2, 1])


def test_s30c_repeating_a_name_that_the_rule_does_not_read_changes_nothing(decide: Decide) -> None:
    given = {"end_date": ("2024-01-31",) * 90, "reference_date": ("2024-01-31",) * 90}
    assert decide(rule(own()), ask(given=given), [held(f"2 {ALWAYS}")]).reason is GRANTED


def test_s30c_too_many_combinations_are_an_error(decide: Decide) -> None:
    plan = rule(own("any", "{all: [{at: end_date}, {at: reference_date}]}"))
    given = {"end_date": ("2024-01-31",) * 32, "reference_date": ("2024-01-31",) * 32}
    with pytest.raises(InvalidRequestError, match="more than 1000 cases"):
        decide(plan, ask(given=given), [held(f"2 {ALWAYS}")])


TARIFF = (
    "{inputs: [quarter, {name: validity, when_missing: facts_not_held}],"
    " condition: {periods_overlap: [validity, quarter]}}"
)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"quarter": "2026-04-01 .. 2026-06-30", "validity": "2026-06-30 .. 2026-12-31"}, GRANTED),
        ({"quarter": "2026-04-01 .. 2026-06-30", "validity": "2026-07-01 .. 2026-12-31"}, REFUSED),
        ({"quarter": "2026-04-01 .. 2026-06-30"}, Reason.FACTS_NOT_HELD),
    ],
)
def test_s30c_an_input_that_stands_for_facts_leaves_the_answer_open(
    decide: Decide, given: dict[str, str], reason: Reason
) -> None:
    decision = decide(rule(TARIFF), ask(given=given))
    assert (decision.reason, decision.outcome is Outcome.GRANTED) == (reason, reason is GRANTED)


def test_s30c_a_rule_over_periods_alone_needs_no_person(decide: Decide) -> None:
    given = {"quarter": "2026-04-01 .. 2026-06-30", "validity": "2026-06-30 .. 2026-12-31"}
    assert decide(rule(TARIFF), ask(persons=(), given=given)).reason is GRANTED
