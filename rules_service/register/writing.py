"""One write to the register: what it adds or changes belongs to one new revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, func, insert, select, update

from rules_service.algebra import FUTURE
from rules_service.errors import InvalidRequestError
from rules_service.identifiers.parties import Organisation
from rules_service.register import schema
from rules_service.register.aliases import Chains
from rules_service.register.database import Columns, Database
from rules_service.register.directory import Directory
from rules_service.register.overlapping import IntegrationOutcome, outcomes_of
from rules_service.register.rows import read_directory

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LONGEST_ID: Final = 500


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
    parent: str | None = None
    """The key of the organisation that it belongs to, empty for none; None leaves what is known of it."""


class AliasOutcome(Enum):
    """What became of the wish to let one number replace another; only ADDED changes the register."""

    ADDED = "added"
    KNOWN = "known"
    REPLACED_BY_ANOTHER = "replaced by another"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True, repr=False)
class RememberedRequest:
    """A write that was answered before.

    `digest` is that of its content, `answer` the very bytes, `revision` the one that the register had afterwards.
    """

    digest: bytes
    answer: bytes
    revision: int


class RegisterWriter:
    """Adds and changes within one transaction, under one revision; made by `Register.write`."""

    def __init__(self, database: Database, connection: Connection, revision: int) -> None:
        self._database = database
        self._connection = connection
        self._revision = revision
        self._changes = 0
        self._chains: Chains | None = None
        self._directory: _KnownOrganisations | None = None
        self._requests: dict[str, RememberedRequest] = {}
        self._next_row = _next(connection, schema.integrations, "row_id")

    @property
    def revision(self) -> int:
        """The revision that this write makes, if it changes anything."""
        return self._revision

    @property
    def revision_now(self) -> int:
        """The revision that holds all changes so far: the one before, as long as there are none."""
        return self._revision if self._changes else self._revision - 1

    @property
    def connection(self) -> Connection:
        """The connection of the write, inside of its transaction."""
        return self._connection

    @property
    def changes(self) -> int:
        """How many rows were added or replaced so far."""
        return self._changes

    def count(self, changes: int) -> None:
        """Note rows that were added or closed by other means: only a write that changes something makes a revision."""
        self._changes += changes

    def find_organisation(self, key: str) -> int | None:
        """The id of the organisation with this CBE number or `sector/institution`, None where there is none."""
        if self._directory is None:
            self._directory = _KnownOrganisations(read_directory(self._connection, self._revision))
        return self._directory.find(key)

    def add_integrations(self, rows: NewIntegrations) -> NDArray[np.int8]:
        """Add integrations; tells for each row the `IntegrationOutcome`, and only those ADDED are added.

        Rows are judged in their order: one that overlaps a row before it is refused, and then in nobody's way.
        """
        keyed = _keyed_days(rows)
        outcomes = outcomes_of(self._database.active_rows(self._connection, np.unique(rows.ssin)), keyed)
        added = outcomes == IntegrationOutcome.ADDED
        count = int(added.sum())
        if count:
            first, self._next_row = self._next_row, self._next_row + count
            columns = {name: values[added] for name, values in _integration_columns(rows).items()}
            columns |= {"row_id": np.arange(first, self._next_row), "since_revision": np.full(count, self._revision)}
            self._insert(schema.integrations, columns, count)
        return outcomes

    def _insert(self, table: Table, columns: Columns, count: int) -> None:
        # As long as there is a savepoint, SQLite sets aside each page that it changes, and takes half as long again. It
        # is there to take back the revision of a write that changes nothing, which this is not.
        if (savepoint := self._connection.get_nested_transaction()) is not None:
            savepoint.commit()
        self._database.insert(self._connection, table, columns)
        self._changes += count

    def put_organisation(self, entry: DirectoryEntry) -> bool:
        """Add an organisation, or a new version of what is known of it; False where it is known just so.

        Raises:
            InvalidRequestError: its parent is not in the register, or belongs to it.
        """
        parent = self._parent_id(entry)
        number = self._organisation_id(entry.organisation.key)
        table = schema.organisations
        current = (table.c.organisation_id == number, table.c.until_revision.is_(None))
        known = self._connection.execute(select(table).where(*current)).mappings().first()
        values = _values_of(entry)
        values["parent_id"] = known["parent_id"] if known and entry.parent is None else parent
        if known is not None and all(known[name] == value for name, value in values.items()):
            return False
        self._directory = None
        self._connection.execute(update(table).where(*current).values(until_revision=self._revision))
        # Given here, and not by the database: a register that was loaded from a copy goes on counting where that ended.
        values |= {"version_id": _next(self._connection, table, "version_id"), "organisation_id": number}
        self._connection.execute(insert(table).values(since_revision=self._revision, **values))
        self._changes += 1
        return True

    def _organisation_id(self, key: str) -> int:
        known = self._known_id(key)
        if known is not None:
            return known
        number = _next(self._connection, schema.organisation_keys, "organisation_id")
        self._connection.execute(insert(schema.organisation_keys).values(organisation_id=number, key=key))
        return number

    def _known_id(self, key: str) -> int | None:
        table = schema.organisation_keys
        return self._connection.execute(select(table.c.organisation_id).where(table.c.key == key)).scalar()

    def _parent_id(self, entry: DirectoryEntry) -> int | None:
        """The id of the parent that is given, None for none; none of those above it may be the organisation itself."""
        if not entry.parent:
            return None
        parent = above = self._known_id(entry.parent)
        if parent is None:
            raise InvalidRequestError.of("parent", "is not in the register: it must come before its members")
        number = self._known_id(entry.organisation.key)
        table = schema.organisations
        while above is not None:
            if above == number:
                raise InvalidRequestError.of("parent", "belongs to the organisation itself")
            up = select(table.c.parent_id).where(table.c.organisation_id == above, table.c.until_revision.is_(None))
            above = self._connection.execute(up).scalar()
        return parent

    def add_aliases(self, pairs: Sequence[tuple[int, int]]) -> list[AliasOutcome]:
        """Let new numbers stand for old ones (S18); tells for each pair, old and new, what became of it."""
        outcomes = [self._try_alias(old, new) for old, new in pairs]
        added = [pair for pair, outcome in zip(pairs, outcomes, strict=True) if outcome is AliasOutcome.ADDED]
        if added:
            old, new = np.array(added, dtype=np.int64).T
            columns = {"old_ssin": old, "new_ssin": new, "since_revision": np.full(len(added), self._revision)}
            self._insert(schema.aliases, columns, len(added))
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

    def remembered(self, request_id: str) -> RememberedRequest | None:
        """What was answered to this request before, None where it comes for the first time.

        Raises:
            InvalidRequestError: no database keeps such an id.
        """
        check_request_id(request_id)
        table = schema.requests
        known = select(table.c.digest, table.c.answer, table.c.revision).where(table.c.request_id == request_id)
        row = self._connection.execute(known).first()
        return self._requests.get(request_id) if row is None else RememberedRequest(*row)

    def remember(self, request_id: str, digest: bytes, answer: bytes) -> None:
        """Keep the answer to a request, for when it comes again; to be called after all changes, once for an id."""
        check_request_id(request_id)
        self._requests[request_id] = RememberedRequest(digest, answer, self.revision_now)

    @property
    def remembers(self) -> bool:
        """Whether an answer is to be kept, also where nothing else changed."""
        return bool(self._requests)

    def finish(self, recorded_at: int) -> None:
        """Write what waits for the stamp of this write; for `Register.write` alone."""
        rows = [
            {"request_id": key, "digest": each.digest, "answer": each.answer, "revision": each.revision}
            for key, each in self._requests.items()
        ]
        if rows:
            self._connection.execute(insert(schema.requests).values(recorded_at=recorded_at), rows)


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


def check_request_id(request_id: str) -> None:
    """Raise `InvalidRequestError` where not every database keeps such an id."""
    if not (0 < len(request_id) <= _LONGEST_ID and request_id.isprintable()):
        raise InvalidRequestError.of("request_id", f"must be 1 to {_LONGEST_ID} printable characters")


def _keyed_days(rows: NewIntegrations) -> Int64:
    """The rows as `schema.KEYED_DAYS`."""
    key = (rows.ssin, rows.organisation_id, rows.sector, rows.quality_code)
    return np.column_stack([*key, rows.begin, rows.end, rows.primary, rows.secondary]).astype(np.int64)


def _integration_columns(rows: NewIntegrations) -> Columns:
    ends = rows.end.astype(object)
    ends[rows.end == FUTURE] = None
    return {
        "ssin": rows.ssin,
        "organisation_id": rows.organisation_id,
        "sector": rows.sector,
        "quality_code": rows.quality_code,
        "begin_day": rows.begin,
        "end_day": ends,
        "in_primary": rows.primary,
        "in_secondary": rows.secondary,
        "end_defaulted": rows.end_defaulted,
    }


def _next(connection: Connection, table: Table, column: str) -> int:
    return (connection.execute(select(func.max(table.c[column]))).scalar() or 0) + 1
