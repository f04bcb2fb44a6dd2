"""What a copy of a register says of itself: which state it is of, and the rows and the sum of each table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from rules_service.errors import OperatorError
from rules_service.register.operations.tables import TableSum, sum_of, tables_of
from rules_service.register.schema import SCHEMA_VERSION, revisions

FORMAT: Final = 1


class UnusableCopyError(OperatorError):
    """A backup or a dump is damaged, incomplete, of another version, or no copy of a register at all."""

    reason = "UNUSABLE_COPY"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table: how many rows, and their sum; `file_sum` is that of the file that holds them, "" where none does."""

    rows: int
    rows_sum: str
    file_sum: str = ""

    @classmethod
    def of(cls, found: TableSum, file_sum: str = "") -> TableEntry:
        """The entry of a table that was read."""
        return cls(found.rows, found.hexdigest(), file_sum)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state that was copied: its revision, and when that was recorded, in microseconds since 1970-01-01 UTC."""

    schema_version: int
    revision: int
    recorded_at: int
    tables: Mapping[str, TableEntry]

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(entry.rows for entry in self.tables.values())

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)

    def check_tables(self, connection: Connection, what: str) -> None:
        """Raise `UnusableCopyError` where some table of a database is not the one that was copied."""
        there = {table.name: table for table in tables_of(connection)}
        if there.keys() != self.tables.keys():
            raise UnusableCopyError(f"`{what}` is damaged: its tables are not those that were copied")
        for name, entry in self.tables.items():
            found = sum_of(connection, there[name])
            if (found.rows, found.hexdigest()) != (entry.rows, entry.rows_sum):
                raise UnusableCopyError(f"`{what}` is damaged: the rows of `{name}` are not those that were copied")


def manifest_of(connection: Connection, tables: Mapping[str, TableEntry]) -> Manifest:
    """The manifest of tables that were copied in one transaction."""
    last = select(revisions.c.revision, revisions.c.recorded_at).order_by(revisions.c.revision.desc()).limit(1)
    number, recorded_at = connection.execute(last).one()
    return Manifest(SCHEMA_VERSION, number, recorded_at, tables)


def parse_manifest(text: str, what: str) -> Manifest:
    """The manifest in the text of a copy; raises `UnusableCopyError`."""
    try:
        found: dict[str, Any] = json.loads(text)
        form, version = found.pop("format"), found["schema_version"]
        tables = {name: TableEntry(**entry) for name, entry in found.pop("tables").items()}
        manifest = Manifest(**found, tables=tables)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UnusableCopyError(f"`{what}` is damaged: its manifest cannot be read") from None
    if form != FORMAT:
        raise UnusableCopyError(f"`{what}` was made by another version of this program: use that one")
    if version != SCHEMA_VERSION:
        raise UnusableCopyError(
            f"`{what}` has schema version {version}, this program needs {SCHEMA_VERSION}: restore it with the version "
            "of the program that made it, then bring that register up to this one"
        )
    return manifest
