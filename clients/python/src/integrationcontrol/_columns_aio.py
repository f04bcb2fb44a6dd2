"""The calls for requests in columns, for programs that use asyncio."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from integrationcontrol._columns import columns_module, noting_failures
from integrationcontrol.errors import error_of_call
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue

if TYPE_CHECKING:
    from integrationcontrol.columns import ArrowStream, Table


class AsyncColumnCalls(ABC):
    """What a client can ask of requests in columns; the columns stand in the comment of `DecideColumnsRequest`."""

    _decisions: Any

    @abstractmethod
    async def _known_limits(self) -> catalogue.Limits:
        """The limits of the server."""

    async def decide_columns(
        self, requests: Table, *, answer_columns: Sequence[str] = (), chunk_size: int | None = None
    ) -> Table:
        """The decision on each row of a table, in a table of the same kind, row by row in the same order.

        The arguments are those of `Client.decide_columns`; all answers are there before a RecordBatchReader is given.
        """
        asked = self.decide_column_batches(requests, answer_columns=answer_columns, chunk_size=chunk_size)  # type: ignore[arg-type]
        found: Table = columns_module().as_given(requests, iter([batch async for batch in asked]))
        return found

    async def decide_column_batches(
        self, requests: ArrowStream, *, answer_columns: Sequence[str] = (), chunk_size: int | None = None
    ) -> AsyncIterator[Any]:
        """The decisions on rows of any library that speaks Arrow, in pyarrow record batches, as they come.

        The arguments are those of `Client.decide_column_batches`.
        """
        messages = columns_module().ColumnMessages(await self._known_limits(), answer_columns, chunk_size)
        failures: list[Exception] = []
        stream = self._decisions.DecideColumns(noting_failures(messages.of(requests), failures))
        try:
            async for response in stream:
                yield messages.answer(response)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            stream.cancel()
        if failures:
            raise failures[0]
