"""The catalogue over gRPC."""

from __future__ import annotations

import pytest

from integrationcontrol.v1 import catalogue_service_pb2 as pb
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from tests.serve.rpc import failure_of


def get(catalogue: CatalogueServiceStub, name: str) -> pb.Operation:
    return catalogue.GetOperation(pb.GetOperationRequest(name=name)).operation


def listed(catalogue: CatalogueServiceStub, section: str = "", page_size: int = 0) -> list[str]:
    request, names = pb.ListOperationsRequest(section=section, page_size=page_size), []
    while True:
        response = catalogue.ListOperations(request)
        names += [operation.name for operation in response.operations]
        if not response.next_page_token:
            return names
        assert len(response.operations) == page_size
        request.page_token = response.next_page_token


def test_an_operation_in_full(catalogue: CatalogueServiceStub) -> None:
    variant = pb.Variant(
        name="integrated in the requested period",
        in_words=pb.Text(
            fr="un jour commun avec la période demandée",
            nl="een dag gemeen met de gevraagde periode",
            en="one day in common with the requested period",
        ),
        alternatives=[
            (
                "integrations of the requester, quality codes 1-2, 4, primary register: "
                "at least one day in common with `request_period`"
            )
        ],
        input_groups=[pb.InputGroup(names=["request_period"])],
        executed_by=common_pb2.EXECUTED_BY_BCSS,
    )
    assert get(catalogue, "OldConsult") == pb.Operation(
        name="Small.consult",
        aliases=["OldConsult"],
        alias_states={"OldConsult": "in_production"},
        groups=["Small"],
        title=pb.Text(fr="Consultation", nl="Raadpleging", en="Consultation"),
        kind="consultation",
        state="in_production",
        supplier="the handbook",
        recipient="CPAS",
        requesters=[pb.RequesterClass(kind=common_pb2.REQUESTER_KIND_CPAS)],
        purposes=["AS"],
        authorisations=["CSSS 01/001"],
        assumptions=["A4"],
        sources=[pb.SourceLines(document="handbook", section="4.1", lines="1-4")],
        variants=[variant],
    )


def test_s30c_the_inputs_come_in_groups(catalogue: CatalogueServiceStub) -> None:
    (variant,) = get(catalogue, "Small.heating").variants
    assert [list(group.names) for group in variant.input_groups] == [["heating_period"], ["reference_date"]]
    assert len(variant.alternatives) == 2
    assert not get(catalogue, "Small.today").variants[0].input_groups


def test_s19_a_variant_without_control_says_why(catalogue: CatalogueServiceStub) -> None:
    grant, refuse = get(catalogue, "Small.decision").variants
    assert (list(grant.parameters), grant.no_control_reason) == (["decision=grant"], "")
    assert (list(refuse.parameters), refuse.no_control_reason) == (["decision=refuse"], "non_blocking")


def test_every_operation_is_listed_once_whatever_the_page_size(catalogue: CatalogueServiceStub) -> None:
    names = listed(catalogue)
    assert len(names) == len(set(names)) == 22
    assert listed(catalogue, page_size=3) == listed(catalogue, page_size=1) == names


def test_a_section_includes_its_parts_but_not_its_neighbours(catalogue: CatalogueServiceStub) -> None:
    assert "Small.today" in listed(catalogue, "4.1")
    assert "Small.heating" not in listed(catalogue, "4.1")
    assert listed(catalogue, "4.1.2") == ["Small.today"]


def test_a_page_token_belongs_to_its_list(catalogue: CatalogueServiceStub) -> None:
    token = catalogue.ListOperations(pb.ListOperationsRequest(page_size=2)).next_page_token
    wrong = pb.ListOperationsRequest(page_size=2, page_token=token, section="4.1")
    failure = failure_of(lambda: catalogue.ListOperations(wrong))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ("page_token",))


@pytest.mark.parametrize(
    ("name", "code"), [("Small.tody", "NOT_FOUND"), ("Small", "NOT_FOUND"), ("", "INVALID_ARGUMENT")]
)
def test_a_name_that_is_none(catalogue: CatalogueServiceStub, name: str, code: str) -> None:
    failure = failure_of(lambda: get(catalogue, name))
    assert (failure.code, failure.fields) == (code, ("name",))


def test_quality_codes_ascend(catalogue: CatalogueServiceStub) -> None:
    codes = catalogue.ListQualityCodes(pb.ListQualityCodesRequest()).quality_codes
    assert [(code.code, code.maximum_duration) for code in codes] == [
        (1, "+ 2 months"),
        (2, "+ 1 year"),
        (4, ""),
        (30, "+ 1 year"),
    ]


def test_information_types_ascend(catalogue: CatalogueServiceStub) -> None:
    types = catalogue.ListInformationTypes(pb.ListInformationTypesRequest()).information_types
    assert [(each.number, each.applicant, each.debtor, list(each.user_roles)) for each in types] == [
        ("010", pb.PERMISSION_ALLOWED, pb.PERMISSION_ALLOWED, []),
        ("110", pb.PERMISSION_ALLOWED, pb.PERMISSION_NOT_ALLOWED, []),
        ("210", pb.PERMISSION_ALLOWED, pb.PERMISSION_UNKNOWN, ["social_worker"]),
    ]


def test_server_info_announces_what_is_enforced(catalogue: CatalogueServiceStub) -> None:
    info = catalogue.GetServerInfo(pb.GetServerInfoRequest())
    assert info.limits == pb.Limits(
        max_batch_size=10_000,
        max_message_bytes=16 * 1024 * 1024,
        max_persons=100,
        max_named_values=100,
        max_integrations=1_000,
        max_streams=16,
        max_batch_persons=100_000,
        max_columns_rows=1_000_000,
        max_columns_persons=1_000_000,
        max_columns_looks=10_000,
    )
    assert list(info.engines)[:3] == ["single", "columns", "reference"]
    assert not info.operations_beyond_columns
    permissions = ["as-of", "import", "inline-facts", "recipients", "register-write", "watch"]
    assert (info.operation_count, list(info.permissions)) == (22, permissions)
    assert info.process_count == 1
    assert info.register_revision >= 1
    assert info.integration_count >= 4
    assert info.version
