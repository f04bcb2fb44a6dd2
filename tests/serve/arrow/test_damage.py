"""Streams that were damaged on their way: answered or refused, never decided on what does not stand in them."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from google.protobuf.message import DecodeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import CallerError
from rules_service.serve.arrow import ColumnsMessage
from rules_service.serve.column_batches import ColumnBatches
from tests.serve.arrow.tables import columns_of, read, stream_of
from tests.serve.wire.ordinary import Desk
from tests.serve.world import CPAS, INTEGRATED, UNKNOWN

DAY = dt.date(2026, 3, 1)
WHOLE = pa.record_batch(
    {
        "ticket": ["a", None, "c"],
        "operation": pa.array(["Small.today", "Small.consult", "Small.types"]).dictionary_encode(),
        "requester": pa.array([CPAS] * 3).dictionary_encode(),
        "ssin": pa.array([[INTEGRATED], [INTEGRATED, UNKNOWN], None], pa.list_(pa.string())),
        "quality_code": pa.array([2, None, 2], pa.int16()),
        "request_period_begin": pa.array([None, DAY, DAY]),
        "request_period_end": pa.array([None, DAY, None]),
        "date:reference_date": pa.array([[DAY, DAY], None, []], pa.list_(pa.date32())),
        "information_types": pa.array([["110"], [], None], pa.list_(pa.string())),
    }
)
STREAM = stream_of(WHOLE)


@pytest.fixture(scope="module")
def columns(both: Desk) -> ColumnBatches:
    return columns_of(both)


def outcome(columns: ColumnBatches, content: bytes) -> pa.Table | None:
    """The answer to a stream, None where it is refused; anything else that happens is a failure."""
    raw = pb.DecideColumnsRequest(requests=content).SerializeToString()
    try:
        message = ColumnsMessage.of(raw)
        answer = columns.answer(message)
    except (CallerError, DecodeError):
        return None
    table = read(pb.DecideColumnsResponse.FromString(answer))
    assert table.num_rows == message.row_count
    return table


def test_the_whole_stream_is_answered(columns: ColumnBatches) -> None:
    table = outcome(columns, STREAM)
    assert table is not None
    assert table["outcome"].to_pylist()[0] == "OUTCOME_GRANTED"


def test_a_stream_cut_off_anywhere_is_refused_or_has_no_rows(columns: ColumnBatches) -> None:
    for size in range(len(STREAM) - 8):
        table = outcome(columns, STREAM[:size])
        assert table is None or table.num_rows == 0


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(STREAM) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_bytes_changed_anywhere(columns: ColumnBatches, changes: list[tuple[int, int]]) -> None:
    content = bytearray(STREAM)
    for place, value in changes:
        content[place] = value
    outcome(columns, bytes(content))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(STREAM) // 8 - 1), st.sampled_from([-1, 1 << 31, 1 << 62, -(1 << 63), 7]))
def test_sizes_and_offsets_changed_anywhere(columns: ColumnBatches, word: int, value: int) -> None:
    content = bytearray(STREAM)
    content[8 * word : 8 * word + 8] = value.to_bytes(8, "little", signed=True)
    outcome(columns, bytes(content))
