"""Batches of rows, from the bytes of the message to the bytes of the answer, with no object for most of the rows."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day
from rules_service.errors import CallerError
from rules_service.serve.convert import batch_decision_message
from rules_service.serve.decider import Decider, Result
from rules_service.serve.permissions import Permission, check_field, check_permissions
from rules_service.serve.rules import Rules
from rules_service.serve.statuses import status_of
from rules_service.serve.terms import Terms
from rules_service.serve.unreadable import unreadable
from rules_service.serve.wire import BatchReader, BatchWriter, Frames, Memory, ReadBatch


class RowBatches:
    """Answers the messages of `BatchDecide` and `StreamDecide`, which are written alike.

    Most requests are read, decided and answered in columns. One that is odd in its form or asks for more (a proof, a
    revision, facts of its own) goes the way of a single request, within the same batch and on the same revision.
    """

    def __init__(self, rules: Rules, decider: Decider, terms: Terms, memory: Memory) -> None:
        """`memory` has what is known of requests; others may learn by it too."""
        self._rules = rules
        self._decider = decider
        self._terms = terms
        self._reader = BatchReader(memory)
        self._writer = BatchWriter()

    def warm_up(self) -> None:
        """Have all compiled that a batch needs, and the register in memory, so that no caller waits for it.

        Raises:
            RegisterUnavailableError: the register cannot be read.
        """
        batch, latest = self._reader.read(Frames.of(b""), received_on=0), self._decider.latest()
        decisions = self._rules.columns.decide_columns(batch.requests, latest)
        self._writer.write(batch, decisions, latest, (), pb.BatchDecideResponse())

    def answer(self, frames: Frames) -> bytes:
        """The answer to the requests of one message.

        Raises:
            CallerError: the message holds too much, needs a permission, or a request in it is no message; else each
                request has its own result.
            RegisterUnavailableError: the register cannot be read.
        """
        self._terms.limits.check_count(len(frames))
        received_on = self._terms.clock()
        batch = self._read(frames, received_on)
        self._terms.limits.check_persons(batch.person_count)
        self._check_permissions(batch)
        return self._decided(batch, received_on)

    def _read(self, frames: Frames, received_on: int) -> ReadBatch:
        try:
            return self._reader.read(frames, received_on)
        except DecodeError:
            raise unreadable() from None

    def _check_permissions(self, batch: ReadBatch) -> None:
        """Refuse the batch for its first request that needs a permission which is not held."""
        held = self._terms.permissions
        dated = int(batch.dated[0]) if len(batch.dated) and Permission.AS_OF not in held else len(batch.frames)
        for item, message in batch.odd:
            if item > dated:
                break
            check_permissions(message, held, f"requests[{item}].")
        if dated < len(batch.frames):
            check_field(f"requests[{dated}].system_date", Permission.AS_OF, held)

    def _decided(self, batch: ReadBatch, received_on: int) -> bytes:
        messages = [message for _, message in batch.odd]
        latest = self._decider.latest() if len(batch.requests) else None
        odd = self._decider.decide_all(messages, received_on, latest)
        shared = pb.BatchDecideResponse(
            system_date=format_day(received_on),
            ruleset_digest=self._rules.plan.digest,
            register_revision=odd.register_revision,
        )
        results = [_result(*pair) for pair in zip(messages, odd.results, strict=True)]
        if latest is None:
            shared.results.extend(results)
            return shared.SerializeToString()
        decisions = self._rules.columns.decide_columns(batch.requests, latest)
        return self._writer.write(batch, decisions, latest, results, shared)


def _result(request: pb.DecideRequest, result: Result) -> pb.DecideResult:
    if isinstance(result, CallerError):
        return pb.DecideResult(error=status_of(result))
    own_date, own_revision = bool(request.system_date), request.HasField("consistency")
    return pb.DecideResult(decision=batch_decision_message(result, own_date=own_date, own_revision=own_revision))
