"""Servers that decide nothing: what is left is what the transport, and reading and writing, take at the least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pyarrow as pa

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day
from rules_service.decision import DecisionColumns
from rules_service.register import Index, Register
from rules_service.serve.clock import brussels_today
from rules_service.serve.rules import Rules
from rules_service.serve.wire import BatchReader, BatchWriter, Frames, Memory

_BEGINNING = 64
"""So many bytes tell messages apart: the ticket of the first request is among them."""


class WireOnly:
    """Reads and writes batches as the server does, and decides on each only when it comes for the first time."""

    def __init__(self, rules: Rules, index: Index) -> None:
        self._rules = rules
        self._index = index
        self._reader = BatchReader(Memory(rules.plan.request_vocabulary))
        self._writer = BatchWriter()
        self._decided: dict[bytes, DecisionColumns] = {}

    @classmethod
    def on(cls, register: Path, rulesets: Path) -> WireOnly:
        """On the latest revision of a register."""
        with Register.open(register) as store:
            return cls(Rules.load(rulesets), store.snapshot())

    def BatchDecide(self, raw: bytes, context: grpc.ServicerContext) -> bytes:  # noqa: ARG002, N802
        received_on = brussels_today()
        batch = self._reader.read(Frames.of(raw), received_on)
        decided = self._decided.get(raw[:_BEGINNING])
        if decided is None:
            decided = self._rules.columns.decide_columns(batch.requests, self._index)
            self._decided[raw[:_BEGINNING]] = decided
        shared = pb.BatchDecideResponse(
            system_date=format_day(received_on),
            ruleset_digest=self._rules.plan.digest,
            register_revision=self._index.revision,
        )
        return self._writer.write(batch, decided, self._index, (), shared)

    def StreamDecide(self, raws: Iterable[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:  # noqa: N802
        for raw in raws:
            yield self.BatchDecide(raw, context)


class DecideEcho:
    """Reads each request and answers all of them alike, by the messages of the interface."""

    def __init__(self, answer: bytes) -> None:
        self._answer = pb.DecideResponse.FromString(answer)

    def Decide(self, request: pb.DecideRequest, context: grpc.ServicerContext) -> pb.DecideResponse:  # noqa: ARG002, N802
        return self._answer


class ArrowEcho:
    """Reads the record batches of each request and writes those of an answer, all alike."""

    def __init__(self, answer: bytes) -> None:
        with pa.ipc.open_stream(pb.DecideColumnsResponse.FromString(answer).decisions) as reader:
            self._batches = list(reader)

    def DecideColumns(self, raws: Iterable[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:  # noqa: ARG002, N802
        for raw in raws:
            with pa.ipc.open_stream(pb.DecideColumnsRequest.FromString(raw).requests) as reader:
                assert sum(batch.num_rows for batch in reader) >= 0
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, self._batches[0].schema) as writer:
                for batch in self._batches:
                    writer.write_batch(batch)
            yield pb.DecideColumnsResponse(decisions=sink.getvalue().to_pybytes()).SerializeToString()


def handlers(servicer: Any) -> Any:
    """The methods of a servicer: `Decide` takes and gives messages, the others bytes."""
    make: dict[str, Any] = {
        "Decide": partial(
            grpc.unary_unary_rpc_method_handler,
            request_deserializer=pb.DecideRequest.FromString,
            response_serializer=pb.DecideResponse.SerializeToString,
        ),
        "BatchDecide": grpc.unary_unary_rpc_method_handler,
        "StreamDecide": grpc.stream_stream_rpc_method_handler,
        "DecideColumns": grpc.stream_stream_rpc_method_handler,
    }
    service = pb.DESCRIPTOR.services_by_name["DecisionService"].full_name
    found: Any = {name: handler(getattr(servicer, name)) for name, handler in make.items() if hasattr(servicer, name)}
    return grpc.method_handlers_generic_handler(service, found)
