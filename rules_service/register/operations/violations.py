"""What `verify` finds: a table, a row of it, and the rule that the row breaks. Never a person's number (S31)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Integer, Select, Subquery, Table, func, literal, select

from rules_service.register.operations.tables import order_of

_ROWS_AT_ONCE: Final = 1_000
_NUMBERS: Final = "ssin"


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks a rule; `row` is empty where the whole table does."""

    table: str
    row: str
    rule: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.rule}" if self.row else f"{self.table}: {self.rule}"


def has_own_id(table: Table) -> bool:
    """Whether rows have a number of their own, which is not that of a person."""
    keys = list(table.primary_key)
    return len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].name.endswith(_NUMBERS)


def labelled(connection: Connection, table: Table, *more: ColumnElement[Any]) -> Subquery:
    """All rows of a table with all columns, `more`, and what names the row: `label_id`, and `label_revision` or NULL.

    A row is named by its id. One whose key tells of a person is named by the revision that brought it, and its place
    among the rows of that revision in the order of their key.
    """
    label_id, label_revision = _label(connection, table)
    columns = [label_id.label("label_id"), label_revision.label("label_revision")]
    return select(table, *columns, *more).subquery()


def _label(connection: Connection, table: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    keys = list(table.primary_key)
    if has_own_id(table):
        return keys[0], literal(None, Integer)
    order = order_of(connection, table)
    came = table.c.get("since_revision", table.c.get("revision"))
    if came is None:
        return func.row_number().over(order_by=order or None), literal(None, Integer)
    return func.row_number().over(partition_by=came, order_by=order), came


def found(connection: Connection, table: Table, rows: Subquery, broken: Any, rule: str) -> Iterator[Violation]:
    """A violation for each of the labelled rows where `broken` holds."""
    query = select(rows.c.label_id, rows.c.label_revision).where(broken)
    yield from violations_of(connection, table, query, rule)


def violations_of(connection: Connection, table: Table, query: Select[Any], rule: str) -> Iterator[Violation]:
    """A violation for each row of a query for `label_id` and `label_revision`."""
    result = connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    for row in result:
        number = row.label_id
        name = str(number) if row.label_revision is None else f"{number} of revision {row.label_revision}"
        yield Violation(table.name, name, rule)
