"""Everything that the register holds on one person, for that person: what, whose, since when and until when (S31).

A person is one person under all numbers of the chain (S18), so every table is searched for each of them: every column
whose name ends with `ssin` holds persons' numbers, in the tables of today and of later. Answers to writes are kept as
bytes; those in which one of the numbers stands are added as they are.

The log of decisions is no part of the register: who asked about a person stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, RowMapping, Table, func, or_, select

from rules_service.identifiers import format_ssin
from rules_service.register.operations.tables import order_of, tables_of
from rules_service.register.operations.telling import Teller, moment
from rules_service.register.schema import organisations, revisions
from rules_service.register.ssins import current_number, numbers_of
from rules_service.register.store import Register

_NUMBERS: Final = "ssin"
_ROWS_AT_ONCE: Final = 1_000


def subject_export(register: Register, ssin: int) -> dict[str, Any]:
    """All that is held on a person now, its whole history included, as JSON values.

    `held` has the rows of each table in which the person stands, and `organisations` every version of what the
    directory said of the organisations that are involved.

    Args:
        register: where to look.
        ssin: any number of the person, valid.

    Raises:
        RegisterUnavailableError: the register cannot be read.
    """
    with register.reading() as connection:
        revision = int(connection.execute(select(func.max(revisions.c.revision))).scalar_one())
        recorded = select(revisions.c.recorded_at).where(revisions.c.revision == revision)
        numbers = numbers_of(connection, ssin, revision)
        rows = {table: list(_rows_about(connection, table, numbers)) for table in tables_of(connection)}
        involved = {row["organisation_id"] for found in rows.values() for row in found if "organisation_id" in row}
        teller = Teller(connection)
        return {
            "person": {
                "asked": format_ssin(ssin),
                "current": format_ssin(current_number(connection, ssin, revision)),
                "numbers": [format_ssin(number) for number in numbers],
            },
            "register": {"revision": revision, "recorded_at": moment(connection.execute(recorded).scalar_one())},
            "held": {table.name: [teller.row(table, row) for row in found] for table, found in rows.items() if found},
            "organisations": [teller.row(organisations, row) for row in _described(connection, involved)],
        }


def _rows_about(connection: Connection, table: Table, numbers: Collection[int]) -> Iterator[RowMapping]:
    columns = [column for column in table.columns if column.name.endswith(_NUMBERS)]
    if columns:
        about = or_(*(column.in_(numbers) for column in columns))
        yield from connection.execute(select(table).where(about).order_by(*order_of(connection, table))).mappings()
    else:
        yield from _rows_that_tell(connection, table, [format_ssin(number).encode() for number in numbers])


def _rows_that_tell(connection: Connection, table: Table, texts: Collection[bytes]) -> Iterator[RowMapping]:
    """The rows with bytes in which one of the texts stands, as in the answer to a write."""
    answers = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    if answers:
        rows = select(table).order_by(*order_of(connection, table))
        for row in connection.execute(rows, execution_options={"yield_per": _ROWS_AT_ONCE}).mappings():
            if any(text in (row[name] or b"") for name in answers for text in texts):
                yield row


def _described(connection: Connection, involved: Collection[int]) -> Iterator[RowMapping]:
    """Every version of what the directory said of some organisations."""
    of_these = organisations.c.organisation_id.in_(involved)
    found = select(organisations).where(of_these).order_by(organisations.c.version_id)
    yield from connection.execute(found).mappings()
