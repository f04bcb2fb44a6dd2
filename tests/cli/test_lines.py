"""Reading lines of requests: whatever bytes come, one item comes out, and no error names a person's number."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.answers import error_line
from rules_service.cli.lines import CHUNK_COUNT, BadLine, chunks_in, item_of
from tests.cli.program import inline_request

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([field.name for field in pb.DecideRequest.DESCRIPTOR.fields])


@given(line=st.binary(max_size=60))
def test_any_bytes_give_an_item(line: bytes) -> None:
    check_answered(line)


@given(changes=st.dictionaries(FIELDS, JSON, max_size=3))
def test_any_values_of_fields_give_an_item(changes: dict[str, object]) -> None:
    check_answered(json.dumps(inline_request() | changes).encode())


def check_answered(line: bytes) -> None:
    item = item_of(line)
    if isinstance(item, BadLine):
        assert json.loads(error_line(item.ticket, item.error))["error"]["field"]


def test_chunks_are_bounded_by_count_and_keep_every_line() -> None:
    sizes = [len(chunk) for chunk in chunks_in(io.BytesIO(b"{}\n" * (2 * CHUNK_COUNT + 1)))]
    assert sizes == [CHUNK_COUNT, CHUNK_COUNT, 1]


def test_chunks_are_bounded_by_bytes_too() -> None:
    long = b" " * (1 << 20) + b"\n"
    assert [len(chunk) for chunk in chunks_in(io.BytesIO(long * 20))] == [16, 4]
