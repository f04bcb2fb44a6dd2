"""Reading lines of requests: whatever bytes come, one item comes out, and no error names a person's number."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.answers import error_line
from rules_service.cli.lines import CHUNK_COUNT, BadLine, chunks_in, item_of, message_in
from rules_service.errors import InvalidRequestError
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


@given(content=st.binary(max_size=60))
def test_any_bytes_of_a_file_give_a_message_or_an_error(content: bytes) -> None:
    try:
        message_in(io.BytesIO(content), pb.ListRecipientsRequest())
    except InvalidRequestError as error:
        assert error.violations  # noqa: PT017


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        (b"", "file", "is empty"),
        (b"[]", "file", "must be a JSON object"),
        (b'{"ssin": "1", "ssin": "2"}', "file", "has a key twice"),
        (b"\xff", "file", "is not UTF-8"),
        (b" " * (1 << 20) + b"{}", "file", "is longer than"),
        (b'{"bogus": 1}', "bogus", "is no field of a request"),
        (b'{"ssin": 1}', "ssin", "must be a text in quotes"),
        (b'{"consistency": {"min_revision": 1, "exact_revision": 2}}', "file", "fields that exclude each other"),
    ],
)
def test_a_file_that_holds_no_message(content: bytes, field: str, said: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        message_in(io.BytesIO(content), pb.ListRecipientsRequest())
    (violation,) = caught.value.violations
    assert violation.field == field
    assert said in violation.description


def test_a_file_may_begin_with_a_byte_order_mark_and_have_many_lines() -> None:
    content = b'\xef\xbb\xbf{\n  "ssin": "1",\n  "operation": "x"\n}\n'
    found = message_in(io.BytesIO(content), pb.ListRecipientsRequest())
    assert found == pb.ListRecipientsRequest(ssin="1", operation="x")


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
