"""`DecideColumns` of a real server: every row as `Decide` would answer it, whatever the columns are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import pyarrow as pa
import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.algebra import format_day
from rules_service.serve.arrow import ANSWER_COLUMNS
from rules_service.serve.limits import Limits
from rules_service.serve.server import Server
from tests.serve.arrow.tables import message_of, read, stream_of
from tests.serve.fixtures import settings
from tests.serve.rpc import Failure, failure_of
from tests.serve.world import (
    CPAS,
    ELSEWHERE,
    INTEGRATED,
    OTHER_CPAS,
    RENAMED,
    REPLACED,
    TODAY,
    UNKNOWN,
    person,
    request,
)

SSIN = int(INTEGRATED)
WRONG_DIGITS = SSIN + 1


def ask(decisions: DecisionServiceStub, columns: Any, *answer_columns: str) -> Any:
    """The answer to one message, as a table."""
    batch = columns if isinstance(columns, pa.RecordBatch | pa.Table) else pa.record_batch(columns)
    (response,) = decisions.DecideColumns(iter([message_of(batch, *answer_columns)]))
    return read(response)


def rows(**columns: Any) -> dict[str, Any]:
    """The columns, about somebody's integration today unless they say otherwise."""
    (count,) = {len(each) for each in columns.values()}
    asked: dict[str, Any] = {"operation": "Small.today", "requester": CPAS, "ssin": SSIN}
    return {**{name: [value] * count for name, value in asked.items()}, **columns}


def refusal(decisions: DecisionServiceStub, columns: Any, *answer_columns: str) -> Failure:
    return failure_of(lambda: ask(decisions, columns, *answer_columns))


def error_of_decide(decisions: DecisionServiceStub, message: pb.DecideRequest) -> tuple[str, str, str]:
    failure = failure_of(lambda: decisions.Decide(message))
    return failure.reason, failure.fields[0], failure.message


def errors(table: Any) -> list[tuple[str | None, ...]]:
    return list(zip(*(table[name].to_pylist() for name in ("error_code", "error_field", "error_message")), strict=True))


def test_a_grant_a_refusal_and_what_they_rest_on(decisions: DecisionServiceStub) -> None:
    granted, refused = ask(decisions, rows(ssin=[SSIN, int(ELSEWHERE)], ticket=["a", "b"])).to_pylist()
    assert granted == {
        "ticket": "a",
        "outcome": "OUTCOME_GRANTED",
        "reason": "REASON_RULE_SATISFIED",
        "operation": "Small.today",
        "variant": "integrated on the system date",
        "executed_by": "EXECUTED_BY_BCSS",
        "system_date": dt.date.fromisoformat(format_day(TODAY)),
        "integration_ids": [1],
        "new_ssin": None,
        "authorisations": ["CSSS 01/001", "AR 09/09/1999"],
        "assumptions": [],
        "information_types": [],
        "error_code": None,
        "error_field": None,
        "error_message": None,
    }
    assert (refused["ticket"], refused["outcome"], refused["reason"]) == (
        "b",
        "OUTCOME_REFUSED",
        "REASON_NOT_INTEGRATED",
    )
    assert refused["integration_ids"] == []


def test_what_is_common_stands_in_the_message(decisions: DecisionServiceStub) -> None:
    (response,) = decisions.DecideColumns(iter([message_of(pa.record_batch(rows(ssin=[SSIN])))]))
    batch = decisions.BatchDecide(pb.BatchDecideRequest(requests=[request()]))
    common = ("system_date", "ruleset_digest", "register_revision")
    assert [getattr(response, each) for each in common] == [getattr(batch, each) for each in common]


def test_dictionaries_have_the_numbers_and_names_of_the_interface(decisions: DecisionServiceStub) -> None:
    table = ask(decisions, rows(ssin=[SSIN, int(UNKNOWN)]))
    for name, enum in (
        ("outcome", common_pb2.Outcome),
        ("reason", common_pb2.Reason),
        ("executed_by", common_pb2.ExecutedBy),
    ):
        column = table[name].combine_chunks()
        assert column.type == pa.dictionary(pa.int8(), pa.string())
        names = column.dictionary.to_pylist()
        assert {place: enum.Name(place) for place in range(len(names))} == dict(enumerate(names))
    assert table["outcome"].combine_chunks().indices.to_pylist() == [
        common_pb2.OUTCOME_GRANTED,
        common_pb2.OUTCOME_REFUSED,
    ]


