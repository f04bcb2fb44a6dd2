"""portion: the intervals of each request's rows built and compared, one request after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import portion  # type: ignore[import-untyped]
from portion import Interval, closedopen

from rules_service.algebra import Shift
from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.rows import Asked, Row, one_by_one, rows_by_owner

TWO_MONTHS_BEFORE, FIVE_YEARS_BEFORE = Shift(months=-2), Shift(months=-60)
ONE_YEAR_BEFORE = Shift(months=-12, days=1)
Rule = Callable[[Asked, list[Row]], bool]


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """The rows of each person and organisation at hand in a dictionary."""
    register, asked = rows_by_owner(work.narrowed()), list(one_by_one(work.requests))

    def decide() -> Answers:
        found = (RULES[each.service](each, register.get((each.ssin, each.organisation), [])) for each in asked)
        return Answers(np.fromiter(found, np.bool_, len(asked)))

    yield decide


def at_the_system_date(asked: Asked, rows: list[Row]) -> bool:
    return bool(asked.system_date in days_of(rows))


def one_day(asked: Asked, rows: list[Row]) -> bool:
    return bool(days_of(row for row in rows if row.code <= 9).overlaps(period(asked)))


def around_the_system_date(asked: Asked, rows: list[Row]) -> bool:
    window = closedopen(TWO_MONTHS_BEFORE.apply(asked.system_date), asked.system_date + 46)
    return bool(days_of(row for row in rows if row.code <= 9 or row.code == 30).overlaps(window))


def five_years_before(asked: Asked, rows: list[Row]) -> bool:
    admitted = (row for row in rows if row.code <= 9 or row.code in (30, 31))
    early = union(closedopen(FIVE_YEARS_BEFORE.apply(row.begin), row.end) for row in admitted)
    return bool(period(asked) in early)


def by_code(asked: Asked, rows: list[Row]) -> bool:
    if days_of(row for row in rows if row.code <= 3).overlaps(period(asked)):
        return True
    if asked.system_date in days_of(row for row in rows if 4 <= row.code <= 6):
        return True
    return bool(days_of(row for row in rows if row.code in (20, 21)).overlaps(year_until(asked)))


def covered(asked: Asked, rows: list[Row]) -> bool:
    return bool(period(asked) in days_of(rows))


def no_control(_asked: Asked, _rows: list[Row]) -> bool:
    return True


def ninety_days(asked: Asked, rows: list[Row]) -> bool:
    shared = days_of(row for row in rows if row.code <= 9) & year_until(asked)
    return bool(sum(part.upper - part.lower for part in shared if not part.empty) >= 90)


RULES: tuple[Rule, ...] = (
    at_the_system_date,
    one_day,
    around_the_system_date,
    five_years_before,
    by_code,
    covered,
    no_control,
    ninety_days,
)


def period(asked: Asked) -> Interval:
    return closedopen(asked.begin, asked.end)


def year_until(asked: Asked) -> Interval:
    return closedopen(ONE_YEAR_BEFORE.apply(asked.system_date), asked.system_date + 1)


def days_of(rows: Iterable[Row]) -> Interval:
    return union(closedopen(row.begin, row.end) for row in rows)


def union(intervals: Iterable[Interval]) -> Interval:
    return portion.Interval(*intervals)
