"""The directory of organisations as it is held: with names, and since when it describes each so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register.rows import organisation_of, select_organisations
from rules_service.register.schema import organisation_keys, organisations


@dataclass(frozen=True, slots=True)
class HeldOrganisation:
    """An organisation of the directory, with what no rule looks at."""

    organisation: Organisation
    cbe_number: str | None
    name: str
    since_revision: int


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations are wanted; None does not restrict."""

    kind: RequesterKind | None = None
    region: Region | None = None
    sector: int | None = None


def list_directory(connection: Connection, revision: int, wanted: OrganisationFilter) -> tuple[HeldOrganisation, ...]:
    """The organisations at a revision that fit, ascending by their key as text."""
    found = select_organisations(revision)
    asked = {
        organisations.c.kind: wanted.kind,
        organisations.c.region: wanted.region,
        organisations.c.sector: wanted.sector,
    }
    for column, value in asked.items():
        if value is not None:
            found = found.where(column == int(value))
    # Sorted here: databases disagree on the order of texts.
    return tuple(sorted(map(_held, connection.execute(found)), key=lambda each: each.organisation.key))


def organisation_at(connection: Connection, revision: int, key: str) -> HeldOrganisation | None:
    """The organisation of this very key at a revision, None where the directory does not have it."""
    row = connection.execute(select_organisations(revision).where(organisation_keys.c.key == key)).first()
    return None if row is None else _held(row)


def _held(row: Any) -> HeldOrganisation:
    return HeldOrganisation(organisation_of(row), row.cbe_number, row.name, row.since_revision)
