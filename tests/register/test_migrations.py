"""Registers that an earlier version of the program made are brought up to this one, and lose nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select

from rules_service.algebra import FUTURE
from rules_service.decision import Integration
from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register import Register, migrations, schema
from rules_service.register.migrations import upgrade
from rules_service.register.store import _database_of
from tests.register.support import GHENT, bis, import_lines, line, national

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""A register as the program of schema version 1 wrote it; it took rows that overlap."""
VERSION_1_TABLES = ("revisions", "organisation_keys", "organisations", "integrations", "aliases")
LAST_REVISION = 4
SECONDS = 5.0


def write_version_1(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    return write_version_1(tmp_path / "register.db")


@pytest.fixture
def old_place(place: str, tmp_path: Path) -> str:
    """The same register, made by the first step on either database."""
    database = _database_of(place, SECONDS)
    database.prepare()
    known = sqlite3.connect(write_version_1(tmp_path / "known.db"))
    with closing(known), database.altering() as connection:
        upgrade(connection, 0, "0001")
        copy(known, connection)
    database.close()
    return place


def copy(known: sqlite3.Connection, connection: Connection) -> None:
    for table in schema.metadata.sorted_tables:
        names = [column.name for column in table.columns if column.name != "parent_id"]
        if table.name not in VERSION_1_TABLES:
            continue
        for row in known.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall():  # noqa: S608
            given = dict(zip(names, row, strict=True))
            flags = {name: bool(value) for name, value in given.items() if name.startswith("in_") or "default" in name}
            connection.execute(insert(table).values(given | flags))


def known_to(register: Register, revisions: Iterable[int]) -> list[tuple[Integration, ...]]:
    numbers = [bis(1), *(national(person) for person in range(1, 6))]
    return [register.snapshot(revision).integrations_of(number) for revision in revisions for number in numbers]


def test_a_file_of_version_1_names_the_command_and_is_left_alone(old_file: Path) -> None:
    content = old_file.read_bytes()
    with pytest.raises(OperatorError, match=f"run `rules-service register migrate --register {old_file}`"):
        Register.open(old_file)
    assert old_file.read_bytes() == content


def test_a_file_of_version_1_is_migrated(old_file: Path, tmp_path: Path) -> None:
    assert Register.migrate(old_file) == 1
    with Register.open(old_file) as register:
        check_migrated(register)
        assert import_lines(register, tmp_path, [line(7)]).rows_imported == 1


def test_the_tables_of_version_1_are_migrated_on_either_database(old_place: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="register migrate --register"):
        Register.open(old_place)
    assert Register.migrate(old_place) == 1
    with Register.open(old_place) as register:
        check_migrated(register)
        assert import_lines(register, tmp_path, [line(4, code=3, begin="2026-01-01")]).bad_count == 1
    assert Register.migrate(old_place) == schema.SCHEMA_VERSION


def check_migrated(register: Register) -> None:
    """Every earlier revision is as it was; the last one holds the same days in rows that do not overlap."""
    assert register.revision() == LAST_REVISION + 1
    counts = [len(register.snapshot(revision).row_id) for revision in range(LAST_REVISION + 2)]
    assert counts == [0, 0, 0, 8, 10, 8]
    for person in range(1, 6):
        before, after = (register.snapshot(LAST_REVISION + step).integrations_of(national(person)) for step in (0, 1))
        for name in ("primary", "secondary"):
            assert days_of(before, name) == days_of(after, name)
            assert sum(len(days_of([row], name)) for row in after) == len(days_of(after, name))
    kept = {row.row_id for row in register.snapshot().integrations_of(national(3))}
    assert kept == {6, 7}, "rows in different registers do not overlap"
    organisation = register.reader().organisation(GHENT)
    assert organisation is not None
    assert register.reader().current_number(bis(1)) == national(1)


def days_of(rows: Iterable[Integration], register: str) -> set[int]:
    def days(row: Integration) -> Iterator[int]:
        yield from range(row.begin, min(row.end, 20_000) + 1)
        yield from [FUTURE] if row.end == FUTURE else []

    return {day for row in rows if getattr(row, register) for day in days(row)}


def test_the_first_step_makes_the_tables_that_version_1_made(tmp_path: Path, old_file: Path) -> None:
    database = _database_of(tmp_path / "new.db", SECONDS)
    database.prepare()
    with database.altering() as connection:
        upgrade(connection, 0, "0001")
    database.close()
    assert tables_of(tmp_path / "new.db") == tables_of(old_file)


def tables_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows if name != "alembic_version"}


def test_the_steps_lead_to_the_tables_that_the_program_uses(place: str) -> None:
    with Register.create(place) as register, register.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
        only_the_database_looks_at = [each for each in differences if each[0] == "remove_column"]
        assert [each[3].name for each in only_the_database_looks_at] in ([], ["days"])
        assert [each for each in differences if each not in only_the_database_looks_at] == []
        assert connection.execute(select(schema.meta.c.schema_version)).scalars().all() == [schema.SCHEMA_VERSION]


def test_the_last_step_is_the_version_of_the_program() -> None:
    steps = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert steps.get_current_head() == f"{schema.SCHEMA_VERSION:04d}"


def test_what_is_no_register_is_not_migrated(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="there is no register"):
        Register.migrate(tmp_path / "register.db")
    path = tmp_path / "songs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")
    with pytest.raises(OperatorError, match="is not a register"):
        Register.migrate(path)


def test_a_register_in_use_is_not_migrated(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(RegisterUnavailableError, match="locked"):
            Register.migrate(old_file, busy_seconds=0.01)
    assert Register.migrate(old_file) == 1


def test_a_migration_that_fails_changes_nothing(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection, connection:
        connection.execute("CREATE TABLE requests (taken)")
    before = tables_of(old_file)
    with pytest.raises(RegisterUnavailableError):
        Register.migrate(old_file)
    assert tables_of(old_file) == before
