"""The register at one revision, read from the database: slow and exact, for any revision of the past."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from sqlalchemy import CTE, BigInteger, exists, func, literal, select

from rules_service.algebra import FUTURE
from rules_service.decision import Integration
from rules_service.errors import InvalidRequestError
from rules_service.identifiers import Institution, parse_institution
from rules_service.identifiers.parties import Organisation
from rules_service.register.database import Database
from rules_service.register.rows import (
    integration_of,
    organisation_of,
    read_directory,
    select_integrations,
    select_organisations,
)
from rules_service.register.schema import aliases, integrations, organisation_keys, organisations


class SqlReader:
    """Implements `RegisterReader`: what is known at one revision never changes, so each call stands on its own.

    Every method raises `RegisterUnavailableError` when the database is lost.
    """

    def __init__(self, database: Database, revision: int) -> None:
        """`revision` must be one that the register has."""
        self._database = database
        self._revision = revision

    @property
    def revision(self) -> int:
        """The revision that every answer belongs to."""
        return self._revision

    def organisation(self, key: str) -> Organisation | None:
        """The organisation with this CBE number or `sector/institution`, or None; its own key wins over the pair."""
        if not (key.isascii() and key.isprintable()):  # no database takes every text
            return None
        found = select_organisations(self._revision)
        with self._database.reading() as connection:
            own = connection.execute(found.where(organisation_keys.c.key == key)).first()
            if own is not None:
                return organisation_of(own)
            pair = _pair_of(key)
            if pair is None:
                return None
            same = organisations.c.sector == pair.sector, organisations.c.institution == pair.institution
            rows = connection.execute(found.where(*same).limit(2)).all()
        return organisation_of(rows[0]) if len(rows) == 1 else None

    def organisations(self) -> tuple[Organisation, ...]:
        """Every organisation of the directory, in order of its key."""
        with self._database.reading() as connection:
            found = read_directory(connection, self._revision).values()
        return tuple(sorted(found, key=attrgetter("key")))

    def integrations_of(self, ssin: int) -> tuple[Integration, ...]:
        """Every integration of the person over the whole chain of numbers, under the number that was asked for."""
        everyone = self._all_numbers(ssin)
        rows = (
            select_integrations(self._revision)
            .where(integrations.c.ssin.in_(select(everyone.c.number)))
            .order_by(integrations.c.begin_day, func.coalesce(integrations.c.end_day, FUTURE), integrations.c.row_id)
        )
        with self._database.reading() as connection:
            return tuple(integration_of(row, ssin) for row in connection.execute(rows))

    def current_number(self, ssin: int) -> int:
        """The number that stands for the person at this revision: `ssin` itself unless it was replaced."""
        newer = self._newer_numbers(ssin)
        replaced = exists().where(aliases.c.old_ssin == newer.c.number, self._known)
        with self._database.reading() as connection:
            return int(connection.execute(select(newer.c.number).where(~replaced)).scalar_one())

    @property
    def _known(self) -> Any:
        return aliases.c.since_revision <= self._revision

    def _newer_numbers(self, ssin: int) -> CTE:
        """The number and all that replaced it, one after the other."""
        newer = select(literal(ssin, BigInteger).label("number")).cte("newer", recursive=True)
        step = select(aliases.c.new_ssin).join(newer, aliases.c.old_ssin == newer.c.number).where(self._known)
        return newer.union(step)

    def _all_numbers(self, ssin: int) -> CTE:
        """Every number of the person: the newer ones, and all that any of these replaced."""
        everyone = select(self._newer_numbers(ssin).c.number).cte("everyone", recursive=True)
        step = select(aliases.c.old_ssin).join(everyone, aliases.c.new_ssin == everyone.c.number).where(self._known)
        return everyone.union(step)


def _pair_of(key: str) -> Institution | None:
    try:
        pair = parse_institution(key)
    except InvalidRequestError:
        return None
    return pair if str(pair) == key else None
