"""Columns through the client, by a real server: tables of every library, in as many messages as it takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from integrationcontrol import AsyncClient, Client, InvalidRequestError
from integrationcontrol.columns import ColumnMessages
from rules_service.serve.server import Server
from tests.serve.world import CPAS, ELSEWHERE, INTEGRATED, REPLACED, UNKNOWN

NUMBERS = [int(each) for each in (INTEGRATED, ELSEWHERE, UNKNOWN, REPLACED)] + [12]
REASONS = ["REASON_RULE_SATISFIED", *["REASON_NOT_INTEGRATED"] * 2, "REASON_RULE_SATISFIED", None]
ASKED = pa.table(
    {
        "ticket": ["a", "b", "c", "d", "e"],
        "operation": pa.array(["Small.today"] * 5).dictionary_encode(),
        "requester": [CPAS] * 5,
        "ssin": NUMBERS,
    }
)


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with Client(server.address) as client:
        yield client


def test_a_table_is_answered_by_a_table(client: Client) -> None:
    table = client.decide_columns(ASKED)
    assert isinstance(table, pa.Table)
    assert table["reason"].to_pylist() == REASONS
    assert table["ticket"].to_pylist() == ["a", "b", "c", "d", "e"]
    assert table["error_code"].to_pylist() == [None] * 4 + ["INVALID_SSIN"]
    info = client.server_info()
    assert set(table["register_revision"].to_pylist()) == {info.register_revision}
    assert set(table["ruleset_digest"].to_pylist()) == {info.ruleset_digest}


def test_a_batch_is_answered_by_a_batch(client: Client) -> None:
    batch = client.decide_columns(ASKED.combine_chunks().to_batches()[0], chunk_size=2)
    assert isinstance(batch, pa.RecordBatch)
    assert batch["reason"].to_pylist() == REASONS


def test_a_reader_is_answered_while_it_is_read(client: Client) -> None:
    taken = []

    def batches() -> Iterator[Any]:
        for place in range(400):
            taken.append(place)
            yield pa.record_batch({"operation": ["Small.today"], "requester": [CPAS], "ssin": [INTEGRATED]})

    source = pa.RecordBatchReader.from_batches(next(batches()).schema, batches())
    taken.clear()
    reader = client.decide_columns(source, answer_columns=["outcome"])
    assert isinstance(reader, pa.RecordBatchReader)
    assert reader.read_next_batch()["outcome"].to_pylist() == ["OUTCOME_GRANTED"]
    assert sum(batch.num_rows for batch in reader) == 399
    assert len(taken) == 400


def test_what_the_source_raises_reaches_the_caller(client: Client) -> None:
    def batches() -> Iterator[Any]:
        yield ASKED.to_batches()[0]
        message = "the disk is gone"
        raise OSError(message)

    source = pa.RecordBatchReader.from_batches(ASKED.schema, batches())
    with pytest.raises(OSError, match="the disk is gone"):
        list(client.decide_column_batches(source))


def test_a_data_frame_of_pandas(client: Client) -> None:
    frame = pd.DataFrame(
        {
            "operation": pd.Categorical(["Small.consult"] * 5),
            "requester": [CPAS] * 5,
            "ssin": NUMBERS,
            "quality_code": pd.array([2, None, 2, None, 2], dtype="Int16"),
            "request_period_begin": pd.to_datetime(["2026-03-01"] * 5),
            "request_period_end": [dt.date(2026, 3, 31)] * 5,
            "information_types": [["110"], None, [], [], []],
        },
        index=list("vwxyz"),
    )
    found = client.decide_columns(frame)
    assert isinstance(found, pd.DataFrame)
    assert list(found.index) == list("vwxyz")
    assert found["outcome"].dtype == "category"
    assert list(found["outcome"] == "OUTCOME_GRANTED") == [True, False, False, False, False]
    assert found["new_ssin"].dtype == "Int64"
    assert found["integration_ids"]["v"].tolist() == [1]
    assert found["error_field"]["z"] == "ssins[0]"


def test_a_moment_within_a_day_is_no_day(client: Client) -> None:
    noon = pd.DataFrame(
        {"operation": ["Small.today"], "requester": [CPAS], "system_date": [pd.Timestamp("2026-03-01 12:00")]}
    )
    with pytest.raises(InvalidRequestError, match="`system_date`: is a column of type `timestamp"):
        client.decide_columns(noon)
    midnight = noon.assign(system_date=[pd.Timestamp("2026-03-01")], ssin=[INTEGRATED])
    assert client.decide_columns(midnight)["system_date"][0] == dt.date(2026, 3, 1)


def test_a_data_frame_of_polars(client: Client) -> None:
    frame = pl.DataFrame(
        {
            "ticket": ["a", "b", "c", "d", "e"],
            "operation": pl.Series(["Small.consult"] * 5, dtype=pl.Categorical),
            "requester": [CPAS] * 5,
            "ssin": [[INTEGRATED], [ELSEWHERE, INTEGRATED], [UNKNOWN], [REPLACED], ["12"]],
            "request_period_begin": [dt.date(2026, 6, 1)] * 5,
            "request_period_end": [dt.date(2026, 6, 30)] * 5,
            "information_types": pl.Series([[], [], None, [], []], dtype=pl.List(pl.Categorical)),
        }
    )
    for size in (None, 2):
        found = client.decide_columns(frame, chunk_size=size)
        assert isinstance(found, pl.DataFrame)
        assert found["reason"].to_list() == REASONS
        assert found["person_reason"].to_list()[1] == ["REASON_NOT_INTEGRATED", "REASON_RULE_SATISFIED"]
        assert found["ticket"].to_list() == ["a", "b", "c", "d", "e"]
        assert found.filter(pl.col("outcome") == "OUTCOME_GRANTED").height == 2


class Foreign:
    """A table of some other library, which speaks Arrow and nothing else."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return ASKED.__arrow_c_stream__(requested_schema)


