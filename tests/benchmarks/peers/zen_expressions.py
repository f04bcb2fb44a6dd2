"""zen-engine: one compiled expression for each service, evaluated for one request after the other.

Its language has neither calendar shifts nor unions of days: windows are computed in Python, and where a rule asks for
coverage or for a sum the integrations come merged, which was done before and is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import portion  # type: ignore[import-untyped]
import zen
from portion import closedopen

from rules_service.algebra import Shift
from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.rows import Asked, Row, one_by_one, rows_by_owner

TWO_MONTHS_BEFORE, FIVE_YEARS_BEFORE = Shift(months=-2), Shift(months=-60)
ONE_YEAR_BEFORE = Shift(months=-12, days=1)

IN_PERIOD = "#.begin < end and #.end > begin"
TODAY = "#.begin <= today and #.end > today"
THIS_YEAR = "#.code in [20, 21] and #.begin <= today and #.end > year"
EXPRESSIONS = (
    f"some(rows, {TODAY})",
    f"some(rows, #.code <= 9 and {IN_PERIOD})",
    f"some(rows, (#.code <= 9 or #.code == 30) and {IN_PERIOD})",
    "some(rows, #.begin <= begin and #.end >= end)",
    f"some(rows, #.code <= 3 and {IN_PERIOD} or #.code in [4..6] and {TODAY} or {THIS_YEAR})",
    "some(rows, #.begin <= begin and #.end >= end)",
    "true",
    "sum(map(rows, max([0, min([#.end, end]) - max([#.begin, begin])]))) >= 90",
)

Rows = list[dict[str, int]]
Prepared = Callable[[list[Row]], Rows]


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """For each service, the rows of each person and organisation as the expression wants them."""
    register, asked = rows_by_owner(work.narrowed()), list(one_by_one(work.requests))
    forms = {form: {owner: form(rows) for owner, rows in register.items()} for form in set(FORMS)}
    by_service = [forms[form] for form in FORMS]
    compiled = [zen.compile_expression(text) for text in EXPRESSIONS]

    def decide() -> Answers:
        found = (
            compiled[each.service].evaluate(
                {"rows": by_service[each.service].get((each.ssin, each.organisation), []), **days_of(each)}
            )
            for each in asked
        )
        return Answers(np.fromiter(found, np.bool_, len(asked)))

    yield decide


def days_of(asked: Asked) -> dict[str, Any]:
    """The days that the expression of a service reads."""
    today = asked.system_date
    match asked.service:
        case 2:
            return {"begin": TWO_MONTHS_BEFORE.apply(today), "end": today + 46}
        case 4:
            return {"begin": asked.begin, "end": asked.end, "today": today, "year": ONE_YEAR_BEFORE.apply(today)}
        case 7:
            return {"begin": ONE_YEAR_BEFORE.apply(today), "end": today + 1}
        case _:
            return {"begin": asked.begin, "end": asked.end, "today": today}


def as_they_are(rows: list[Row]) -> Rows:
    return [{"code": row.code, "begin": row.begin, "end": row.end} for row in rows]


def merged(rows: list[Row]) -> Rows:
    return _parts((row.begin, row.end) for row in rows)


def merged_early(rows: list[Row]) -> Rows:
    admitted = (row for row in rows if row.code <= 9 or row.code in (30, 31))
    return _parts((FIVE_YEARS_BEFORE.apply(row.begin), row.end) for row in admitted)


def merged_one_to_nine(rows: list[Row]) -> Rows:
    return _parts((row.begin, row.end) for row in rows if row.code <= 9)


def _parts(days: Iterable[tuple[int, int]]) -> Rows:
    union = portion.Interval(*(closedopen(begin, end) for begin, end in days))
    return [{"begin": part.lower, "end": part.upper} for part in union if not part.empty]


FORMS: tuple[Prepared, ...] = (
    as_they_are,
    as_they_are,
    as_they_are,
    merged_early,
    as_they_are,
    merged,
    as_they_are,
    merged_one_to_nine,
)
