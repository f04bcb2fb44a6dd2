"""The ordinary way of a batch, as an oracle: protobuf reads it, each request is decided alone, protobuf writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from google.protobuf.message import DecodeError, Message

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day
from rules_service.errors import CallerError
from rules_service.register import Register
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.convert import batch_decision_message, decision_message
from rules_service.serve.decider import Decider
from rules_service.serve.facts import PinnedFacts
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import ALL_PERMISSIONS, Permission, check_permissions
from rules_service.serve.row_batches import RowBatches
from rules_service.serve.rules import Rules
from rules_service.serve.single_requests import SingleRequests
from rules_service.serve.statuses import status_of
from rules_service.serve.terms import Terms
from rules_service.serve.unreadable import unreadable
from rules_service.serve.wire import BatchReader, Frames, Memory

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True)
class Desk:
    """Both ways of answering a batch, on one register and the same terms."""

    rules: Rules
    decider: Decider
    terms: Terms
    in_columns: RowBatches
    singles: SingleRequests
    reader: BatchReader

    def ordinary(self, raw: bytes) -> pb.BatchDecideResponse:
        """The answer of the ordinary way; raises as the other one does."""
        try:
            requests = pb.BatchDecideRequest.FromString(raw).requests
        except DecodeError:
            raise unreadable() from None
        self.terms.limits.check_count(len(requests))
        self.terms.limits.check_persons(sum(len(request.ssins) for request in requests))
        for index, request in enumerate(requests):
            check_permissions(request, self.terms.permissions, f"requests[{index}].")
        received_on = self.terms.clock()
        return pb.BatchDecideResponse(
            results=[self._result(request, received_on) for request in requests],
            system_date=format_day(received_on),
            ruleset_digest=self.rules.plan.digest,
            register_revision=self._revision(requests, received_on),
        )

    def columnar(self, raw: bytes) -> pb.BatchDecideResponse:
        """The answer of the way in columns, read by protobuf; each decision has an id of its own."""
        try:
            frames = Frames.of(raw)
        except DecodeError:
            raise unreadable() from None
        answer = self.in_columns.answer(frames)
        message = pb.BatchDecideResponse.FromString(answer)
        assert message.SerializeToString(deterministic=True) == answer  # in order, and nothing that nobody knows
        ids = {UUID(result.decision.decision_id) for result in message.results if result.HasField("decision")}
        assert all(each.version == 4 and each.variant == "specified in RFC 4122" for each in ids)
        assert len(ids) == sum(result.HasField("decision") for result in message.results)
        return message

    def rows_of(self, raw: bytes) -> int:
        """How many requests of a message are decided in columns."""
        return len(self.reader.read(Frames.of(raw), self.terms.clock()).requests)

    def check_same(self, raw: bytes) -> pb.BatchDecideResponse | str:
        """Both ways give the same answer, or the same error; what it is."""
        expected, found = _outcome(self.ordinary, raw), _outcome(self.columnar, raw)
        assert found == expected
        return expected

    def single(self, raw: bytes) -> pb.DecideResponse:
        """The answer of `Decide` to a request alone."""
        answer = self.singles.answer(raw)
        message = pb.DecideResponse.FromString(answer)
        assert message.SerializeToString(deterministic=True) == answer  # in order, and nothing that nobody knows
        assert UUID(message.decision.decision_id).version == 4
        return message

    def single_by_objects(self, raw: bytes) -> pb.DecideResponse:
        """The same by way of messages and objects; raises as the other one does."""
        try:
            request = pb.DecideRequest.FromString(raw)
        except DecodeError:
            raise unreadable() from None
        check_permissions(request, self.terms.permissions)
        return pb.DecideResponse(decision=decision_message(self.decider.decide(request, self.terms.clock())))

    def check_single(self, raw: bytes) -> pb.DecideResponse | str:
        """Both ways give the same answer or error, when the request is new and when it is known; what it is."""
        expected = _outcome(self.single_by_objects, raw)
        assert _outcome(self.single, raw) == _outcome(self.single, raw) == expected
        return expected

    def _result(self, request: pb.DecideRequest, received_on: int) -> pb.DecideResult:
        try:
            decision = self.decider.decide(request, received_on)
        except CallerError as error:
            return pb.DecideResult(error=status_of(error))
        own_date, own_revision = bool(request.system_date), request.HasField("consistency")
        return pb.DecideResult(decision=batch_decision_message(decision, own_date=own_date, own_revision=own_revision))

    def _revision(self, requests: Iterable[pb.DecideRequest], received_on: int) -> int:
        for request in requests:
            try:
                asked = self.decider.read(request, received_on)
            except CallerError:
                continue
            if asked.inline is None:
                return self.decider.latest().revision
        return 0


def _outcome(way: Callable[[bytes], Answer], raw: bytes) -> Answer | str:
    try:
        answer = way(raw)
    except CallerError as error:
        return f"{type(error).__name__}: {error} {error.violations} {error.metadata}"
    for result in getattr(answer, "results", [answer]):
        if result.HasField("decision"):
            result.decision.ClearField("decision_id")
    return answer


@contextmanager
def desk(
    rulesets: Path,
    register: Path,
    today: int,
    *,
    limits: Limits | None = None,
    permissions: frozenset[Permission] = ALL_PERMISSIONS,
) -> Iterator[Desk]:
    """A desk on a folder of rulesets and a register."""
    rules = Rules.load(rulesets)
    with Register.open(register) as store:
        decider = Decider(rules, PinnedFacts(store), Authenticator(rules.plan, None, Attempts()))
        terms = Terms(limits or Limits(), permissions, lambda: today)
        memory = Memory(rules.plan.request_vocabulary)
        batches, singles = RowBatches(rules, decider, terms, memory), SingleRequests(rules, decider, terms, memory)
        singles.warm_up()
        yield Desk(rules, decider, terms, batches, singles, BatchReader(memory))
