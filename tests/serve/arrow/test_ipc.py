"""Record batches written as streams: whatever lies in the same memory is written once, and read as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.serve.arrow.ipc import pieces_of
from tests.serve.arrow.tables import message_of, stream_of
from tests.serve.world import CPAS, INTEGRATED

NUMBERS = pa.array(np.arange(1000))
ZEROS = pa.py_buffer(bytes(8 * 1001))


def written(batch: Any) -> bytes:
    return b"".join(pieces_of(batch))


def read(stream: bytes) -> Any:
    with pa.ipc.open_stream(stream) as reader:
        (batch,) = reader
    batch.validate(full=True)
    return batch


def test_columns_of_the_same_memory_are_written_once() -> None:
    once, thrice = pa.record_batch({"a": NUMBERS}), pa.record_batch({"a": NUMBERS, "b": NUMBERS, "c": NUMBERS})
    assert read(written(thrice)).equals(thrice)
    assert len(written(thrice)) - len(written(once)) < NUMBERS.nbytes / 10


def test_what_is_shared_is_as_long_as_the_longest_needs() -> None:
    short = pa.Array.from_buffers(pa.int8(), 1000, [ZEROS, ZEROS], 1000)
    long = pa.Array.from_buffers(pa.int64(), 1000, [ZEROS, ZEROS], 1000)
    lists = pa.ListArray.from_arrays(pa.Array.from_buffers(pa.int32(), 1001, [None, ZEROS]), pa.array([], pa.string()))
    batch = pa.record_batch({"short": short, "numbers": NUMBERS, "long": long, "lists": lists})
    assert read(written(batch)).equals(batch)
    assert len(written(batch)) < NUMBERS.nbytes + 8 * 1000 + 2000


@pytest.mark.parametrize("rows", [0, 1, 3, 8, 9])
def test_any_batch_is_read_as_it_was(rows: int) -> None:
    texts = [None if row % 3 == 1 else f"text {row}" for row in range(rows)]
    columns = {
        "text": pa.array(texts, pa.string()),
        "name": pa.array(texts, pa.string()).dictionary_encode(),
        "lists": pa.array([list(range(row)) for row in range(rows)], pa.list_(pa.int64())),
        "bits": pa.array([row % 2 == 0 for row in range(rows)], pa.bool_()),
        "nothing": pa.nulls(rows),
    }
    batch = pa.record_batch(columns)
    assert read(written(batch)).equals(batch)
    later = pa.concat_batches([batch, batch]).slice(rows // 2, rows)
    assert read(written(later)).equals(later)


def test_parts_of_the_same_memory_are_read_apart() -> None:
    batch = pa.record_batch({"all": NUMBERS[:900], "part": NUMBERS[100:], "other": NUMBERS[50:950]})
    assert read(written(batch)).equals(batch)


def test_an_answer_has_its_empty_columns_once(decisions: DecisionServiceStub) -> None:
    rows = pa.record_batch(
        {"operation": ["Small.today"] * 1000, "requester": [CPAS] * 1000, "ssin": [INTEGRATED] * 1000}
    )
    (response,) = decisions.DecideColumns(iter([message_of(rows)]))
    answer = read(response.decisions)
    assert answer.column("new_ssin").null_count == answer.column("error_message").null_count == 1000
    assert answer.column("assumptions").to_pylist() == [[]] * 1000
    assert len(response.decisions) < 0.7 * len(stream_of(answer))
