"""From what the register holds to messages: rows, replaced numbers, changes, organisations."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.algebra import Period, format_day
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Region
from rules_service.register.changes import Change
from rules_service.register.held import HeldRow
from rules_service.register.organisations import HeldOrganisation
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import Replacement
from rules_service.serve.convert.answers import date_text
from rules_service.serve.convert.organisations import organisation_message

_REGISTERS = ((Registers.PRIMARY, common_pb2.REGISTER_PRIMARY), (Registers.SECONDARY, common_pb2.REGISTER_SECONDARY))


def row_messages(rows: Iterable[HeldRow], ssin: int | None = None) -> list[pb.Integration]:
    """Rows, under the number `ssin` that a request used for the person, else under that of each row."""
    return [_row(row, row.ssin if ssin is None else ssin) for row in rows]


def _row(row: HeldRow, ssin: int) -> pb.Integration:
    return pb.Integration(
        integration_id=row.row_id,
        ssin=format_ssin(ssin),
        organisation=organisation_message(row.organisation),
        sector=row.sector,
        quality_code=row.quality_code,
        begin_date=format_day(row.begin),
        end_date=date_text(row.end),
        registers=[name for register, name in _REGISTERS if register in row.registers],
        end_defaulted=row.end_defaulted,
        since_revision=row.since_revision,
        until_revision=row.until_revision or 0,
    )


def period_message(period: Period) -> common_pb2.Period:
    """A period with both days included; an open end is empty."""
    return common_pb2.Period(begin_date=format_day(period.begin), end_date=date_text(period.end))


def replacement_message(each: Replacement) -> pb.SsinReplacement:
    """A number that replaced another."""
    return pb.SsinReplacement(
        old_ssin=format_ssin(each.old),
        new_ssin=format_ssin(each.new),
        since_revision=each.since_revision,
        recorded_at=_moment(each.recorded_at),
    )


def change_message(change: Change) -> pb.WatchIntegrationsResponse:
    """What a revision changed, or a part of it."""
    return pb.WatchIntegrationsResponse(
        revision=change.revision.number,
        recorded_at=_moment(change.revision.recorded_at),
        opened=row_messages(change.opened),
        closed=row_messages(change.closed),
        replacements=map(replacement_message, change.replacements),
        continues=change.continues,
    )


def entry_message(held: HeldOrganisation) -> pb.DirectoryEntry:
    """An organisation of the directory."""
    organisation = held.organisation
    return pb.DirectoryEntry(
        organisation=organisation_message(organisation.key),
        cbe_number=held.cbe_number or "",
        sector=organisation.sector,
        institution=organisation.institution,
        kind=f"REQUESTER_KIND_{organisation.kind.name}",
        region="REGION_UNSPECIFIED" if organisation.region is Region.NONE else f"REGION_{organisation.region.name}",
        name=held.name,
        since_revision=held.since_revision,
    )


def _moment(microseconds: int) -> Timestamp:
    moment = Timestamp()
    moment.FromMicroseconds(microseconds)
    return moment
