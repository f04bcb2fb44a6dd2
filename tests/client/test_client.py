"""The client, waiting and asyncio, against a real server."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import integrationcontrol
from integrationcontrol import (
    AsyncClient,
    Client,
    DeadlineExceededError,
    IntegrationControlError,
    InvalidRequestError,
    InvalidSsinError,
    LimitExceededError,
    NotFoundError,
    PermissionMissingError,
    RevisionNotAvailableError,
    UnavailableError,
    UnknownOperationError,
    make_mutation,
    make_request,
)
from integrationcontrol import errors as client_errors
from integrationcontrol._channels import Chunks
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, OUTCOME_REFUSED
from rules_service.serve.limits import Limits
from rules_service.serve.server import Server
from tests.serve.fixtures import settings
from tests.serve.world import CPAS, ELSEWHERE, FORMERLY, INTEGRATED, PARTNER, REPLACED, TODAY, UNKNOWN

PROFILE = pb.RequesterProfile(kind=common_pb2.REQUESTER_KIND_CPAS)


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with Client(server.address) as client:
        yield client


def requests(count: int) -> Iterator[pb.DecideRequest]:
    for place in range(count):
        yield make_request("Small.today", CPAS, [(INTEGRATED, UNKNOWN)[place % 2]], ticket=str(place))


def test_a_decision_from_plain_values(client: Client) -> None:
    decision = client.decide(
        "Small.consult",
        CPAS,
        [INTEGRATED],
        ticket="mine",
        request_period=(dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
    )
    assert (decision.outcome, decision.ticket, decision.operation) == (OUTCOME_GRANTED, "mine", "Small.consult")


def test_every_plain_value_becomes_its_field() -> None:
    made = make_request(
        "Small.heating",
        "40/21",
        [INTEGRATED],
        quality_code=0,
        legal_context="context",
        system_date=dt.date(2026, 2, 3),
        periods={"heating_period": (dt.date(2025, 10, 1), None)},
        dates={"reference_date": [dt.date(2026, 1, 1), dt.date(2026, 1, 2)], "end_date": dt.date(2026, 1, 3)},
        parameters={"decision": "grant"},
        information_types=["110"],
        proof=pb.Proof(identity_card_number="1"),
        known_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    assert made == pb.DecideRequest(
        operation="Small.heating",
        requester=common_pb2.Organisation(sector=40, institution=21),
        ssins=[INTEGRATED],
        quality_code=0,
        legal_context="context",
        system_date="2026-02-03",
        periods=[pb.NamedPeriod(name="heating_period", period=common_pb2.Period(begin_date="2025-10-01"))],
        dates=[
            pb.NamedDate(name="reference_date", date="2026-01-01"),
            pb.NamedDate(name="reference_date", date="2026-01-02"),
            pb.NamedDate(name="end_date", date="2026-01-03"),
        ],
        parameters={"decision": "grant"},
        information_types=["110"],
        proof=pb.Proof(identity_card_number="1"),
        consistency=made.consistency,
    )
    assert made.consistency.known_at.ToDatetime(tzinfo=dt.UTC) == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_an_absent_quality_code_stays_absent() -> None:
    assert not make_request("Small.today", CPAS).HasField("quality_code")


def test_wrong_calls_are_refused_before_they_are_sent() -> None:
    with pytest.raises(ValueError, match="at most one"):
        make_request("Small.today", CPAS, min_revision=1, exact_revision=1)
    with pytest.raises(ValueError, match="time zone"):
        make_request("Small.today", CPAS, known_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001


def test_facts_of_ones_own(client: Client) -> None:
    row = pb.InlineIntegration(ssin=UNKNOWN, organisation=CPAS, quality_code=2, begin_date="2026-06-15")
    decision = client.decide("Small.today", CPAS, [UNKNOWN], integrations=[row], requester_profile=PROFILE)
    assert (decision.outcome, decision.register_revision) == (OUTCOME_GRANTED, 0)


def test_an_explanation(client: Client) -> None:
    explained = client.explain("Small.today", CPAS, [FORMERLY], language="nl")
    assert explained.decision.outcome == OUTCOME_REFUSED
    assert explained.derivation.variants[0].in_words == "geïntegreerd op de systeemdatum"


def test_information_types(client: Client) -> None:
    found = client.filter_information_types("Small.types", "applicant", user_role="social_worker")
    assert {each.verdict for each in found.information_types} == {pb.INFORMATION_TYPE_VERDICT_ALLOWED}
    (names,) = client.filter_information_types("Small.types", "debtor", ["010"]).information_types
    assert names.verdict == pb.INFORMATION_TYPE_VERDICT_NO_QUALITY_CODE
    with pytest.raises(ValueError, match="one of applicant, debtor"):
        client.filter_information_types("Small.types", "child")
    with pytest.raises(InvalidRequestError) as caught:
        client.filter_information_types("Small.today", "applicant")
    assert [violation.field for violation in caught.value.violations] == ["operation"]


def test_recipients(client: Client) -> None:
    found = client.list_recipients("Mutation.today", FORMERLY, ticket="mine", system_date=dt.date(2020, 6, 1))
    assert [each.organisation.cbe_number for each in found.recipients] == [CPAS]
    assert (found.ticket, found.system_date) == ("mine", "2020-06-01")
    validity = {"validity": (dt.date(2026, 1, 1), dt.date(2026, 1, 2))}
    assert client.list_recipients("Mutation.withPeriod", INTEGRATED, periods=validity).recipients
    assert not client.list_recipients("Mutation.today", INTEGRATED, exact_revision=0).recipients
    with pytest.raises(InvalidSsinError) as caught:
        client.list_recipients("Mutation.today", "80010100195")
    assert [violation.field for violation in caught.value.violations] == ["ssin"]


def test_every_plain_value_of_a_mutation_becomes_its_field() -> None:
    made = make_mutation(
        "Mutation.today",
        INTEGRATED,
        ticket="mine",
        system_date=dt.date(2026, 2, 3),
        request_period=(dt.date(2026, 1, 1), None),
        periods={"validity": (dt.date(2026, 1, 1), dt.date(2026, 1, 2))},
        dates={"reference_date": [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]},
        parameters={"decision": "grant"},
        min_revision=3,
    )
    assert made == pb.ListRecipientsRequest(
        ticket="mine",
        operation="Mutation.today",
        ssin=INTEGRATED,
        system_date="2026-02-03",
        request_period=common_pb2.Period(begin_date="2026-01-01"),
        periods=[
            pb.NamedPeriod(name="validity", period=common_pb2.Period(begin_date="2026-01-01", end_date="2026-01-02"))
        ],
        dates=[
            pb.NamedDate(name="reference_date", date="2026-01-01"),
            pb.NamedDate(name="reference_date", date="2026-01-02"),
        ],
        parameters={"decision": "grant"},
        consistency=pb.Consistency(min_revision=3),
    )


FAILURES: list[tuple[dict[str, Any], type[IntegrationControlError], str]] = [
    ({"operation": "Small.tody"}, UnknownOperationError, "operation"),
    ({"operation": "Small.consult"}, InvalidRequestError, "request_period"),
    ({"ssins": ["80010100195"]}, InvalidSsinError, "ssins[0]"),
    ({"requester": "not a number"}, InvalidRequestError, "requester.cbe_number"),
    ({"min_revision": 1 << 40}, RevisionNotAvailableError, ""),
]


@pytest.mark.parametrize(("fields", "kind", "field"), FAILURES)
def test_an_error_has_its_class_and_names_its_field(
    client: Client, fields: dict[str, Any], kind: type[IntegrationControlError], field: str
) -> None:
    arguments: dict[str, Any] = {"operation": "Small.today", "requester": CPAS, "ssins": [INTEGRATED]} | fields
    with pytest.raises(IntegrationControlError) as caught:
        client.decide(**arguments)
    assert type(caught.value) is kind
    assert [violation.field for violation in caught.value.violations] == ([field] if field else [])


def test_an_operation_that_the_catalogue_does_not_have(client: Client) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.operation("Small.tody")
    assert (caught.value.code, caught.value.reason) == ("NOT_FOUND", "UNKNOWN_OPERATION")


def test_decide_all_keeps_order_whatever_the_chunks(client: Client) -> None:
    results = list(client.decide_all(requests(250), chunk_size=100))
    decided = [result for result in results if isinstance(result, pb.Decision)]
    assert [result.ticket for result in decided] == [str(place) for place in range(250)]
    assert [result.outcome for result in decided[:3]] == [OUTCOME_GRANTED, OUTCOME_REFUSED, OUTCOME_GRANTED]
    assert {result.system_date for result in decided} == {"2026-06-15"}


def test_decide_all_more_than_one_batch_holds(client: Client) -> None:
    assert sum(1 for _ in client.decide_all(requests(10_001))) == 10_001


def test_decide_all_gives_the_decisions_that_decide_gives(client: Client) -> None:
    asked = [
        make_request("Small.today", CPAS, [INTEGRATED], ticket="plain"),
        make_request("Small.today", CPAS, [FORMERLY], system_date=dt.date(2020, 6, 1)),
        make_request("Small.whole", CPAS, [REPLACED, INTEGRATED]),
        make_request("Small.ofAnyCpas", PARTNER, [ELSEWHERE]),
        make_request("Small.today", CPAS, [UNKNOWN], requester_profile=PROFILE),
        make_request("Small.today", CPAS, [INTEGRATED], exact_revision=0),
    ]
    for single, together in zip(map(client.decide_request, asked), client.decide_all(asked), strict=True):
        assert isinstance(together, pb.Decision)
        for decision in (single, together):
            decision.ClearField("decision_id")
        assert single == together


def test_errors_stand_in_the_place_of_decisions(client: Client) -> None:
    asked = [make_request("Small.today", CPAS, [INTEGRATED]), make_request("Small.tody", CPAS, [INTEGRATED])]
    good, bad = client.decide_all(asked)
    assert isinstance(good, pb.Decision)
    assert type(bad) is UnknownOperationError
    assert bad.violations[0].field == "operation"


def test_decide_all_reads_no_more_than_it_sends(client: Client) -> None:
    coming = requests(1_000)
    next(client.decide_all(coming, chunk_size=10))
    assert next(coming).ticket == "11"


def test_batches_keep_the_announced_limits(register_file: Path) -> None:
    small = Limits(max_batch_size=7, max_message_bytes=400)
    with (
        Server(settings(register_file, limits=small), clock=lambda: TODAY) as server,
        Client(server.address) as client,
    ):
        results = list(client.decide_all(requests(50)))
        assert [result.ticket for result in results if isinstance(result, pb.Decision)] == [str(i) for i in range(50)]
        with pytest.raises(LimitExceededError) as caught:
            list(client.decide_all([make_request("Small.today", CPAS, legal_context="x" * 500)]))
        assert caught.value.metadata["limit"] == "max_message_bytes"


def test_chunks_fit_to_the_byte() -> None:
    request = make_request("Small.today", CPAS, [INTEGRATED])
    one = pb.BatchDecideRequest(requests=[request]).ByteSize()
    for max_bytes in range(one, 6 * one):
        limits = catalogue.Limits(max_batch_size=100, max_batch_persons=100, max_message_bytes=max_bytes)
        batches = list(Chunks(limits).cut([request] * 20))
        assert sum(map(len, batches)) == 20
        assert all(
            pb.BatchDecideRequest(requests=batch).ByteSize() <= max_bytes or len(batch) == 1 for batch in batches
        )


def test_chunks_fit_to_the_person() -> None:
    limits = catalogue.Limits(max_batch_size=100, max_batch_persons=5, max_message_bytes=10_000)
    asked = [make_request("Small.today", CPAS, [INTEGRATED] * count) for count in (2, 3, 1, 5, 9, 0, 0)]
    batches = list(Chunks(limits).cut(asked))
    assert [[len(each.ssins) for each in batch] for batch in batches] == [[2, 3], [1], [5], [9], [0, 0]]


def test_permission_missing(register_file: Path) -> None:
    with (
        Server(settings(register_file, permissions=frozenset())) as server,
        Client(server.address) as client,
        pytest.raises(PermissionMissingError) as caught,
    ):
        client.decide("Small.today", CPAS, [INTEGRATED], system_date=dt.date(2026, 1, 1))
    assert caught.value.metadata == {"permission": "as-of", "field": "system_date"}


def test_the_catalogue(client: Client) -> None:
    names = [operation.name for operation in client.operations()]
    assert len(names) == client.server_info().operation_count
    assert [operation.name for operation in client.operations("4.1.2")] == ["Small.today"]
    assert client.operation("OldConsult").name == "Small.consult"
    assert {operation.kind for operation in client.operations(kind="write", state="in_production")} == {"write"}
    assert [code.code for code in client.quality_codes()] == [1, 2, 4, 30]
    assert [code.sector for code in client.quality_codes(17)] == [17] * 4
    assert client.data_users() == []
    assert [each.number for each in client.information_types()] == ["010", "110", "210"]


def test_a_filter_by_what_nothing_can_have(client: Client) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        list(client.operations("9", quality_code=77))
    assert [violation.field for violation in caught.value.violations] == ["section", "quality_code"]
    with pytest.raises(InvalidRequestError) as caught:
        client.quality_codes(3)
    assert [violation.field for violation in caught.value.violations] == ["sector"]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which somebody listens who never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_no_answer_in_time(silent_port: int) -> None:
    with Client(f"127.0.0.1:{silent_port}", timeout_seconds=0.3) as client, pytest.raises(DeadlineExceededError):
        client.server_info()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Client(f"127.0.0.1:{taken.getsockname()[1]}") as client, pytest.raises(UnavailableError):
            client.server_info()


def test_asyncio_has_the_same_calls(server: Server) -> None:
    async def everything() -> None:
        async with AsyncClient(server.address) as client:
            decision = await client.decide("Small.today", CPAS, [INTEGRATED])
            assert decision.outcome == OUTCOME_GRANTED
            explained = await client.explain("Small.today", CPAS, [FORMERLY], language="fr")
            assert explained.derivation.variants[0].in_words == "intégrée à la date système"
            with pytest.raises(InvalidSsinError) as caught:
                await client.decide("Small.today", CPAS, ["80010100195"])
            assert caught.value.violations[0].field == "ssins[0]"
            results = [result async for result in client.decide_all(requests(25), chunk_size=10)]
            assert [result.ticket for result in results if isinstance(result, pb.Decision)] == [
                str(place) for place in range(25)
            ]
            assert len([operation async for operation in client.operations()]) == 22
            assert (await client.operation("OldConsult")).name == "Small.consult"
            found = await client.filter_information_types("Small.types", "applicant", ["010"])
            assert [each.content for each in found.information_types] == ["Names"]
            recipients = await client.list_recipients("Mutation.today", INTEGRATED)
            assert [each.organisation.cbe_number for each in recipients.recipients] == [CPAS]
            assert [each.name async for each in client.operations("4.1.2", kind="consultation")] == ["Small.today"]
            assert len(await client.quality_codes()) == 4
            assert len(await client.quality_codes(17)) == 4
            assert await client.data_users() == []
            assert len(await client.information_types()) == 3
            assert (await client.server_info()).limits.max_batch_size == 10_000

    asyncio.run(everything())


def test_asyncio_takes_requests_as_they_come(server: Server) -> None:
    async def coming() -> AsyncIterator[pb.DecideRequest]:
        for each in requests(3):
            await asyncio.sleep(0)
            yield each

    async def tickets() -> list[str]:
        async with AsyncClient(server.address) as client:
            found = [result async for result in client.decide_all(coming(), chunk_size=2)]
            return [result.ticket for result in found if isinstance(result, pb.Decision)]

    assert asyncio.run(tickets()) == ["0", "1", "2"]


def test_both_clients_offer_the_same_calls() -> None:
    def calls(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert calls(Client) == calls(AsyncClient)


def test_every_error_descends_from_the_root_and_is_exported() -> None:
    kinds = [each for each in vars(client_errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert all(issubclass(kind, IntegrationControlError) for kind in kinds)
    assert {kind.__name__ for kind in kinds} <= set(integrationcontrol.__all__)
