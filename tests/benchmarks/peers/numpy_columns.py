"""NumPy: the integrations of all requests laid out one after the other, and the eight rules over whole columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import Shift, apply_to_column
from rules_service.decision.columns import IN_PRIMARY
from tests.benchmarks.mix.population import Int16, Int32, Int64, Population
from tests.benchmarks.mix.requests import (
    AROUND,
    AT_DATE,
    COVERED,
    FIVE_YEARS,
    NINETY_DAYS,
    NO_CONTROL,
    ONE_DAY,
    PER_CODE,
    Requests,
)
from tests.benchmarks.mix.work import Answers, Decide, Work

Bools = NDArray[np.bool_]
TWO_MONTHS_BEFORE, FORTY_FIVE_DAYS_AFTER = Shift(months=-2), Shift(days=45)
FIVE_YEARS_BEFORE, ONE_YEAR_BEFORE = Shift(months=-60), Shift(months=-12, days=1)


@contextmanager
def ready(work: Work) -> Iterator[Decide]:
    """Decides over the columns of the population."""
    register, requests = work.narrowed(), work.requests
    yield lambda: Answers(decide(requests, Gathered.of(requests, register)))


@dataclass(frozen=True, slots=True)
class Gathered:
    """The integrations that the requester of each request holds, and the request of each; days are half-open."""

    request: Int64
    code: Int16
    begin: Int32
    end: Int32

    @classmethod
    def of(cls, requests: Requests, register: Population) -> Gathered:
        """By sorted search for the persons."""
        person = np.minimum(np.searchsorted(register.persons, requests.ssin), len(register.persons) - 1)
        known = register.persons[person] == requests.ssin
        first = register.offsets[person]
        length = np.where(known, register.offsets[person + 1] - first, 0)
        request = np.repeat(np.arange(len(requests)), length)
        row = np.arange(len(request)) + np.repeat(first - (np.cumsum(length) - length), length)
        own = register.organisation[row] == requests.organisation[request]
        own &= (register.flags[row] & IN_PRIMARY) != 0
        row, request = row[own], request[own]
        return cls(request, register.code[row], register.begin[row], register.end[row] + np.int32(1))


def decide(requests: Requests, rows: Gathered) -> Bools:
    """Which requests are granted."""
    service, code = requests.service[rows.request], rows.code
    system_date, begin, end = requests.system_date[rows.request], requests.begin, requests.end + 1
    one_to_nine = (code >= 1) & (code <= 9)
    today = _overlap(rows, system_date, system_date + 1)
    in_period = _overlap(rows, begin[rows.request], end[rows.request])
    year_begin = shifted(requests.system_date, ONE_YEAR_BEFORE)
    this_year = _overlap(rows, year_begin[rows.request], system_date + 1)
    around = _overlap(
        rows,
        shifted(requests.system_date, TWO_MONTHS_BEFORE)[rows.request],
        shifted(requests.system_date, FORTY_FIVE_DAYS_AFTER)[rows.request] + 1,
    )
    by_code = ((code <= 3) & in_period) | ((code >= 4) & (code <= 6) & today)
    by_code |= ((code == 20) | (code == 21)) & this_year
    holds = (service == AT_DATE) & today
    holds |= (service == ONE_DAY) & one_to_nine & in_period
    holds |= (service == AROUND) & (one_to_nine | (code == 30)) & around
    holds |= (service == PER_CODE) & by_code
    granted: Bools = requests.service == NO_CONTROL
    granted[rows.request[holds]] = True
    granted |= (requests.service == COVERED) & (_days(rows, service == COVERED, begin, end) == end - begin)
    early = Gathered(rows.request, code, apply_to_column(rows.begin, FIVE_YEARS_BEFORE), rows.end)
    admitted = (service == FIVE_YEARS) & (one_to_nine | (code == 30) | (code == 31))
    granted |= (requests.service == FIVE_YEARS) & (_days(early, admitted, begin, end) == end - begin)
    counted = _days(rows, (service == NINETY_DAYS) & one_to_nine, year_begin, requests.system_date + 1)
    granted |= (requests.service == NINETY_DAYS) & (counted >= 90)
    return granted


def shifted(days: Int32, shift: Shift) -> Int32:
    distinct, place = np.unique(days, return_inverse=True)
    return apply_to_column(distinct, shift)[place]


def _overlap(rows: Gathered, begin: Int32, end: Int32) -> Bools:
    result: Bools = (rows.begin < end) & (rows.end > begin)
    return result


def _days(rows: Gathered, admitted: Bools, begin: Int32, end: Int32) -> Int64:
    """How many days of each request's window lie in the union of its admitted rows, which come by begin."""
    request = rows.request[admitted]
    stretch = request << 33
    first = np.maximum(rows.begin[admitted], begin[request]) + stretch
    last = np.minimum(rows.end[admitted], end[request]) + stretch
    reached = np.maximum.accumulate(np.maximum(last, first)) if len(request) else last
    first[1:] = np.maximum(first[1:], reached[:-1])
    return np.bincount(request, np.maximum(last - first, 0), len(begin)).astype(np.int64)
