"""The latest revision in memory, followed as the database moves on."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final, Protocol, TypeAlias

from sqlalchemy import Connection

from rules_service.errors import OperatorError, RegisterUnavailableError, RevisionNotAvailableError
from rules_service.register.index import Index
from rules_service.register.index_file import UnusableIndexError, open_index, write_index
from rules_service.register.listening import Watch
from rules_service.register.overlay import packed, with_changes
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.register.shared import SharedWork
from rules_service.register.store import Revision
from rules_service.register.touched import State, read_state, read_touched
from rules_service.register.watching import NOW, Watches

_LOG = logging.getLogger("rules_service.register")
_LEAST_ADDED: Final = 2_048
_MOST_ADDED: Final = 100_000
_ADDED_SHARE: Final = 32
_FRESH_SHARE: Final = 0.5

_Identity: TypeAlias = tuple[int, int, int]


class FollowedStore(Protocol):
    """What following a register asks of its store."""

    def latest(self) -> Revision:
        """The last revision, as other processes may have written it by now."""

    def snapshot_and_state(self) -> tuple[Index, State]:
        """All that is known now, in memory, and which state of which register that is: seen together."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""

    def watch(self) -> Watch:
        """What sees that the database was written."""


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
    """An index, and the state that it shows.

    `file` is what it was opened from, if anything: changes that were added since lie in the memory of this process.
    """

    index: Index
    state: State
    file: _Identity | None = None

    def shows(self, latest: Revision) -> bool:
        return (self.index.revision, self.state.recorded_at) == (latest.number, latest.recorded_at)

    def packed(self) -> _Held:
        """The same without anything added to it."""
        return self if self.index.is_packed else _Held(packed(self.index), self.state)


