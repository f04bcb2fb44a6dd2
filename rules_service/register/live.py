"""The latest revision in memory, followed as the database moves on."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from sqlalchemy import Connection

from rules_service.errors import OperatorError, RevisionNotAvailableError
from rules_service.register.index import Index
from rules_service.register.index_file import UnusableIndexError, open_index, write_index
from rules_service.register.overlay import packed, with_changes
from rules_service.register.store import Revision
from rules_service.register.touched import State, read_state, read_touched

_LEAST_ADDED: Final = 2_048
_MOST_ADDED: Final = 100_000
_ADDED_SHARE: Final = 32


class FollowedStore(Protocol):
    """What following a register asks of its store."""

    def latest(self) -> Revision:
        """The last revision, as other processes may have written it by now."""

    def snapshot(self, revision: int | None = None) -> Index:
        """All that was known at a revision, in memory; what is known now when none is given."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""


def reached(index: Index, min_revision: int) -> Index:
    """The index, where it is as fresh as that; raises `RevisionNotAvailableError` where it is not."""
    if index.revision >= min_revision:
        return index
    raise RevisionNotAvailableError(
        f"revision `{min_revision}` does not exist yet: the last one is {index.revision}",
        metadata={"revision": str(min_revision), "last_revision": str(index.revision)},
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """An index, and the state that it shows; None where the register was replaced while it was read."""

    index: Index
    state: State | None

    def shows(self, latest: Revision) -> bool:
        moment = None if self.state is None else self.state.recorded_at
        return (self.index.revision, moment) == (latest.number, latest.recorded_at)


class LiveRegister:
    """Holds one immutable index and swaps it whole; safe to use from many threads.

    A batch that took `index` once keeps reading one revision, whatever happens meanwhile (architecture, idea 6). A
    write costs what it touched: the persons concerned are read again and added behind the others. When many were
    added, the index is packed on a thread of its own, and saved if a place is given for it; nobody waits for that.
    """

    def __init__(self, store: FollowedStore, saved: Path | None = None) -> None:
        """Takes the index from its file, where that is one of this register, or reads the database once.

        Args:
            store: the register.
            saved: where the index is kept between two starts; None keeps it in memory alone.

        Raises:
            RegisterUnavailableError: the database cannot be read, or is of another version of this program.
        """
        self._store = store
        self._saved = saved
        self._lock = Lock()
        self._background = ThreadPoolExecutor(1, "register-index")
        self._task: Future[None] | None = None
        self._held = self._saved_one() or self._read_whole()

    def settle(self) -> None:
        """Wait until what goes on in the background, packing and saving, is done."""
        if self._task is not None:
            self._task.result()

    @property
    def index(self) -> Index:
        """The index as last refreshed; the database is not asked."""
        return self._held.index

    def refresh(self) -> Index:
        """The index of the last revision: read again, as far as it changed, only if the database has moved on.

        Raises:
            RegisterUnavailableError: the database is lost; a later call finds it again.
        """
        if not self._held.shows(self._store.latest()):
            with self._lock:  # one thread reads, the others wait for what it reads
                latest = self._store.latest()
                if not self._held.shows(latest):
                    self._held = self._advanced(self._held, latest.number) or self._read_whole()
                    self._pack_when_many_were_added()
        return self.index

    def at_least(self, min_revision: int) -> Index:
        """An index at least as fresh as `min_revision`.

        Raises:
            RevisionNotAvailableError: the register has not reached that revision.
            RegisterUnavailableError: the database is lost.
        """
        index = self.index
        return reached(index if index.revision >= min_revision else self.refresh(), min_revision)

    def _saved_one(self) -> _Held | None:
        """The saved index, brought up to date; None where there is none of this register that can be used."""
        if self._saved is None:
            return None
        try:
            held = _Held(*open_index(self._saved))
        except UnusableIndexError:
            return None
        return self._advanced(held, self._store.latest().number)

    def _read_whole(self) -> _Held:
        index = self._store.snapshot()
        with self._store.reading() as connection:
            held = _Held(index, read_state(connection, index.revision))
        self._task = self._background.submit(self._save, held)
        return held

    def _advanced(self, held: _Held, revision: int) -> _Held | None:
        """What is held with all that changed until `revision`; None where that is better read whole.

        It is where the register is not the one that was read: another file in its place, or an older one, restored.
        """
        with self._store.reading() as connection:
            state = read_state(connection, revision)
            known = read_state(connection, held.index.revision)
            if state is None or known is None or known != held.state or revision < held.index.revision:
                return None
            changes = read_touched(connection, held.index, revision)
        return None if changes is None else _Held(with_changes(held.index, changes), state)

    def _pack_when_many_were_added(self) -> None:
        index = self.index
        many = max(_LEAST_ADDED, min(_MOST_ADDED, index.integration_count // _ADDED_SHARE))
        is_busy = self._task is not None and not self._task.done()
        if max(index.added_rows, index.added_persons) > many and not is_busy:
            self._task = self._background.submit(self._pack, self._held)

    def _pack(self, held: _Held) -> None:
        """Pack what was held, save it, add what was written meanwhile, and hold that from then on."""
        fresh = _Held(packed(held.index), held.state)
        self._save(fresh)
        with self._lock:
            try:
                self._held = self._advanced(fresh, self.index.revision) or self._held
            except OperatorError:
                return  # the database is lost: what is held goes on serving, and the next write tries again

    def _save(self, held: _Held) -> None:
        if self._saved is None or held.state is None:
            return
        try:
            write_index(held.index, held.state, self._saved)
        except OperatorError:
            return  # a start will read the database instead, as it does where nothing was saved
