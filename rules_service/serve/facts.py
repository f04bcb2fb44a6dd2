"""Which state of the register a request is decided on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from rules_service.decision import RegisterReader
from rules_service.register import NOW, Index, LiveRegister, RegisterStore, reached
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.serve.call_times import seconds_to_wait
from rules_service.serve.convert.consistency import Consistency


class Facts(Protocol):
    """The register as decisions read it: its latest state in memory, earlier ones from the database.

    Every method raises `RegisterUnavailableError` when the register cannot be read.
    """

    def latest(self, asked_at: float = NOW) -> Index:
        """One immutable snapshot with all that was committed before a moment of `time.monotonic`."""

    def at(self, consistency: Consistency | None, latest: Index) -> RegisterReader:
        """The revision that a request asks for; `latest` where it will do.

        Raises:
            RevisionNotAvailableError: the register is not there yet, or has no such revision.
        """


class LiveFacts:
    """The register as a server reads it: it follows what any process writes.

    Whoever asks waits until the index has all that was committed before, within the time of the call, and is told
    `RegisterUnavailableError` when that fails: an answer is never older than the question.
    """

    def __init__(self, store: RegisterStore, saved: Path | None = None, keys: SnapshotKeys | None = None) -> None:
        """`saved` is where the index is kept between two starts, encrypted with `keys`; None: in memory alone."""
        self._store = store
        self._live = LiveRegister(store, saved, keys=keys)

    def latest(self, asked_at: float = NOW) -> Index:
        """All that was committed before that moment, by this process or another one."""
        return self._live.refresh(seconds_to_wait(), asked_at)

    def at(self, consistency: Consistency | None, latest: Index) -> RegisterReader:
        """The revision that a request asks for; raises as `Facts.at`."""
        if consistency is None:
            return latest
        if consistency.min_revision is not None:
            is_fresh = consistency.min_revision <= latest.revision
            return latest if is_fresh else self._live.at_least(consistency.min_revision, seconds_to_wait())
        return self._store.reader(revision=consistency.exact_revision, known_at=consistency.known_at)

    def settle(self) -> None:
        """Wait until what goes on in the background is done: nobody else needs to wait for it."""
        self._live.settle()

    def close(self) -> None:
        """End what goes on in the background; nobody asks any more."""
        self._live.close()


class PinnedStore(Protocol):
    """What deciding on one revision asks of a store."""

    def reader(self, revision: int | None = None, known_at: datetime | None = None) -> RegisterReader:
        """What was known at a revision, or at a moment; what is known now when neither is given."""

    def snapshot(self, revision: int | None = None) -> Index:
        """All that was known at a revision, in memory; what is known now when none is given."""


class PinnedFacts:
    """The register at the revision at which a command began: one revision from the first line to the last."""

    def __init__(self, store: PinnedStore) -> None:
        self._store = store
        self._pinned = store.snapshot()

    def latest(self, asked_at: float = NOW) -> Index:  # noqa: ARG002
        """The revision at which the command began."""
        return self._pinned

    def at(self, consistency: Consistency | None, latest: Index) -> RegisterReader:
        """The revision that a request asks for; raises as `Facts.at`."""
        if consistency is None:
            return latest
        if consistency.min_revision is not None:
            return reached(latest, consistency.min_revision)
        return self._store.reader(revision=consistency.exact_revision, known_at=consistency.known_at)
