"""The catalogue over gRPC on rulesets that have one of everything: filters, partners, ambiguities, users of data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from integrationcontrol.v1 import catalogue_service_pb2 as pb
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from rules_service.serve.server import Server
from tests.serve.fixtures import settings
from tests.serve.rpc import failure_of
from tests.serve.world import TODAY

RULESETS = Path(__file__).parents[1] / "catalogue" / "rulesets"


@pytest.fixture(scope="module")
def full(register_file: Path) -> Iterator[CatalogueServiceStub]:
    with (
        Server(settings(register_file, rulesets=RULESETS), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield CatalogueServiceStub(channel)


def listed(full: CatalogueServiceStub, **fields: Any) -> list[str]:
    return [each.name for each in full.ListOperations(pb.ListOperationsRequest(**fields)).operations]


def get(full: CatalogueServiceStub, name: str) -> pb.Operation:
    return full.GetOperation(pb.GetOperationRequest(name=name)).operation


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"section": "4.2"}, ["Folder.consult", "Folder.write"]),
        ({"quality_code": 116}, ["Arrivals"]),
        ({"condition": "both_registers"}, ["Folder.write"]),
        ({"supplier": "federation"}, ["Folder.consult"]),
        ({"state": "removed"}, ["Addresses"]),
        ({"kind": "mutation"}, ["Arrivals"]),
        ({"requester": "Tax Office"}, ["Energy"]),
        ({"requester": "cpas", "kind": "consultation", "state": "in_production"}, ["Unruled"]),
        ({"requester": "partner", "kind": "write"}, []),
    ],
    ids=str,
)
def test_filters(full: CatalogueServiceStub, fields: dict[str, Any], names: list[str]) -> None:
    assert listed(full, **fields) == names


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"section": "9"}, "no section that the rulesets cite"),
        ({"quality_code": 0}, "0 is no quality code"),
        ({"condition": "cover"}, "did you mean `covers`"),
        ({"supplier": "nobody"}, "the name of no supplier"),
        ({"state": "gone"}, "no state of an operation"),
        ({"kind": "gone"}, "no kind of operation"),
        ({"requester": "Tax Ofice"}, "did you mean `Tax Office`"),
        ({"kind": "gone", "quality_code": 77}, "77 is no quality code"),
    ],
    ids=str,
)
def test_a_value_that_nothing_can_have_is_invalid(
    full: CatalogueServiceStub, fields: dict[str, Any], told: str
) -> None:
    failure = failure_of(lambda: listed(full, **fields))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert set(failure.fields) == set(fields)
    assert told in failure.message


def test_a_page_belongs_to_its_filter(full: CatalogueServiceStub) -> None:
    request = pb.ListOperationsRequest(kind="consultation", page_size=1)
    token = full.ListOperations(request).next_page_token
    request.page_token = token
    assert [each.name for each in full.ListOperations(request).operations] == ["Energy"]
    request.kind = "write"
    failure = failure_of(lambda: full.ListOperations(request))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ("page_token",))


def test_what_an_operation_is_and_rests_on(full: CatalogueServiceStub) -> None:
    consult = get(full, "FolderConsult")
    assert list(consult.aliases) == ["OldFolder", "FolderConsult"]
    assert dict(consult.alias_states) == {"OldFolder": "being_replaced", "FolderConsult": "in_production"}
    assert list(consult.groups) == ["Folder"]
    assert consult.functionality == pb.Text(fr="donne le dossier", nl="geeft het dossier", en="gives the folder")
    assert list(consult.missions) == [pb.Text(fr="enquête sociale", nl="sociaal onderzoek", en="social inquiry")]
    assert list(consult.legal_basis) == ["art. 60, § 1"]
    assert list(consult.ambiguities) == [
        pb.Ambiguity(
            about="whether one integration must do it alone (line 3)",
            readings=["it must", "several may"],
            chosen="it must",
            why="the handbook says one",
        )
    ]
    assert not get(full, "Energy").HasField("functionality")


def test_who_may_ask(full: CatalogueServiceStub) -> None:
    _, association = get(full, "Folder.consult").requesters
    assert association == pb.RequesterClass(
        kind=common_pb2.REQUESTER_KIND_ASSOCIATION_CHAPTER_XII,
        regions=[common_pb2.REGION_FLANDERS, common_pb2.REGION_BRUSSELS],
    )
    (partner,) = get(full, "Arrivals").requesters
    assert partner == pb.RequesterClass(
        kind=common_pb2.REQUESTER_KIND_PARTNER, sector=40, institution=21, partner="Accueil des Arrivées"
    )
    (any_of_the_sector,) = get(full, "Energy").requesters
    assert (any_of_the_sector.sector, any_of_the_sector.HasField("institution")) == (50, False)


def test_what_a_variant_adds_and_excludes(full: CatalogueServiceStub) -> None:
    whole, otherwise = get(full, "Folder.consult").variants
    assert (list(whole.authorisations), list(whole.not_given)) == (["CSSS 02/002"], [])
    assert (list(otherwise.authorisations), list(otherwise.not_given)) == ([], ["validity"])


def test_partners_are_named_in_the_alternatives(full: CatalogueServiceStub) -> None:
    ((alternative,),) = (variant.alternatives for variant in get(full, "Arrivals").variants)
    assert "institution 40/21 (Accueil des Arrivées), quality code 116" in alternative
    assert "any organisation of sector 17 (CPAS)" in alternative


def test_quality_codes_of_every_sector_or_of_one(full: CatalogueServiceStub) -> None:
    codes = full.ListQualityCodes(pb.ListQualityCodesRequest()).quality_codes
    assert [(each.sector, each.code) for each in codes] == [(17, 1), (17, 2), (17, 4), (40, 2), (40, 116)]
    assert codes[1].label == pb.Text(
        fr="RIS", nl="Leefloon", de="Eingliederungseinkommen", en="Social integration income"
    )
    assert codes[4].source == pb.SourceLines(document="handbook", section="4.20", lines="12-13")
    of_one = full.ListQualityCodes(pb.ListQualityCodesRequest(sector=40)).quality_codes
    assert [each.code for each in of_one] == [2, 116]
    assert not full.ListQualityCodes(pb.ListQualityCodesRequest(sector=50)).quality_codes


@pytest.mark.parametrize("sector", [-1, 0, 3])
def test_a_sector_that_nobody_names_is_invalid(full: CatalogueServiceStub, sector: int) -> None:
    failure = failure_of(lambda: full.ListQualityCodes(pb.ListQualityCodesRequest(sector=sector)))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ("sector",))


def test_information_types_with_what_the_source_adds(full: CatalogueServiceStub) -> None:
    (filiation,) = full.ListInformationTypes(pb.ListInformationTypesRequest()).information_types
    assert (filiation.legal_reference, filiation.remark) == ("article 3, 14", "only the first degree")
    assert filiation.source == pb.SourceLines(document="handbook", section="5", lines="40")


def test_users_of_the_data(full: CatalogueServiceStub) -> None:
    fisc, police = full.ListDataUsers(pb.ListDataUsersRequest()).data_users
    assert fisc == pb.DataUser(
        name="Fisc",
        purpose=pb.Text(fr="impôts", nl="belastingen", en="taxes"),
        operations=["Folder", "Arrivals"],
        partner="Tax Office",
        source=pb.SourceLines(document="handbook", section="5", lines="60"),
    )
    assert (list(police.operations), police.remark) == ([], "the handbook opens nothing to it")
