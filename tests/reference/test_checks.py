"""Each check passes and fails for its own reason, and the first that fails gives the reason (S20b)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest

from rules_service.decision import Proof, Reason
from rules_service.errors import InvalidRequestError, UnknownOperationError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.model import Alias, Guard, NoControl, OperationGroup, OperationStatus, ReplacedNumber, Undocumented
from tests.reference.small_models import (
    CPAS,
    FLEMISH_CPAS,
    ME,
    PARTNER,
    PERSON,
    decide,
    information_type,
    integrated,
    operation,
    overlaps,
    own,
    reason,
    register,
    ruleset,
    variant,
)

HELD = register(integrated("2024-01-01"))


def test_a_granted_request_names_what_decided() -> None:
    found = decide(
        operation(
            variant(name="by day", authorisations=("A", "C"), assumptions=("A4",)),
            authorisations=("A", "B"),
            assumptions=("A1",),
        ),
        HELD,
        ticket="my ticket",
    )

    assert found.reason is Reason.RULE_SATISFIED
    assert (found.operation, found.variant, found.ticket) == ("Service.ask", "by day", "my ticket")
    assert found.authorisations == ("A", "B", "C")
    assert found.assumptions == ("A1", "A4")
    assert found.ruleset_digest == "digest of the test"
    assert [person.ssin for person in found.persons] == [PERSON]


def test_an_unknown_operation_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(UnknownOperationError) as caught:
        decide(operation(overlaps("system_date"), name="Service.consult"), operation="Service.consul")

    assert caught.value.violations[0].field == "operation"
    assert "`Service.consult`" in caught.value.violations[0].description


def test_an_unknown_operation_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UnknownOperationError) as caught:
        decide(operation(overlaps("system_date")), operation="85073003328")

    assert "85073003328" not in str(caught.value)


def test_an_alias_is_answered_with_the_canonical_name() -> None:
    asked = operation(overlaps("system_date"), aliases=(Alias("OldService"),))

    assert decide(asked, HELD, operation="OldService").operation == "Service.ask"


def test_the_name_of_a_group_lists_its_parts() -> None:
    rules = ruleset(operation(overlaps("system_date")), groups=(OperationGroup("Service", ("Service.a", "Service.b")),))

    with pytest.raises(UnknownOperationError, match=r"`Service\.a`, `Service\.b`"):
        decide(rules, operation="Service")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (OperationStatus.IN_PRODUCTION, Reason.RULE_SATISFIED),
        (OperationStatus.BEING_REPLACED, Reason.RULE_SATISFIED),
        (OperationStatus.NOT_YET_AVAILABLE, Reason.OPERATION_NOT_AVAILABLE),
        (OperationStatus.REMOVED, Reason.OPERATION_REMOVED),
    ],
)
def test_the_status_decides_first(status: OperationStatus, expected: Reason) -> None:
    assert reason(operation(overlaps("system_date"), status=status), HELD) is expected


def test_a_request_refused_before_its_variant_names_none_but_cites_the_operation() -> None:
    removed = operation(variant(authorisations=("V",)), status=OperationStatus.REMOVED, authorisations=("O",))

    found = decide(removed, HELD, ssins=(PERSON, 7))

    assert (found.variant, found.authorisations) == ("", ("O",))
    assert [person.reason for person in found.persons] == [Reason.OPERATION_REMOVED] * 2


@pytest.mark.parametrize(
    ("region", "expected"),
    [(Region.FLANDERS, Reason.RULE_SATISFIED), (Region.WALLONIA, Reason.REGION_NOT_AUTHORISED)],
)
def test_the_region_must_be_admitted_by_a_class_that_includes_the_requester(region: Region, expected: Reason) -> None:
    held = register(integrated("2024-01-01"), requester=replace(ME, region=region))

    assert reason(operation(overlaps("system_date"), requesters=(PARTNER, FLEMISH_CPAS)), held) is expected


def test_another_class_that_includes_the_requester_may_admit_its_region() -> None:
    held = register(integrated("2024-01-01"), requester=replace(ME, region=Region.WALLONIA))

    assert reason(operation(overlaps("system_date"), requesters=(FLEMISH_CPAS, CPAS)), held) is Reason.RULE_SATISFIED


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("aid", Reason.RULE_SATISFIED),
        ("", Reason.LEGAL_CONTEXT_NOT_AUTHORISED),
        ("x", Reason.LEGAL_CONTEXT_NOT_AUTHORISED),
    ],
)
def test_the_legal_context_is_checked_where_the_operation_lists_some(stated: str, expected: Reason) -> None:
    listed = operation(overlaps("system_date"), legal_contexts=frozenset({"aid"}))

    assert reason(listed, HELD, legal_context=stated) is expected
    assert reason(operation(overlaps("system_date")), HELD, legal_context=stated) is Reason.RULE_SATISFIED


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        (Proof.CORRECT, Reason.RULE_SATISFIED),
        (Proof.ABSENT, Reason.PROOF_MISSING),
        (Proof.INCORRECT, Reason.PROOF_INCORRECT),
        (Proof.UNVERIFIABLE, Reason.FACTS_NOT_HELD),
    ],
)
def test_the_proof_of_authentication_is_checked_where_required(proof: Proof, expected: Reason) -> None:
    assert reason(operation(overlaps("system_date"), proof_required=True), HELD, proof=proof) is expected
    assert reason(operation(overlaps("system_date")), HELD, proof=proof) is Reason.RULE_SATISFIED


def test_no_control_grants_every_person_at_once() -> None:
    found = decide(variant(NoControl("no number yet"), name="free"), register(), ssins=(PERSON, 7))

    assert (found.reason, found.variant) == (Reason.NO_CONTROL, "free")
    assert [person.reason for person in found.persons] == [Reason.NO_CONTROL] * 2


def test_no_control_needs_no_person_and_no_input() -> None:
    asked = operation(variant(overlaps("request_period"), name="checked"), variant(NoControl("because"), name="free"))

    found = decide(asked, register(), ssins=())

    assert (found.reason, found.variant, found.persons) == (Reason.NO_CONTROL, "free", ())


def test_a_rule_that_is_not_documented_is_indeterminate() -> None:
    assert reason(Undocumented(), HELD) is Reason.NO_RULE_DOCUMENTED
    assert reason(operation(), HELD) is Reason.NO_RULE_DOCUMENTED


def test_an_undocumented_alternative_leaves_open_what_the_others_refuse() -> None:
    asked = operation(variant(overlaps("system_date"), name="checked"), variant(Undocumented(), name="open"))

    assert reason(asked, HELD) is Reason.RULE_SATISFIED
    refused = decide(asked, register())
    assert (refused.reason, refused.variant) == (Reason.NO_RULE_DOCUMENTED, "checked")


# --- the order ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """One way to fail: what it changes in the operation, the request and the register, and the reason it gives."""

    reason: Reason
    operation: dict[str, Any]
    request: dict[str, Any]
    requester: Callable[[Organisation], Organisation] = replace


FAILURES = (
    Failure(Reason.OPERATION_NOT_AVAILABLE, {"status": OperationStatus.NOT_YET_AVAILABLE}, {}),
    Failure(Reason.REQUESTER_NOT_AUTHORISED, {}, {}, lambda asker: replace(asker, kind=RequesterKind.OTHER)),
    Failure(Reason.REGION_NOT_AUTHORISED, {}, {}, lambda asker: replace(asker, region=Region.BRUSSELS)),
    Failure(Reason.LEGAL_CONTEXT_NOT_AUTHORISED, {"legal_contexts": frozenset({"aid"})}, {}),
    Failure(Reason.QUALITY_CODE_NOT_PERMITTED, {}, {"quality_code": 30}),
    Failure(
        Reason.INFORMATION_TYPE_NOT_PERMITTED, {"delivers_information_types": True}, {"information_types": ("999",)}
    ),
    Failure(Reason.PROOF_MISSING, {"proof_required": True}, {"proof": Proof.ABSENT}),
    Failure(Reason.SSIN_REPLACED, {"replaced_number": ReplacedNumber.REFUSE}, {"ssins": (1,)}),
    Failure(Reason.NOT_INTEGRATED, {}, {"system_date": 0}),
)


def _reason_of(*failures: Failure) -> Reason:
    fields: dict[str, Any] = {"requesters": (FLEMISH_CPAS,)}
    asked: dict[str, Any] = {}
    requester = ME
    for failure in failures:
        fields |= failure.operation
        asked |= failure.request
        requester = failure.requester(requester)
    facts = register(integrated("2024-01-01"), requester=requester, replacements={1: PERSON})
    rules = ruleset(operation(overlaps("system_date", own(2)), **fields), information_types=(information_type("110"),))
    return reason(rules, facts, **asked)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.reason.name)
def test_s20b_each_check_fails_for_its_own_reason(failure: Failure) -> None:
    assert _reason_of() is Reason.RULE_SATISFIED
    assert _reason_of(failure) is failure.reason


@pytest.mark.parametrize(("first", "second"), list(combinations(FAILURES, 2)), ids=lambda failure: failure.reason.name)
def test_s20b_of_two_checks_that_fail_the_first_gives_the_reason(first: Failure, second: Failure) -> None:
    assert _reason_of(first, second) is first.reason


def test_s20b_the_class_comes_before_the_variant_and_the_variant_before_the_code() -> None:
    guarded = variant(overlaps("system_date", own(2)), guard=Guard(parameters=(("form", frozenset({"D"})),)))
    stranger = register(requester=replace(ME, kind=RequesterKind.OTHER))

    assert reason(operation(guarded), stranger, quality_code=30) is Reason.REQUESTER_NOT_AUTHORISED
    with pytest.raises(InvalidRequestError):
        decide(operation(guarded), HELD, quality_code=30)


def test_s20b_the_proof_comes_before_the_inputs() -> None:
    asked = operation(overlaps("request_period"), proof_required=True)

    assert reason(asked, HELD) is Reason.PROOF_MISSING
    with pytest.raises(InvalidRequestError):
        decide(asked, HELD, proof=Proof.CORRECT)
