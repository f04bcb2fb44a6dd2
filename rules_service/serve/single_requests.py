"""Single requests, from the bytes of the message to the bytes of the answer."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.register import NOW, Index
from rules_service.serve.convert import decision_message
from rules_service.serve.decider import Decider
from rules_service.serve.permissions import Permission, check_permissions
from rules_service.serve.rules import Rules
from rules_service.serve.terms import Terms
from rules_service.serve.unreadable import unreadable
from rules_service.serve.wire import BatchReader, Frames, KnownPieces, Memory, SingleAnswers, Unanswered, framed


class SingleRequests:
    """Answers the messages of `Decide`.

    Most requests are answered by one call of a kernel, which is made of those of batches: that takes some microseconds,
    while objects for a request and its decision take a hundred. All others, and all errors, go that ordinary way.
    """

    def __init__(self, rules: Rules, decider: Decider, terms: Terms, memory: Memory) -> None:
        """`memory` has what is known of requests; others may learn by it too."""
        self._rules = rules
        self._decider = decider
        self._terms = terms
        self._may_date = Permission.AS_OF in terms.permissions
        self._memory = memory
        self._reader = BatchReader(memory)
        self._pieces = KnownPieces()
        self._answers: SingleAnswers | None = None

    def warm_up(self) -> None:
        """Have all compiled that a request needs, so that no caller waits for it.

        Raises:
            RegisterUnavailableError: the register cannot be read.
        """
        self._answers = self._answers_on(self._decider.latest())

    def answer(self, raw: bytes, asked_at: float = NOW) -> bytes:
        """The answer to one message, by the register as it was at a moment of `time.monotonic`, or later.

        Raises:
            CallerError: the request is wrong, needs a permission, or is no message.
            RegisterUnavailableError: the register cannot be read.
        """
        received_on, answers = self._terms.clock(), self._answers
        if answers is None:
            return self._ordinary(raw, received_on)
        found = answers.answer(raw, received_on, may_date=self._may_date)
        if found is Unanswered.ORDINARY:
            return self._ordinary(raw, received_on)
        # Only now the register is asked for, since not every request needs it: the answer stands where nothing was
        # written before the question came.
        latest = self._decider.latest(asked_at)
        if found is Unanswered.NOT_READY:
            self._learn(raw, received_on, latest)
        elif latest is answers.register:
            return found
        self._answers = answers = self._answers_on(latest)
        found = answers.answer(raw, received_on, may_date=self._may_date)
        return self._ordinary(raw, received_on) if isinstance(found, Unanswered) else found

    def _answers_on(self, latest: Index) -> SingleAnswers:
        known = self._memory.recall()
        laid_out = self._rules.columns.task_tables(known.looks.items, known.requesters.items, latest)
        return SingleAnswers(known, laid_out, self._pieces, latest, self._rules.plan.digest)

    def _learn(self, raw: bytes, received_on: int, latest: Index) -> None:
        """Prepare all that requests such as this one need: it is decided as a batch."""
        try:
            batch = self._reader.read(Frames.of(framed(raw)), received_on)
        except DecodeError:
            return
        if len(batch.requests):
            self._pieces.learn(self._rules.columns.decide_columns(batch.requests, latest))

    def _ordinary(self, raw: bytes, received_on: int) -> bytes:
        try:
            request = pb.DecideRequest.FromString(raw)
        except DecodeError:
            raise unreadable() from None
        check_permissions(request, self._terms.permissions)
        decision = self._decider.decide(request, received_on)
        return pb.DecideResponse(decision=decision_message(decision)).SerializeToString()
