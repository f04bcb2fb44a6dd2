"""How fast a file of integrations comes into a register, against the bare insertion of the same rows.

An import reads the file, checks every row and tells its progress; the bare side has its rows ready in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from csv import DictReader
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rules_service.algebra import parse_day
from rules_service.register import FileKind, Register, import_file
from rules_service.register.population import Population, generate_population
from rules_service.register.schema import integrations, organisation_keys
from tests.benchmarks.register_by_hand import COLUMNS, Database, IntegrationRow
from tests.benchmarks.register_contest import Contender, Figure, in_turns

LEAST_RATIO = 0.70
ENOUGH_ROWS_A_SECOND = {"SQLite": 100_000}
"""Where an import is as fast as that, nobody asks for the ratio."""
ORGANISATIONS = 100
TODAY = parse_day("2026-06-15")


def measure_import(database: Database, folder: Path, persons: int, rounds: int, seed: int) -> Figure:
    """The figure of one database, on a population that is invented into the folder."""
    population = invent_population(folder, persons, seed)
    rows = read_by_hand(database, population)
    found = contenders(database, population, rows)
    check_equal(database, population, rows)
    imported, bare = in_turns(found, rounds)
    speed, ratio = len(rows) / imported, bare / imported
    enough = ENOUGH_ROWS_A_SECOND.get(database.name)
    wanted = f"at least {LEAST_RATIO:.2f}" + (f", or {enough:,}" if enough else "")
    value = f"{ratio:.2f} of {database.bulk}, {speed:,.0f} rows/s"
    met = ratio >= LEAST_RATIO or (enough is not None and speed >= enough)
    return Figure(f"import into {database.name}", value, wanted, met)


def invent_population(folder: Path, persons: int, seed: int) -> Population:
    return generate_population(folder, reference_day=TODAY, persons=persons, organisations=ORGANISATIONS, seed=seed)


def contenders(database: Database, population: Population, rows: list[IntegrationRow]) -> list[Contender[Any]]:
    """The import, and the bare insertion; both begin with a register that knows the organisations."""
    ready = database.made_ready(rows)

    @contextmanager
    def registers() -> Iterator[Register]:
        with prepared(database, population) as place, Register.open(place) as register:
            yield register

    @contextmanager
    def connections() -> Iterator[Any]:
        with prepared(database, population) as place, database.connect(place) as connection:
            yield connection

    count = f"{len(rows):,} rows"
    return [
        Contender(f"{database.name}: import of {count}", registers, lambda it: import_all(it, population)),
        Contender(f"{database.name}: {database.bulk}", connections, lambda it: database.insert_all(it, ready, 2)),
    ]


@contextmanager
def prepared(database: Database, population: Population) -> Iterator[str]:
    """The place of a register at revision 1, with the organisations of the population."""
    with database.new_place() as place:
        with Register.create(place) as register:
            file = population.files[FileKind.ORGANISATIONS]
            assert import_file(register, FileKind.ORGANISATIONS, file).revision == 1
        yield place


def import_all(register: Register, population: Population) -> None:
    report = import_file(register, FileKind.INTEGRATIONS, population.files[FileKind.INTEGRATIONS])
    assert (report.bad_count, report.rows_imported) == (0, population.counts[FileKind.INTEGRATIONS])


def read_by_hand(database: Database, population: Population) -> list[IntegrationRow]:
    """The rows of the file as they belong into the table, read without anything of the register."""
    with prepared(database, population) as place, Register.open(place) as register, register.reading() as connection:
        known = connection.execute(select(organisation_keys.c.key, organisation_keys.c.organisation_id))
        ids = {row.key: row.organisation_id for row in known}
    with population.files[FileKind.INTEGRATIONS].open(newline="", encoding="utf-8") as lines:
        return [row_of(number, fields, ids) for number, fields in enumerate(DictReader(lines), start=1)]


def row_of(number: int, fields: dict[str, str], ids: dict[str, int]) -> IntegrationRow:
    return IntegrationRow(
        row_id=number,
        ssin=int(fields["ssin"]),
        organisation_id=ids[fields["organisation"]],
        sector=int(fields["sector"]),
        quality_code=int(fields["quality_code"]),
        begin_day=day(fields["begin_date"]),
        end_day=day(fields["end_date"]) if fields["end_date"] else None,
        in_primary=int(fields["registers"] != "secondary"),
        in_secondary=int(fields["registers"] != "primary"),
        end_defaulted=0,
        since_revision=2,
    )


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def check_equal(database: Database, population: Population, rows: list[IntegrationRow]) -> None:
    """Both ways fill the table with the same rows."""
    with prepared(database, population) as place:
        with Register.open(place) as register:
            import_all(register, population)
        assert contents(place) == [astuple(row) for row in rows], "the import wrote other rows than the file has"
    with prepared(database, population) as place:
        with database.connect(place) as connection:
            database.insert_all(connection, database.made_ready(rows), 2)
        assert contents(place) == [astuple(row) for row in rows], "the bare insertion wrote other rows"


def contents(place: str) -> list[tuple[Any, ...]]:
    query = select(*(integrations.c[name] for name in COLUMNS)).order_by(integrations.c.row_id)
    with Register.open(place) as register, register.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]