PLAIN: dict[str, list[Any]] = {
    "operation": ["Small.today", "Small.types", None, "Small.today", "Small.tody", "Small.today"],
    "requester": [CPAS, OTHER_CPAS, CPAS, None, CPAS, "40/21"],
    "ssin": [INTEGRATED, ELSEWHERE, INTEGRATED, None, UNKNOWN, UNKNOWN],
    "ticket": ["a", "b", None, "a", "x" * 37, "é" * 36],
    "quality_code": [2, None, None, 100, 2, None],
    "legal_context": [None, None, None, None, None, None],
    "information_types": [[], ["110"], None, [], ["110", "1"], None],
}
TYPES: dict[str, list[Any]] = {
    "operation": [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
    "requester": [pa.large_string(), pa.string_view(), pa.dictionary(pa.uint32(), pa.large_string())],
    "ticket": [pa.string_view(), pa.large_string(), pa.dictionary(pa.int16(), pa.large_string())],
    "quality_code": [pa.int8(), pa.int64(), pa.uint8(), pa.uint64()],
    "legal_context": [pa.string(), pa.dictionary(pa.int64(), pa.string())],
    "ssin": [pa.int64(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    "information_types": [pa.large_list(pa.string_view()), pa.list_(pa.dictionary(pa.int32(), pa.string()))],
}


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in TYPES.items() for kind in kinds], ids=str)
def test_every_type_that_is_accepted_is_read_alike(decisions: DecisionServiceStub, name: str, kind: Any) -> None:
    values = PLAIN[name]
    if kind == pa.int64() and name == "ssin":
        values = [None if each is None else int(each) for each in values]
    plain = ask(decisions, PLAIN)
    other = ask(decisions, {**PLAIN, name: pa.array(values, kind)})
    for column in ANSWER_COLUMNS:
        if column in plain.column_names:
            assert other[column].to_pylist() == plain[column].to_pylist()
    assert plain["error_field"].to_pylist() == [None, None, "operation", "requester", "ticket", None]


def test_columns_that_hold_nothing_may_be_of_no_type(decisions: DecisionServiceStub) -> None:
    nothing = pa.nulls(2)
    names = ("ticket", "quality_code", "system_date", "information_types", "date:reference_date", "parameter:decision")
    plain = ask(decisions, rows(ssin=[SSIN, SSIN], **dict.fromkeys(names, nothing)))
    assert plain["outcome"].to_pylist() == ["OUTCOME_GRANTED"] * 2
    lists = pa.array([[], None], pa.list_(pa.null()))
    changes = {**dict.fromkeys(names, lists), "ticket": nothing, "quality_code": nothing, "system_date": nothing}
    changes["parameter:decision"] = pa.DictionaryArray.from_arrays(pa.nulls(2, pa.int8()), nothing[:0])
    assert ask(decisions, rows(ssin=[SSIN, SSIN], **changes))["outcome"].to_pylist() == ["OUTCOME_GRANTED"] * 2
    assert ask(decisions, rows(ssin=lists))["error_field"].to_pylist() == ["ssins", "ssins"]
    assert ask(decisions, rows(operation=nothing))["error_field"].to_pylist() == ["operation"] * 2


def test_a_sliced_batch_is_read_where_it_lies(decisions: DecisionServiceStub) -> None:
    table = pa.record_batch({**PLAIN, "information_types": pa.array(PLAIN["information_types"], pa.list_(pa.string()))})
    whole = ask(decisions, table).to_pylist()
    assert ask(decisions, table.slice(1, 4)).to_pylist() == whole[1:5]


def test_several_batches_with_dictionaries_of_their_own_are_one_message(decisions: DecisionServiceStub) -> None:
    parts = [
        pa.record_batch({**rows(ssin=[SSIN]), "operation": pa.array([name]).dictionary_encode()})
        for name in ("Small.today", "Small.tody", "Small.types")
    ]
    table = ask(decisions, pa.Table.from_batches(parts))
    assert table["operation"].to_pylist() == ["Small.today", None, "Small.types"]
    assert table["operation"].num_chunks == 1


def test_no_rows_are_answered_by_no_rows(decisions: DecisionServiceStub) -> None:
    some = pa.record_batch(rows(ssin=[SSIN], ticket=["a"]))
    without = ask(decisions, some.slice(0, 0))
    assert without.num_rows == 0
    assert without.schema == ask(decisions, some).schema
    assert ask(decisions, pa.Table.from_batches([], some.schema)).num_rows == 0


def test_wrong_rows_stop_no_others(decisions: DecisionServiceStub) -> None:
    numbers = [SSIN, 12, -1, 10**12, SSIN, None, WRONG_DIGITS, SSIN]
    texts = [
        INTEGRATED,
        "00000000012",
        "-0000000001",
        "1000000000000",
        INTEGRATED,
        "",
        f"{WRONG_DIGITS:011d}",
        INTEGRATED,
    ]
    table = ask(decisions, rows(ssin=numbers))
    found = errors(table)
    for place in (1, 2, 3, 6):
        assert found[place] == error_of_decide(decisions, request("Small.today", texts[place]))
    nobody = request()
    nobody.ClearField("ssins")
    assert found[5] == error_of_decide(decisions, nobody)
    granted = [place for place, each in enumerate(table["outcome"].to_pylist()) if each == "OUTCOME_GRANTED"]
    assert granted == [0, 4, 7]
    assert [each is None for each in table["integration_ids"].to_pylist()] == [each is not None for each, _, _ in found]


def test_every_wrong_field_of_a_row_is_named_as_decide_names_it(decisions: DecisionServiceStub) -> None:
    days = [dt.date(2026, 3, 1), dt.date(2026, 2, 1), dt.date(2026, 2, 2), None]
    ends = [dt.date(2026, 2, 1), dt.date(2026, 1, 31), None, dt.date(2026, 1, 1)]
    table = ask(
        decisions,
        rows(
            ssin=[WRONG_DIGITS, WRONG_DIGITS, SSIN, SSIN],
            operation=["Small.consult"] * 4,
            requester=["nobody", CPAS, CPAS, CPAS],
            quality_code=[1000, None, None, None],
            request_period_begin=days,
            request_period_end=ends,
            ticket=["x" * 37, "x" * 38, "", None],
        ),
    )
    messages = [request("Small.consult", f"{WRONG_DIGITS:011d}") for _ in range(2)] + [request("Small.consult")] * 2
    messages = [pb.DecideRequest.FromString(each.SerializeToString()) for each in messages]
    messages[0].requester.cbe_number, messages[0].quality_code = "nobody", 1000
    messages[0].ticket, messages[1].ticket = "x" * 37, "x" * 38
    for message, begin, end in zip(messages, days, ends, strict=True):
        message.request_period.begin_date = begin.isoformat() if begin else ""
        message.request_period.end_date = end.isoformat() if end else ""
    assert errors(table) == [error_of_decide(decisions, each) for each in messages]


def test_a_day_outside_of_the_calendar_is_a_wrong_day(decisions: DecisionServiceStub) -> None:
    days = pa.array([0, 2_932_897, -719_163, -(1 << 31), (1 << 31) - 1], pa.int32()).cast(pa.date32())
    table = ask(decisions, rows(ssin=[SSIN] * 5, system_date=days))
    assert table["error_field"].to_pylist() == [None, *["system_date"] * 4]
    period = {"request_period_begin": days, "request_period_end": days, "operation": ["Small.consult"] * 5}
    found = ask(decisions, rows(ssin=[SSIN] * 5, **period))["error_field"].to_pylist()
    assert found == [None, *["request_period.begin_date"] * 4]


def test_one_day_too_many_mistakes_of_a_kind_are_told_apart_by_their_days(decisions: DecisionServiceStub) -> None:
    begin = pa.array([10, 11, 10, 10], pa.int32()).cast(pa.date32())
    end = pa.array([9, 9, 9, 10], pa.int32()).cast(pa.date32())
    table = ask(
        decisions,
        rows(ssin=[SSIN] * 4, operation=["Small.consult"] * 4, request_period_begin=begin, request_period_end=end),
    )
    told = table["error_message"].to_pylist()
    assert told[0] == told[2] != told[1]
    assert "1970-01-12" in told[1]
    assert told[3] is None


def test_several_persons_each_have_their_result(decisions: DecisionServiceStub) -> None:
    lists = [
        [INTEGRATED, UNKNOWN],
        [REPLACED],
        None,
        [INTEGRATED, INTEGRATED],
        [INTEGRATED, None],
        [RENAMED, INTEGRATED],
    ]
    table = ask(decisions, rows(ssin=pa.array(lists, pa.list_(pa.string())), operation=["Small.today"] * 6))
    assert table["person_reason"].to_pylist() == [
        ["REASON_RULE_SATISFIED", "REASON_NOT_INTEGRATED"],
        ["REASON_RULE_SATISFIED"],
        None,
        None,
        None,
        ["REASON_RULE_SATISFIED", "REASON_RULE_SATISFIED"],
    ]
    assert table["person_outcome"].to_pylist()[0] == ["OUTCOME_GRANTED", "OUTCOME_REFUSED"]
    assert table["person_integration_ids"].to_pylist()[0] == [[1], []]
    assert table["integration_ids"].to_pylist()[5] == [4, 1]
    assert table["error_field"].to_pylist() == [None, None, "ssins", "ssins", "ssins[1]", None]


def test_a_new_number_is_told_in_the_form_of_the_request(decisions: DecisionServiceStub) -> None:
    of_one = rows(ssin=[int(REPLACED), int(RENAMED), None], operation=["Small.whole"] * 3)
    message = request("Small.whole", REPLACED)
    (told,) = decisions.Decide(message).decision.status.information
    assert told.field_value == RENAMED
    assert ask(decisions, of_one)["new_ssin"].to_pylist() == [int(RENAMED), None, None]
    of_texts = {**of_one, "ssin": pa.array([REPLACED, RENAMED, None])}
    assert ask(decisions, of_texts)["new_ssin"].to_pylist() == [RENAMED, None, None]
    of_lists = {**of_one, "ssin": pa.array([[REPLACED], [RENAMED], []])}
    assert ask(decisions, of_lists)["new_ssin"].to_pylist() == [[RENAMED], [None], None]


def test_a_hundred_persons_and_not_one_more(decisions: DecisionServiceStub) -> None:
    persons = [int(person(place)) for place in range(100, 201)]
    table = ask(decisions, rows(ssin=[persons[:100], persons]))
    assert [len(each or ()) for each in table["person_reason"].to_pylist()] == [100, 0]
    many = request("Small.today", *(f"{each:011d}" for each in persons))
    assert errors(table)[1] == error_of_decide(decisions, many)


def test_named_dates_and_periods(decisions: DecisionServiceStub) -> None:
    dates = pa.array([["2026-03-01", "2026-04-01"], ["2026-03-01", "2025-03-01"], [], None]).cast(pa.list_(pa.date32()))
    begins = pa.array([None, None, "2026-12-31", "2027-01-01"]).cast(pa.date32())
    asked = {
        "operation": ["Small.heating"] * 4,
        "ssin": [SSIN] * 4,
        "date:reference_date": dates,
        "period:heating_period:begin": begins,
        "period:heating_period:end": begins,
    }
    assert ask(decisions, rows(**asked))["reason"].to_pylist() == [
        "REASON_RULE_SATISFIED",
        "REASON_NOT_INTEGRATED",
        "REASON_RULE_SATISFIED",
        "REASON_NOT_INTEGRATED",
    ]
    one_each = {**asked, "date:reference_date": pa.array(["2026-03-01", None, None, None]).cast(pa.date32())}
    assert ask(decisions, rows(**one_each))["error_field"].to_pylist() == [None, "periods[heating_period]", None, None]


def test_parameters_and_an_operation_that_needs_a_proof(decisions: DecisionServiceStub) -> None:
    operations = [*["Small.decision"] * 4, "Small.withProof"]
    values = ["grant", "refuse", "perhaps", None, None]
    table = ask(decisions, rows(operation=operations, ssin=[SSIN] * 5, **{"parameter:decision": values}))
    assert table["reason"].to_pylist() == [
        "REASON_RULE_SATISFIED",
        "REASON_NO_CONTROL",
        None,
        None,
        "REASON_PROOF_MISSING",
    ]
    assert table["error_field"].to_pylist() == [None, None, "parameters[decision]", "parameters[decision]", None]


def test_only_the_columns_wanted_are_answered_in_their_order(decisions: DecisionServiceStub) -> None:
    table = ask(decisions, rows(ssin=[SSIN]), "reason", "outcome", "ticket")
    assert table.column_names == ["reason", "outcome"]
    assert refusal(decisions, rows(ssin=[SSIN]), "outcome", "outcom").fields == ("answer_columns[1]",)
    assert refusal(decisions, rows(ssin=[SSIN]), "outcome", "outcome").fields == ("answer_columns[1]",)


MISTAKES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"operation": None}, {"operation": "is a column that is missing; its type is utf8"}),
    ({"requester": [7]}, {"requester": "is a column of type `int64`; give utf8, or a dictionary of utf8"}),
    ({"ssin": [1.5]}, {"ssin": "is a column of type `double`; give int64 or utf8, or a list"}),
    ({"quality_code": [2.0]}, {"quality_code": "is a column of type `double`; give int16"}),
    ({"system_date": ["2026-01-01"]}, {"system_date": "is a column of type `string`; give date32"}),
    ({"request_period_end": [dt.date(2026, 1, 1)]}, {"request_period_begin": "is missing beside `request_period_end`"}),
    ({"period:heating_period:end": [None]}, {"period:heating_period:begin": "is missing beside"}),
    ({"opration": ["x"]}, {"opration": "leave it out, or did you mean `operation`?"}),
    ({"period:heating:begin": [None]}, {"period:heating:begin": "did you mean `period:heating_period:begin`?"}),
    ({"date:heating_period": [None]}, {"date:heating_period": "is no column of a request"}),
    ({"period:request_period:begin": [None]}, {"period:request_period:begin": "is no column of a request"}),
    ({"parameter:colour": ["red"]}, {"parameter:colour": "is no column of a request"}),
    ({"proof": ["x"]}, {"proof": "is not offered in columns; ask such requests by `Decide` or `BatchDecide`"}),
    ({"consistency": [1]}, {"consistency": "is not offered in columns"}),
    ({"integrations": [[1]]}, {"integrations": "is not offered in columns"}),
    ({"parameter:proof_of_authentication": ["correct"]}, {"parameter:proof_of_authentication": "is not offered"}),
    ({"ssin": [1.5], "date:x": [1]}, {"ssin": "is a column of type `double`", "date:x": "is no column"}),
    ({"85010100115": ["x"]}, {"…": "is no column of a request"}),
]


