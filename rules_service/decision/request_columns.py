"""Many requests as columns: no Python object stands for a single one.

What most requests of a batch share, their look, stands once. A column says which look each request has, and what is
its own (requester, persons, days) stands in further columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import FUTURE
from rules_service.decision.interned import Interned
from rules_service.decision.request import REFERENCE_YEAR, DecisionRequest, NamedDate, NamedPeriod, Proof, RequestShape
from rules_service.identifiers.parties import Organisation

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ValueName:
    """The name of a value that a request gives: a period, with an end or without one, or a date."""

    name: str
    is_period: bool
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """All of a request but who asks, about whom, and the days: requests that look alike pass the same checks.

    `values` are its named periods, `request_period` first, then its named dates, each as often as it comes. The period
    that the parameter `reference_year` stands for is not among them: it follows from the parameter, and is in `fixed`.
    """

    operation: str
    quality_code: int | None = None
    legal_context: str = ""
    values: tuple[ValueName, ...] = ()
    fixed: tuple[NamedPeriod, ...] = ()
    parameters: frozenset[tuple[str, str]] = frozenset()
    information_types: tuple[str, ...] = ()
    has_persons: bool = True
    proof: Proof = Proof.ABSENT

    @classmethod
    def of(cls, request: DecisionRequest) -> Self:
        """The look of a request."""
        fixed = tuple(period for period in request.periods if period.name == REFERENCE_YEAR)
        return cls(
            operation=request.operation,
            quality_code=request.quality_code,
            legal_context=request.legal_context,
            values=tuple(_value_names(request)),
            fixed=fixed,
            parameters=frozenset(request.parameters.items()),
            information_types=request.information_types,
            has_persons=bool(request.ssins),
            proof=request.proof,
        )

    def shape(self, requester: Organisation | None) -> RequestShape:
        """The shape of requests that look like this, put by an organisation."""
        return RequestShape(
            operation=self.operation,
            requester=requester,
            quality_code=self.quality_code,
            legal_context=self.legal_context,
            names=frozenset([*(each.name for each in self.values), *(each.name for each in self.fixed)]),
            open_ends=frozenset(each.name for each in self.values if each.open_end),
            parameters=self.parameters,
            information_types=self.information_types,
            has_persons=self.has_persons,
            proof=self.proof,
        )


@dataclass(frozen=True, slots=True)
class RequestColumns:
    """`n` requests with `m` persons and `k` named values together; every number and day is checked already.

    `look` and `requester` (n) are numbers of `looks` and of `requesters`, which are organisation keys; both may hold
    more than these requests use, and be shared by many batches. `system_date` (n) are days. The persons of request r
    are `person_offsets[r]` to `person_offsets[r + 1]`, excluded, of `ssins` (m); no person stands twice in a request.
    Its named values are likewise `value_offsets[r]` on, of `begin` and `end` (k), in the order of its look: first and
    last day of each, `FUTURE` where the end is open, twice the same day for a date.
    """

    looks: Interned[Look]
    requesters: Interned[str]
    look: Int32
    requester: Int32
    system_date: Int32
    person_offsets: Int32
    ssins: Int64 = field(repr=False)
    value_offsets: Int32
    begin: Int32
    end: Int32

    def __len__(self) -> int:
        """How many requests there are."""
        return len(self.look)

    @classmethod
    def of(
        cls,
        requests: Sequence[DecisionRequest],
        looks: Interned[Look] | None = None,
        requesters: Interned[str] | None = None,
    ) -> Self:
        """The columns of requests that stand as objects, with numbers from the tables given, or from new ones."""
        looks = Interned() if looks is None else looks
        requesters = Interned() if requesters is None else requesters
        values = [_days(request) for request in requests]
        return cls(
            looks=looks,
            requesters=requesters,
            look=_column(looks.number_of(Look.of(request)) for request in requests),
            requester=_column(requesters.number_of(request.requester) for request in requests),
            system_date=_column(request.system_date for request in requests),
            person_offsets=_offsets(len(request.ssins) for request in requests),
            ssins=np.fromiter(chain.from_iterable(request.ssins for request in requests), dtype=np.int64),
            value_offsets=_offsets(map(len, values)),
            begin=_column(begin for days in values for begin, _ in days),
            end=_column(end for days in values for _, end in days),
        )


def _value_names(request: DecisionRequest) -> Iterable[ValueName]:
    for each in _values(request):
        yield ValueName(each.name, isinstance(each, NamedPeriod), isinstance(each, NamedPeriod) and each.end is None)


def _days(request: DecisionRequest) -> list[tuple[int, int]]:
    return [_first_and_last(each) for each in _values(request)]


def _values(request: DecisionRequest) -> list[NamedPeriod | NamedDate]:
    return [*(period for period in request.periods if period.name != REFERENCE_YEAR), *request.dates]


def _first_and_last(each: NamedPeriod | NamedDate) -> tuple[int, int]:
    if isinstance(each, NamedDate):
        return each.day, each.day
    return each.begin, FUTURE if each.end is None else each.end


def _column(values: Iterable[int]) -> Int32:
    return np.fromiter(values, dtype=np.int32)


def _offsets(lengths: Iterable[int]) -> Int32:
    return _column(accumulate(lengths, initial=0))
