"""One write to the register: what it adds or changes belongs to one new revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, func, insert, select, update

from rules_service.algebra import FUTURE
from rules_service.identifiers.parties import Organisation
from rules_service.register import schema
from rules_service.register.aliases import Chains
from rules_service.register.directory import Directory
from rules_service.register.rows import read_directory

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NewIntegrations:
    """Integrations to add, as columns of equal length; `end` is the last day, `FUTURE` where open."""

    ssin: Int64
    organisation_id: Int64
    sector: Int64
    quality_code: Int64
    begin: Int64
    end: Int64
    primary: Bools
    secondary: Bools
    end_defaulted: Bools


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """An organisation as the directory holds it: with the CBE number and the name, which no rule looks at."""

    organisation: Organisation
    cbe_number: str | None
    name: str


class AliasOutcome(Enum):
    """What became of the wish to let one number replace another; only ADDED changes the register."""

    ADDED = "added"
    KNOWN = "known"
    REPLACED_BY_ANOTHER = "replaced by another"
    CIRCLE = "circle"


class RegisterWriter:
    """Adds and changes within one transaction, under one revision; made by `Register.write`."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection = connection
        self._revision = revision
        self._changes = 0
        self._chains: Chains | None = None
        self._directory: _KnownOrganisations | None = None
        self._next_row = _next(connection, schema.integrations, "row_id")

    @property
    def revision(self) -> int:
        """The revision that this write makes, if it changes anything."""
        return self._revision

    @property
    def changes(self) -> int:
        """How many rows were added or replaced so far."""
        return self._changes

    def find_organisation(self, key: str) -> int | None:
        """The id of the organisation with this CBE number or `sector/institution`, None where there is none."""
        if self._directory is None:
            self._directory = _KnownOrganisations(read_directory(self._connection, self._revision))
        return self._directory.find(key)

    def add_integrations(self, rows: NewIntegrations) -> Bools:
        """Add integrations; tells for each row whether it was added, False where the register holds it already."""
        count = len(rows.ssin)
        first, end = self._next_row, self._next_row + count
        _insert(self._connection, schema.integrations, self._integration_values(rows, first))
        row_id = schema.integrations.c.row_id
        kept = self._connection.execute(select(row_id).where(row_id >= first, row_id < end)).scalars()
        added = np.zeros(count, dtype=np.bool_)
        added[np.fromiter(kept, dtype=np.int64) - first] = True
        self._next_row = end
        self._changes += int(added.sum())
        return added

    def _integration_values(self, rows: NewIntegrations, first: int) -> list[tuple[Any, ...]]:
        count = len(rows.ssin)
        ends = rows.end.astype(object)
        ends[rows.end == FUTURE] = None
        return list(
            zip(
                range(first, first + count),
                rows.ssin.tolist(),
                rows.organisation_id.tolist(),
                rows.sector.tolist(),
                rows.quality_code.tolist(),
                rows.begin.tolist(),
                ends.tolist(),
                rows.primary.tolist(),
                rows.secondary.tolist(),
                rows.end_defaulted.tolist(),
                [self._revision] * count,
                [None] * count,
                strict=True,
            )
        )

    def put_organisation(self, entry: DirectoryEntry) -> bool:
        """Add an organisation, or a new version of what is known of it; False where it is known just so."""
        number = self._organisation_id(entry.organisation.key)
        table = schema.organisations
        current = (table.c.organisation_id == number, table.c.until_revision.is_(None))
        values = _values_of(entry)
        known = self._connection.execute(select(table).where(*current)).mappings().first()
        if known is not None and all(known[name] == value for name, value in values.items()):
            return False
        self._directory = None
        self._connection.execute(update(table).where(*current).values(until_revision=self._revision))
        self._connection.execute(insert(table).values(organisation_id=number, since_revision=self._revision, **values))
        self._changes += 1
        return True

    def _organisation_id(self, key: str) -> int:
        table = schema.organisation_keys
        known = self._connection.execute(select(table.c.organisation_id).where(table.c.key == key)).scalar()
        if known is not None:
            return int(known)
        number = _next(self._connection, table, "organisation_id")
        self._connection.execute(insert(table).values(organisation_id=number, key=key))
        return number

    def add_aliases(self, pairs: Sequence[tuple[int, int]]) -> list[AliasOutcome]:
        """Let new numbers stand for old ones (S18); tells for each pair, old and new, what became of it."""
        outcomes = [self._try_alias(old, new) for old, new in pairs]
        added = [pair for pair, outcome in zip(pairs, outcomes, strict=True) if outcome is AliasOutcome.ADDED]
        _insert(self._connection, schema.aliases, [(old, new, self._revision) for old, new in added])
        self._changes += len(added)
        return outcomes

    def _try_alias(self, old: int, new: int) -> AliasOutcome:
        chains = self._known_chains()
        if (successor := chains.successor(old)) is not None:
            return AliasOutcome.KNOWN if successor == new else AliasOutcome.REPLACED_BY_ANOTHER
        if chains.last(new) == old:
            return AliasOutcome.CIRCLE
        chains.replace(old, new)
        return AliasOutcome.ADDED

    def _known_chains(self) -> Chains:
        if self._chains is None:
            known = self._connection.execute(select(schema.aliases.c.old_ssin, schema.aliases.c.new_ssin))
            self._chains = Chains({row.old_ssin: row.new_ssin for row in known})
        return self._chains


class _KnownOrganisations:
    """The directory with the ids of its organisations."""

    def __init__(self, organisations: dict[int, Organisation]) -> None:
        self._directory = Directory(organisations.values())
        self._ids = {organisation.key: number for number, organisation in organisations.items()}

    def find(self, key: str) -> int | None:
        organisation = self._directory.find(key)
        return None if organisation is None else self._ids[organisation.key]


def _values_of(entry: DirectoryEntry) -> dict[str, Any]:
    organisation = entry.organisation
    return {
        "cbe_number": entry.cbe_number,
        "sector": organisation.sector,
        "institution": organisation.institution,
        "kind": int(organisation.kind),
        "region": int(organisation.region),
        "name": entry.name,
    }


def _next(connection: Connection, table: Table, column: str) -> int:
    return (connection.execute(select(func.max(table.c[column]))).scalar() or 0) + 1


def _insert(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows that give every column of the table, in its order; one that is there already is passed over.

    The rows go to the driver as they are: a dictionary for each would take longer than the database itself.
    """
    if rows:
        connection.exec_driver_sql(f"{insert(table).compile(connection)} ON CONFLICT DO NOTHING", rows)
