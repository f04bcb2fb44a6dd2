"""The register through both clients, against a real server."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator

import pytest

from integrationcontrol import (
    AsyncClient,
    Client,
    IntegrationControlError,
    InvalidRequestError,
    NotFoundError,
    PermissionMissingError,
    ReplacementRefusedError,
    RequestIdReusedError,
    make_history_question,
    make_import,
    make_integration,
    make_listing,
    make_removal,
    make_replacement,
    make_row,
    make_watch,
)
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, OUTCOME_REFUSED
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import ALL_PERMISSIONS, Permission
from rules_service.serve.server import Server
from tests.serve.register_world import PROOF, Kept, days, make_register, serving
from tests.serve.world import ASSOCIATION, CPAS, NOBODY, OTHER_CPAS, PARTNER, WALLOON_CPAS, person

YEAR = (dt.date(2026, 6, 1), dt.date(2027, 5, 31))
JULY = (dt.date(2026, 7, 1), dt.date(2026, 7, 31))
WITHOUT_JULY = [("2026-06-01", "2026-06-30"), ("2026-08-01", "2027-05-31")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return make_register(tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def server(kept: Kept) -> Iterator[Server]:
    with serving(kept, limits=Limits(max_batch_size=3)) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with Client(server.address) as client:
        yield client


def test_integrating_listing_and_removing(client: Client) -> None:
    made = client.integrate(CPAS, person(10), 2, YEAR, proof=PROOF, ticket="mine")
    assert (made.decision.outcome, made.decision.ticket) == (OUTCOME_GRANTED, "mine")
    removed = client.disintegrate(CPAS, person(10), 2, JULY)
    assert removed.revision == made.revision + 1
    listed = client.list_integrations(CPAS, person(10), proof=PROOF, min_revision=removed.revision)
    assert days(listed.integrations) == WITHOUT_JULY
    primary = client.list_integrations(CPAS, person(10), proof=PROOF, register="primary", days=JULY)
    assert not primary.integrations
    earlier = client.list_integrations(CPAS, person(10), proof=PROOF, exact_revision=made.revision)
    assert days(earlier.integrations) == [("2026-06-01", "2027-05-31")]


def test_a_refusal_is_an_answer(client: Client) -> None:
    refused = client.integrate(CPAS, person(11), 2, YEAR)
    assert (refused.decision.outcome, refused.revision) == (OUTCOME_REFUSED, 0)
    assert client.list_integrations(CPAS, person(11)).decision.outcome == OUTCOME_REFUSED


def test_a_request_made_before_can_be_sent_again(client: Client) -> None:
    request = make_integration(CPAS, person(12), 2, YEAR, proof=PROOF)
    assert client.integrate_request(request) == client.integrate_request(request)
    other = make_integration(CPAS, person(13), 2, YEAR, proof=PROOF, request_id=request.request_id)
    with pytest.raises(RequestIdReusedError):
        client.integrate_request(other)


def test_numbers(client: Client) -> None:
    old, new = person(14, month=21), person(14)
    client.integrate(CPAS, old, 2, YEAR, proof=PROOF)
    assert client.replace_ssin(CPAS, old, new).current_ssin == new
    history = client.ssin_history(CPAS, old)
    assert [(each.old_ssin, each.new_ssin) for each in history.replacements] == [(old, new)]
    with pytest.raises(ReplacementRefusedError) as caught:
        client.replace_ssin(CPAS, old, person(15))
    assert [violation.field for violation in caught.value.violations] == ["old_ssin"]


def test_following(client: Client) -> None:
    start = client.server_info().register_revision
    made = client.integrate(CPAS, person(16), 2, YEAR, proof=PROOF)
    changes = client.watch(start)
    first = next(changes)
    assert (first.revision, list(first.opened)) == (made.revision, list(made.opened))
    removed = client.disintegrate(CPAS, person(16), 2, (YEAR[0], None))
    assert next(changes).revision == removed.revision
    changes.close()  # type: ignore[attr-defined]  # a generator
    ended = list(client.watch(start, of=OTHER_CPAS, end_at_latest=True))
    assert [len(change.opened) for change in ended] == [0, 0]
    with pytest.raises(InvalidRequestError):
        next(client.watch(-1))


def rows(first: int, count: int) -> Iterator[pb.IntegrationRow]:
    for number in range(count):
        yield make_row(CPAS, person(first + number), 2, YEAR)


def test_importing_rows_in_messages(client: Client) -> None:
    answers = list(client.import_integrations(rows(20, 7)))
    assert [answer.imported_count for answer in answers] == [3, 3, 1]
    again = list(client.import_integrations(rows(20, 2), chunk_size=1))
    assert [[each.index for each in answer.not_imported] for answer in again] == [[0], [0]]
    assert list(client.import_integrations([])) == []


def test_an_import_is_made_again_under_its_id(client: Client) -> None:
    first = list(client.import_integrations(rows(63, 5), chunk_size=2, request_id="mine"))
    assert [answer.request_id for answer in first] == [f"mine/{number}" for number in range(3)]
    assert list(client.import_integrations(rows(63, 5), chunk_size=2, request_id="mine")) == first
    with pytest.raises(IntegrationControlError) as caught:
        list(client.import_integrations(rows(63, 5), chunk_size=3, request_id="mine"))
    assert caught.value.code == "ALREADY_EXISTS"


def test_the_directory(client: Client) -> None:
    everyone = [entry.cbe_number for entry in client.organisations()]
    assert everyone == sorted([CPAS, OTHER_CPAS, WALLOON_CPAS, PARTNER, ASSOCIATION])
    assert [entry.cbe_number for entry in client.organisations(page_size=2)] == everyone
    assert [entry.cbe_number for entry in client.organisations(sector=40)] == [PARTNER]
    assert client.organisation("40/21") == client.organisation(PARTNER)
    with pytest.raises(NotFoundError):
        client.organisation(NOBODY)


def test_what_is_not_permitted(kept: Kept) -> None:
    held = ALL_PERMISSIONS - {Permission.IMPORT, Permission.WATCH}
    with serving(kept, permissions=held) as server, Client(server.address) as client:
        with pytest.raises(PermissionMissingError):
            list(client.import_integrations(rows(30, 1)))
        with pytest.raises(PermissionMissingError):
            next(client.watch(0))


def test_every_call_can_be_awaited(server: Server) -> None:
    async def ask() -> None:
        async with AsyncClient(server.address) as client:
            old, new = person(40, month=21), person(40)
            made = await client.integrate(CPAS, old, 2, YEAR, proof=PROOF)
            assert made.decision.outcome == OUTCOME_GRANTED
            await client.disintegrate(CPAS, old, 2, JULY)
            assert (await client.replace_ssin(CPAS, old, new)).current_ssin == new
            listed = await client.list_integrations(CPAS, new, proof=PROOF)
            assert days(listed.integrations) == WITHOUT_JULY
            assert (await client.ssin_history(CPAS, old)).current_ssin == new
            seen = [change async for change in client.watch(made.revision - 1, end_at_latest=True)]
            assert [change.revision for change in seen] == [made.revision + later for later in range(3)]
            assert (await client.organisation(CPAS)).cbe_number == CPAS
            assert len([entry async for entry in client.organisations(page_size=2)]) == 5
            with pytest.raises(NotFoundError):
                await client.organisation(NOBODY)

    asyncio.run(ask())


def test_rows_come_from_plain_and_asynchronous_sources(server: Server) -> None:
    async def source() -> AsyncIterator[pb.IntegrationRow]:
        for row in rows(50, 4):
            yield row

    async def ask() -> list[list[int]]:
        async with AsyncClient(server.address) as client:
            return [
                [answer.imported_count async for answer in client.import_integrations(given)]
                for given in (source(), rows(60, 3))
            ]

    assert asyncio.run(ask()) == [[3, 1], [3]]


def broken_rows(first: int) -> Iterator[pb.IntegrationRow]:
    yield from rows(first, 3)
    raise LookupError


def test_what_a_source_of_rows_raises_is_raised_here(client: Client, server: Server) -> None:
    answers = client.import_integrations(broken_rows(70))
    assert next(answers).imported_count == 3
    with pytest.raises(LookupError):
        next(answers)

    async def ask() -> int:
        async with AsyncClient(server.address) as awaited:
            later = awaited.import_integrations(broken_rows(75))
            imported = (await anext(later)).imported_count
            with pytest.raises(LookupError):
                await anext(later)
            return imported

    assert asyncio.run(ask()) == 3


def test_an_asynchronous_stream_can_be_left(server: Server) -> None:
    async def ask() -> int:
        async with AsyncClient(server.address) as client:
            async for change in client.watch(0):
                return change.revision
        return 0

    assert asyncio.run(ask()) == 1


def test_every_plain_value_becomes_its_field() -> None:
    made = make_integration(
        "40/21", person(1), 0, (YEAR[0], None), registers=["secondary"], request_id="one", legal_context="context"
    )
    assert made == pb.IntegrateRequest(
        request_id="one",
        requester=common_pb2.Organisation(sector=40, institution=21),
        ssin=person(1),
        quality_code=0,
        period=common_pb2.Period(begin_date="2026-06-01"),
        registers=[common_pb2.REGISTER_SECONDARY],
        legal_context="context",
    )
    assert make_removal(CPAS, person(1), 2, YEAR, registers="primary").registers == [common_pb2.REGISTER_PRIMARY]
    assert make_listing(CPAS, person(1), register="secondary").register == pb.REGISTER_VIEW_SECONDARY
    assert make_history_question(CPAS, person(1), exact_revision=3).consistency.exact_revision == 3
    assert make_watch(3, of=CPAS).organisation.cbe_number == CPAS
    row = make_row(CPAS, person(1), 2, YEAR, sector=40, registers=["primary"], end_defaulted=True)
    assert (row.sector, row.end_date, row.end_defaulted) == (40, "2027-05-31", True)
    assert make_import([row]).rows == [row]


def test_every_write_has_an_id_of_its_own() -> None:
    made = [make_replacement(CPAS, person(1, month=21), person(1)).request_id for _ in range(2)]
    assert made[0] != made[1]


def test_wrong_calls_are_refused_before_they_are_sent() -> None:
    with pytest.raises(ValueError, match="primary, secondary, all"):
        make_listing(CPAS, person(1), register="both")
    with pytest.raises(ValueError, match="primary and secondary"):
        make_removal(CPAS, person(1), 2, YEAR, registers=["both"])
