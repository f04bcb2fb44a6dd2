"""ListRecipients: who must receive a mutation, from the register and its directory (S20, S22)."""

from __future__ import annotations

import logging
import re
import uuid
from pathlib import Path

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.register import FileKind, Register
from rules_service.serve.permissions import Permission
from rules_service.serve.server import Server
from tests.serve.fixtures import make_register, put, settings
from tests.serve.rpc import failure_of
from tests.serve.world import (
    CPAS,
    ELSEWHERE,
    FORMERLY,
    INTEGRATED,
    OTHER_CPAS,
    PARTNER,
    RENAMED,
    REPLACED,
    TODAY,
    UNKNOWN,
    WALLOON_CPAS,
    period,
)

LATER = f"""ssin,organisation,sector,quality_code,begin_date,end_date,registers
{INTEGRATED},{OTHER_CPAS},17,1,2026-06-01,,both
{INTEGRATED},{WALLOON_CPAS},17,4,2026-06-01,,both
"""
A_NUMBER = re.compile(r"(?<!\d)\d{11}(?!\d)")


def asked(operation: str = "Mutation.today", ssin: str = INTEGRATED) -> pb.ListRecipientsRequest:
    return pb.ListRecipientsRequest(operation=operation, ssin=ssin)


def within(operation: str, begin: str, end: str, ssin: str = INTEGRATED) -> pb.ListRecipientsRequest:
    message = asked(operation, ssin)
    message.periods.add(name="validity", period=period(begin, end))
    return message


def names(answer: pb.ListRecipientsResponse) -> list[str]:
    return [each.organisation.cbe_number for each in answer.recipients]


def told(answer: pb.ListRecipientsResponse) -> tuple[str, str, str]:
    outcome = common_pb2.Outcome.Name(answer.outcome).removeprefix("OUTCOME_")
    return outcome, common_pb2.Reason.Name(answer.reason).removeprefix("REASON_"), answer.status.code


def test_an_answer_in_full(decisions: DecisionServiceStub) -> None:
    message = asked("OldMutation")
    message.ticket = "mine"
    answer = decisions.ListRecipients(message)
    assert uuid.UUID(answer.decision_id).version == 4
    decision = decisions.Decide(
        pb.DecideRequest(
            operation="Mutation.today", requester=common_pb2.Organisation(cbe_number=CPAS), ssins=[INTEGRATED]
        )
    ).decision
    answer.ClearField("decision_id")
    assert answer == pb.ListRecipientsResponse(
        ticket="mine",
        outcome=common_pb2.OUTCOME_GRANTED,
        status=pb.OfficialStatus(value="DATA_FOUND", code="MSG00000", description="treatment successful"),
        reason=common_pb2.REASON_RULE_SATISFIED,
        operation="Mutation.today",
        recipients=[
            pb.Recipient(
                organisation=common_pb2.Organisation(cbe_number=CPAS),
                reason=common_pb2.REASON_RULE_SATISFIED,
                variant="integrated on the system date",
                integration_ids=[decision.evidence[0].integration_id],
            )
        ],
        undecided_count=0,
        candidate_count=3,
        system_date="2026-06-15",
        ruleset_digest=decision.ruleset_digest,
        register_revision=decision.register_revision,
    )


CASES: list[tuple[pb.ListRecipientsRequest, tuple[str, str, str], list[str], tuple[int, int]]] = [
    (asked(ssin=ELSEWHERE), ("GRANTED", "RULE_SATISFIED", "MSG00000"), [OTHER_CPAS], (0, 3)),
    (asked(ssin=FORMERLY), ("REFUSED", "NOT_INTEGRATED", "MSG00012"), [], (0, 3)),
    (asked(ssin=UNKNOWN), ("REFUSED", "NOT_INTEGRATED", "MSG00012"), [], (0, 3)),
    (asked(ssin=RENAMED), ("GRANTED", "RULE_SATISFIED", "MSG00000"), [CPAS], (0, 3)),
    (asked(ssin=REPLACED), ("GRANTED", "RULE_SATISFIED", "MSG00000"), [CPAS], (0, 3)),
    (asked("Small.whole", REPLACED), ("REFUSED", "SSIN_REPLACED", "MSG00006"), [], (0, 2)),
    (
        within("Mutation.withPeriod", "2020-12-31", "2021-01-31", FORMERLY),
        ("GRANTED", "RULE_SATISFIED", "MSG00000"),
        [CPAS],
        (0, 3),
    ),
    # The partner's rule is not documented: it is never a recipient, and hides neither a grant nor itself.
    (asked("Mutation.withPartner"), ("GRANTED", "RULE_SATISFIED", "MSG00000"), [CPAS], (1, 3)),
    (asked("Mutation.withPartner", UNKNOWN), ("INDETERMINATE", "NO_RULE_DOCUMENTED", "MSG00013"), [], (1, 3)),
    (asked("Mutation.undocumented"), ("INDETERMINATE", "NO_RULE_DOCUMENTED", "MSG00013"), [], (3, 3)),
    (asked("Mutation.announced"), ("REFUSED", "OPERATION_NOT_AVAILABLE", "MSG00013"), [], (0, 3)),
    # The directory holds nobody whom these admit.
    (asked("Mutation.removed"), ("REFUSED", "OPERATION_REMOVED", "MSG00013"), [], (0, 0)),
    (asked("Mutation.associations"), ("REFUSED", "REGION_NOT_AUTHORISED", "MSG00013"), [], (0, 0)),
]


