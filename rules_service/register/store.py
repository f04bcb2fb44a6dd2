"""The system of record: what a store of the register offers, and the store in a database, whichever one it is.

`RegisterStore` is all that callers may rely on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, Self

from sqlalchemy import Connection, func, insert, select, update

from rules_service.decision import RegisterReader
from rules_service.errors import InternalError, OperatorError, RevisionNotAvailableError
from rules_service.register import migrations
from rules_service.register.database import Database, check_schema, schema_version
from rules_service.register.day_writes import DayWriter
from rules_service.register.index import Index
from rules_service.register.integrating import Key
from rules_service.register.listening import Bell, Ear, Watch
from rules_service.register.purges import check_retained
from rules_service.register.reader import SqlReader
from rules_service.register.schema import SCHEMA_VERSION, revisions
from rules_service.register.snapshot import read_index
from rules_service.register.sqlite import SqliteDatabase, microseconds
from rules_service.register.touched import State, read_state
from rules_service.register.writing import RegisterWriter

_BUSY_SECONDS: Final = 5.0
_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = "postgresql://"

Clock = Callable[[], datetime]
"""Tells the moment of a write, with its time zone; never the day on which a request is decided (S1)."""


@dataclass(frozen=True, slots=True, order=True)
class Revision:
    """A state of the register: its number, and when it was recorded, in microseconds since 1970-01-01 UTC."""

    number: int
    recorded_at: int


class RegisterStore(Protocol):
    """A register that lasts. Every method raises `RegisterUnavailableError` when the database is lost."""

    def latest(self) -> Revision:
        """The last revision, as other processes may have written it by now."""

    def revision(self) -> int:
        """The number of the last revision; 0 for a register that holds nothing yet."""

    def reader(self, revision: int | None = None, known_at: datetime | None = None) -> RegisterReader:
        """What was known at a revision, or at a moment; what is known now when neither is given."""

    def snapshot(self, revision: int | None = None) -> Index:
        """All that was known at a revision, in memory; what is known now when none is given."""

    def snapshot_and_state(self) -> tuple[Index, State]:
        """All that is known now, in memory, and which state of which register that is: seen together."""

    def write(self, note: str) -> AbstractContextManager[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or fails."""

    def write_days(self, note: str, key: Key, request_id: str) -> AbstractContextManager[DayWriter]:
        """A transaction as that of `write`, short, for a single write about the days of one key."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""

    def watch(self) -> Watch:
        """What sees that the database was written."""

    def close(self) -> None:
        """Give the connections back; the store cannot be used any more."""


class Register:
    """The register in one database: many readers, one writer at a time, from any number of processes.

    A place is the path of a SQLite file, also as `sqlite:///PATH`, or `postgresql://USER@HOST:PORT/DATABASE`, where the
    database exists already; its password comes with the address or from where PostgreSQL's own programs find it.
    """

    def __init__(self, database: Database, clock: Clock | None) -> None:
        """For `create` and `open` alone."""
        self._database = database
        self._clock = clock

    @classmethod
    def create(cls, place: str | Path, *, clock: Clock | None = None, busy_seconds: float = _BUSY_SECONDS) -> Self:
        """Make a new register that holds nothing (revision 0); a file is for its owner alone (S31).

        Args:
            place: where to keep it.
            clock: tells the time of writes; the clock of the database unless given.
            busy_seconds: how long to wait for another writer.

        Raises:
            OperatorError: the place is taken, or cannot hold a register.
            RegisterUnavailableError: the database cannot be reached or written.
        """
        register = cls(_database_of(place, busy_seconds), clock)
        with register._closed_on_error():
            register._database.prepare()
            with register._database.altering() as connection:
                created_at = register._now(connection)
                migrations.upgrade(connection, created_at)
                connection.execute(insert(revisions).values(revision=0, recorded_at=created_at, note="created"))
        return register

    @classmethod
    def open(cls, place: str | Path, *, clock: Clock | None = None, busy_seconds: float = _BUSY_SECONDS) -> Self:
        """Open a register that `create` made.

        Raises:
            OperatorError: there is none, or it is of another version of the program.
            RegisterUnavailableError: it is locked, damaged, or cannot be reached.
        """
        register = cls(_database_of(place, busy_seconds), clock)
        with register._closed_on_error():
            register._database.check()
            check_schema(register._database)
        return register

    @classmethod
    def migrate(cls, place: str | Path, *, clock: Clock | None = None, busy_seconds: float = _BUSY_SECONDS) -> int:
        """Bring a register that an earlier version of the program made up to this one, whole or not at all.

        Returns the schema version that it had; all that was known at earlier revisions stays as it was.

        Raises:
            OperatorError: there is none, or it is of a later version.
            RegisterUnavailableError: it is in use, damaged, or cannot be reached.
        """
        register = cls(_database_of(place, busy_seconds), clock)
        with register:
            register._database.check()
            with register.reading() as connection:
                schema_version(register._database, connection)
            with ExitStack() as until_committed, register._database.writing() as connection:
                until_committed.enter_context(register._database.stamping(connection))
                found = schema_version(register._database, connection)
                if found < SCHEMA_VERSION:
                    migrations.upgrade(connection, register._now(connection))
            check_schema(register._database)
        return found

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def __str__(self) -> str:
        """The place, without a password."""
        return str(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the register cannot be used any more."""
        self._database.close()

    def latest(self) -> Revision:
        """The last revision, as other processes may have written it by now."""
        with self.reading() as connection:
            return _latest(connection)

    def revision(self) -> int:
        """The number of the last revision; 0 for a register that holds nothing yet."""
        return self.latest().number

    def reader(self, revision: int | None = None, known_at: datetime | None = None) -> SqlReader:
        """What was known at a revision, or at a moment with its time zone; what is known now when neither is given.

        Raises:
            RevisionNotAvailableError: the revision does not exist, or the moment lies before the register or ahead.
        """
        if known_at is not None:
            revision = self._revision_at(known_at, revision)
        with self.reading() as connection:
            return SqlReader(self._database, _existing(connection, revision))

    def snapshot(self, revision: int | None = None) -> Index:
        """All that was known at a revision, in memory; what is known now when none is given.

        Raises:
            RevisionNotAvailableError: the revision does not exist.
        """
        with self.reading() as connection:
            return read_index(self._database, connection, _existing(connection, revision))

    def snapshot_and_state(self) -> tuple[Index, State]:
        """All that is known now, in memory, and which state of which register that is: seen together.

        Raises:
            RegisterUnavailableError: the database has the tables of another version of this program.
        """
        with self.reading() as connection:
            revision = _latest(connection).number
            state = read_state(connection, revision)
            if state is None:
                raise InternalError("a register has its last revision")
            return read_index(self._database, connection, revision), state

    @contextmanager
    def write(self, note: str) -> Iterator[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or the block raises.

        Args:
            note: what is written, for the history; never anything about a person.
        """
        with ExitStack() as until_committed, self._database.writing() as connection:
            last = _latest(connection)
            number = last.number + 1
            before = connection.begin_nested()
            connection.execute(insert(revisions).values(revision=number, recorded_at=last.recorded_at, note=note))
            writer = RegisterWriter(self._database, connection, number)
            yield writer
            if not writer.changes:
                before.rollback()  # deleting the revision would search every table for rows of it
            if writer.changes or writer.remembers:
                until_committed.enter_context(self._database.stamping(connection))
                self._stamp(connection, writer, last)

    @contextmanager
    def write_days(self, note: str, key: Key, request_id: str) -> Iterator[DayWriter]:
        """A transaction as that of `write`, short, for a single write about the days of one key.

        Such a write is over in a moment: INVARIANT (stamps) holds from its begin.

        Args:
            note: what is written, for the history; never anything about a person.
            key: whose days are written.
            request_id: of the request, among those of all callers.
        """
        with self._database.writing_briefly() as (connection, now):
            moment = now if self._clock is None else microseconds(self._clock())
            yield DayWriter(connection, key, request_id, note, moment)

    def _stamp(self, connection: Connection, writer: RegisterWriter, last: Revision) -> None:
        """Record when it was written: last of all, so that it is the end of a long import and not its beginning.

        INVARIANT (stamps): each revision has a later stamp than the one before it, even where the clock was set back;
        and a stamp is taken under the lock that `settle` waits for, and kept until the commit. So who has read the
        clock, and then has waited, sees every revision that was or ever will be stamped before the moment it read.
        """
        recorded_at = max(self._now(connection), last.recorded_at + 1)
        if writer.changes:
            stamp = update(revisions).where(revisions.c.revision == writer.revision)
            connection.execute(stamp.values(recorded_at=recorded_at))
        writer.finish(recorded_at)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables, for this package alone."""
        return self._database.reading()

    def listening(self, bell: Bell) -> AbstractContextManager[Ear]:
        """An ear for the commits of every process, for this package alone."""
        return self._database.listening(bell)

    def watch(self) -> Watch:
        """A new watch over the database, for this package alone."""
        return self._database.watch()

    def noting(self) -> AbstractContextManager[Connection]:
        """A transaction that writes what is no part of the history, and makes no revision, for this package alone."""
        return self._database.altering()

    def _now(self, connection: Connection) -> int:
        return self._database.now(connection) if self._clock is None else microseconds(self._clock())

    def _revision_at(self, moment: datetime, revision: int | None) -> int:
        if revision is not None:
            raise RevisionNotAvailableError("give a revision or a moment, not both")
        if moment.utcoffset() is None:
            raise RevisionNotAvailableError("the moment must carry its time zone")
        asked = microseconds(moment)
        with self.reading() as connection:
            now = self._now(connection)
        if asked >= now:
            raise RevisionNotAvailableError("the moment lies in the future: what will be known then is not known now")
        self._database.settle()  # INVARIANT (stamps)
        with self.reading() as connection:
            until = select(func.max(revisions.c.revision)).where(revisions.c.recorded_at <= asked)
            number: int | None = connection.execute(until).scalar()
        if number is None:
            raise RevisionNotAvailableError("the register did not exist yet at that moment")
        return number


def _existing(connection: Connection, revision: int | None) -> int:
    last = _latest(connection).number
    if revision is not None and not 0 <= revision <= last:
        raise RevisionNotAvailableError(
            f"revision `{revision}` does not exist: the last one is {last}",
            metadata={"revision": str(revision), "last_revision": str(last)},
        )
    if revision is not None:
        check_retained(connection, revision)
    return last if revision is None else revision


def _latest(connection: Connection) -> Revision:
    last = select(revisions.c.revision, revisions.c.recorded_at).order_by(revisions.c.revision.desc()).limit(1)
    number, recorded_at = connection.execute(last).one()
    return Revision(number, recorded_at)


def file_of(place: str | Path) -> Path | None:
    """The file of a register that is kept in one; None where the place is the address of a database."""
    if isinstance(place, Path) or "://" not in place:
        return Path(place)
    return Path(place.removeprefix(_SQLITE)) if place.startswith(_SQLITE) else None


def _database_of(place: str | Path, busy_seconds: float) -> Database:
    file = file_of(place)
    if file is not None:
        return SqliteDatabase(file, busy_seconds)
    if str(place).startswith(_POSTGRESQL):
        # A register in a file needs no driver of a server.
        from rules_service.register.postgresql import PostgresqlDatabase  # noqa: PLC0415

        return PostgresqlDatabase(str(place), busy_seconds)
    # The text is not repeated: such an address may hold a password.
    raise OperatorError(
        "a register is kept in a SQLite file or in PostgreSQL: give the path of the file, or `postgresql://...`"
    )
