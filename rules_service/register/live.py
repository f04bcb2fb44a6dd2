"""The latest revision in memory, followed as the database moves on."""

from __future__ import annotations

from threading import Lock

from rules_service.errors import RevisionNotAvailableError
from rules_service.register.index import Index
from rules_service.register.store import RegisterStore, Revision


class LiveRegister:
    """Holds one immutable index and swaps it whole; safe to use from many threads.

    A batch that took `index` once keeps reading one revision, whatever happens meanwhile (architecture, idea 6).
    """

    def __init__(self, store: RegisterStore) -> None:
        """Reads the index once; raises `RegisterUnavailableError`."""
        self._store = store
        self._lock = Lock()
        self._held = self._read(store.latest())

    @property
    def index(self) -> Index:
        """The index as last refreshed; the database is not asked."""
        return self._held[1]

    def refresh(self) -> Index:
        """The index of the last revision: read again only if the database has moved on.

        Raises:
            RegisterUnavailableError: the database is lost; a later call finds it again.
        """
        if self._store.latest() != self._held[0]:
            with self._lock:  # one thread reads, the others wait for what it reads
                latest = self._store.latest()
                if latest != self._held[0]:
                    self._held = self._read(latest)
        return self.index

    def at_least(self, min_revision: int) -> Index:
        """An index at least as fresh as `min_revision`.

        Raises:
            RevisionNotAvailableError: the register has not reached that revision.
            RegisterUnavailableError: the database is lost.
        """
        index = self.index
        if index.revision < min_revision:
            index = self.refresh()
        if index.revision < min_revision:
            raise RevisionNotAvailableError(
                f"revision `{min_revision}` does not exist yet: the last one is {index.revision}",
                metadata={"revision": str(min_revision), "last_revision": str(index.revision)},
            )
        return index

    def _read(self, latest: Revision) -> tuple[Revision, Index]:
        return latest, self._store.snapshot(latest.number)
