"""The one way to the inference engine: a worker kept at hand, every verdict checked, plain Python where it fails."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Literal, Self

from rules_service.errors import InternalError
from rules_service.reference.engine.facts import EngineFacts, EngineVerdict
from rules_service.reference.engine.plain import plain_verdict
from rules_service.reference.engine.process import WorkerLostError, WorkerProcess, WorkerUnavailableError

ATTEMPTS = 2
"""A worker that dies is replaced once within a call."""

FRAME_LENGTH = 200
"""Decisions sent to the worker at a time: enough to make the pipe cheap, few enough for callers to take turns."""


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """A verdict and who derived it; `note` says why when it was not the inference engine."""

    verdict: EngineVerdict
    derived_by: Literal["durable-rules", "plain"]
    note: str = ""


class Engine:
    """durable-rules in a worker process, for any number of threads; a context manager.

    The worker's death costs nothing: it is replaced once, and if that does not help the plain verdict is returned.

    Args:
        timeout_s: how long the worker may take for one frame of decisions, in seconds, before it is killed.
    """

    def __init__(self, *, timeout_s: float = 10.0) -> None:
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._barred = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    @property
    def worker_pid(self) -> int | None:
        """The process in which the inference engine runs now, if it does."""
        worker = self._worker
        return worker.pid if worker else None

    def start(self) -> None:
        """Start the worker and warm it up, so that the first verdict does not wait for it."""
        self._replies([])

    def close(self) -> None:
        """End the worker; verdicts asked for afterwards are plain ones."""
        with self._lock:
            self._barred = "the inference engine is closed"
            if self._worker:
                self._worker.close()
            self._worker = None

    def verdict(self, facts: EngineFacts) -> EngineAnswer:
        """The verdict on one decision, derived step by step.

        Raises:
            InternalError: the inference engine failed on these facts, or disagrees with the plain evaluator.
        """
        return self.verdicts([facts])[0]

    def verdicts(self, facts: Sequence[EngineFacts]) -> list[EngineAnswer]:
        """The verdicts on many decisions, in their order; raises as `verdict` does."""
        frames = (facts[start : start + FRAME_LENGTH] for start in range(0, len(facts), FRAME_LENGTH))
        return [answer for frame in frames for answer in self._answers(frame)]

    def _answers(self, facts: Sequence[EngineFacts]) -> list[EngineAnswer]:
        replies = self._replies([asdict(each) for each in facts])
        if isinstance(replies, str):
            return [EngineAnswer(plain_verdict(each), "plain", replies) for each in facts]
        return [_checked(each, reply) for each, reply in zip(facts, replies, strict=True)]

    def _replies(self, batch: Sequence[Any]) -> list[Any] | str:
        """The worker's replies, or why there are none."""
        with self._lock:
            for _ in range(ATTEMPTS):
                if self._barred:
                    return self._barred
                try:
                    self._worker = self._worker or WorkerProcess(self._timeout_s)
                    return self._worker.exchange(batch)
                except WorkerLostError:
                    self._worker = None
                except WorkerUnavailableError as unavailable:
                    self._barred = str(unavailable)
            return self._barred or "the inference engine died twice"


def _checked(facts: EngineFacts, reply: Mapping[str, Any]) -> EngineAnswer:
    """The worker's verdict, if there is one and the plain evaluator agrees with it."""
    if "error" in reply:
        raise InternalError(f"the inference engine failed, so nothing is granted: {reply['error']}")
    derived = EngineVerdict(
        failed_check=reply["verdict"]["failed_check"],
        granted_by=reply["verdict"]["granted_by"],
        granted=reply["verdict"]["granted"],
        covered=tuple((reference, person, basis) for reference, person, basis in reply["verdict"]["covered"]),
        steps=tuple(reply["verdict"]["steps"]),
    )
    if derived != plain_verdict(facts):
        raise InternalError("the inference engine and the plain evaluator disagree, so nothing is granted")
    return EngineAnswer(derived, "durable-rules")
