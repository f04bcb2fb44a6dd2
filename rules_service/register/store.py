"""The system of record: what a store of the register offers, and the store in one SQLite file.

`RegisterStore` is all that callers may rely on; another database comes in as another class of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, Self

from sqlalchemy import Connection, Engine, func, insert, select

from rules_service.decision import RegisterReader
from rules_service.errors import OperatorError, RevisionNotAvailableError
from rules_service.register.database import check_file, check_schema, create_file, create_schema, open_engine
from rules_service.register.database import reading as reading_from
from rules_service.register.database import writing as writing_to
from rules_service.register.index import Index
from rules_service.register.reader import SqlReader
from rules_service.register.schema import revisions
from rules_service.register.snapshot import read_index
from rules_service.register.writing import RegisterWriter

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BUSY_SECONDS: Final = 5.0

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

    def write(self, note: str) -> AbstractContextManager[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or fails."""

    def close(self) -> None:
        """Give the connections back; the store cannot be used any more."""


class Register:
    """The register in one SQLite file: many readers, one writer at a time, from any number of processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """For `create` and `open` alone."""
        self._engine = engine
        self._clock = clock

    @classmethod
    def create(cls, place: str | Path, *, clock: Clock | None = None, busy_seconds: float = _BUSY_SECONDS) -> Self:
        """Make a new register that holds nothing (revision 0), in a file that only its owner may read.

        Args:
            place: the path of the file.
            clock: tells the time of writes.
            busy_seconds: how long to wait for another writer.

        Raises:
            OperatorError: the file exists already, or cannot be made.
        """
        path = _path_of(place)
        create_file(path)
        register = cls(open_engine(path, busy_seconds), clock or _now)
        with register._closed_on_error():
            create_schema(register._engine, _microseconds(register._clock()))
        return register

    @classmethod
    def open(cls, place: str | Path, *, clock: Clock | None = None, busy_seconds: float = _BUSY_SECONDS) -> Self:
        """Open a register that `create` made.

        Raises:
            OperatorError: there is no such file, or it is no register of this version of the program.
            RegisterUnavailableError: the file is locked or damaged.
        """
        path = _path_of(place)
        check_file(path)
        register = cls(open_engine(path, busy_seconds), clock or _now)
        with register._closed_on_error():
            check_schema(register._engine, path)
        return register

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the register cannot be used any more."""
        self._engine.dispose()

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
        with self.reading() as connection:
            if known_at is not None:
                revision = self._revision_at(connection, known_at, revision)
            return SqlReader(self._engine, _existing(connection, revision))

    def snapshot(self, revision: int | None = None) -> Index:
        """All that was known at a revision, in memory; what is known now when none is given.

        Raises:
            RevisionNotAvailableError: the revision does not exist.
        """
        with self.reading() as connection:
            return read_index(connection, _existing(connection, revision))

    @contextmanager
    def write(self, note: str) -> Iterator[RegisterWriter]:
        """A transaction that makes one revision, or none where it changes nothing or the block raises.

        Args:
            note: what is written, for the history; never anything about a person.
        """
        with writing_to(self._engine) as connection:
            last = _latest(connection)
            number = last.number + 1
            connection.execute(insert(revisions).values(revision=number, recorded_at=last.recorded_at, note=note))
            writer = RegisterWriter(connection, number)
            yield writer
            if writer.changes == 0:
                connection.execute(revisions.delete().where(revisions.c.revision == number))
                return
            # Stamped last, so that the moment is that of the commit and not that of the beginning of a long import; and
            # never before the revision that came first, even where the clock was set back.
            recorded_at = max(_microseconds(self._clock()), last.recorded_at)
            stamp = revisions.update().where(revisions.c.revision == number)
            connection.execute(stamp.values(recorded_at=recorded_at))

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables, for this package alone."""
        return reading_from(self._engine)

    def _revision_at(self, connection: Connection, moment: datetime, revision: int | None) -> int:
        if revision is not None:
            raise RevisionNotAvailableError("give a revision or a moment, not both")
        if moment.utcoffset() is None:
            raise RevisionNotAvailableError("the moment must carry its time zone")
        if moment > self._clock():
            raise RevisionNotAvailableError("the moment lies in the future: what will be known then is not known now")
        until = select(func.max(revisions.c.revision)).where(revisions.c.recorded_at <= _microseconds(moment))
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
    return last if revision is None else revision


def _latest(connection: Connection) -> Revision:
    last = select(revisions.c.revision, revisions.c.recorded_at).order_by(revisions.c.revision.desc()).limit(1)
    number, recorded_at = connection.execute(last).one()
    return Revision(number, recorded_at)


def _path_of(place: str | Path) -> Path:
    if isinstance(place, str) and "://" in place:
        # The text is not repeated: such an address may hold a password.
        raise OperatorError("the register is kept in a SQLite file: give the path of the file, not an address")
    return Path(place)


def _now() -> datetime:
    return datetime.now(UTC)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
