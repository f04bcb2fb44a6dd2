"""The calls for requests in columns, for programs that wait for each answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import grpc

from integrationcontrol.errors import error_of_call
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub

if TYPE_CHECKING:
    from integrationcontrol.columns import ArrowStream, Table


class ColumnCalls(ABC):
    """What a client can ask of requests in columns; the columns stand in the comment of `DecideColumnsRequest`."""

    _decisions: DecisionServiceStub

    @abstractmethod
    def _known_limits(self) -> catalogue.Limits:
        """The limits of the server."""

    def decide_columns(
        self, requests: Table, *, answer_columns: Sequence[str] = (), chunk_size: int | None = None
    ) -> Table:
        """The decision on each row of a table, in a table of the same kind, row by row in the same order.

        A row that is wrong has its error in the columns `error_code`, `error_field` and `error_message`, and null in
        the others. A refusal is a decision, not an error: look at `outcome`.

        Args:
            requests: a pyarrow Table or RecordBatch, a pandas DataFrame (whose index stays) or a Polars DataFrame; or
                a pyarrow RecordBatchReader, whose answer is another one, so that neither need fit into memory.
            answer_columns: names of the columns wanted; none: all.
            chunk_size: rows in a message; at most as many as the server allows.
        """
        batches = self.decide_column_batches(requests, answer_columns=answer_columns, chunk_size=chunk_size)  # type: ignore[arg-type]
        found: Table = columns_module().as_given(requests, batches)
        return found

    def decide_column_batches(
        self, requests: ArrowStream, *, answer_columns: Sequence[str] = (), chunk_size: int | None = None
    ) -> Iterator[Any]:
        """The decisions on rows of any library that speaks Arrow, in pyarrow record batches, as they come.

        Rows are read and sent in messages of at most `chunk_size`, so that any number of them needs little memory; as
        for any stream there is no time limit. The other arguments are those of `decide_columns`.
        """
        messages = columns_module().ColumnMessages(self._known_limits(), answer_columns, chunk_size)
        failures: list[Exception] = []
        stream = self._decisions.DecideColumns(noting_failures(messages.of(requests), failures))
        try:
            yield from map(messages.answer, stream)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            stream.cancel()
        if failures:
            raise failures[0]


def columns_module() -> Any:
    """The module that needs pyarrow, which every other call does without."""
    try:
        return import_module("integrationcontrol.columns")
    except ModuleNotFoundError as error:
        message = "columns need pyarrow: install `integrationcontrol[columns]`"
        raise ModuleNotFoundError(message, name=error.name) from error


def noting_failures(
    messages: Iterator[pb.DecideColumnsRequest], failures: list[Exception]
) -> Iterator[pb.DecideColumnsRequest]:
    """The messages. gRPC reads them on a thread of its own: what their source raises there would be lost."""
    try:
        yield from messages
    except Exception as error:  # noqa: BLE001 - raised again where the caller is
        failures.append(error)
