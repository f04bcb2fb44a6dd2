"""From the database to the index: one revision, read once from beginning to end."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from rules_service.algebra import FUTURE
from rules_service.identifiers.parties import Organisation
from rules_service.register.database import Database
from rules_service.register.index import NO_INSTITUTION, Index, IntegrationColumns, build_index
from rules_service.register.rows import read_directory
from rules_service.register.schema import aliases, integrations, known_at, organisation_keys

_COLUMNS: Final = (
    integrations.c.row_id,
    integrations.c.ssin,
    integrations.c.organisation_id,
    integrations.c.sector,
    integrations.c.quality_code,
    integrations.c.begin_day,
    func.coalesce(integrations.c.end_day, FUTURE),
    integrations.c.in_primary,
    integrations.c.in_secondary,
)

Int64 = NDArray[np.int64]


def read_index(database: Database, connection: Connection, revision: int) -> Index:
    """The index of `revision`; the connection must be in one transaction, so that it sees one state."""
    directory = read_directory(connection, revision)
    known = select(organisation_keys).order_by(organisation_keys.c.organisation_id)
    keys = {row.organisation_id: row.key for row in connection.execute(known)}
    ids = np.fromiter(keys, dtype=np.int64)
    rows = database.read(connection, select(*_COLUMNS).where(known_at(integrations, revision)))
    replaced = select(aliases.c.old_ssin, aliases.c.new_ssin).where(aliases.c.since_revision <= revision)
    chains = database.read(connection, replaced)
    columns = _columns(rows, ids, directory)
    return build_index(columns, list(keys.values()), directory.values(), (chains[:, 0], chains[:, 1]), revision)


def _columns(rows: Int64, organisation_ids: Int64, directory: dict[int, Organisation]) -> IntegrationColumns:
    ordinal = np.searchsorted(organisation_ids, rows[:, 2])
    institutions = [_institution(directory.get(number)) for number in organisation_ids.tolist()]
    return IntegrationColumns(
        row_id=rows[:, 0],
        ssin=rows[:, 1],
        organisation_ordinal=ordinal.astype(np.int32),
        sector=rows[:, 3].astype(np.int16),
        institution=np.array(institutions, dtype=np.int16)[ordinal],
        code=rows[:, 4].astype(np.int16),
        begin=rows[:, 5].astype(np.int32),
        end=rows[:, 6].astype(np.int32),
        primary=rows[:, 7].astype(np.bool_),
        secondary=rows[:, 8].astype(np.bool_),
    )


def _institution(organisation: Organisation | None) -> int:
    if organisation is None or organisation.institution is None:
        return NO_INSTITUTION
    return organisation.institution
