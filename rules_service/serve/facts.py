"""Which state of the register a request is decided on."""

from __future__ import annotations

from rules_service.decision import RegisterReader
from rules_service.register import Index, LiveRegister, RegisterStore
from rules_service.serve.convert.consistency import Consistency


class Facts:
    """The register as a server reads it: the latest revision in memory, earlier ones from the database.

    Every method raises `RegisterUnavailableError` when the register cannot be read.
    """

    def __init__(self, store: RegisterStore) -> None:
        self._store = store
        self._live = LiveRegister(store)

    def latest(self) -> Index:
        """The latest revision, as one immutable snapshot."""
        return self._live.refresh()

    def at(self, consistency: Consistency | None, latest: Index) -> RegisterReader:
        """The revision that a request asks for; `latest` where it will do.

        Raises:
            RevisionNotAvailableError: the register is not there yet, or has no such revision.
        """
        if consistency is None:
            return latest
        if consistency.min_revision is not None:
            return (
                latest if consistency.min_revision <= latest.revision else self._live.at_least(consistency.min_revision)
            )
        return self._store.reader(revision=consistency.exact_revision, known_at=consistency.known_at)
