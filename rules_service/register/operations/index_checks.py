"""The index against the database: what every column of it says, compared with the rows that it was built from.

Both sides are summed up without an order: each value is mixed with the id of its row, and the mixtures are added. The
rows of the database are read once more for this and not through the index's own way of reading them, so that a fault in
building an index shows as well as a damaged file of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from rules_service.algebra import FUTURE
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.register.arranging import chain_ends, replace_numbers
from rules_service.register.index import NO_INSTITUTION, Index
from rules_service.register.index_file import UnusableIndexError, open_index
from rules_service.register.operations.violations import Violation
from rules_service.register.overlay import packed
from rules_service.register.purges import horizon
from rules_service.register.schema import aliases, integrations, known_at, organisation_keys, organisations
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.register.touched import read_state

Int64 = NDArray[np.int64]
Sums = Mapping[str, int]

_ROWS_AT_ONCE: Final = 200_000
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER_ODD: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT: Final = np.uint64(29)
_MASK: Final = (1 << 64) - 1
_COLUMNS: Final = (
    *("person", "organisation", "sector", "institution", "quality_code"),
    *("begin_day", "end_day", "in_primary", "in_secondary"),
)


def check_index_file(connection: Connection, path: Path, keys: SnapshotKeys | None = None) -> Iterator[Violation]:
    """The index in a file says of its revision what the database says of that."""
    try:
        index, state = open_index(path, keys)
    except UnusableIndexError:
        rule = "its file is missing, damaged, of another version or key: a server reads the database"
        yield Violation("index", "", rule)
        return
    if read_state(connection, index.revision) != state:
        yield Violation("index", "", "its file is of another register, or of a later state of this one")
        return
    if index.revision >= horizon(connection):  # from before a purge, no server uses it, and nothing tells it any more
        yield from check_index(connection, index)


def check_index(connection: Connection, index: Index) -> Iterator[Violation]:
    """The index says of its revision what the database says of that, column by column."""
    count = func.count().label("count")
    rows = connection.execute(
        select(count).select_from(integrations).where(known_at(integrations, index.revision))
    ).scalar_one()
    if rows != index.integration_count:
        yield Violation("index", "", f"holds {index.integration_count} rows, the database {rows}")
    theirs, ours = sums_of_rows(connection, index.revision), sums_of_index(index)
    for name in _COLUMNS:
        if theirs[name] != ours[name]:
            yield Violation("index", name, "differs from the rows of the database")


def sums_of_index(index: Index) -> Sums:
    """The sum of each column of an index, over all its rows."""
    index = packed(index)
    count = index.integration_count
    persons = np.diff(index.offsets[: index.person_count + 1])
    owner, flags = index.owner[:count], index.flags[:count]
    keys = np.array([_number_of(key) for key in index.organisation_keys], dtype=np.int64)
    columns = {
        "person": np.repeat(index.numbers, persons),
        "organisation": keys[index.owner_organisation[owner]],
        "sector": index.owner_sector[owner],
        "institution": index.owner_institution[owner],
        "quality_code": index.code[:count],
        "begin_day": index.begin[:count],
        "end_day": index.end_exclusive[:count] - 1,
        "in_primary": flags & IN_PRIMARY != 0,
        "in_secondary": flags & IN_SECONDARY != 0,
    }
    return {name: _sum(index.row_id[:count], columns[name]) for name in _COLUMNS}


def sums_of_rows(connection: Connection, revision: int) -> Sums:
    """The sum of each column over the rows known at a revision, read in bounded memory."""
    current = _current_numbers(connection, revision)
    keys = {row.organisation_id: _number_of(row.key) for row in connection.execute(select(organisation_keys))}
    known = known_at(organisations, revision)
    described = select(organisations.c.organisation_id, organisations.c.institution).where(known)
    institutions = {row.organisation_id: row.institution for row in connection.execute(described)}
    sums = dict.fromkeys(_COLUMNS, 0)
    for rows in _rows_known(connection, revision):
        row_id, ssin, owner, *values = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
        institution = [_institution(institutions.get(each)) for each in owner.tolist()]
        organisation = [keys.get(each, 0) for each in owner.tolist()]
        columns = (current(ssin), np.array(organisation), values[0], np.array(institution), *values[1:])
        for name, column in zip(_COLUMNS, columns, strict=True):
            sums[name] = (sums[name] + _sum(row_id, column)) & _MASK
    return sums


def _rows_known(connection: Connection, revision: int) -> Iterator[Any]:
    row = integrations.c
    days = row.begin_day, func.coalesce(row.end_day, FUTURE)
    columns = row.row_id, row.ssin, row.organisation_id, row.sector, row.quality_code, *days
    found = select(*columns, row.in_primary, row.in_secondary).where(known_at(integrations, revision))
    yield from connection.execute(found, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions()


def _current_numbers(connection: Connection, revision: int) -> Callable[[Int64], Int64]:
    """What gives for each number the one that stands for it; the chains must have no circle."""
    pairs = connection.execute(
        select(aliases.c.old_ssin, aliases.c.new_ssin).where(aliases.c.since_revision <= revision)
    ).all()
    old, new = np.array([tuple(pair) for pair in pairs], dtype=np.int64).reshape(-1, 2).T
    replaced, current = chain_ends(old, new)
    return lambda ssins: replace_numbers(ssins, replaced, current)


def _institution(number: int | None) -> int:
    return NO_INSTITUTION if number is None else number


def _number_of(key: str) -> int:
    """An organisation's key as a number."""
    return int.from_bytes(key.encode()[:15], "big") % ((1 << 61) - 1)


def _sum(row_id: Int64, column: NDArray[Any]) -> int:
    """The sum of a column, in whatever order its rows are."""
    mixed = row_id.astype(np.uint64) * _ODD + column.astype(np.int64).astype(np.uint64) * _OTHER_ODD
    mixed ^= mixed >> _SHIFT
    mixed *= _ODD
    return int(mixed.sum(dtype=np.uint64))
