"""DuckDB: one query for the batch, over a register in a table of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import numpy as np

from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.arrow_tables import register_table, request_table

REGISTER = "CREATE TABLE integrations AS SELECT * FROM arrow_register"

QUERY = """
WITH own AS MATERIALIZED (
    SELECT request, service, system_date, asked.begins AS first, asked.ends AS last, code, i.begins, i.ends
    FROM asked JOIN integrations AS i ON i.ssin = asked.ssin AND i.organisation = asked.organisation
    WHERE service <> 6
),
clipped AS (
    SELECT request, CASE service WHEN 7 THEN 90 ELSE last - first + 1 END AS wanted, begins,
        CASE service
            WHEN 3 THEN greatest(CAST(begins - INTERVAL 5 YEARS AS DATE), first)
            WHEN 5 THEN greatest(begins, first)
            ELSE greatest(begins, CAST(system_date - INTERVAL 12 MONTHS AS DATE) + 1)
        END AS counts_from,
        least(ends, CASE service WHEN 7 THEN system_date ELSE last END) + 1 AS counts_until
    FROM own
    WHERE service = 5 OR service = 3 AND (code <= 9 OR code IN (30, 31)) OR service = 7 AND code <= 9
),
added AS (
    SELECT request, wanted, greatest(counts_until - greatest(counts_from, coalesce(
        max(counts_until) OVER (
            PARTITION BY request ORDER BY begins, counts_until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), counts_from)), 0) AS days
    FROM clipped WHERE counts_until > counts_from
)
SELECT request FROM asked WHERE service = 6
UNION ALL
SELECT request FROM own WHERE CASE service
    WHEN 0 THEN system_date BETWEEN begins AND ends
    WHEN 1 THEN code <= 9 AND begins <= last AND ends >= first
    WHEN 2 THEN (code <= 9 OR code = 30) AND begins <= system_date + 45
        AND ends >= CAST(system_date - INTERVAL 2 MONTHS AS DATE)
    WHEN 4 THEN code <= 3 AND begins <= last AND ends >= first
        OR code BETWEEN 4 AND 6 AND system_date BETWEEN begins AND ends
        OR code IN (20, 21) AND begins <= system_date
            AND ends >= CAST(system_date - INTERVAL 12 MONTHS AS DATE) + 1
    ELSE FALSE
END
UNION ALL
SELECT request FROM added GROUP BY request HAVING sum(days) >= any_value(wanted)
"""


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """A database in memory, on one thread."""
    with duckdb.connect(config={"threads": 1}) as database:
        database.register("arrow_register", register_table(work.population))
        database.execute(REGISTER)
        database.unregister("arrow_register")
        asked = request_table(work.requests)

        def decide() -> Answers:
            database.register("asked", asked)
            granted = np.zeros(len(work.requests), dtype=np.bool_)
            granted[database.execute(QUERY).fetchnumpy()["request"]] = True
            return Answers(granted)

        yield decide
