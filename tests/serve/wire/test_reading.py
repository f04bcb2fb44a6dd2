"""What the kernel takes for a number, a day, a text; and what is remembered of looks and requesters."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, InvalidDayError, NameKind, parse_day
from rules_service.decision import DecisionRequest, RequestColumns, RequestVocabulary
from rules_service.errors import CallerError, InvalidSsinError
from rules_service.identifiers import check_digits, format_ssin, parse_ssin
from rules_service.serve.convert import RequestContext, asked_of
from rules_service.serve.wire import BatchReader, Frames, Memory, ReadBatch
from rules_service.serve.wire.known_bytes import NOT_KNOWN, WORD, KnownBytes, no_bytes, number_known
from tests.serve.wire.strategies import framed, mostly
from tests.serve.world import CONTEXT, CPAS, INTEGRATED, OTHER_CPAS, RENAMED, TODAY, UNKNOWN, person, request


@pytest.fixture(scope="module")
def reader() -> BatchReader:
    return BatchReader(Memory(CONTEXT.vocabulary))


NAMES = RequestContext(
    RequestVocabulary(
        {
            "reference_date": NameKind.DATE,
            "other_date": NameKind.DATE,
            "request_period": NameKind.PERIOD,
            "validity": NameKind.PERIOD,
            "mutation": NameKind.PERIOD,
        },
        {"decision": frozenset({"grant", "refuse"})},
    ),
    TODAY,
)


@pytest.fixture(scope="module")
def named() -> BatchReader:
    return BatchReader(Memory(NAMES.vocabulary))


def read(reader: BatchReader, *messages: pb.DecideRequest) -> ReadBatch:
    return reader.read(Frames.of(pb.BatchDecideRequest(requests=messages).SerializeToString()), TODAY)


@njit(_nrt=False)  # type: ignore[untyped-decorator] # as the kernels are compiled
def found_by_kernel(known: Any, words: Any, size: int) -> Any:
    return number_known(known, words, 0, size)


def find(known: KnownBytes, key: bytes) -> int:
    words = np.frombuffer(key.ljust(-(-len(key) // WORD) * WORD, b"\0"), dtype=np.uint64)
    return int(found_by_kernel(known, words, len(key)))


def is_number(text: str) -> bool:
    try:
        parse_ssin(text)
    except InvalidSsinError:
        return False
    return True


def is_day(text: str) -> bool:
    try:
        parse_day(text)
    except InvalidDayError:
        return False
    return True


def dated(day: str) -> pb.DecideRequest:
    message = request()
    message.system_date = day
    return message


def test_numbers_of_persons(reader: BatchReader) -> None:
    """Every month and day there may be, both centuries, and counters at their borders; check digits right and wrong."""
    nines = [
        year * 10_000_000 + month * 100_000 + day * 1000 + counter
        for year in (0, 37, 99)
        for month in range(100)
        for day in (0, 1, 31, 32, 99)
        for counter in (0, 1, 999)
    ]
    texts = [
        format_ssin(nine * 100 + check)
        for nine in nines
        for check in {check_digits(nine, born_2000_or_later=later) for later in (False, True)} | {0, 98}
    ]
    found = read(reader, *(request("Small.today", text) for text in texts))
    assert [row >= 0 for row in found.item_row.tolist()] == [is_number(text) for text in texts]
    assert found.requests.ssins.tolist() == [int(text) for text in texts if is_number(text)]


@given(text=st.text("0123456789. -é", min_size=9, max_size=12) | st.integers(0, 10**11 - 1).map(format_ssin))
def test_texts_that_may_be_numbers(reader: BatchReader, text: str) -> None:
    assert len(read(reader, request("Small.today", text)).requests) == is_number(text)


def test_every_day_of_the_calendar(reader: BatchReader) -> None:
    days = [(dt.date.min + dt.timedelta(days=each)).isoformat() for each in range(0, 3_652_059, 97)]
    days += [
        f"{year:04d}-{month:02d}-{day:02d}"
        for year in (1900, 2000, 2023, 2024)
        for month in range(14)
        for day in range(33)
    ]
    found = read(reader, *map(dated, days))
    assert [row >= 0 for row in found.item_row.tolist()] == list(map(is_day, days))
    assert found.requests.system_date.tolist() == [parse_day(day) for day in days if is_day(day)]


@given(text=st.text("0123456789-/ ", min_size=8, max_size=11) | st.dates().map(str))
def test_texts_that_may_be_days(reader: BatchReader, text: str) -> None:
    assert len(read(reader, dated(text)).requests) == is_day(text)


@given(raw=st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_tickets(reader: BatchReader, raw: bytes) -> None:
    item = (b"\x0a" + bytes([len(raw)]) + raw if raw else b"") + request().SerializeToString()
    try:
        short = len(raw.decode()) <= 36
    except UnicodeDecodeError:
        short = False
    if short:
        assert len(reader.read(Frames.of(framed([item])), TODAY).requests) == 1


few_days = mostly(("2026-01-01", "2026-01-02"), ("2026-02-29",))
few_periods = st.builds(common_pb2.Period, begin_date=few_days, end_date=st.just("") | few_days)
named_requests = st.builds(
    pb.DecideRequest,
    ticket=mostly(("", "one"), ("x" * 37,)),
    operation=st.sampled_from(["Small.today", "Small.toda"]),
    requester=mostly((CPAS, OTHER_CPAS), ("1",)).map(lambda cbe: common_pb2.Organisation(cbe_number=cbe)),
    ssins=st.lists(mostly((INTEGRATED, UNKNOWN, RENAMED), ("x",)), max_size=2),
    quality_code=st.none() | st.sampled_from([0, 1, 999]),
    legal_context=st.sampled_from(["", "A", "B"]),
    system_date=st.just("") | few_days,
    request_period=st.none() | few_periods,
    periods=st.lists(
        st.builds(pb.NamedPeriod, name=mostly(("validity", "mutation"), ("x",)), period=few_periods), max_size=2
    ),
    dates=st.lists(
        st.builds(pb.NamedDate, name=mostly(("reference_date", "other_date"), ("x",)), date=few_days), max_size=2
    ),
    parameters=st.dictionaries(st.just("decision"), mostly(("grant", "refuse"), ("x",))),
    information_types=st.lists(mostly(("110", "120"), ("1",)), max_size=1),
    facts=st.sampled_from([0, 1]),
)


def accepted(message: pb.DecideRequest) -> DecisionRequest | None:
    try:
        return asked_of(message, NAMES).request
    except CallerError:
        return None


@settings(max_examples=500)
@given(messages=st.lists(named_requests, min_size=1, max_size=5))
def test_columns_hold_the_requests_that_are_right(named: BatchReader, messages: list[pb.DecideRequest]) -> None:
    """All that are right and no other, and of each what the ordinary checks read in it."""
    read_ordinarily = [accepted(message) for message in messages]
    found = read(named, *messages)
    columns = found.requests
    assert [row >= 0 for row in found.item_row.tolist()] == [each is not None for each in read_ordinarily]
    expected = RequestColumns.of([each for each in read_ordinarily if each is not None])
    assert [columns.looks[look] for look in columns.look] == [expected.looks[look] for look in expected.look]
    assert [columns.requesters[each] for each in columns.requester] == [
        expected.requesters[each] for each in expected.requester
    ]
    for name in ("system_date", "person_offsets", "ssins", "value_offsets", "begin", "end"):
        np.testing.assert_array_equal(getattr(columns, name), getattr(expected, name))


def test_named_values_come_in_the_order_of_the_look(reader: BatchReader) -> None:
    message = request()
    message.dates.add(name="reference_date", date="2026-01-05")
    message.periods.add(name="validity").period.begin_date = "2026-01-03"
    message.periods[0].period.end_date = "2026-01-04"
    message.request_period.begin_date = "2026-01-02"
    columns = read(reader, message).requests
    look = columns.looks[int(columns.look[0])]
    assert [(value.name, value.open_end) for value in look.values] == [
        ("request_period", True),
        ("validity", False),
        ("reference_date", False),
    ]
    first = parse_day("2026-01-02")
    assert columns.begin.tolist() == [first, first + 1, first + 3]
    assert columns.end.tolist() == [FUTURE, first + 2, first + 3]


def test_a_hash_does_not_stand_for_the_bytes() -> None:
    """Two keys that meet in one place with one hash are told apart, by their bytes and by their size."""
    table = no_bytes().extended({b"abc": 1})
    meeting = {b"abd": 2, b"abc\0": 3, b"abcdefghi": 4}
    for key in meeting:
        other = no_bytes()._replace(seed=table.seed).extended({key: 0})
        forged = KnownBytes(other.slots, other.hashes, *table[2:])
        assert find(forged, key) == NOT_KNOWN
    assert find(table, b"abc") == 1
    grown = table.extended(meeting)
    assert [find(grown, key) for key in (b"abc", *meeting, b"abe", b"")] == [1, 2, 3, 4, NOT_KNOWN, NOT_KNOWN]


@given(keys=st.lists(st.binary(max_size=20), unique=True, max_size=60), more=st.binary(max_size=20))
def test_a_table_finds_what_it_knows_and_nothing_else(keys: list[bytes], more: bytes) -> None:
    table = no_bytes()
    for place, key in enumerate(keys):
        table = table.extended({key: place})
    numbers = {key: place for place, key in enumerate(keys)}
    for key in (*keys, more, b""):
        assert find(table, key) == numbers.get(key, NOT_KNOWN)


def test_what_is_remembered_is_bounded() -> None:
    """Ever new looks do not fill the memory; who has read by an earlier table still reads what it meant."""
    memory = Memory(CONTEXT.vocabulary, most_looks=8)
    reader = BatchReader(memory)
    kept: list[tuple[ReadBatch, str]] = []
    for round_of in range(10):
        contexts = [f"context {round_of} {each}" for each in range(3)]
        messages = [request() for _ in contexts]
        for message, context in zip(messages, contexts, strict=True):
            message.legal_context = context
        found = read(reader, *messages)
        kept += [(found, contexts[int(item)]) for item in found.space.row_item[: len(found.requests)]]
        assert len(memory.recall().looks.items) <= 8
        rows = zip(found.requests.look.tolist(), kept[-len(found.requests) :], strict=True)
        assert all(found.requests.looks[look].legal_context == context for look, (_, context) in rows)
    assert len(kept) > 20


def test_a_batch_of_more_looks_than_are_remembered(reader: BatchReader) -> None:
    few = BatchReader(Memory(CONTEXT.vocabulary, most_looks=4))
    messages = [request() for _ in range(9)]
    for place, message in enumerate(messages):
        message.legal_context = str(place)
    found = read(few, *messages)
    assert len(found.requests) == 4
    assert [place for place, _ in found.odd] == [4, 5, 6, 7, 8]
    assert [message for _, message in found.odd] == messages[4:]
    assert len(read(reader, *messages).requests) == 9


def test_a_refused_look_or_requester_stays_odd(reader: BatchReader) -> None:
    wrong_look, wrong_requester = request(), request(requester="0207000078")
    wrong_look.information_types.append("x")
    for _ in range(3):
        found = read(reader, request(), wrong_look, wrong_requester, request())
        assert [place for place, _ in found.odd] == [1, 2]


def test_many_threads_learn_at_once() -> None:
    reader = BatchReader(Memory(CONTEXT.vocabulary, most_looks=64))

    def contexts_read(thread: int) -> bool:
        for round_of in range(30):
            messages = [request("Small.today", person(1 + each % 9), requester=CPAS) for each in range(20)]
            for place, message in enumerate(messages):
                message.legal_context = f"{(thread + round_of + place) % 40}"
            found = read(reader, *messages)
            wanted = [messages[int(item)].legal_context for item in found.space.row_item[: len(found.requests)]]
            looks = [found.requests.looks[int(look)].legal_context for look in found.requests.look]
            if looks != wanted or len(looks) + len(found.odd) != len(messages):
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(contexts_read, range(4)))


def test_no_number_of_a_person_in_a_repr(reader: BatchReader) -> None:
    found = read(reader, request(), request("Small.today", "x", INTEGRATED))
    assert INTEGRATED not in repr(found)
    assert INTEGRATED not in repr(found.frames)