class LiveRegister:
    """Holds one immutable index and swaps it whole; safe to use from many threads.

    A batch that took `index` once keeps reading one revision, whatever happens meanwhile (architecture, idea 6). A
    write costs what it touched: the persons concerned are read again and added behind the others. One thread reads for
    all who wait, and nobody waits where a watch over the database sees that nothing was written. When many were added,
    the index is packed on another thread, and saved if a place is given for it; nobody waits for that, and what fails
    there is logged and done again later.

    Several processes may keep their index in one file. One packs and saves it while the others wait, and all of them
    hold what is in the file from then on: they map it and share its memory, unless it is encrypted.
    """

    def __init__(
        self,
        store: FollowedStore,
        saved: Path | None = None,
        retry_seconds: float = 60.0,
        keys: SnapshotKeys | None = None,
    ) -> None:
        """Takes the index from its file, where that is one of this register, or reads the database once.

        Args:
            store: the register.
            saved: where the index is kept between two starts; None keeps it in memory alone.
            retry_seconds: how long to wait after a failure before the index is packed or saved again.
            keys: what the file is encrypted with; one that is not encrypted with them is written anew.

        Raises:
            RegisterUnavailableError: the database cannot be read, or is of another version of this program.
        """
        self._store = store
        self._saved = saved
        self._keys = keys
        self._retry_seconds = retry_seconds
        self._lock = Lock()
        self._looks = SharedWork(self._follow, "register-look")
        self._background = ThreadPoolExecutor(1, "register-index")
        self._task: Future[None] | None = None
        self._rests_until = 0.0
        self._is_unsaved = False
        self._is_in_order = False
        self._watches = Watches(store.watch)
        self._held: _Held
        self._take(self._saved_one())

    def close(self) -> None:
        """End the threads; what goes on in the background is done first."""
        self._background.shutdown()
        self._looks.close()
        self._watches.close()

    def settle(self) -> None:
        """Wait until what goes on in the background, packing and saving, is done."""
        if self._task is not None:
            self._task.result()

    @property
    def index(self) -> Index:
        """The index as last refreshed; the database is not asked."""
        return self._held.index

    def refresh(self, seconds: float | None = None, asked_at: float = NOW) -> Index:
        """The index with every revision that was committed before the call: an old one is never given instead.

        Args:
            seconds: how long to wait for it; None: as long as it takes.
            asked_at: when it was asked, by `time.monotonic`; what was committed later may be there or not.

        Raises:
            RegisterUnavailableError: the database is lost, or the index did not follow it in time; a later call finds
                it again.
        """
        self._watches.catch_up(partial(self._look, seconds), always=not self._is_in_order, asked_at=asked_at)
        return self.index

    def _look(self, seconds: float | None) -> None:
        try:
            self._looks.result(seconds)
        except TimeoutError:
            raise RegisterUnavailableError("the index did not follow the register in time: try again later") from None

    def at_least(self, min_revision: int, seconds: float | None = None) -> Index:
        """An index at least as fresh as `min_revision`; waits as `refresh` does.

        Raises:
            RevisionNotAvailableError: the register has not reached that revision.
            RegisterUnavailableError: the database is lost, or the index did not follow it in time.
        """
        index = self.index
        return reached(index if index.revision >= min_revision else self.refresh(seconds), min_revision)

    def _follow(self) -> Index:
        """Read what changed, only if the database has moved on; runs on the thread of the looks alone."""
        latest = self._store.latest()
        with self._lock:  # a packed index takes the place of the one that is held, too
            if not self._held.shows(latest):
                self._take(self._advanced(self._held, latest.number))
            index = self.index
        self._keep_in_order()
        return index

    def _saved_one(self) -> _Held | None:
        """The saved index, brought up to date; None where there is none of this register that can be used."""
        if self._saved is None:
            return None
        file = _identity(self._saved)  # before it is opened: another one may take its place
        try:
            index, state = open_index(self._saved, self._keys)
        except UnusableIndexError:
            return None
        return self._advanced(_Held(index, state, file), self._store.latest().number)

    def _take(self, held: _Held | None) -> None:
        """Hold this; where it is None, read the database whole, and have that packed and saved in the background."""
        if held is not None:
            self._held = held
            return
        self._held = _Held(*self._store.snapshot_and_state())
        self._task = self._background.submit(self._in_background, self._held)

    def _advanced(self, held: _Held, revision: int) -> _Held | None:
        """What is held with all that changed until `revision`; None where that is better read whole.

        It is where the register is not the one that was read: another file in its place, or an older one, restored.
        """
        with self._store.reading() as connection:
            state = read_state(connection, revision)
            known = read_state(connection, held.index.revision)
            if state is None or known is None or known != held.state or revision < held.index.revision:
                return None
            if revision == held.index.revision:
                return held
            changes = read_touched(connection, held.index, revision)
        return None if changes is None else _Held(with_changes(held.index, changes), state, held.file)

    def _keep_in_order(self) -> None:
        """Have the index packed when many were added, and saved when that failed, unless something goes on already.

        It is in order when none of that is left to do, so that no further look need come for its sake.
        """
        is_busy = self._task is not None and not self._task.done()
        self._is_in_order = False
        if is_busy or time.monotonic() < self._rests_until:
            return
        if self._is_unsaved or _added_share(self.index) > 1:
            self._task = self._background.submit(self._in_background, self._held)
        else:
            self._is_in_order = True

    def _in_background(self, held: _Held) -> None:
        """Do what nobody waits for; what fails is told to the operator, and done again by a later look."""
        try:
            self._pack_and_save(held)
        except OperatorError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001  its text may name a person
            why = f"the index cannot be packed or saved: {type(error).__name__}"
        else:
            return
        self._rests_until = time.monotonic() + self._retry_seconds
        _LOG.warning("%s; this is tried again in %g s, and what is held goes on serving", why, self._retry_seconds)

    def _pack_and_save(self, held: _Held) -> None:
        """Hold what was held in its packed form from then on: as it was saved, or else in memory of this process."""
        try:
            self._save(held)
        finally:
            fresh = self._packed_one() or held.packed()
            if fresh is not held:
                self._hold(fresh)

    def _hold(self, fresh: _Held) -> None:
        if fresh.index.revision > self.index.revision:
            self._looks.result()  # a look in progress must never find that what is held is ahead of it
        with self._lock:
            self._held = self._advanced(fresh, self.index.revision) or self._held

    def _save(self, held: _Held) -> None:
        """Save it, for the next start; until that is done, a start reads the database."""
        if self._saved is None:
            return
        self._is_unsaved = True
        write_index(held.index, held.state, self._saved, self._keys, unless=lambda: self._is_done_by_another(held))
        self._is_unsaved = False

    def _is_done_by_another(self, held: _Held) -> bool:
        """Whether another process saved an index meanwhile that will do."""
        return _identity(self._saved) != held.file and self._packed_one() is not None

    def _packed_one(self) -> _Held | None:
        """The saved index, where it will be long until it is to be packed: this process wrote it, or another one."""
        found = self._saved_one()
        return None if found is None or _added_share(found.index) > _FRESH_SHARE else found


def _identity(path: Path | None) -> _Identity | None:
    """What tells a file from any other that ever has its name; None where there is none."""
    try:
        found = None if path is None else path.stat()
    except OSError:
        return None
    return found and (found.st_dev, found.st_ino, found.st_mtime_ns)


def _added_share(index: Index) -> float:
    """How much was added to an index, of what may be until it is packed."""
    many = max(_LEAST_ADDED, min(_MOST_ADDED, index.integration_count // _ADDED_SHARE))
    return max(index.added_rows, index.added_persons) / many
