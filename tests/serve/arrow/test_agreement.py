"""Requests at random, right and wrong ones together: each row is answered as `Decide` answers it alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.serve.arrow import column_names
from rules_service.serve.column_batches import ColumnBatches
from tests.serve.arrow.tables import LISTS_OF_NUMBERS, LISTS_OF_TEXTS, answered, columns_of, expected, found, table_of
from tests.serve.wire.ordinary import Desk
from tests.serve.wire.strategies import RIGHT_DAYS, likely_requests, plain_requests

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)


@pytest.fixture(scope="module")
def columns(both: Desk) -> ColumnBatches:
    return columns_of(both, threads=2)


def said_in_columns(message: pb.DecideRequest) -> pb.DecideRequest:
    """The nearest message that columns can say; days that are none are left out, which is wrong too."""
    said = pb.DecideRequest()
    said.CopyFrom(message)
    for field in ("proof", "consistency", "facts", "periods", "dates"):
        said.ClearField(field)
    if not said.requester.cbe_number and not said.requester.institution:
        said.ClearField("requester")
    if said.requester.sector < 0:
        said.requester.sector = 17
    said.system_date = _day(said.system_date)
    periods = {each.name: each.period for each in message.periods if each.HasField("period")}
    for name in sorted(periods):
        said.periods.add(name=name, period=periods[name])
    for each in sorted(message.dates, key=lambda it: it.name):
        said.dates.add(name=each.name, date=_day(each.date))
    for period in (said.request_period, *(each.period for each in said.periods)):
        period.begin_date, period.end_date = _day(period.begin_date), _day(period.end_date)
    if not said.request_period.ByteSize():
        said.ClearField("request_period")
    return said


def _day(text: str) -> str:
    return text if text in RIGHT_DAYS else ""


def known(message: pb.DecideRequest, desk: Desk) -> pb.DecideRequest:
    """The message without the names that have no column."""
    names = column_names(desk.rules.plan.request_vocabulary)
    kept = pb.DecideRequest()
    kept.CopyFrom(message)
    for field in ("periods", "dates", "parameters"):
        kept.ClearField(field)
    kept.periods.extend(
        each for each in message.periods if f"period:{each.name}:begin" in names and each.period.ByteSize()
    )
    kept.dates.extend(each for each in message.dates if f"date:{each.name}" in names)
    for name, value in message.parameters.items():
        if f"parameter:{name}" in names:
            kept.parameters[name] = value
    return kept


batches = st.lists(st.one_of(plain_requests, likely_requests).map(said_in_columns), max_size=12)


def check(desk: Desk, columns: ColumnBatches, messages: list[pb.DecideRequest], kind: Any) -> Counter[str]:
    messages = [known(message, desk) for message in messages]
    answer = desk.ordinary(pb.BatchDecideRequest(requests=messages).SerializeToString())
    rows = answered(columns, table_of(messages, kind)).to_pylist()
    for place, (message, row) in enumerate(zip(messages, rows, strict=True)):
        assert found({**row, "ticket": row["ticket"] or ""}) == expected(message, answer, place)
    return Counter(row["error_code"] or row["reason"] for row in rows)


@SHARED
@given(batches)
def test_any_requests(both: Desk, columns: ColumnBatches, messages: list[pb.DecideRequest]) -> None:
    check(both, columns, messages, LISTS_OF_TEXTS)


@SHARED
@given(st.lists(plain_requests, max_size=30))
def test_right_requests(both: Desk, columns: ColumnBatches, messages: list[pb.DecideRequest]) -> None:
    check(both, columns, messages, LISTS_OF_NUMBERS)


def test_thousands_at_once(both: Desk, columns: ColumnBatches) -> None:
    some: list[pb.DecideRequest] = []

    @settings(max_examples=1_000, database=None, deadline=None)
    @given(st.one_of(plain_requests, likely_requests).map(said_in_columns))
    def collect(message: pb.DecideRequest) -> None:
        some.append(message)

    collect()
    seen = check(both, columns, some * 10, LISTS_OF_TEXTS)
    assert len(seen) >= 8
    assert {"INVALID_REQUEST", "INVALID_SSIN", "UNKNOWN_OPERATION", "REASON_RULE_SATISFIED"} <= set(seen)
