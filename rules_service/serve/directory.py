"""Reads the directory of organisations for callers, at any revision; nothing here depends on who asks."""

from __future__ import annotations

from typing import Final

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.decision import RegisterReader
from rules_service.errors import InternalError, InvalidRequestError
from rules_service.identifiers.parties import Region, RequesterKind
from rules_service.register.changes import Readable
from rules_service.register.organisations import OrganisationFilter, list_directory, organisation_at
from rules_service.serve.convert import consistency_of
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.holdings import entry_message
from rules_service.serve.convert.organisations import check_organisation, check_range, organisation_key
from rules_service.serve.facts import Facts
from rules_service.serve.pages import Page, page_of
from rules_service.serve.statuses import OrganisationNotFoundError

_SEPARATOR: Final = "~"


class DirectoryReader:
    """Gets and lists organisations.

    Every method raises `RegisterUnavailableError` when the register cannot be read, and `RevisionNotAvailableError`
    for a revision that is not there.
    """

    def __init__(self, facts: Facts, store: Readable) -> None:
        self._facts = facts
        self._store = store

    def get(self, message: pb.GetOrganisationRequest) -> pb.GetOrganisationResponse:
        """One organisation; raises `OrganisationNotFoundError`."""
        reader = self._reader(message)
        key = _key_in(message.organisation, reader)
        with self._store.reading() as connection:
            held = organisation_at(connection, reader.revision, key)
        if held is None:
            raise InternalError("an organisation is in the index and not in the database")
        return pb.GetOrganisationResponse(entry=entry_message(held), revision=reader.revision)

    def list(self, message: pb.ListOrganisationsRequest) -> pb.ListOrganisationsResponse:
        """A page of the organisations that fit; every page shows the revision of the first one."""
        wanted = _filter_of(message)
        revision, token = self._place(message)
        with self._store.reading() as connection:
            held = list_directory(connection, revision, wanted)
        page = page_of(Page(message.page_size, token, f"{revision}/{wanted}"), len(held))
        return pb.ListOrganisationsResponse(
            entries=map(entry_message, held[page.first : page.end]),
            next_page_token=f"{revision}{_SEPARATOR}{page.next_token}" if page.next_token else "",
            revision=revision,
        )

    def key_of(self, organisation: common_pb2.Organisation) -> str:
        """The key of an organisation in the directory of today; raises `OrganisationNotFoundError`."""
        return _key_in(organisation, self._facts.latest())

    def _place(self, message: pb.ListOrganisationsRequest) -> tuple[int, str]:
        """At which revision to list, and the token of the page there."""
        if not message.page_token:
            return self._reader(message).revision, ""
        number, _, token = message.page_token.partition(_SEPARATOR)
        if not (token and number.isascii() and number.isdecimal() and int(number) <= self._facts.latest().revision):
            raise InvalidRequestError.of("page_token", "is not a token of this list; start again without one")
        return int(number), token

    def _reader(self, message: pb.GetOrganisationRequest | pb.ListOrganisationsRequest) -> RegisterReader:
        asked = decision_pb.DecideRequest(consistency=message.consistency if message.HasField("consistency") else None)
        return self._facts.at(consistency_of(asked), self._facts.latest())


def _key_in(organisation: common_pb2.Organisation, reader: RegisterReader) -> str:
    findings = Findings()
    check_organisation(organisation, "organisation", findings)
    key = organisation_key(organisation)
    if not key and not findings:
        findings.wrong("organisation", "is missing; give its `cbe_number`, or its `sector` and `institution`")
    if findings:
        raise findings.error()
    found = reader.organisation(key)
    if found is None:
        raise OrganisationNotFoundError.of("organisation", "is not in the directory; ListOrganisations shows it")
    return found.key


def _filter_of(message: pb.ListOrganisationsRequest) -> OrganisationFilter:
    findings = Findings()
    if message.kind and int(message.kind) not in tuple(RequesterKind):
        findings.wrong("kind", "is no known class; leave it out, or give one such as REQUESTER_KIND_CPAS")
    if int(message.region) not in tuple(Region):
        findings.wrong("region", "is no known region; leave it out, or give one such as REGION_FLANDERS")
    if message.HasField("sector"):
        check_range(message.sector, "sector", findings)
    if findings:
        raise findings.error()
    return OrganisationFilter(
        kind=RequesterKind(message.kind) if message.kind else None,
        region=Region(message.region) if message.region else None,
        sector=message.sector if message.HasField("sector") else None,
    )
