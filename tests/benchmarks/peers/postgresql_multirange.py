"""PostgreSQL: one query for the batch, in the server, with the days of integrations as multiranges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psycopg
from pyarrow import Table, compute

from rules_service.algebra import FUTURE
from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.arrow_tables import register_table, request_table
from tests.register.postgresql_server import HASTY, running_server

# Compiling this query takes longer than running it interpreted, and one core is one core.
SETTINGS = f"{HASTY} -c jit=off -c max_parallel_workers_per_gather=0 -c shared_buffers=512MB -c work_mem=256MB"

TABLES = """
CREATE UNLOGGED TABLE raw (ssin bigint, organisation int, code smallint, begins int, ends int);
CREATE UNLOGGED TABLE asked (request int, service int, organisation int, ssin bigint, today int, begins int, ends int);
"""
DAYS = """
CREATE UNLOGGED TABLE integrations AS
SELECT ssin, organisation, code, daterange(date '1970-01-01' + begins,
    CASE WHEN ends < %s THEN date '1970-01-01' + ends + 1 END) AS days FROM raw ORDER BY ssin;
CREATE UNLOGGED TABLE requests AS
SELECT request, service, organisation, ssin, date '1970-01-01' + today AS system_date,
    daterange(date '1970-01-01' + begins, date '1970-01-01' + ends, '[]') AS period FROM asked
"""
OWN = "FROM integrations AS i WHERE i.ssin = r.ssin AND i.organisation = r.organisation"
YEAR = "daterange((system_date - interval '12 months')::date, system_date, '(]')"
AROUND = "daterange((system_date - interval '2 months')::date, system_date + 45, '[]')"
QUERY = f"""
SELECT request FROM requests AS r WHERE CASE service
    WHEN 0 THEN EXISTS (SELECT {OWN} AND days @> system_date)
    WHEN 1 THEN EXISTS (SELECT {OWN} AND code <= 9 AND days && period)
    WHEN 2 THEN EXISTS (SELECT {OWN} AND (code <= 9 OR code = 30) AND days && {AROUND})
    WHEN 3 THEN (SELECT range_agg(daterange((lower(days) - interval '5 years')::date, upper(days))) @> period
        {OWN} AND (code <= 9 OR code IN (30, 31)))
    WHEN 4 THEN EXISTS (SELECT {OWN} AND (code <= 3 AND days && period
        OR code BETWEEN 4 AND 6 AND days @> system_date OR code IN (20, 21) AND days && {YEAR}))
    WHEN 5 THEN (SELECT range_agg(days) @> period {OWN})
    WHEN 6 THEN TRUE
    WHEN 7 THEN (SELECT sum(upper(part) - lower(part)) >= 90 FROM unnest(
        (SELECT range_agg(days) {OWN} AND code <= 9) * datemultirange({YEAR})) AS part)
END
"""  # noqa: S608  nothing in it comes from outside


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """A server of our own with both tables in it; only the numbers of granted requests leave it."""
    with running_server(SETTINGS) as server, server.connect() as connection:
        connection.execute(TABLES)
        _copy(connection, "raw", register_table(work.narrowed()))
        _copy(connection, "asked", request_table(work.requests))
        for statement in DAYS.replace("%s", str(FUTURE)).split(";"):
            connection.execute(statement.encode())
        connection.execute("CREATE INDEX ON integrations (ssin, organisation)")
        for table in ("integrations", "requests"):
            connection.execute(f"VACUUM ANALYZE {table}".encode())

        def decide() -> Answers:
            granted = np.zeros(len(work.requests), dtype=np.bool_)
            granted[[number for (number,) in connection.execute(QUERY.encode()).fetchall()]] = True
            return Answers(granted)

        yield decide


def _copy(connection: psycopg.Connection, name: str, rows: Table) -> None:
    days = ("date32[day]",)
    columns = [compute.cast(each, "int32") if str(each.type) in days else each for each in rows.columns]
    with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN".encode()) as copy:
        for row in zip(*(column.to_pylist() for column in columns), strict=True):
            copy.write_row(row)
