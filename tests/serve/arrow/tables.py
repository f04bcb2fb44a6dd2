"""Requests as columns, and decisions in columns beside those of the ordinary way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import InvalidDayError, parse_day
from rules_service.serve.arrow import ColumnsMessage
from rules_service.serve.column_batches import ColumnBatches
from tests.serve.rpc import read_status
from tests.serve.wire.ordinary import Desk

LISTS_OF_NUMBERS = pa.list_(pa.int64())
LISTS_OF_TEXTS = pa.large_list(pa.large_string())


def stream_of(batch: Any, **options: Any) -> bytes:
    """A batch, or a table, as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def message_of(batch: Any, *answer_columns: str) -> pb.DecideColumnsRequest:
    return pb.DecideColumnsRequest(requests=stream_of(batch), answer_columns=answer_columns)


def read(response: pb.DecideColumnsResponse) -> Any:
    """The answer as a table."""
    with pa.ipc.open_stream(response.decisions) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def columns_of(desk: Desk, threads: int = 1) -> ColumnBatches:
    return ColumnBatches(desk.rules, desk.decider, desk.terms, threads)


def answered(columns: ColumnBatches, batch: Any, *answer_columns: str) -> Any:
    """The answer to a batch, by way of the bytes of both messages."""
    raw = message_of(batch, *answer_columns).SerializeToString()
    return read(pb.DecideColumnsResponse.FromString(columns.answer(ColumnsMessage.of(raw))))


def can_say(message: pb.DecideRequest) -> bool:
    """Whether columns can say what a message says."""
    offered = not (message.HasField("proof") or message.HasField("consistency") or message.facts)
    names = [each.name for each in message.periods]
    periods = [message.request_period, *(each.period for each in message.periods)]
    texts = [message.system_date, *(each.date for each in message.dates)]
    texts += [text for each in periods for text in (each.begin_date, each.end_date)]
    return offered and len(set(names)) == len(names) and all(map(_is_day, texts))


def _is_day(text: str) -> bool:
    try:
        parse_day(text or "2000-01-01")
    except InvalidDayError:
        return False
    return True


def table_of(messages: Sequence[pb.DecideRequest], persons: Any) -> Any:
    """The columns of messages; `persons` is the type of the column of persons."""
    columns: dict[str, Any] = {
        "ticket": pa.array([each.ticket for each in messages], pa.string()),
        "operation": pa.array([each.operation for each in messages], pa.string()).dictionary_encode(),
        "requester": pa.array([_key(each.requester) for each in messages], pa.string()).dictionary_encode(),
        "ssin": pa.array([_persons(each.ssins, persons) for each in messages], persons),
        "quality_code": _optional(messages, "quality_code", pa.int64()),
        "legal_context": pa.array([each.legal_context or None for each in messages]),
        "system_date": _days([each.system_date for each in messages]),
        "request_period_begin": _days([each.request_period.begin_date for each in messages]),
        "request_period_end": _days([each.request_period.end_date for each in messages]),
        "information_types": pa.array([list(each.information_types) for each in messages], pa.list_(pa.string())),
    }
    for name in _each(messages, lambda it: [each.name for each in it.periods]):
        found = [{each.name: each.period for each in it.periods}.get(name, common_pb2.Period()) for it in messages]
        columns[f"period:{name}:begin"] = _days([each.begin_date for each in found])
        columns[f"period:{name}:end"] = _days([each.end_date for each in found])
    for name in _each(messages, lambda it: [each.name for each in it.dates]):
        dates = [[_day(each.date) for each in it.dates if each.name == name] for it in messages]
        columns[f"date:{name}"] = pa.array(dates, pa.list_(pa.date32()))
    for name in _each(messages, lambda it: it.parameters):
        columns[f"parameter:{name}"] = pa.array([it.parameters.get(name) for it in messages])
    return pa.record_batch(columns)


def expected(message: pb.DecideRequest, answer: pb.BatchDecideResponse, place: int) -> Mapping[str, Any]:
    """What the columns must say of a message that the ordinary way answered so."""
    result = answer.results[place]
    decision, error = result.decision, result.error
    if result.HasField("error"):
        failure = read_status(error)
        field = failure.fields[0] if failure.fields else ""
        return {"error": (failure.reason, field, failure.message), "ticket": message.ticket}
    ids = {ssin: [it.integration_id for it in decision.evidence if it.ssin == ssin] for ssin in message.ssins}
    return {
        "ticket": decision.ticket,
        "outcome": common_pb2.Outcome.Name(decision.outcome),
        "reason": common_pb2.Reason.Name(decision.reason),
        "operation": decision.operation,
        "variant": decision.variant,
        "executed_by": common_pb2.ExecutedBy.Name(decision.executed_by),
        "system_date": dt.date.fromisoformat(decision.system_date or answer.system_date),
        "integration_ids": [it.integration_id for it in decision.evidence],
        "new_ssin": [it.field_value for it in decision.status.information],
        "authorisations": list(decision.authorisations),
        "assumptions": list(decision.assumptions),
        "information_types": list(decision.information_types),
        "persons": [
            (common_pb2.Outcome.Name(it.outcome), common_pb2.Reason.Name(it.reason), ids[it.ssin])
            for it in decision.persons
        ],
    }


def found(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the columns say in a row, in the form of `expected`; what must be null is checked to be."""
    row = dict(row)
    error = tuple(row.pop(name) for name in ("error_code", "error_field", "error_message"))
    ticket = row.pop("ticket")
    if error != (None, None, None):
        assert set(row.values()) == {None}
        return {"error": error, "ticket": ticket}
    if "person_reason" in row:
        told = [each for each in row["new_ssin"] if each is not None]
        persons = list(zip(*(row.pop(f"person_{it}") for it in ("outcome", "reason", "integration_ids")), strict=True))
    else:
        told = [] if row["new_ssin"] is None else [row["new_ssin"]]
        persons = [(row["outcome"], row["reason"], row["integration_ids"])]
    row["new_ssin"] = [f"{each:011d}" if isinstance(each, int) else each for each in told]
    return {**row, "ticket": ticket, "persons": persons}


def _key(organisation: common_pb2.Organisation) -> str:
    if organisation.HasField("sector"):
        return f"{organisation.sector}/{organisation.institution}"
    return organisation.cbe_number


def _persons(ssins: Sequence[str], kind: Any) -> Any:
    as_number = kind in (LISTS_OF_NUMBERS, pa.int64())
    listed = [int(each) if as_number else each for each in ssins]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return listed
    return listed[0] if listed else None


def _optional(messages: Sequence[pb.DecideRequest], name: str, kind: Any) -> Any:
    return pa.array([getattr(it, name) if it.HasField(name) else None for it in messages], kind)


def _days(texts: Sequence[str]) -> Any:
    return pa.array([_day(text) for text in texts], pa.date32())


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _each(messages: Sequence[pb.DecideRequest], names_of: Callable[[pb.DecideRequest], Any]) -> list[str]:
    """Every name that comes."""
    return sorted({name for message in messages for name in names_of(message)})
