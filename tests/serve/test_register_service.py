"""The register over gRPC: what is granted is written and shown, and nothing else is (S18, S22, S24-S29)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from sqlalchemy import select

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import Register, file_of
from rules_service.register.schema import metadata
from rules_service.serve.permissions import ALL_PERMISSIONS, Permission
from rules_service.serve.server import Server
from tests.serve.register_world import (
    PROOF,
    WRONG_PROOF,
    Kept,
    calling,
    cpas,
    days,
    disintegrate,
    fresh_id,
    integrate,
    listing,
    replacing,
    serving,
)
from tests.serve.rpc import failure_of
from tests.serve.world import CPAS, NOBODY, OTHER_CPAS, PARTNER, RULESETS, UNKNOWN, period, person

GRANTED, REFUSED = common_pb2.OUTCOME_GRANTED, common_pb2.OUTCOME_REFUSED
BOTH = [common_pb2.REGISTER_PRIMARY, common_pb2.REGISTER_SECONDARY]


@pytest.fixture(scope="module")
def server(kept: Kept) -> Iterator[Server]:
    with serving(kept) as server:
        yield server


@pytest.fixture(scope="module")
def calls(server: Server) -> Iterator[RegisterServiceStub]:
    with calling(server) as stub:
        yield stub


# Integrating.


def test_a_granted_wish_is_written_and_answered_with_what_it_did(calls: RegisterServiceStub) -> None:
    answer = calls.Integrate(integrate(person(10), ticket="mine"))
    assert (answer.decision.outcome, answer.decision.ticket) == (GRANTED, "mine")
    assert answer.decision.operation == "OCMWCPASManageAccess.integrate"
    (row,) = answer.opened
    assert (row.ssin, row.organisation, row.sector, row.quality_code) == (person(10), cpas(), 17, 2)
    assert (row.begin_date, row.end_date, list(row.registers)) == ("2026-06-01", "2026-12-31", BOTH)
    assert (row.since_revision, row.until_revision, row.end_defaulted) == (answer.revision, 0, False)
    assert list(answer.integrations) == [row]
    assert not answer.closed


@pytest.mark.parametrize(
    ("code", "end", "defaulted"),
    [
        (2, "2027-06-01", True),
        (1, "2026-08-01", True),
        (21, "2031-06-01", True),
        (40, "2026-12-31", True),
        (11, "", True),
    ],
)
def test_an_end_that_is_not_given_is_that_of_the_code(
    calls: RegisterServiceStub, code: int, end: str, defaulted: bool
) -> None:
    answer = calls.Integrate(integrate(person(11), "2026-06-01", "", quality_code=code))
    assert (answer.period, answer.end_defaulted) == (period("2026-06-01", end), defaulted)
    assert [(row.end_date, row.end_defaulted) for row in answer.opened] == [(end, defaulted)]


def test_days_that_are_held_change_nothing_and_the_rows_that_hold_them_are_told(calls: RegisterServiceStub) -> None:
    first = calls.Integrate(integrate(person(12)))
    again = calls.Integrate(integrate(person(12), "2026-07-01", "2026-07-31"))
    assert (again.revision, list(again.opened)) == (first.revision, [])
    assert list(again.integrations) == list(first.opened)


def test_one_register_alone(calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(13), registers=[common_pb2.REGISTER_SECONDARY]))
    both = calls.Integrate(integrate(person(13)))
    assert [list(row.registers) for row in both.opened] == [[common_pb2.REGISTER_PRIMARY]]
    assert len(both.integrations) == 2


REFUSALS = [
    ({"proof": None}, "PROOF_MISSING"),
    ({"proof": WRONG_PROOF}, "PROOF_INCORRECT"),
    ({"requester": cpas(PARTNER)}, "REQUESTER_NOT_AUTHORISED"),
    ({"requester": cpas(NOBODY)}, "REQUESTER_NOT_AUTHORISED"),
]


@pytest.mark.parametrize(("fields", "reason"), REFUSALS)
def test_a_refusal_is_an_answer_and_writes_nothing(
    calls: RegisterServiceStub, fields: dict[str, Any], reason: str
) -> None:
    asked = integrate(person(14), **fields)
    answer = calls.Integrate(asked)
    assert (answer.decision.outcome, common_pb2.Reason.Name(answer.decision.reason)) == (REFUSED, f"REASON_{reason}")
    assert answer == pb.IntegrateResponse(decision=answer.decision)
    assert not calls.ListIntegrations(listing(person(14))).integrations
    granted = calls.Integrate(integrate(person(15), request_id=asked.request_id))
    assert granted.decision.outcome == GRANTED, "the id of a refused call is free"


def test_a_person_that_the_directory_does_not_know_has_no_correct_proof(calls: RegisterServiceStub) -> None:
    assert calls.Integrate(integrate(UNKNOWN)).decision.reason == common_pb2.REASON_PROOF_INCORRECT


def without(message: Any, *fields: str) -> Any:
    for field in fields:
        message.ClearField(field)
    return message


WRONG = [
    (without(integrate(person(16)), "request_id"), ["request_id"]),
    (integrate(person(16), request_id="with space"), ["request_id"]),
    (integrate(person(16), request_id="x" * 65), ["request_id"]),
    (without(integrate(person(16)), "quality_code"), ["quality_code"]),
    (integrate(person(16), quality_code=1000), ["quality_code"]),
    (integrate(person(16), quality_code=666), ["quality_code"]),
    (without(integrate(person(16)), "period"), ["period"]),
    (integrate(person(16), "", "2026-12-31"), ["period.begin_date"]),
    (integrate(person(16), "2026-02-30", "x"), ["period.begin_date", "period.end_date"]),
    (integrate(person(16), "2026-06-02", "2026-06-01"), ["period.end_date"]),
    (integrate(person(16), "2026-06-01", "2027-06-02"), ["period.end_date"]),
    (integrate(person(16), "2027-06-16", "2027-06-17"), ["period.begin_date"]),
    (integrate(person(16), "1926-06-14", "1926-07-01"), ["period.begin_date"]),
    (integrate(person(16), registers=[common_pb2.REGISTER_UNSPECIFIED]), ["registers"]),
    (integrate(person(16), registers=[7]), ["registers"]),
    (without(integrate(person(16)), "requester"), ["requester"]),
    (integrate(person(16), ticket="x" * 37), ["ticket"]),
    (integrate(person(16), proof=decision_pb.Proof()), ["proof"]),
    (without(integrate(person(16)), "ssin", "request_id"), ["request_id", "ssin"]),
]


@pytest.mark.parametrize(("message", "fields"), WRONG)
def test_every_wrong_field_is_named(calls: RegisterServiceStub, message: Any, fields: list[str]) -> None:
    failure = failure_of(lambda: calls.Integrate(message))
    assert failure.code == "INVALID_ARGUMENT"
    assert sorted(failure.fields) == fields


def test_a_limit_is_told_with_its_day(calls: RegisterServiceStub) -> None:
    failure = failure_of(lambda: calls.Integrate(integrate(person(16), "2026-06-01", "2027-06-02")))
    assert "must not lie after 2027-06-01" in failure.message


def test_a_wrong_number_is_told_as_such_and_never_repeated(calls: RegisterServiceStub) -> None:
    wrong = f"{person(16)[:-2]}00"
    failure = failure_of(lambda: calls.Integrate(integrate(wrong)))
    assert (failure.reason, failure.fields) == ("INVALID_SSIN", ("ssin",))
    assert failure.metadata["network_code"] == "MSG00011"
    assert wrong not in failure.message


# Asking twice.


def test_the_same_request_gets_the_same_bytes(calls: RegisterServiceStub) -> None:
    asked = integrate(person(17))
    first = calls.Integrate(asked)
    calls.Disintegrate(disintegrate(person(17)))
    assert calls.Integrate(asked).SerializeToString() == first.SerializeToString()
    assert not calls.ListIntegrations(listing(person(17))).integrations, "it was not done again"


def test_who_asks_again_must_prove_it_again(calls: RegisterServiceStub) -> None:
    asked = integrate(person(18))
    calls.Integrate(asked)
    stranger = integrate(person(18), request_id=asked.request_id, proof=WRONG_PROOF)
    answer = calls.Integrate(stranger)
    assert answer.decision.reason == common_pb2.REASON_PROOF_INCORRECT
    assert answer == pb.IntegrateResponse(decision=answer.decision)


@pytest.mark.parametrize(
    "change", [{"ssin": person(20)}, {"quality_code": 3}, {"ticket": "another"}, {"registers": BOTH[:1]}]
)
def test_the_same_id_with_another_content(calls: RegisterServiceStub, change: dict[str, Any]) -> None:
    asked = integrate(person(19))
    calls.Integrate(asked)
    other = pb.IntegrateRequest()
    other.CopyFrom(asked)
    other.MergeFrom(pb.IntegrateRequest(**change))
    failure = failure_of(lambda: calls.Integrate(other))
    assert (failure.code, failure.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


def test_an_id_belongs_to_one_kind_of_write_of_one_organisation(calls: RegisterServiceStub) -> None:
    asked = integrate(person(21))
    calls.Integrate(asked)
    failure = failure_of(lambda: calls.Disintegrate(disintegrate(person(21), request_id=asked.request_id)))
    assert failure.reason == "REQUEST_ID_REUSED"
    assert calls.Integrate(integrate(person(21), requester=cpas(OTHER_CPAS), request_id=asked.request_id)).opened


# Removing.


def test_a_removal_needs_no_proof_and_splits_a_row(calls: RegisterServiceStub) -> None:
    first = calls.Integrate(integrate(person(22)))
    answer = calls.Disintegrate(disintegrate(person(22), "2026-07-01", "2026-07-31"))
    assert answer.decision.operation == "OCMWCPASManageAccess.remove"
    assert days(answer.opened) == [("2026-06-01", "2026-06-30"), ("2026-08-01", "2026-12-31")]
    assert [(row.integration_id, row.until_revision) for row in answer.closed] == [
        (first.opened[0].integration_id, answer.revision)
    ]
    assert not answer.integrations
    assert answer.revision == first.revision + 1


def test_a_removal_without_an_end_removes_all_that_follows(calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(23)))
    answer = calls.Disintegrate(disintegrate(person(23), "2026-07-01"))
    assert answer.period == period("2026-07-01")
    assert days(answer.opened) == [("2026-06-01", "2026-06-30")]


def test_a_removal_touches_the_rows_of_the_requester_alone(calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(24)))
    answer = calls.Disintegrate(disintegrate(person(24), requester=cpas(OTHER_CPAS)))
    assert (answer.decision.outcome, list(answer.closed)) == (GRANTED, [])
    assert days(calls.ListIntegrations(listing(person(24))).integrations) == [("2026-06-01", "2026-12-31")]


def test_a_partner_may_not_remove(calls: RegisterServiceStub) -> None:
    answer = calls.Disintegrate(disintegrate(person(24), requester=cpas(PARTNER)))
    assert answer == pb.DisintegrateResponse(decision=answer.decision)
    assert answer.decision.reason == common_pb2.REASON_REQUESTER_NOT_AUTHORISED


# Listing.


def test_the_integrations_of_every_organisation_are_listed(calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(25)))
    calls.Integrate(integrate(person(25), requester=cpas(OTHER_CPAS), registers=BOTH[1:]))
    calls.Integrate(integrate(person(25), "2026-01-01", "2026-01-31"))
    everything = calls.ListIntegrations(listing(person(25)))
    assert [row.organisation.cbe_number for row in everything.integrations] == [CPAS, CPAS, OTHER_CPAS]
    assert everything.revision == everything.decision.register_revision
    primary = calls.ListIntegrations(listing(person(25), register=pb.REGISTER_VIEW_PRIMARY))
    assert list(primary.integrations) == list(everything.integrations)[:2]
    secondary = calls.ListIntegrations(listing(person(25), register=pb.REGISTER_VIEW_SECONDARY))
    every = calls.ListIntegrations(listing(person(25), register=pb.REGISTER_VIEW_ALL))
    assert list(secondary.integrations) == list(every.integrations) == list(everything.integrations)
    some = calls.ListIntegrations(listing(person(25), period=period("2026-01-31", "2026-05-31")))
    assert days(some.integrations) == [("2026-01-01", "2026-01-31")]
    later = calls.ListIntegrations(listing(person(25), period=period("2026-12-31")))
    assert len(later.integrations) == 2


@pytest.mark.parametrize(("proof", "reason"), [(None, "REASON_PROOF_MISSING"), (WRONG_PROOF, "REASON_PROOF_INCORRECT")])
def test_nothing_is_shown_without_a_correct_proof(
    calls: RegisterServiceStub, proof: decision_pb.Proof | None, reason: str
) -> None:
    calls.Integrate(integrate(person(26)))
    answer = calls.ListIntegrations(listing(person(26), proof=proof))
    assert answer == pb.ListIntegrationsResponse(decision=answer.decision)
    assert common_pb2.Reason.Name(answer.decision.reason) == reason


def test_the_past_is_listed_as_it_was(calls: RegisterServiceStub) -> None:
    first = calls.Integrate(integrate(person(27)))
    moment = calls.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=first.revision - 1, end_at_latest=True))
    recorded_at = next(iter(moment)).recorded_at
    calls.Disintegrate(disintegrate(person(27)))
    for consistency in (
        decision_pb.Consistency(exact_revision=first.revision),
        decision_pb.Consistency(known_at=recorded_at),
    ):
        answer = calls.ListIntegrations(listing(person(27), consistency=consistency))
        assert (answer.revision, len(answer.integrations)) == (first.revision, 1)
        assert answer.integrations[0].until_revision == 0, "what came later is not told"
    fresh = decision_pb.Consistency(min_revision=first.revision + 1)
    assert not calls.ListIntegrations(listing(person(27), consistency=fresh)).integrations
    ahead = decision_pb.Consistency(min_revision=10_000)
    assert failure_of(lambda: calls.ListIntegrations(listing(person(27), consistency=ahead))).code == (
        "FAILED_PRECONDITION"
    )


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"register": 9}, ["register"]),
        ({"period": period("2026-02-01", "2026-01-01")}, ["period.end_date"]),
        ({"period": period("", "2026-01-01")}, ["period.begin_date"]),
        ({"ssin": "1"}, ["ssin"]),
    ],
)
def test_a_wrong_question(calls: RegisterServiceStub, fields: dict[str, Any], named: list[str]) -> None:
    message = listing(person(27))
    message.MergeFrom(pb.ListIntegrationsRequest(**fields))
    failure = failure_of(lambda: calls.ListIntegrations(message))
    assert (failure.code, list(failure.fields)) == ("INVALID_ARGUMENT", named)


# Reading one's own writes.


def test_a_decision_at_the_revision_of_a_write_sees_it(calls: RegisterServiceStub, server: Server) -> None:
    with grpc.insecure_channel(server.address) as channel:
        decisions = DecisionServiceStub(channel)
        for _ in range(3):
            for write, expected in ((calls.Integrate(integrate(person(28))), GRANTED), (None, REFUSED)):
                made = write or calls.Disintegrate(disintegrate(person(28)))
                asked = decision_pb.DecideRequest(
                    operation="OCMWCPASPerformInvestigation",
                    requester=cpas(),
                    ssins=[person(28)],
                    consistency=decision_pb.Consistency(min_revision=made.revision),
                )
                decision = decisions.Decide(asked).decision
                assert (decision.outcome, decision.register_revision >= made.revision) == (expected, True)


# Numbers.


def test_a_number_is_replaced_by_who_integrates_the_old_one(calls: RegisterServiceStub) -> None:
    old, new = person(30, month=21), person(30)
    assert calls.ReplaceSsin(replacing(old, new)).decision.reason == common_pb2.REASON_NOT_INTEGRATED
    calls.Integrate(integrate(old))
    asked = replacing(old, new)
    answer = calls.ReplaceSsin(asked)
    assert (answer.decision.operation, answer.decision.outcome) == ("ReplaceIdentification", GRANTED)
    assert answer.current_ssin == new
    assert calls.ReplaceSsin(asked).SerializeToString() == answer.SerializeToString()
    again = calls.ReplaceSsin(replacing(old, new))
    assert (again.revision, again.current_ssin) == (answer.revision, new)
    assert days(calls.ListIntegrations(listing(new)).integrations) == [("2026-06-01", "2026-12-31")]


def test_a_chain_and_its_history(calls: RegisterServiceStub) -> None:
    first, second, last = person(31, month=21), person(32, month=21), person(32)
    calls.Integrate(integrate(first))
    revisions = [
        calls.ReplaceSsin(replacing(first, second)).revision,
        calls.ReplaceSsin(replacing(second, last)).revision,
    ]
    history = calls.GetSsinHistory(pb.GetSsinHistoryRequest(requester=cpas(), ssin=second))
    assert history.decision.operation == "SSINInformationService"
    assert (history.current_ssin, history.revision) == (last, revisions[1])
    assert [(each.old_ssin, each.new_ssin, each.since_revision) for each in history.replacements] == [
        (first, second, revisions[0]),
        (second, last, revisions[1]),
    ]
    before = pb.GetSsinHistoryRequest(requester=cpas(), ssin=first)
    before.consistency.exact_revision = revisions[0]
    earlier = calls.GetSsinHistory(before)
    assert (earlier.current_ssin, len(earlier.replacements)) == (second, 1)


def test_a_number_is_told_only_to_who_may_ask(calls: RegisterServiceStub) -> None:
    answer = calls.GetSsinHistory(pb.GetSsinHistoryRequest(requester=cpas(PARTNER), ssin=person(31, month=21)))
    assert answer == pb.GetSsinHistoryResponse(decision=answer.decision)
    assert answer.decision.outcome == REFUSED


def test_replacements_that_the_register_contradicts(calls: RegisterServiceStub) -> None:
    first, second = person(33, month=21), person(34, month=21)
    calls.Integrate(integrate(first))
    calls.Integrate(integrate(second))
    calls.ReplaceSsin(replacing(first, second))
    circle = failure_of(lambda: calls.ReplaceSsin(replacing(second, first)))
    another = failure_of(lambda: calls.ReplaceSsin(replacing(first, person(33))))
    assert (circle.code, circle.reason, circle.fields) == ("FAILED_PRECONDITION", "REPLACEMENT_REFUSED", ("new_ssin",))
    assert (another.code, another.fields) == ("FAILED_PRECONDITION", ("old_ssin",))


@pytest.mark.parametrize(
    ("old", "new", "fields", "reason"),
    [
        (person(35), person(36), ["old_ssin"], "INVALID_REQUEST"),
        (person(35, month=21), person(35, month=41), ["new_ssin"], "INVALID_REQUEST"),
        (person(35, month=21), person(35, month=21), ["new_ssin"], "INVALID_REQUEST"),
        (person(35, month=21), "80010100195", ["new_ssin"], "INVALID_SSIN"),
        ("", person(35), ["old_ssin"], "INVALID_SSIN"),
    ],
)
def test_numbers_that_cannot_replace_each_other(
    calls: RegisterServiceStub, old: str, new: str, fields: list[str], reason: str
) -> None:
    failure = failure_of(lambda: calls.ReplaceSsin(replacing(old, new)))
    assert (failure.code, sorted(set(failure.fields)), failure.reason) == ("INVALID_ARGUMENT", fields, reason)


# Permissions, rules, privacy.


@pytest.mark.parametrize(
    ("method", "message", "permission"),
    [
        ("Integrate", integrate(person(40)), Permission.REGISTER_WRITE),
        ("Disintegrate", disintegrate(person(40)), Permission.REGISTER_WRITE),
        ("ReplaceSsin", replacing(person(40, month=21), person(40)), Permission.REGISTER_WRITE),
        ("WatchIntegrations", pb.WatchIntegrationsRequest(), Permission.WATCH),
        ("ImportIntegrations", iter([pb.ImportIntegrationsRequest(request_id=fresh_id())]), Permission.IMPORT),
    ],
)
def test_what_needs_a_permission(kept: Kept, method: str, message: Any, permission: Permission) -> None:
    held = ALL_PERMISSIONS - {permission}
    with serving(kept, rulesets=RULESETS, permissions=held) as server, calling(server) as calls:
        call = getattr(calls, method)
        streams = permission is not Permission.REGISTER_WRITE
        failure = failure_of(lambda: list(call(message)) if streams else call(message))
    assert (failure.code, failure.metadata) == ("PERMISSION_DENIED", {"permission": permission.value, "method": method})


def test_reading_needs_none_of_them(kept: Kept) -> None:
    with serving(kept, permissions=frozenset()) as server, calling(server) as calls:
        assert calls.ListIntegrations(listing(person(41))).decision.outcome == GRANTED
        assert calls.ListOrganisations(pb.ListOrganisationsRequest()).entries


def test_rulesets_that_have_no_rule_for_a_call(kept: Kept) -> None:
    with serving(kept, rulesets=RULESETS) as server, calling(server) as calls:
        failure = failure_of(lambda: calls.ListIntegrations(listing(person(42))))
        unruled = failure_of(lambda: calls.Integrate(integrate(person(42))))
    assert (failure.code, failure.reason) == ("UNIMPLEMENTED", "OPERATION_NOT_RULED")
    assert "OCMWCPASManageAccess.consult" in failure.message
    assert (unruled.code, unruled.reason) == ("UNIMPLEMENTED", "WRITING_RULES_MISSING")


def test_no_log_and_no_error_ever_names_a_person(calls: RegisterServiceStub, caplog: pytest.LogCaptureFixture) -> None:
    asked = integrate(person(43))
    with caplog.at_level(logging.DEBUG):
        calls.Integrate(asked)
        calls.Integrate(integrate(person(43), proof=WRONG_PROOF))
        asked.ticket = "another"
        told = [
            failure_of(lambda: calls.Integrate(asked)),
            failure_of(lambda: calls.Integrate(integrate(person(43), "2026-06-01", "2029-01-01"))),
        ]
    assert "Integrate" in caplog.text
    for number in (person(43), "Peeters", "Janssens"):
        assert number not in caplog.text
        assert all(number not in failure.message for failure in told)


def test_proof_is_kept_in_no_form(kept: Kept, calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(44), proof=PROOF))
    with Register.open(kept.place) as register, register.reading() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    assert CPAS in str(rows)
    assert "Peeters" not in str(rows)
    for file in (file for file in [file_of(kept.place)] if file is not None):
        assert all(b"Peeters" not in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
