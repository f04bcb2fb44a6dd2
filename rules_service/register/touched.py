"""The persons that were touched since a revision, and all that the database knows of them now.

A person is touched when an integration under any of its numbers began or ceased to be known, or when one of its numbers
was replaced. All numbers of the person are read again, so that two persons who became one are seen as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import CTE, ColumnElement, Connection, Row, Select, Table, func, or_, select, union

from rules_service.algebra import FUTURE
from rules_service.errors import RegisterUnavailableError
from rules_service.register import schema
from rules_service.register.directory import Directory
from rules_service.register.index import NO_INSTITUTION, Index, IntegrationColumns, build_index
from rules_service.register.overlay import Changes
from rules_service.register.purges import horizon
from rules_service.register.rows import read_directory
from rules_service.register.schema import aliases, integrations, known_at, organisation_keys, organisations

_LEAST_MANY: Final = 20_000
_MANY_SHARE: Final = 8


@dataclass(frozen=True, slots=True)
class State:
    """Which state of which register an index shows, beside its revision: another register has other moments.

    `created_at` is when revision 0 was recorded, `recorded_at` when the revision of the index was; microseconds since
    1970-01-01 UTC.
    """

    created_at: int
    recorded_at: int


def read_state(connection: Connection, revision: int) -> State | None:
    """The state of the register at a revision, None where it has no such revision.

    Raises:
        RegisterUnavailableError: the database has the tables of another version of this program.
    """
    version = connection.execute(select(schema.meta.c.schema_version)).scalar()
    if version != schema.SCHEMA_VERSION:
        raise RegisterUnavailableError(
            f"the register in this place has schema version {version} now, this program needs {schema.SCHEMA_VERSION}: "
            "put back the register that was there, or start the program that fits this one"
        )
    table = schema.revisions
    found = select(table.c.revision, table.c.recorded_at).where(table.c.revision.in_([0, revision]))
    moments = {row.revision: row.recorded_at for row in connection.execute(found)}
    return State(moments[0], moments[revision]) if {0, revision} <= moments.keys() else None


def read_touched(connection: Connection, index: Index, revision: int) -> Changes | None:
    """What changed from the revision of `index` to `revision`; None where all is to be read anew.

    That is where so much changed that it is faster, and where a purge took away what would tell of changes (S31).

    Args:
        connection: in one transaction, so that it sees one state.
        index: of an earlier revision of the same register.
        revision: one that the register has, not before that of `index`.
    """
    most = max(_LEAST_MANY, index.integration_count // _MANY_SHARE)
    if horizon(connection) > index.revision or _count_touched(connection, index.revision) > most:
        return None
    everyone = _everyone(index.revision, revision)
    numbers = np.fromiter(connection.execute(select(everyone.c.number)).scalars(), dtype=np.int64)
    theirs = select(everyone.c.number)
    rows = connection.execute(_rows_known(revision).where(integrations.c.ssin.in_(theirs))).all()
    pairs = select(aliases.c.old_ssin, aliases.c.new_ssin).where(
        aliases.c.since_revision <= revision, aliases.c.old_ssin.in_(theirs)
    )
    chains = np.array([tuple(pair) for pair in connection.execute(pairs)], dtype=np.int64).reshape(-1, 2)
    directory, keys = _directory(connection, index, revision)
    found = build_index(_columns(rows, directory, keys), keys, directory, (chains[:, 0], chains[:, 1]), revision)
    return Changes(np.sort(numbers), found)


def _count_touched(connection: Connection, since: int) -> int:
    def count(table: Table, column: ColumnElement[int]) -> int:
        return int(connection.execute(select(func.count()).select_from(table).where(column > since)).scalar_one())

    written = count(integrations, integrations.c.since_revision) + count(integrations, integrations.c.until_revision)
    return written + count(aliases, aliases.c.since_revision)


def _everyone(since: int, revision: int) -> CTE:
    """Every number of every person touched after `since`, by the replacements known at `revision`."""
    touched = union(
        select(integrations.c.ssin.label("number")).where(integrations.c.since_revision > since),
        select(integrations.c.ssin).where(integrations.c.until_revision > since),
        select(aliases.c.old_ssin).where(aliases.c.since_revision > since),  # leads to the new number
    ).cte("touched")
    known = aliases.c.since_revision <= revision
    newer = _reached(touched, "newer", aliases.c.old_ssin, aliases.c.new_ssin, known)
    return _reached(newer, "everyone", aliases.c.new_ssin, aliases.c.old_ssin, known)


def _reached(
    start: CTE, name: str, from_column: ColumnElement[int], to_column: ColumnElement[int], known: ColumnElement[bool]
) -> CTE:
    """The numbers of `start`, and all that replacements lead to from them, in one direction."""
    numbers = select(start.c.number).cte(name, recursive=True)
    return numbers.union(select(to_column).join(numbers, from_column == numbers.c.number).where(known))


def _rows_known(revision: int) -> Select[Any]:
    return (
        select(
            integrations.c.row_id,
            integrations.c.ssin,
            organisation_keys.c.key,
            integrations.c.sector,
            integrations.c.quality_code,
            integrations.c.begin_day,
            func.coalesce(integrations.c.end_day, FUTURE),
            integrations.c.in_primary,
            integrations.c.in_secondary,
        )
        .join(organisation_keys, organisation_keys.c.organisation_id == integrations.c.organisation_id)
        .where(known_at(integrations, revision))
    )


def _directory(connection: Connection, index: Index, revision: int) -> tuple[Directory, tuple[str, ...]]:
    """The directory and the keys of its organisations: those of the index, unless some organisation changed since."""
    since = index.revision
    changed = or_(organisations.c.since_revision > since, organisations.c.until_revision > since)
    if connection.execute(select(organisations.c.version_id).where(changed).limit(1)).first() is None:
        return index.directory, index.organisation_keys
    directory = Directory(read_directory(connection, revision).values())
    all_keys = connection.execute(select(organisation_keys.c.key).order_by(organisation_keys.c.organisation_id))
    return directory, tuple(all_keys.scalars())


def _columns(rows: Sequence[Row[Any]], directory: Directory, keys: Sequence[str]) -> IntegrationColumns:
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    row_id, ssin, key, sector, code, begin, end, primary, secondary = zip(*rows, strict=True) if rows else [()] * 9
    institutions = {each: directory.institution_of(each) for each in set(key)}
    of_row = [NO_INSTITUTION if institutions[each] is None else institutions[each] for each in key]
    return IntegrationColumns(
        row_id=np.array(row_id, np.int64),
        ssin=np.array(ssin, np.int64),
        organisation_ordinal=np.array([ordinals[each] for each in key], np.int32),
        sector=np.array(sector, np.int16),
        institution=np.array(of_row, np.int16),
        code=np.array(code, np.int16),
        begin=np.array(begin, np.int32),
        end=np.array(end, np.int32),
        primary=np.array(primary, np.bool_),
        secondary=np.array(secondary, np.bool_),
    )