def test_any_library_that_speaks_arrow(client: Client) -> None:
    (batch,) = client.decide_column_batches(Foreign())
    assert batch["reason"].to_pylist() == REASONS
    with pytest.raises(TypeError, match="decide_column_batches"):
        client.decide_columns(Foreign())


def test_a_large_table_goes_in_several_messages_and_comes_back_in_order(client: Client) -> None:
    count = 25_000
    table = pa.table(
        {
            "ticket": [str(place) for place in range(count)],
            "operation": ["Small.today"] * count,
            "requester": [CPAS] * count,
            "ssin": [NUMBERS[place % 5] for place in range(count)],
        }
    )
    batches = list(client.decide_column_batches(table, chunk_size=10_000))
    assert [batch.num_rows for batch in batches] == [10_000, 10_000, 5_000]
    whole = client.decide_columns(table, chunk_size=3_333)
    assert whole["ticket"].to_pylist() == table["ticket"].to_pylist()
    assert whole["reason"].to_pylist() == REASONS * (count // 5)


@pytest.mark.parametrize("texts", [pa.string(), pa.string_view(), pa.large_string()], ids=str)
def test_messages_stay_below_the_limits_of_a_server(client: Client, texts: Any) -> None:
    limits = client.server_info().limits
    limits.max_message_bytes, limits.max_columns_rows = 20_000, 700
    count = 2_000
    table = pa.table({"ticket": pa.array([f"{place:036d}" for place in range(count)], texts)})
    messages = list(ColumnMessages(limits, (), None).of(table))
    assert all(each.ByteSize() <= 20_000 for each in messages)
    read = [pa.ipc.open_stream(each.requests).read_all()["ticket"] for each in messages]
    assert max(map(len, read)) <= 700
    assert [text for part in read for text in part.to_pylist()] == [f"{place:036d}" for place in range(count)]
    assert len(messages) < 16


def test_no_rows_are_answered_by_columns_without_rows(client: Client) -> None:
    empty = client.decide_columns(ASKED.slice(0, 0))
    assert empty.num_rows == 0
    assert empty.schema.equals(client.decide_columns(ASKED).schema)


def test_the_columns_wanted_in_their_order(client: Client) -> None:
    wanted = ["register_revision", "outcome", "ticket"]
    assert client.decide_columns(ASKED, answer_columns=wanted).column_names == wanted
    assert client.decide_columns(ASKED, answer_columns=["ruleset_digest"]).column_names == ["ruleset_digest"]
    with pytest.raises(InvalidRequestError, match="known are ticket, outcome"):
        client.decide_columns(ASKED, answer_columns=["outcom"])


def test_a_wrong_schema_is_raised_with_its_columns(client: Client) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        client.decide_columns(ASKED.rename_columns(["ticket", "operation", "requestor", "ssin"]))
    assert {each.field for each in caught.value.violations} == {"requester", "requestor"}


def test_the_same_for_asyncio(server: Server) -> None:
    async def asked() -> tuple[Any, list[Any], Any]:
        async with AsyncClient(server.address) as client:
            table = await client.decide_columns(ASKED, chunk_size=2)
            batches = [each async for each in client.decide_column_batches(ASKED, chunk_size=2)]
            return table, batches, await client.decide_columns(pl.DataFrame(ASKED))

    table, batches, frame = asyncio.run(asked())
    assert table["reason"].to_pylist() == REASONS
    assert [batch.num_rows for batch in batches] == [2, 2, 1]
    assert frame["reason"].to_list() == REASONS


def test_whoever_has_no_pyarrow_is_told_what_to_install(server: Server) -> None:
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from integrationcontrol import Client\n"
        f"with Client({server.address!r}) as client:\n"
        f"    print(client.decide('Small.today', {CPAS!r}, [{INTEGRATED!r}]).outcome)\n"
        "    client.decide_columns(object())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n"
    assert done.stderr.splitlines()[-1].endswith("columns need pyarrow: install `integrationcontrol[columns]`")
