"""Requests in columns, from the bytes of a message to the bytes of the answer, with no object for any row."""

from __future__ import annotations

import pyarrow as pa

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day
from rules_service.serve.arrow import Answers, ColumnReader, ColumnsMessage, check_wanted, write_columns
from rules_service.serve.decider import Decider
from rules_service.serve.permissions import Permission, check_field
from rules_service.serve.rules import Rules
from rules_service.serve.terms import Terms


class ColumnBatches:
    """Answers the messages of `DecideColumns`, each on the latest revision of the register."""

    def __init__(self, rules: Rules, decider: Decider, terms: Terms, threads: int) -> None:
        """`threads` decide a message together, if it is large enough to be shared."""
        self._rules = rules
        self._decider = decider
        self._terms = terms
        self._threads = threads
        self._reader = ColumnReader(rules.plan.request_vocabulary, terms.limits)

    def warm_up(self) -> None:
        """Have all compiled that a message needs, and the register in memory; raises `RegisterUnavailableError`."""
        nobody = pa.record_batch({"operation": [""], "requester": [""], "ssin": [""]})
        self.answer(ColumnsMessage(nobody.schema, (nobody,), ()))

    def answer(self, message: ColumnsMessage) -> bytes:
        """The answer to the requests of one message; a row that is wrong has an error in its place.

        Raises:
            CallerError: a column is wrong, needs a permission, or the message holds too much.
            RegisterUnavailableError: the register cannot be read.
        """
        check_wanted(message.answer_columns)
        received_on = self._terms.clock()
        asked = self._reader.read(message, received_on)
        if asked.is_dated:
            check_field("system_date", Permission.AS_OF, self._terms.permissions)
        latest = self._decider.latest()
        decided = self._rules.columns.decide_columns(asked.requests, latest, self._threads)
        shared = pb.DecideColumnsResponse(
            system_date=format_day(received_on),
            ruleset_digest=self._rules.plan.digest,
            register_revision=latest.revision,
        )
        return write_columns(Answers.of(asked, decided, latest), message.answer_columns, shared)
