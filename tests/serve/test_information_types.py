"""FilterInformationTypes: what chapter 5 opens, for whom, and the same as decisions allow (S30b)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrationcontrol import Client, make_request
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.serve.server import Server
from tests.serve.fixtures import settings
from tests.serve.rpc import failure_of
from tests.serve.world import CPAS, INTEGRATED, TODAY

PROJECT = Path(__file__).parents[2] / "rulesets"
CODES = {"applicant": range(1, 10), "debtor": (30,)}
ROLES = ("", "social_worker", "receiver", "secretary")
APPLICANT, DEBTOR = pb.PURPOSE_APPLICANT, pb.PURPOSE_DEBTOR


def asked(
    operation: str = "Small.types", purpose: pb.Purpose = APPLICANT, *numbers: str, role: str = ""
) -> pb.FilterInformationTypesRequest:
    return pb.FilterInformationTypesRequest(
        operation=operation, purpose=purpose, user_role=role, information_types=numbers
    )


def verdicts(decisions: DecisionServiceStub, message: pb.FilterInformationTypesRequest) -> list[tuple[str, str]]:
    prefix = "INFORMATION_TYPE_VERDICT_"
    return [
        (each.number, pb.InformationTypeVerdict.Name(each.verdict).removeprefix(prefix))
        for each in decisions.FilterInformationTypes(message).information_types
    ]


@pytest.mark.parametrize(
    ("role", "verdict"), [("social_worker", "ALLOWED"), ("receiver", "USER_ROLE_NEEDED"), ("", "USER_ROLE_NEEDED")]
)
def test_s30b_a_role_may_be_needed(decisions: DecisionServiceStub, role: str, verdict: str) -> None:
    found = verdicts(decisions, asked(role=role))
    assert found == [("010", "ALLOWED"), ("110", "ALLOWED"), ("210", verdict)]


def test_s30b_a_blank_of_the_source_is_unknown_and_so_not_allowed(decisions: DecisionServiceStub) -> None:
    found = verdicts(decisions, asked("Small.types", DEBTOR, role="social_worker"))
    assert found == [("010", "NO_QUALITY_CODE"), ("110", "NOT_ALLOWED"), ("210", "UNKNOWN")]


def test_the_grounds_of_access_stand_beside_what_is_allowed(decisions: DecisionServiceStub) -> None:
    names, prison = decisions.FilterInformationTypes(asked("Small.types", APPLICANT, "010", "210")).information_types
    assert (names.content, names.legal_basis, names.legal_reference) == ("Names", "AR 09/09/1999", "article 3")
    assert (names.remark, list(names.user_roles)) == ("first and last", [])
    assert (prison.content, prison.legal_basis, list(prison.user_roles)) == ("Prison", "", ["social_worker"])


def test_each_number_asked_for_is_answered_in_its_place(decisions: DecisionServiceStub) -> None:
    found = verdicts(decisions, asked("Small.types", APPLICANT, "110", "999", "010", "110"))
    assert found == [("110", "ALLOWED"), ("999", "NUMBER_NOT_KNOWN"), ("010", "ALLOWED"), ("110", "ALLOWED")]


@pytest.mark.parametrize("operation", ["Types.announced", "Types.removed"])
def test_s20_nothing_is_allowed_under_an_operation_that_is_not_there(
    decisions: DecisionServiceStub, operation: str
) -> None:
    found = verdicts(decisions, asked(operation, role="social_worker"))
    assert found == [(number, "OPERATION_NOT_AVAILABLE") for number in ("010", "110", "210")]


def test_the_answer_names_the_operation_and_the_rules(decisions: DecisionServiceStub) -> None:
    answer = decisions.FilterInformationTypes(asked())
    decision = decisions.Decide(make_request("Small.types", CPAS, [INTEGRATED])).decision
    assert (answer.operation, answer.ruleset_digest) == ("Small.types", decision.ruleset_digest)


@pytest.mark.parametrize(
    ("message", "reason", "fields"),
    [
        (asked("Small.today"), "INVALID_REQUEST", ("operation",)),
        (asked("Small.tody"), "UNKNOWN_OPERATION", ("operation",)),
        (asked("Small"), "UNKNOWN_OPERATION", ("operation",)),
        (asked(""), "INVALID_REQUEST", ("operation",)),
        (asked("x" * 101), "INVALID_REQUEST", ("operation",)),
        (asked(purpose=pb.PURPOSE_UNSPECIFIED), "INVALID_REQUEST", ("purpose",)),
        (
            asked("Small.types", APPLICANT, "11", "x10"),
            "INVALID_REQUEST",
            ("information_types[0]", "information_types[1]"),
        ),
        (asked("Small.types", APPLICANT, *["110"] * 101), "INVALID_REQUEST", ("information_types",)),
        (asked(role="mayor", purpose=pb.PURPOSE_UNSPECIFIED), "INVALID_REQUEST", ("user_role", "purpose")),
    ],
)
def test_what_is_wrong_is_named(
    decisions: DecisionServiceStub,
    message: pb.FilterInformationTypesRequest,
    reason: str,
    fields: tuple[str, ...],
) -> None:
    failure = failure_of(lambda: decisions.FilterInformationTypes(message))
    assert (failure.code, failure.reason, failure.fields) == ("INVALID_ARGUMENT", reason, fields)


def test_a_value_that_no_purpose_has(decisions: DecisionServiceStub) -> None:
    message = pb.FilterInformationTypesRequest(operation="Small.types")
    message.purpose = 7  # type: ignore[assignment]
    assert failure_of(lambda: decisions.FilterInformationTypes(message)).fields == ("purpose",)


@pytest.fixture(scope="module")
def project(register_file: Path) -> Iterator[Client]:
    """The project's own rulesets."""
    with (
        Server(settings(register_file, rulesets=PROJECT), clock=lambda: TODAY) as server,
        Client(server.address) as client,
    ):
        yield client


