"""Polars: the requests joined with the register, and the rules as expressions over the joined rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl

from tests.benchmarks.mix.requests import (
    AROUND,
    AT_DATE,
    COVERED,
    FIVE_YEARS,
    NINETY_DAYS,
    NO_CONTROL,
    ONE_DAY,
    PER_CODE,
)
from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.arrow_tables import register_table, request_table

service, code, begins, ends = (pl.col(name) for name in ("service", "code", "begins", "ends"))
first, last, system_date = pl.col("first"), pl.col("last"), pl.col("system_date")
one_to_nine = code <= 9
today = (begins <= system_date) & (ends >= system_date)
in_period = (begins <= last) & (ends >= first)
year_begin = system_date.dt.offset_by("-12mo").dt.offset_by("1d")
this_year = (begins <= system_date) & (ends >= year_begin)
around = (begins <= system_date.dt.offset_by("45d")) & (ends >= system_date.dt.offset_by("-2mo"))
by_code = (code <= 3) & in_period | code.is_between(4, 6) & today | code.is_in([20, 21]) & this_year
admitted = (service == COVERED) | (service == FIVE_YEARS) & (one_to_nine | code.is_in([30, 31]))
admitted |= (service == NINETY_DAYS) & one_to_nine

HOLDS = (
    pl.when(service == AT_DATE)
    .then(today)
    .when(service == ONE_DAY)
    .then(one_to_nine & in_period)
    .when(service == AROUND)
    .then((one_to_nine | (code == 30)) & around)
    .when(service == PER_CODE)
    .then(by_code)
    .otherwise(statement=False)
)
COUNTS_FROM = (
    pl.when(service == FIVE_YEARS)
    .then(pl.max_horizontal(begins.dt.offset_by("-60mo"), first))
    .when(service == COVERED)
    .then(pl.max_horizontal(begins, first))
    .otherwise(pl.max_horizontal(begins, year_begin))
    .to_physical()
)
COUNTS_UNTIL = (
    pl.min_horizontal(ends, pl.when(service == NINETY_DAYS).then(system_date).otherwise(last)).to_physical() + 1
)
WANTED = pl.when(service == NINETY_DAYS).then(90).otherwise((last - first).dt.total_days() + 1)


def granted_requests(asked: pl.DataFrame, register: pl.DataFrame) -> list[pl.Series]:
    """The numbers of the requests that are granted, service by kind of service."""
    controlled = asked.lazy().filter(service != NO_CONTROL)
    own = controlled.join(register.lazy(), on=["ssin", "organisation"])
    holds = own.filter(HOLDS).select("request")
    counted = own.filter(admitted).select(
        "request", "begins", WANTED.alias("wanted"), COUNTS_FROM.alias("from"), COUNTS_UNTIL.alias("until")
    )
    reached = pl.col("until").shift(1).cum_max().over("request")
    days = pl.col("until") - pl.max_horizontal("from", reached)
    covers = (
        counted.filter(pl.col("until") > pl.col("from"))
        .sort("request", "begins")
        .with_columns(days=pl.max_horizontal(days, 0))
        .group_by("request")
        .agg(pl.col("days").sum(), pl.col("wanted").first())
        .filter(pl.col("days") >= pl.col("wanted"))
        .select("request")
    )
    free = asked.lazy().filter(service == NO_CONTROL).select("request")
    return [frame["request"] for frame in pl.collect_all([free, holds, covers])]


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """Data frames in memory; the caller limits the threads by the environment, before Polars is imported."""
    register = pl.DataFrame(register_table(work.population))
    asked = pl.DataFrame(request_table(work.requests)).rename({"begins": "first", "ends": "last"})

    def decide() -> Answers:
        granted = np.zeros(len(work.requests), dtype=np.bool_)
        for numbers in granted_requests(asked, register):
            granted[numbers.to_numpy()] = True
        return Answers(granted)

    yield decide