@pytest.mark.parametrize(("changes", "told"), MISTAKES, ids=[",".join(changes) for changes, _ in MISTAKES])
def test_each_mistake_of_a_schema_is_named(
    decisions: DecisionServiceStub, changes: dict[str, Any], told: dict[str, str]
) -> None:
    asked = {name: column for name, column in {**rows(ssin=[SSIN]), **changes}.items() if column is not None}
    failure = refusal(decisions, asked)
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert set(failure.fields) == set(told)
    for field, words in told.items():
        assert f"`{field}`: " in failure.message
        assert words in failure.message


def test_a_column_twice_is_named(decisions: DecisionServiceStub) -> None:
    texts = pa.array(["x"])
    twice = pa.RecordBatch.from_arrays([texts] * 3, ["operation", "requester", "operation"])
    assert refusal(decisions, twice).fields == ("operation",)


@pytest.mark.parametrize("content", [b"", b"no columns", bytes(64), b"\xff\xff\xff\xff" + bytes(60)], ids=len)
def test_bytes_that_are_no_columns(decisions: DecisionServiceStub, content: bytes) -> None:
    message = pb.DecideColumnsRequest(requests=content)
    failure = failure_of(lambda: list(decisions.DecideColumns(iter([message]))))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ("requests",))


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_compressed_columns_are_refused(decisions: DecisionServiceStub, codec: str) -> None:
    for asked in (rows(ssin=[SSIN]), {**rows(ssin=[SSIN]), "operation": pa.array(["x"]).dictionary_encode()}):
        message = pb.DecideColumnsRequest(requests=stream_of(pa.record_batch(asked), compression=codec))
        failure = failure_of(lambda: list(decisions.DecideColumns(iter([message]))))  # noqa: B023
        assert failure.fields == ("requests",)
        assert "compress" in failure.message


