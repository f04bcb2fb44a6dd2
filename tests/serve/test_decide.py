"""Decide and Explain over gRPC, on the register and on inline facts."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, OUTCOME_INDETERMINATE, OUTCOME_REFUSED, Reason
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.register import FileKind, Register
from tests.serve.fixtures import put
from tests.serve.rpc import failure_of
from tests.serve.world import (
    CPAS,
    ELSEWHERE,
    FORMERLY,
    INTEGRATED,
    NOBODY,
    PARTNER,
    RENAMED,
    REPLACED,
    UNKNOWN,
    WALLOON_CPAS,
    inline,
    integration,
    period,
    person,
    request,
)


def decide(decisions: DecisionServiceStub, message: pb.DecideRequest) -> pb.Decision:
    return decisions.Decide(message).decision


def test_a_grant_in_full(decisions: DecisionServiceStub) -> None:
    message = request("OldConsult", ticket="mine")
    message.request_period.CopyFrom(period("2026-12-31", "2027-01-31"))
    decision = decide(decisions, message)
    assert uuid.UUID(decision.decision_id).version == 4
    assert re.fullmatch("[0-9a-f]{64}", decision.ruleset_digest)
    decision.ClearField("decision_id")
    decision.ClearField("ruleset_digest")
    assert decision == pb.Decision(
        ticket="mine",
        outcome=OUTCOME_GRANTED,
        status=pb.OfficialStatus(value="DATA_FOUND", code="MSG00000", description="treatment successful"),
        reason=common_pb2.REASON_RULE_SATISFIED,
        operation="Small.consult",
        variant="integrated in the requested period",
        evidence=[
            pb.Evidence(
                ssin=INTEGRATED,
                quality_code=2,
                begin_date="2026-01-01",
                end_date="2026-12-31",
                registers=[common_pb2.REGISTER_PRIMARY, common_pb2.REGISTER_SECONDARY],
                integration_id=decision.evidence[0].integration_id,
            )
        ],
        authorisations=["CSSS 01/001"],
        assumptions=["A4"],
        persons=[pb.PersonDecision(ssin=INTEGRATED, outcome=OUTCOME_GRANTED, reason=common_pb2.REASON_RULE_SATISFIED)],
        system_date="2026-06-15",
        register_revision=decision.register_revision,
        executed_by=common_pb2.EXECUTED_BY_BCSS,
    )
    assert decision.register_revision >= 1


CASES: list[tuple[str, tuple[str, ...], str, common_pb2.Outcome, str, str]] = [
    ("Small.today", (INTEGRATED,), CPAS, OUTCOME_GRANTED, "RULE_SATISFIED", "MSG00000"),
    ("Small.today", (ELSEWHERE,), CPAS, OUTCOME_REFUSED, "NOT_INTEGRATED", "MSG00012"),
    ("Small.today", (FORMERLY,), CPAS, OUTCOME_REFUSED, "NOT_INTEGRATED", "MSG00012"),
    ("Small.today", (UNKNOWN,), CPAS, OUTCOME_REFUSED, "NOT_INTEGRATED", "MSG00012"),
    ("Small.today", (RENAMED,), CPAS, OUTCOME_GRANTED, "RULE_SATISFIED", "MSG00000"),
    ("Small.today", (INTEGRATED, UNKNOWN), CPAS, OUTCOME_REFUSED, "NOT_INTEGRATED", "MSG00012"),
    ("Small.today", (INTEGRATED,), NOBODY, OUTCOME_REFUSED, "REQUESTER_NOT_AUTHORISED", "MSG00013"),
    ("Small.today", (INTEGRATED,), PARTNER, OUTCOME_REFUSED, "REQUESTER_NOT_AUTHORISED", "MSG00013"),
    ("Small.ofAnyCpas", (ELSEWHERE,), PARTNER, OUTCOME_GRANTED, "RULE_SATISFIED", "MSG00000"),
    ("Small.whole", (INTEGRATED,), WALLOON_CPAS, OUTCOME_REFUSED, "REGION_NOT_AUTHORISED", "MSG00013"),
    ("Small.whole", (INTEGRATED, REPLACED), CPAS, OUTCOME_REFUSED, "SSIN_REPLACED", "MSG00006"),
    ("Small.withProof", (INTEGRATED,), CPAS, OUTCOME_REFUSED, "PROOF_MISSING", "MSG00013"),
    ("Small.announced", (INTEGRATED,), CPAS, OUTCOME_REFUSED, "OPERATION_NOT_AVAILABLE", "MSG00013"),
    ("Small.undocumented", (INTEGRATED,), CPAS, OUTCOME_INDETERMINATE, "NO_RULE_DOCUMENTED", "MSG00013"),
]


@pytest.mark.parametrize(("operation", "ssins", "requester", "outcome", "reason", "code"), CASES)
def test_s20_and_s21_outcome_reason_and_status(
    decisions: DecisionServiceStub,
    operation: str,
    ssins: tuple[str, ...],
    requester: str,
    outcome: common_pb2.Outcome,
    reason: str,
    code: str,
) -> None:
    decision = decide(decisions, request(operation, *ssins, requester=requester))
    assert (decision.outcome, Reason.Name(decision.reason)) == (outcome, f"REASON_{reason}")
    assert decision.status.code == code
    assert [each.ssin for each in decision.persons] == list(ssins)


def test_s18_the_new_number_is_told_once_the_control_holds(decisions: DecisionServiceStub) -> None:
    decision = decide(decisions, request("Small.whole", REPLACED))
    assert list(decision.status.information) == [pb.StatusInformation(field_name="newSSIN", field_value=RENAMED)]
    from_elsewhere = request("Small.whole", REPLACED)
    from_elsewhere.quality_code = 4
    assert not decide(decisions, from_elsewhere).status.information


def test_s22_elsewhere_and_nowhere_look_the_same(decisions: DecisionServiceStub) -> None:
    elsewhere = decide(decisions, request("Small.today", ELSEWHERE))
    nowhere = decide(decisions, request("Small.today", UNKNOWN))
    for decision in (elsewhere, nowhere):
        decision.ClearField("decision_id")
        decision.persons[0].ClearField("ssin")
    assert elsewhere == nowhere


def test_s22_integrations_of_others_are_no_evidence(decisions: DecisionServiceStub) -> None:
    assert not decide(decisions, request("Small.ofAnyCpas", ELSEWHERE, requester=PARTNER)).evidence


def test_a_requester_by_sector_and_institution(decisions: DecisionServiceStub) -> None:
    message = request("Small.ofAnyCpas", ELSEWHERE)
    message.requester.CopyFrom(common_pb2.Organisation(sector=40, institution=21))
    assert decide(decisions, message).outcome == OUTCOME_GRANTED


def test_s28_a_proof_on_the_register_is_no_fact_that_is_held(decisions: DecisionServiceStub) -> None:
    message = request("Small.withProof")
    message.proof.identity_card_number = "592000000000"
    assert decide(decisions, message).reason == common_pb2.REASON_FACTS_NOT_HELD


def test_s28_a_correct_proof_in_a_simulation(decisions: DecisionServiceStub) -> None:
    message = inline(request("Small.withProof"))
    message.parameters["proof_of_authentication"] = "correct"
    assert decide(decisions, message).reason == common_pb2.REASON_NO_CONTROL


def test_s30b_deliverable_information_types_are_listed(decisions: DecisionServiceStub) -> None:
    assert set(decide(decisions, request("Small.types")).information_types) == {"010", "110"}


def test_inline_facts_stand_alone(decisions: DecisionServiceStub) -> None:
    message = inline(request("Small.today", INTEGRATED))
    assert decide(decisions, message).reason == common_pb2.REASON_NOT_INTEGRATED
    message.integrations.append(integration(end="2026-06-15"))
    decision = decide(decisions, message)
    assert (decision.outcome, decision.register_revision) == (OUTCOME_GRANTED, 0)
    assert [(row.integration_id, row.end_date) for row in decision.evidence] == [(1, "2026-06-15")]


def test_a_system_date_of_ones_own(decisions: DecisionServiceStub) -> None:
    message = request("Small.today", FORMERLY)
    message.system_date = "2020-12-31"
    decision = decide(decisions, message)
    assert (decision.outcome, decision.system_date) == (OUTCOME_GRANTED, "2020-12-31")


def test_the_register_moves_on_and_the_past_stays(
    decisions: DecisionServiceStub, register_file: Path, tmp_path: Path
) -> None:
    late = request("Small.today", person(70))
    before = decide(decisions, late)
    header = "ssin,organisation,sector,quality_code,begin_date,end_date,registers"
    row = f"{person(70)},{CPAS},17,2,2026-01-01,,both"
    with Register.open(register_file) as register:
        written = put(register, tmp_path, FileKind.INTEGRATIONS, f"{header}\n{row}\n")

    after = decide(decisions, late)
    assert (before.outcome, after.outcome) == (OUTCOME_REFUSED, OUTCOME_GRANTED)
    assert (before.register_revision, after.register_revision) == (written - 1, written)

    late.consistency.min_revision = written
    assert decide(decisions, late).register_revision == written
    late.consistency.exact_revision = written - 1
    earlier = decide(decisions, late)
    assert (earlier.outcome, earlier.register_revision) == (OUTCOME_REFUSED, written - 1)


@pytest.mark.parametrize(
    "consistency",
    [
        pb.Consistency(min_revision=1 << 40),
        pb.Consistency(exact_revision=1 << 40),
        pb.Consistency(known_at=Timestamp(seconds=0)),
        pb.Consistency(known_at=Timestamp(seconds=1 << 35)),
    ],
    ids=["not yet", "no such", "before the register", "in the future"],
)
def test_a_revision_that_is_not_there(decisions: DecisionServiceStub, consistency: pb.Consistency) -> None:
    message = request()
    message.consistency.CopyFrom(consistency)
    failure = failure_of(lambda: decisions.Decide(message))
    assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "REVISION_NOT_AVAILABLE")


@pytest.mark.parametrize("ssins", [(INTEGRATED,), (UNKNOWN,), (INTEGRATED, FORMERLY)])
def test_explain_gives_the_decision_that_decide_gives(decisions: DecisionServiceStub, ssins: tuple[str, ...]) -> None:
    message = request("Small.today", *ssins)
    explained, decided = decisions.Explain(pb.ExplainRequest(request=message)), decide(decisions, message)
    for decision in (explained.decision, decided):
        decision.ClearField("decision_id")
    assert explained.decision == decided


def test_explain_a_grant(decisions: DecisionServiceStub) -> None:
    derivation = decisions.Explain(pb.ExplainRequest(request=request("Small.today"))).derivation
    (variant,) = derivation.variants
    (clause,) = variant.alternatives[0].clauses
    assert (variant.variant, variant.granted, clause.holds) == ("integrated on the system date", True, True)
    assert clause.window == period("2026-06-15", "2026-06-15")
    assert [row.quality_code for row in clause.integrations] == [2]
    assert all(check.passed for check in derivation.checks)
    assert derivation.sources[0].lines == "5-6"
    assert {(step.reference, step.covers, step.inferred) for step in derivation.authorisations} >= {
        ("CSSS 01/001", "applicant", False),
        ("CSSS 01/001", "debtor", True),
    }
    assert list(derivation.granted_system_dates) == [period("2026-01-01", "2026-12-31")]


def test_explain_a_refusal_in_three_languages(decisions: DecisionServiceStub) -> None:
    asked = {
        language: decisions.Explain(pb.ExplainRequest(request=request("Small.today", FORMERLY), language=language))
        for language in ("fr", "nl", "en")
    }
    assert [asked[language].derivation.variants[0].in_words for language in ("fr", "nl", "en")] == [
        "intégrée à la date système",
        "geïntegreerd op de systeemdatum",
        "integrated on the system date",
    ]
    assert all(explained.derivation.changes_needed for explained in asked.values())


def test_explain_names_its_wrong_fields(decisions: DecisionServiceStub) -> None:
    failure = failure_of(lambda: decisions.Explain(pb.ExplainRequest(request=request(), language="de")))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ("language",))
    failure = failure_of(lambda: decisions.Explain(pb.ExplainRequest()))
    assert set(failure.fields) == {"operation", "requester"}