def test_s30b_what_is_allowed_is_what_decisions_grant(project: Client) -> None:
    """Every type of every operation, for each purpose and role: allowed is what some code of the purpose is granted."""
    operations = [each.name for each in project.operations() if each.delivers_information_types]
    types = [each.number for each in project.information_types()]
    assert len(operations) >= 2
    assert len(types) >= 60
    for operation, role in itertools.product(operations, ROLES):
        granted = granted_under(project, operation, role, types)
        for purpose, codes in CODES.items():
            answer = project.filter_information_types(operation, purpose, user_role=role)
            found = {
                each.number for each in answer.information_types if each.verdict == pb.INFORMATION_TYPE_VERDICT_ALLOWED
            }
            assert [each.number for each in answer.information_types] == types
            assert found == {number for number, code in granted if code in codes}
            assert found


def granted_under(client: Client, operation: str, role: str, types: list[str]) -> set[tuple[str, int]]:
    """Which types a CPAS is granted that has integrated the person under which code, and states it."""
    profile = pb.RequesterProfile(kind=common_pb2.REQUESTER_KIND_CPAS, region=common_pb2.REGION_FLANDERS)
    cases = [(number, code) for number in types for code in (*CODES["applicant"], *CODES["debtor"])]
    requests = (
        make_request(
            operation,
            CPAS,
            [INTEGRATED],
            quality_code=code,
            information_types=[number],
            parameters={"user_role": role} if role else {},
            requester_profile=profile,
            integrations=[
                pb.InlineIntegration(ssin=INTEGRATED, organisation=CPAS, quality_code=code, begin_date="2000-01-01")
            ],
        )
        for number, code in cases
    )
    found = set()
    for case, result in zip(cases, client.decide_all(requests), strict=True):
        assert isinstance(result, pb.Decision)
        if result.outcome == common_pb2.OUTCOME_GRANTED:
            found.add(case)
    return found
