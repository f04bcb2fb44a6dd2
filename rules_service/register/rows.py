"""From rows of the tables to the objects of the domain."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from rules_service.algebra import FUTURE
from rules_service.decision import Integration
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register.schema import integrations, known_at, organisation_keys, organisations


def select_organisations(revision: int) -> Select[Any]:
    """Every organisation as the directory described it at `revision`, with the key of its parent."""
    parents = organisation_keys.alias("parents")
    return (
        select(organisation_keys.c.key, organisations, parents.c.key.label("parent"))
        .join(organisations, organisations.c.organisation_id == organisation_keys.c.organisation_id)
        .outerjoin(parents, parents.c.organisation_id == organisations.c.parent_id)
        .where(known_at(organisations, revision))
        .order_by(organisation_keys.c.organisation_id)
    )


def organisation_of(row: Row[Any]) -> Organisation:
    """The organisation of a row of `select_organisations`."""
    return Organisation(
        key=row.key,
        kind=RequesterKind(row.kind),
        region=Region(row.region),
        sector=row.sector,
        institution=row.institution,
    )


def read_directory(connection: Connection, revision: int) -> dict[int, Organisation]:
    """The whole directory at `revision`, by `organisation_id`."""
    return {row.organisation_id: organisation_of(row) for row in connection.execute(select_organisations(revision))}


def select_integrations(revision: int) -> Select[Any]:
    """Every integration known at `revision`, with the key and the institution of its organisation."""
    described = and_(
        organisations.c.organisation_id == integrations.c.organisation_id, known_at(organisations, revision)
    )
    return (
        select(integrations, organisation_keys.c.key, organisations.c.institution)
        .join(organisation_keys, organisation_keys.c.organisation_id == integrations.c.organisation_id)
        .join(organisations, described)
        .where(known_at(integrations, revision))
    )


def integration_of(row: Row[Any], ssin: int) -> Integration:
    """The integration of a row of `select_integrations`, under the number `ssin` of its person."""
    return Integration(
        row_id=row.row_id,
        ssin=ssin,
        organisation=row.key,
        sector=row.sector,
        quality_code=row.quality_code,
        begin=row.begin_day,
        end=FUTURE if row.end_day is None else row.end_day,
        primary=row.in_primary,
        secondary=row.in_secondary,
        institution=row.institution,
    )