@pytest.mark.parametrize(("message", "answer", "recipients", "counts"), CASES)
def test_s20_who_receives_it(
    decisions: DecisionServiceStub,
    message: pb.ListRecipientsRequest,
    answer: tuple[str, str, str],
    recipients: list[str],
    counts: tuple[int, int],
) -> None:
    found = decisions.ListRecipients(message)
    assert told(found) == answer
    assert names(found) == recipients
    assert (found.undecided_count, found.candidate_count) == counts


def test_s19_where_no_control_is_asked_all_that_are_admitted_receive_it(decisions: DecisionServiceStub) -> None:
    message = asked("Small.decision", UNKNOWN)
    message.parameters["decision"] = "refuse"
    found = decisions.ListRecipients(message)
    assert told(found) == ("GRANTED", "NO_CONTROL", "MSG00000")
    assert names(found) == sorted((CPAS, OTHER_CPAS, WALLOON_CPAS))
    assert {each.reason for each in found.recipients} == {common_pb2.REASON_NO_CONTROL}
    assert not any(each.integration_ids for each in found.recipients)


def test_s18_the_new_number_is_told_where_some_control_holds(decisions: DecisionServiceStub) -> None:
    found = decisions.ListRecipients(asked("Small.whole", REPLACED))
    assert [(each.field_name, each.field_value) for each in found.status.information] == [("newSSIN", RENAMED)]


def test_s1_the_system_date_is_that_of_receipt_unless_stated(decisions: DecisionServiceStub) -> None:
    message = asked(ssin=FORMERLY)
    message.system_date = "2020-12-31"
    assert names(decisions.ListRecipients(message)) == [CPAS]
    message.system_date = "2021-01-01"
    assert names(decisions.ListRecipients(message)) == []