def test_messages_of_a_stream_are_answered_one_by_one(decisions: DecisionServiceStub) -> None:
    messages = [message_of(pa.record_batch(rows(ticket=[str(place)] * place))) for place in range(1, 5)]
    answers = [read(each)["ticket"].to_pylist() for each in decisions.DecideColumns(iter(messages))]
    assert answers == [[str(place)] * place for place in range(1, 5)]


@pytest.fixture(scope="module")
def strict(register_file: Path) -> Iterator[DecisionServiceStub]:
    """A server that gives no permissions, and has low limits."""
    limits = Limits(
        max_columns_rows=5, max_columns_persons=6, max_columns_looks=3, max_message_bytes=100_000, max_streams=1
    )
    chosen = settings(register_file, permissions=frozenset(), limits=limits, threads=2)
    with (
        Server(chosen, clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield DecisionServiceStub(channel)


def test_a_date_of_ones_own_needs_a_permission(strict: DecisionServiceStub) -> None:
    failure = refusal(strict, rows(ssin=[SSIN, SSIN], system_date=[None, dt.date(2026, 6, 14)]))
    assert (failure.code, failure.reason, failure.fields) == (
        "PERMISSION_DENIED",
        "PERMISSION_MISSING",
        ("system_date",),
    )
    assert failure.metadata["permission"] == "as-of"
    today = rows(ssin=[SSIN], system_date=pa.nulls(1, pa.date32()))
    assert ask(strict, today)["outcome"].to_pylist() == ["OUTCOME_GRANTED"]


OVER: list[tuple[str, dict[str, Sequence[Any]]]] = [
    ("max_columns_rows", rows(ssin=[SSIN] * 6)),
    ("max_columns_persons", rows(ssin=[[int(person(place)) for place in range(1, 8)]])),
    ("max_columns_looks", rows(quality_code=[1, 2, 3, None])),
    ("max_message_bytes", rows(ticket=["x" * 100_001])),
]


@pytest.mark.parametrize(("limit", "asked"), OVER, ids=[limit for limit, _ in OVER])
def test_a_message_over_a_limit_is_refused(strict: DecisionServiceStub, limit: str, asked: dict[str, Any]) -> None:
    failure = refusal(strict, asked)
    assert (failure.code, failure.metadata["limit"]) == ("RESOURCE_EXHAUSTED", limit)


def test_a_message_at_its_limits_is_answered(strict: DecisionServiceStub) -> None:
    assert ask(strict, rows(ssin=[SSIN] * 5, quality_code=[1, 2, 3, 1, 2])).num_rows == 5


def test_streams_of_columns_count_as_streams(strict: DecisionServiceStub) -> None:
    first = message_of(pa.record_batch(rows(ssin=[SSIN])))
    answers = strict.DecideColumns(_forever(first))
    next(answers)
    failure = refusal(strict, rows(ssin=[SSIN]))
    assert (failure.code, failure.metadata["limit"]) == ("RESOURCE_EXHAUSTED", "max_streams")
    answers.cancel()


def _forever(message: pb.DecideColumnsRequest) -> Iterator[pb.DecideColumnsRequest]:
    while True:
        yield message


def test_a_schema_of_very_many_mistakes_is_refused_at_once(decisions: DecisionServiceStub) -> None:
    nothing = pa.nulls(0)
    unknown = pa.RecordBatch.from_arrays([nothing] * 20_000, [f"column {place % 7}" for place in range(20_000)])
    failure = refusal(decisions, unknown)
    assert failure.code == "INVALID_ARGUMENT"
    assert "operation" in failure.fields


def test_long_texts_of_one_message_do_not_weigh_on_the_next(decisions: DecisionServiceStub) -> None:
    texts = [f"{place}".ljust(2_000_000, "x") for place in range(4)]
    for _ in range(4):
        table = ask(decisions, rows(legal_context=texts))
        assert table["error_field"].to_pylist() == ["legal_context"] * 4
    assert ask(decisions, rows(ssin=[SSIN]))["outcome"].to_pylist() == ["OUTCOME_GRANTED"]
