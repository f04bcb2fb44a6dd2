"""The register and the requests as Arrow tables, for peers that take these; days become dates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from rules_service.decision.columns import IN_PRIMARY
from tests.benchmarks.mix.population import Int32, Population
from tests.benchmarks.mix.requests import Requests


def register_table(register: Population) -> pa.Table:
    """One row for each integration in the primary register; `ends` is the last day, in the year 10000 where open."""
    primary = (register.flags & IN_PRIMARY) != 0
    return pa.table(
        {
            "ssin": register.ssin[primary],
            "organisation": register.organisation[primary],
            "code": register.code[primary],
            "begins": _dates(register.begin[primary]),
            "ends": _dates(register.end[primary]),
        }
    )


def request_table(requests: Requests) -> pa.Table:
    """One row for each request, numbered."""
    return pa.table(
        {
            "request": np.arange(len(requests), dtype=np.int32),
            "service": requests.service,
            "organisation": requests.organisation,
            "ssin": requests.ssin,
            "system_date": _dates(requests.system_date),
            "begins": _dates(requests.begin),
            "ends": _dates(requests.end),
        }
    )


def _dates(days: Int32) -> pa.Array:
    return pa.array(days).view(pa.date32())
