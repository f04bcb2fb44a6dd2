"""Facts given with a request: what they become, and that every wrong field is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, parse_day
from rules_service.decision import Integration
from rules_service.errors import InvalidRequestError, InvalidSsinError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.serve.convert import asked_of, inline_register_of
from tests.serve.world import CONTEXT, CPAS, ELSEWHERE, INTEGRATED, inline, integration, request

Change = Callable[[pb.DecideRequest], object]


def profile(
    kind: common_pb2.RequesterKind, requester: common_pb2.Organisation | None = None, **given: int
) -> Organisation | None:
    message = inline(request())
    if requester is not None:
        message.requester.CopyFrom(requester)
    message.requester_profile.CopyFrom(pb.RequesterProfile(kind=kind, **given))  # type: ignore[arg-type]
    key = "40/21" if requester is not None else CPAS
    return inline_register_of(message).organisation(key)


def test_a_cpas_is_institution_1_of_sector_17_unless_said() -> None:
    assert profile(common_pb2.REQUESTER_KIND_CPAS) == Organisation(CPAS, RequesterKind.CPAS, Region.NONE, 17, 1)


def test_an_association_is_of_sector_17_without_a_known_institution() -> None:
    found = profile(common_pb2.REQUESTER_KIND_ASSOCIATION_CHAPTER_XII, region=common_pb2.REGION_FLANDERS)
    assert found == Organisation(CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII, Region.FLANDERS, 17, None)


def test_a_partner_has_the_sector_and_institution_of_the_requester() -> None:
    vdi = common_pb2.Organisation(sector=40, institution=21)
    assert profile(common_pb2.REQUESTER_KIND_PARTNER, vdi) == Organisation(
        "40/21", RequesterKind.PARTNER, Region.NONE, 40, 21
    )


def test_the_profile_wins_over_the_defaults() -> None:
    found = profile(common_pb2.REQUESTER_KIND_PARTNER, sector=11, institution=0)
    assert found == Organisation(CPAS, RequesterKind.PARTNER, Region.NONE, 11, 0)


def test_integrations_become_rows_counted_from_1() -> None:
    message = inline(request())
    message.integrations.append(integration(begin="2026-01-01"))
    message.integrations.add(
        ssin=INTEGRATED,
        organisation="40/021",
        sector=40,
        quality_code=0,
        begin_date="2020-01-01",
        end_date="2020-01-01",
        registers=[common_pb2.REGISTER_SECONDARY],
    )
    rows = inline_register_of(message).integrations_of(int(INTEGRATED))
    day = parse_day("2020-01-01")
    assert rows == (
        Integration(2, int(INTEGRATED), "40/21", 40, 0, day, day, primary=False, secondary=True, institution=21),
        Integration(1, int(INTEGRATED), CPAS, 17, 2, parse_day("2026-01-01"), FUTURE, institution=1),
    )


def of_integration(change: Callable[[pb.InlineIntegration], object]) -> Change:
    return lambda message: change(message.integrations[1])


WRONG: list[tuple[Change, str]] = [
    (lambda m: m.ClearField("requester_profile"), "requester_profile"),
    (lambda m: m.requester_profile.ClearField("kind"), "requester_profile.kind"),
    (lambda m: setattr(m.requester_profile, "kind", 9), "requester_profile.kind"),
    (lambda m: setattr(m.requester_profile, "region", 9), "requester_profile.region"),
    (lambda m: setattr(m.requester_profile, "sector", -1), "requester_profile.sector"),
    (lambda m: setattr(m.requester_profile, "institution", 1000), "requester_profile.institution"),
    (lambda m: setattr(m.requester_profile, "kind", 3), "requester_profile.sector"),
    (of_integration(lambda row: row.ClearField("ssin")), "integrations[1].ssin"),
    (of_integration(lambda row: setattr(row, "ssin", ELSEWHERE)), "integrations[1].ssin"),
    (of_integration(lambda row: row.ClearField("organisation")), "integrations[1].organisation"),
    (of_integration(lambda row: setattr(row, "organisation", "0207000099")), "integrations[1].organisation"),
    (of_integration(lambda row: setattr(row, "organisation", "40-0")), "integrations[1].organisation"),
    (of_integration(lambda row: setattr(row, "organisation", "40/0/0")), "integrations[1].organisation"),
    (of_integration(lambda row: setattr(row, "sector", 1000)), "integrations[1].sector"),
    (of_integration(lambda row: row.ClearField("quality_code")), "integrations[1].quality_code"),
    (of_integration(lambda row: setattr(row, "quality_code", -1)), "integrations[1].quality_code"),
    (of_integration(lambda row: row.ClearField("begin_date")), "integrations[1].begin_date"),
    (of_integration(lambda row: setattr(row, "begin_date", "2026-1-1")), "integrations[1].begin_date"),
    (of_integration(lambda row: setattr(row, "end_date", "2025-12-31")), "integrations[1].end_date"),
    (of_integration(lambda row: setattr(row, "end_date", "soon")), "integrations[1].end_date"),
    (of_integration(lambda row: row.registers.append(common_pb2.REGISTER_UNSPECIFIED)), "integrations[1].registers"),
    (of_integration(lambda row: row.MergeFromString(b"\x38\x03")), "integrations[1].registers"),
]


@pytest.mark.parametrize(("change", "field"), WRONG, ids=[f"{place}-{field}" for place, (_, field) in enumerate(WRONG)])
def test_a_wrong_field_is_named(change: Change, field: str) -> None:
    message = inline(request())
    message.integrations.extend([integration(), integration()])
    change(message)
    with pytest.raises(InvalidRequestError) as caught:
        asked_of(message, CONTEXT)
    assert {violation.field for violation in caught.value.violations} == {field}


def test_every_wrong_field_is_named_at_once() -> None:
    message = inline(request())
    message.requester_profile.region = 9  # type: ignore[assignment]
    message.integrations.append(pb.InlineIntegration())
    with pytest.raises(InvalidRequestError) as caught:
        asked_of(message, CONTEXT)
    assert {violation.field for violation in caught.value.violations} == {
        "requester_profile.region",
        *(f"integrations[0].{name}" for name in ("ssin", "organisation", "quality_code", "begin_date")),
    }


def test_a_wrong_number_of_an_integration_is_an_error_of_numbers() -> None:
    message = inline(request())
    message.integrations.append(integration("80010100199"))
    with pytest.raises(InvalidSsinError) as caught:
        asked_of(message, CONTEXT)
    assert [violation.field for violation in caught.value.violations] == ["integrations[0].ssin"]
    assert "80010100199" not in str(caught.value)
