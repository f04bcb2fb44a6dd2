"""Following the register, importing into it by messages, and its directory of organisations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.register import Register
from rules_service.serve.limits import Limits
from rules_service.serve.server import Server
from tests.serve.register_world import (
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
from tests.serve.world import ASSOCIATION, CPAS, NOBODY, OTHER_CPAS, PARTNER, WALLOON_CPAS, person


@pytest.fixture(scope="module")
def server(kept: Kept) -> Iterator[Server]:
    with serving(kept, limits=Limits(max_batch_size=50)) as server:
        yield server


@pytest.fixture(scope="module")
def calls(server: Server) -> Iterator[RegisterServiceStub]:
    with calling(server) as stub:
        yield stub


def last_revision(calls: RegisterServiceStub) -> int:
    return calls.ListOrganisations(pb.ListOrganisationsRequest()).revision


def watch(calls: RegisterServiceStub, after: int, **fields: Any) -> list[pb.WatchIntegrationsResponse]:
    asked = pb.WatchIntegrationsRequest(after_revision=after, end_at_latest=True, **fields)
    return list(calls.WatchIntegrations(asked))


# Following.


def test_every_change_comes_with_its_revision_and_resuming_misses_none(calls: RegisterServiceStub) -> None:
    start = last_revision(calls)
    old, new = person(50, month=21), person(50)
    opened = calls.Integrate(integrate(old)).opened[0]
    calls.Disintegrate(disintegrate(old, "2026-07-01", "2026-07-31"))
    calls.ReplaceSsin(replacing(old, new))
    integrated, removed, replaced = watch(calls, start)
    assert [each.revision for each in (integrated, removed, replaced)] == [start + 1, start + 2, start + 3]
    assert list(integrated.opened) == [opened]
    assert [row.until_revision for row in removed.closed] == [start + 2]
    assert days(removed.opened) == [("2026-06-01", "2026-06-30"), ("2026-08-01", "2026-12-31")]
    assert [(each.old_ssin, each.new_ssin) for each in replaced.replacements] == [(old, new)]
    assert not any(each.continues for each in (integrated, removed, replaced))
    assert integrated.recorded_at.ToMicroseconds() <= removed.recorded_at.ToMicroseconds()
    assert watch(calls, start + 1) == [removed, replaced]
    assert watch(calls, start + 3) == []


def test_one_organisation_is_followed_by_its_own_rows(calls: RegisterServiceStub) -> None:
    start = last_revision(calls)
    calls.Integrate(integrate(person(51)))
    calls.Integrate(integrate(person(51), requester=cpas(OTHER_CPAS)))
    assert [len(each.opened) for each in watch(calls, start, organisation=cpas(OTHER_CPAS))] == [0, 1]


def test_a_stream_goes_on_with_writes_as_they_come(calls: RegisterServiceStub, kept: Kept) -> None:
    start = last_revision(calls)
    stream: Any = calls.WatchIntegrations(pb.WatchIntegrationsRequest(after_revision=start))
    made = calls.Integrate(integrate(person(52)))
    assert next(stream).revision == made.revision == start + 1
    removed = calls.Disintegrate(disintegrate(person(52)))
    assert next(stream).revision == removed.revision
    with serving(kept) as another, calling(another) as elsewhere:
        assert elsewhere.Integrate(integrate(person(52))).revision == next(stream).revision
    stream.cancel()


def test_a_server_that_stops_ends_its_streams_at_once(kept: Kept) -> None:
    with serving(kept) as server, calling(server) as calls:
        stream: Any = calls.WatchIntegrations(pb.WatchIntegrationsRequest())
        next(stream)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        failure = failure_of(lambda: list(stream))
        stopping.join(timeout=5)
        assert not stopping.is_alive(), "within the grace of calls in flight"
    assert (failure.code, failure.reason) == ("UNAVAILABLE", "SERVER_STOPPING")


def test_more_streams_than_the_server_keeps(kept: Kept) -> None:
    with serving(kept, limits=Limits(max_streams=1)) as server, calling(server) as calls:
        first: Any = calls.WatchIntegrations(pb.WatchIntegrationsRequest())
        next(first)
        failure = failure_of(lambda: watch(calls, 0))
        first.cancel()
    assert (failure.code, failure.metadata["limit"]) == ("RESOURCE_EXHAUSTED", "max_streams")


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"after_revision": -1}, "INVALID_ARGUMENT", ("after_revision",)),
        ({"after_revision": 100_000}, "FAILED_PRECONDITION", ()),
        ({"organisation": cpas(NOBODY)}, "NOT_FOUND", ("organisation",)),
        ({"organisation": cpas("1")}, "INVALID_ARGUMENT", ("organisation.cbe_number",)),
    ],
)
def test_where_nobody_can_follow(
    calls: RegisterServiceStub, fields: dict[str, Any], code: str, named: tuple[str, ...]
) -> None:
    failure = failure_of(lambda: list(calls.WatchIntegrations(pb.WatchIntegrationsRequest(**fields))))
    assert (failure.code, failure.fields) == (code, named)


# Importing.


def row(ssin: str, begin: str = "2026-01-01", end: str = "2026-03-31", **fields: Any) -> pb.IntegrationRow:
    given: dict[str, Any] = {"organisation": CPAS, "quality_code": 2}
    return pb.IntegrationRow(ssin=ssin, begin_date=begin, end_date=end, **given | fields)


def chunk(*rows: pb.IntegrationRow, request_id: str = "") -> pb.ImportIntegrationsRequest:
    return pb.ImportIntegrationsRequest(request_id=request_id or fresh_id(), rows=rows)


def test_each_message_is_a_write_and_each_bad_row_is_named(calls: RegisterServiceStub) -> None:
    start = last_revision(calls)
    good = [row(person(60 + number)) for number in range(3)]
    bad = [
        row("1"),
        row(person(63), organisation=NOBODY),
        row(person(63), begin=""),
        row(person(63), end="2025-12-31"),
        row(person(63), registers=[9]),
        pb.IntegrationRow(ssin=person(63), organisation=CPAS, begin_date="2026-01-01"),
        good[0],
    ]
    first, second = calls.ImportIntegrations(iter([chunk(good[0], *bad), chunk(*good[1:])]))
    assert (first.revision, first.imported_count) == (start + 1, 1)
    assert [(each.index, each.field) for each in first.not_imported] == [
        (1, "ssin"),
        (2, "organisation"),
        (3, "begin_date"),
        (4, "end_date"),
        (5, "registers"),
        (6, "quality_code"),
        (7, ""),
    ]
    assert all(each.description and person(63) not in each.description for each in first.not_imported)
    assert (second.revision, second.imported_count, list(second.not_imported)) == (start + 2, 2, [])
    assert days(calls.ListIntegrations(listing(person(61))).integrations) == [("2026-01-01", "2026-03-31")]


def test_a_row_that_overlaps_another_of_its_key_is_refused(calls: RegisterServiceStub) -> None:
    calls.Integrate(integrate(person(71)))
    rows = [row(person(71), "2026-12-31", ""), row(person(71), "2027-01-01", ""), row(person(71), "2027-06-01", "")]
    (answer,) = calls.ImportIntegrations(iter([chunk(*rows)]))
    assert [each.index for each in answer.not_imported] == [0, 2]
    assert all("overlaps" in each.description for each in answer.not_imported)
    assert days(calls.ListIntegrations(listing(person(71))).integrations)[1:] == [("2027-01-01", "")]


def test_a_row_comes_in_as_it_is(calls: RegisterServiceStub) -> None:
    rows = [
        row(person(64), end="", registers=[common_pb2.REGISTER_PRIMARY], end_defaulted=True),
        row(person(64), organisation="40/21", sector=40, quality_code=0),
    ]
    (answer,) = calls.ImportIntegrations(iter([chunk(*rows)]))
    assert answer.imported_count == 2
    listed = calls.ListIntegrations(listing(person(64))).integrations
    partner, own = sorted(listed, key=lambda each: each.quality_code)
    assert (own.end_date, list(own.registers), own.end_defaulted) == ("", [common_pb2.REGISTER_PRIMARY], True)
    assert (partner.organisation.cbe_number, partner.sector, partner.quality_code) == (PARTNER, 40, 0)


def test_a_message_that_is_sent_again_comes_in_once(calls: RegisterServiceStub) -> None:
    asked = chunk(row(person(65)))
    (first,) = calls.ImportIntegrations(iter([asked]))
    (again,) = calls.ImportIntegrations(iter([asked]))
    assert again == first
    other = chunk(row(person(66)), request_id=asked.request_id)
    failure = failure_of(lambda: list(calls.ImportIntegrations(iter([other]))))
    assert (failure.code, failure.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


def test_nothing_new_makes_no_revision(calls: RegisterServiceStub) -> None:
    rows = [row(person(67))]
    (first,) = calls.ImportIntegrations(iter([chunk(*rows)]))
    (again,) = calls.ImportIntegrations(iter([chunk(*rows)]))
    assert (again.revision, again.imported_count) == (first.revision, 0)
    (empty,) = calls.ImportIntegrations(iter([chunk()]))
    assert (empty.revision, empty.imported_count) == (first.revision, 0)


def test_what_was_answered_before_an_error_is_there(calls: RegisterServiceStub) -> None:
    answers = calls.ImportIntegrations(iter([chunk(row(person(68))), pb.ImportIntegrationsRequest()]))
    assert next(answers).imported_count == 1
    assert failure_of(lambda: next(answers)).fields == ("request_id",)
    assert calls.ListIntegrations(listing(person(68))).integrations


def test_a_message_of_too_many_rows(calls: RegisterServiceStub) -> None:
    failure = failure_of(lambda: list(calls.ImportIntegrations(iter([chunk(*[row(person(69))] * 51)]))))
    assert (failure.code, failure.metadata["limit"]) == ("RESOURCE_EXHAUSTED", "max_batch_size")


# The directory.


def entries(calls: RegisterServiceStub, **fields: Any) -> list[str]:
    answer = calls.ListOrganisations(pb.ListOrganisationsRequest(**fields))
    return [each.organisation.cbe_number for each in answer.entries]


def test_organisations_are_listed_by_what_they_are(calls: RegisterServiceStub) -> None:
    everyone = sorted([CPAS, OTHER_CPAS, WALLOON_CPAS, PARTNER, ASSOCIATION])
    assert entries(calls) == everyone
    assert entries(calls, kind=common_pb2.REQUESTER_KIND_ASSOCIATION_CHAPTER_XII) == [ASSOCIATION]
    assert entries(calls, region=common_pb2.REGION_WALLONIA) == [WALLOON_CPAS]
    assert entries(calls, sector=40) == [PARTNER]
    assert entries(calls, sector=0) == []


def test_pages_show_one_revision(calls: RegisterServiceStub, kept: Kept) -> None:
    request, seen, revisions = pb.ListOrganisationsRequest(page_size=2), [], set()
    while True:
        answer = calls.ListOrganisations(request)
        seen += [each.cbe_number for each in answer.entries]
        revisions.add(answer.revision)
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
        calls.Integrate(integrate(person(70), f"2026-06-{len(seen):02d}", f"2026-06-{len(seen):02d}"))
    assert seen == entries(calls)
    assert len(revisions) == 1
    with Register.open(kept.place) as register:
        assert register.revision() > revisions.pop()


def test_a_directory_of_the_past(calls: RegisterServiceStub) -> None:
    assert entries(calls, consistency=decision_pb.Consistency(exact_revision=0)) == []
    assert len(entries(calls, consistency=decision_pb.Consistency(exact_revision=1))) == 5


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"page_size": 1001}, "page_size"),
        ({"page_token": "x"}, "page_token"),
        ({"page_token": "1~AAAA"}, "page_token"),
        ({"page_token": "99999999~AAAA"}, "page_token"),
        ({"kind": 9}, "kind"),
        ({"region": 9}, "region"),
        ({"sector": 1000}, "sector"),
    ],
)
def test_a_wrong_list(calls: RegisterServiceStub, fields: dict[str, Any], named: str) -> None:
    failure = failure_of(lambda: calls.ListOrganisations(pb.ListOrganisationsRequest(**fields)))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", (named,))


def test_one_organisation_by_its_number_or_its_pair(calls: RegisterServiceStub) -> None:
    found = calls.GetOrganisation(pb.GetOrganisationRequest(organisation=cpas(PARTNER)))
    entry = found.entry
    assert (entry.cbe_number, entry.sector, entry.institution, entry.name) == (PARTNER, 40, 21, "Partner")
    assert (entry.kind, entry.region) == (common_pb2.REQUESTER_KIND_PARTNER, common_pb2.REGION_UNSPECIFIED)
    assert entry.since_revision == 1
    pair = common_pb2.Organisation(sector=40, institution=21)
    assert calls.GetOrganisation(pb.GetOrganisationRequest(organisation=pair)).entry == entry
    association = calls.GetOrganisation(pb.GetOrganisationRequest(organisation=cpas(ASSOCIATION))).entry
    assert not association.HasField("institution")


@pytest.mark.parametrize(
    ("organisation", "code"),
    [
        (cpas(NOBODY), "NOT_FOUND"),
        (common_pb2.Organisation(sector=17, institution=1), "NOT_FOUND"),
        (common_pb2.Organisation(), "INVALID_ARGUMENT"),
        (common_pb2.Organisation(sector=17), "INVALID_ARGUMENT"),
    ],
)
def test_no_such_organisation(calls: RegisterServiceStub, organisation: common_pb2.Organisation, code: str) -> None:
    failure = failure_of(lambda: calls.GetOrganisation(pb.GetOrganisationRequest(organisation=organisation)))
    assert failure.code == code
    past = decision_pb.Consistency(exact_revision=0)
    asked = pb.GetOrganisationRequest(organisation=cpas(), consistency=past)
    assert failure_of(lambda: calls.GetOrganisation(asked)).code == "NOT_FOUND"
