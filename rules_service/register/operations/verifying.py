"""Every invariant of the data, and the index against the database, in one transaction and in bounded memory.

The order matters: a circle of replaced numbers, or a row without an owner, would end the comparison with the index, so
that this comes last, and only where the rows are sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table

from rules_service.register.operations.index_checks import check_index, check_index_file
from rules_service.register.operations.number_checks import check_chains, check_numbers
from rules_service.register.operations.row_checks import (
    check_constraints,
    check_organisations,
    check_overlaps,
    check_revisions,
    check_values,
    check_versions,
)
from rules_service.register.operations.tables import missing_tables, tables_of
from rules_service.register.operations.violations import Violation
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.register.store import Register

StepProgress = Callable[[int, int, str], None]
"""Told how many checks are done, of how many, and what is checked now."""

_MOST_OF_SQLITE: Final = 1_000
# What SQLite calls a row id is a person's number where that is the key of a table.
_NUMBER: Final = re.compile(r"(?<=rowid )-?\d+|\d{9,}")

Check = Callable[[], Iterator[Violation]]


def verify(
    register: Register,
    index_file: Path | None = None,
    progress: StepProgress = lambda _done, _total, _what: None,
    keys: SnapshotKeys | None = None,
) -> Iterator[Violation]:
    """Everything that is wrong with a register; nothing, where it is as it must be.

    Args:
        register: what to look at; others may go on writing, one state is looked at.
        index_file: where a server keeps its index; None looks at one that is built now.
        progress: told before each check.
        keys: what the file of the index is encrypted with.

    Raises:
        RegisterUnavailableError: the database cannot be read at all.
    """
    sound = True
    with register.reading() as connection:
        steps = _steps(connection)
        for done, (what, check) in enumerate(steps):
            progress(done, len(steps) + 1, what)
            for violation in check():
                sound = False
                yield violation
        progress(len(steps), len(steps) + 1, "index")
        if index_file is not None and sound:
            yield from check_index_file(connection, index_file, keys)
    if sound:
        yield from _check_built(register)
    progress(len(steps) + 1, len(steps) + 1, "done")


def _check_built(register: Register) -> Iterator[Violation]:
    """An index built now, against the rows of its revision, which nothing changes any more."""
    index = register.snapshot()
    with register.reading() as connection:
        yield from check_index(connection, index)


def _steps(connection: Connection) -> list[tuple[str, Check]]:
    steps: list[tuple[str, Check]] = [
        ("file", lambda: _check_file(connection)),
        ("tables", lambda: _check_tables(connection)),
    ]
    for table in tables_of(connection):
        steps += [(table.name, _bound(check, connection, table)) for check in _OF_EVERY_TABLE]
    wholes = (check_revisions, check_organisations, check_overlaps, check_chains)
    return steps + [(check.__name__.removeprefix("check_"), _bound_whole(check, connection)) for check in wholes]


_OF_EVERY_TABLE: Final = (check_values, check_constraints, check_versions, check_numbers)


def _bound(check: Callable[[Connection, Table], Iterator[Violation]], connection: Connection, table: Table) -> Check:
    return lambda: check(connection, table)


def _bound_whole(check: Callable[[Connection], Iterator[Violation]], connection: Connection) -> Check:
    return lambda: check(connection)


def _check_tables(connection: Connection) -> Iterator[Violation]:
    for name in missing_tables(connection):
        yield Violation(name, "", "the table is not there")


def _check_file(connection: Connection) -> Iterator[Violation]:
    """SQLite's own check of its file; PostgreSQL has none that could be asked for."""
    if connection.dialect.name != "sqlite":
        return
    for line in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_OF_SQLITE})").scalars():
        if line != "ok":
            yield Violation("file", "", _NUMBER.sub("...", str(line).lower()))