def test_s23_the_register_of_the_past_answers_as_it_did(tmp_path: Path) -> None:
    file = make_register(tmp_path / "register.sqlite")
    with (
        Server(settings(file), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        decisions = DecisionServiceStub(channel)
        before = [decisions.ListRecipients(asked(ssin=ssin)) for ssin in (INTEGRATED, REPLACED, RENAMED, UNKNOWN)]
        with Register.open(file) as register:
            put(register, tmp_path, FileKind.INTEGRATIONS, LATER)
        now = decisions.ListRecipients(asked())
        assert names(now) == sorted((CPAS, OTHER_CPAS, WALLOON_CPAS))
        assert now.register_revision == before[0].register_revision + 1
        for ssin, first in zip((INTEGRATED, REPLACED, RENAMED, UNKNOWN), before, strict=True):
            message = asked(ssin=ssin)
            message.consistency.exact_revision = first.register_revision
            again = decisions.ListRecipients(message)
            for each in (first, again):
                each.ClearField("decision_id")
            assert again == first
        message = asked()
        message.consistency.exact_revision = 0
        nothing = decisions.ListRecipients(message)
        assert told(nothing) == ("REFUSED", "REQUESTER_NOT_AUTHORISED", "MSG00013")
        message.consistency.min_revision = now.register_revision
        assert names(decisions.ListRecipients(message)) == names(now)
        message.consistency.min_revision = now.register_revision + 1
        assert failure_of(lambda: decisions.ListRecipients(message)).code == "FAILED_PRECONDITION"
        message.consistency.known_at.CopyFrom(Timestamp(seconds=1))
        assert failure_of(lambda: decisions.ListRecipients(message)).code == "FAILED_PRECONDITION"


def with_reference_date() -> pb.ListRecipientsRequest:
    message = asked("Mutation.twoInputs")
    message.dates.add(name="reference_date", date="2026-02-30")
    return message


def inverted() -> pb.ListRecipientsRequest:
    message = within("Mutation.withPeriod", "2026-02-01", "2026-01-01", "x")
    message.consistency.exact_revision = -1
    return message


def crowded() -> pb.ListRecipientsRequest:
    message = asked()
    for _ in range(101):
        message.dates.add(name="reference_date", date="2026-01-01")
    return message


def stated_proof() -> pb.ListRecipientsRequest:
    message = asked()
    message.parameters["proof_of_authentication"] = "correct"
    return message


WRONG: list[tuple[pb.ListRecipientsRequest, str, tuple[str, ...]]] = [
    (pb.ListRecipientsRequest(), "INVALID_REQUEST", ("operation", "ssin")),
    (asked("Small.today"), "INVALID_REQUEST", ("operation",)),
    (asked("Small.withProof"), "INVALID_REQUEST", ("operation",)),
    (asked("Mutation.tody"), "UNKNOWN_OPERATION", ("operation",)),
    (asked("Small"), "UNKNOWN_OPERATION", ("operation",)),
    (asked(ssin="80010100195"), "INVALID_SSIN", ("ssin",)),
    (asked(ssin=f"{INTEGRATED} "), "INVALID_SSIN", ("ssin",)),
    (asked("Mutation.withoutPerson"), "INVALID_REQUEST", ("ssin",)),
    (asked("Mutation.withPeriod"), "INVALID_REQUEST", ("periods[validity]",)),
    (asked("Mutation.twoInputs"), "INVALID_REQUEST", ("periods[validity]", "dates[reference_date]")),
    (with_reference_date(), "INVALID_REQUEST", ("dates[0].date",)),
    (asked("Small.decision"), "INVALID_REQUEST", ("parameters[decision]",)),
    (inverted(), "INVALID_REQUEST", ("periods[0].period.end_date", "consistency.exact_revision", "ssin")),
    (crowded(), "INVALID_REQUEST", ("dates",)),
    (stated_proof(), "INVALID_REQUEST", ("parameters[proof_of_authentication]",)),
]


@pytest.mark.parametrize(("message", "reason", "fields"), WRONG)
def test_what_is_wrong_is_named_once(
    decisions: DecisionServiceStub, message: pb.ListRecipientsRequest, reason: str, fields: tuple[str, ...]
) -> None:
    failure = failure_of(lambda: decisions.ListRecipients(message))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", reason)
    assert sorted(failure.fields) == sorted(fields)


def test_s22_no_error_and_no_log_repeats_a_number(
    decisions: DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    everywhere = pb.ListRecipientsRequest(
        ticket=INTEGRATED * 4,
        operation=INTEGRATED,
        ssin=f"{INTEGRATED}0",
        system_date=INTEGRATED,
        request_period=period(INTEGRATED, INTEGRATED),
        parameters={INTEGRATED: INTEGRATED, "decision": INTEGRATED},
    )
    everywhere.periods.add(name=INTEGRATED, period=period("2026-01-01", INTEGRATED))
    everywhere.dates.add(name=INTEGRATED, date=INTEGRATED)
    known = asked(INTEGRATED)
    for message in (everywhere, known, *(wrong for wrong, _, _ in WRONG)):
        assert not A_NUMBER.search(repr(failure_of(lambda: decisions.ListRecipients(message))))  # noqa: B023
    decisions.ListRecipients(asked())
    assert not A_NUMBER.search(caplog.text)
    assert "ListRecipients status=OK items=1" in caplog.text


def test_it_needs_a_permission_of_its_own(register_file: Path) -> None:
    given = frozenset({Permission.AS_OF, Permission.INLINE_FACTS})
    with (
        Server(settings(register_file, permissions=given), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        failure = failure_of(lambda: DecisionServiceStub(channel).ListRecipients(asked()))
    assert (failure.code, failure.fields) == ("PERMISSION_DENIED", ())
    assert failure.metadata == {"permission": "recipients", "method": "ListRecipients"}


def test_a_system_date_needs_its_permission_here_too(register_file: Path) -> None:
    message = asked()
    message.system_date = "2026-06-15"
    with (
        Server(settings(register_file, permissions=frozenset({Permission.RECIPIENTS})), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        decisions = DecisionServiceStub(channel)
        failure = failure_of(lambda: decisions.ListRecipients(message))
        assert names(decisions.ListRecipients(asked())) == [CPAS]
    assert failure.metadata == {"permission": "as-of", "field": "system_date"}


def test_an_organisation_is_named_as_a_request_names_it(tmp_path: Path) -> None:
    """One without a CBE number by its sector and institution."""
    file = make_register(tmp_path / "register.sqlite")
    with Register.open(file) as register:
        header = "cbe_number,sector,institution,kind,region,name"
        put(register, tmp_path, FileKind.ORGANISATIONS, f"{header}\n,40,22,partner,none,Another partner\n")
    with (
        Server(settings(file), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        found = DecisionServiceStub(channel).ListRecipients(asked("Mutation.partners"))
    by_number, by_pair = (each.organisation for each in found.recipients)
    assert by_number == common_pb2.Organisation(cbe_number=PARTNER)
    assert by_pair == common_pb2.Organisation(sector=40, institution=22)
