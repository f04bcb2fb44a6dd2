"""`DecideColumns`, beside the kernel alone in one process, and beside an echo of record batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import DecisionColumns
from rules_service.register import Register
from rules_service.serve.arrow import ColumnReader, ColumnsMessage
from rules_service.serve.clock import brussels_today
from rules_service.serve.limits import Limits
from rules_service.serve.rules import Rules
from tests.benchmarks.mix.work import RULESETS
from tests.benchmarks.servers.callers import on_core
from tests.benchmarks.servers.contest import Row, Way, in_turn, row
from tests.benchmarks.servers.hall import Hall
from tests.benchmarks.timing import DifferentAnswersError

MESSAGE, MESSAGES = 200_000, 5
ROWS = MESSAGE * MESSAGES
SHARE_OF_KERNEL = 0.70
FEW_COLUMNS = ("outcome", "reason", "integration_ids", "error_code")
_METHOD = "DecideColumns"


class KernelAlone:
    """From the bytes of messages to columns of decisions, on the server's core; no answer is written."""

    def __init__(self, hall: Hall) -> None:
        self._core = hall.server_core
        self._rules = Rules.load(RULESETS)
        self._reader = ColumnReader(self._rules.plan.request_vocabulary, Limits())
        with Register.open(hall.served.register) as store:
            self._index = store.snapshot()

    def decide(self, messages: Sequence[bytes]) -> None:
        """Decide on each message, and forget it."""
        with on_core(self._core):
            for message in messages:
                self.decided(message)

    def decided(self, message: bytes) -> DecisionColumns:
        """The decisions on one message."""
        asked = self._reader.read(ColumnsMessage.of(message), brussels_today())
        return self._rules.columns.decide_columns(asked.requests, self._index)


def measure(hall: Hall, rounds: int) -> list[Row]:
    """In all columns, and in those few that tell what was decided."""
    messages, ours, kernel = hall.served.columns(MESSAGE, MESSAGES), hall.ours, KernelAlone(hall)
    for_few = hall.served.columns(MESSAGE, MESSAGES, FEW_COLUMNS)
    answers = ours.caller.stream(_METHOD, messages)
    for message, answer in zip(messages, answers, strict=True):
        _check(kernel.decided(message), answer)
    echo = hall.other("arrow-echo", answers[0])
    if len(echo.caller.stream(_METHOD, messages[:1])[0]) < 0.99 * len(answers[0]):
        raise DifferentAnswersError("the Arrow echo answers fewer bytes")
    by_us, by_us_for_few, by_kernel, by_echo = in_turn(
        [
            ours.way("ours", ROWS, lambda: ours.caller.streamed(_METHOD, messages)),
            ours.way("ours, few columns", ROWS, lambda: ours.caller.streamed(_METHOD, for_few)),
            Way("kernel alone", ROWS, lambda: kernel.decide(messages)),
            echo.way("Arrow echo", ROWS, lambda: echo.caller.streamed(_METHOD, messages)),
        ],
        rounds,
    )
    return [
        row(f"{_METHOD}, kernel alone", ROWS, by_us, by_kernel, SHARE_OF_KERNEL),
        row(f"{_METHOD}, kernel alone, 4 columns", ROWS, by_us_for_few, by_kernel),
        row(f"{_METHOD}, Arrow echo", ROWS, by_us, by_echo),
    ]


def _check(decided: DecisionColumns, answer: bytes) -> None:
    """The answer over gRPC says what the kernel says, reasons and evidence (rows of the register count from 1)."""
    with pa.ipc.open_stream(pb.DecideColumnsResponse.FromString(answer).decisions) as reader:
        batch = reader.read_next_batch()
    reasons = batch.column("reason").indices.to_numpy()
    lengths = batch.column("integration_ids").value_lengths().to_numpy()
    if not np.array_equal(reasons, decided.reason) or not np.array_equal(lengths, np.diff(decided.evidence_offsets)):
        raise DifferentAnswersError(f"{_METHOD} answers some rows otherwise than the kernel")
