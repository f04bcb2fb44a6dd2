"""The register in a PostgreSQL database, version 15 or later: servers on many machines may share it."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from select import POLLIN, poll
from typing import Any, Final

import numpy as np
import psycopg
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv
from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    Boolean,
    Connection,
    Integer,
    Select,
    SmallInteger,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    true,
)
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.types import TypeEngine

from rules_service.errors import OperatorError, RegisterFullError, RegisterUnavailableError
from rules_service.register import schema
from rules_service.register.database import Columns, Int64, transaction
from rules_service.register.listening import Bell

_OLDEST: Final = 150_000
# A server that vanished without a word, with its machine or the way to it, is noticed within some 20 seconds.
_NOTICING: Final = {
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_BEGIN: Final = "begin"
_CSV: Final = csv.WriteOptions(include_header=False)
_BLOCK: Final = 1 << 22
_HEADER: Final = 19
_TRAILER: Final = 2


class PostgresqlDatabase:
    """A database that exists already; the tables lie in the first schema of its search path."""

    def __init__(self, address: str, busy_seconds: float) -> None:
        """`busy_seconds`: how long to wait for another writer, and for a connection.

        Raises:
            OperatorError: the address cannot be understood; it is not repeated, since it may hold a password.
        """
        try:
            url = make_url(address).set(drivername="postgresql+psycopg")
        except (ArgumentError, ValueError):
            raise OperatorError(
                "the address of the register cannot be read: write it as `postgresql://user@host:port/database`"
            ) from None
        # Without the password, and without the query, where another may stand.
        shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
        self._name = shown.render_as_string()
        # Parameters of statements are persons' numbers: they stay out of every message.
        self._engine = create_engine(
            url,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",  # transactions begin where `_begin` says so, and as it says
            connect_args={"connect_timeout": max(2, round(busy_seconds)), **_NOTICING},
        )
        self._watching: list[Any] = []
        event.listen(self._engine, "connect", _compile_nothing)
        event.listen(self._engine, "checkout", _forget_ended)
        event.listen(self._engine, "begin", _begin)
        self._readers = self._engine.execution_options(**{_BEGIN: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"})
        # A writer must see what the one before it wrote, although it began to wait earlier.
        waiting = f"SET LOCAL lock_timeout = {max(1, round(busy_seconds * 1000))}"
        self._begin_write = f"BEGIN ISOLATION LEVEL READ COMMITTED; {waiting}"
        self._writers = self._engine.execution_options(**{_BEGIN: self._begin_write})

    def __str__(self) -> str:
        return self._name

    def prepare(self) -> None:
        """Nothing is made: the database is there, and holds no register yet."""
        self.check()
        with self.reading() as connection:
            if inspect(connection).has_table(schema.meta.name):
                raise OperatorError(f"`{self}` holds a register already: choose another database, or open that one")

    def check(self) -> None:
        """Raise `OperatorError` where the server is too old."""
        with self.reading() as connection:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        if version < _OLDEST:
            raise OperatorError(f"`{self}` runs PostgreSQL {version // 10_000}: the register needs 15 or later")

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables: what it found by its first statement."""
        return transaction(self._readers, psycopg.Error, _told)

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A transaction in which tables are made; those that are there wait for no longer than other writes do."""
        with transaction(self._writers, psycopg.Error, _told) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that excludes other writers, also those that are not this program; readers go on."""
        with self.altering() as connection:
            connection.exec_driver_sql(_LOCK_WRITERS)
            yield connection

    @contextmanager
    def writing_briefly(self) -> Iterator[tuple[Connection, int]]:
        """One message begins, locks all that `writing` and `stamping` lock, and asks for the time."""
        with transaction(self._engine, psycopg.Error, _told) as connection:
            told = _run(connection, f"{self._begin_write}; {_LOCK_WRITERS}; {_LOCK_STAMPS}; {_NOW}")
            while told.nextset():
                pass
            ((now,),) = told
            yield connection, now

    @contextmanager
    def listening(self, bell: Bell) -> Iterator[_Ear]:
        """An ear on a connection of its own; what is announced is heard between transactions."""
        with transaction(self._engine, psycopg.Error, _told) as connection:
            ear = _Ear(connection, bell)
            connection.detach()  # it is never lent to anybody else
            yield ear

    def watch(self) -> _Watch:
        """A watch on a connection of its own."""
        driver: Any = None
        with suppress(psycopg.Error, SQLAlchemyError):
            connection = self._engine.raw_connection()
            driver = connection.driver_connection
            connection.detach()  # it is never lent to anybody else
            self._watching = [*(each for each in self._watching if not each.closed), driver]
        return _Watch(driver)

    def now(self, connection: Connection) -> int:
        """The clock of the database server, whichever machine asks."""
        return int(connection.exec_driver_sql(_NOW).scalar_one())

    @contextmanager
    def stamping(self, connection: Connection) -> Iterator[None]:
        """Holds a lock that `settle` waits for, and nobody else: not a reader, nor a backup."""
        connection.exec_driver_sql(_LOCK_STAMPS)
        yield

    def settle(self) -> None:
        """Wait until no write is between its stamp and its commit."""
        with self.altering() as connection:
            connection.exec_driver_sql("LOCK TABLE meta IN ROW SHARE MODE")

    def insert(self, connection: Connection, table: Table, columns: Columns) -> None:
        """All rows in one COPY; its text is written column by column."""
        text = io.BytesIO()
        csv.write_csv(pa.table({name: pa.array(values) for name, values in columns.items()}), text, _CSV)
        with _copy(connection, f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getvalue())

    def read(self, connection: Connection, query: Select[Any]) -> Int64:
        """All rows in one COPY, in the format of the wire, which is that of an array but for the order of bytes."""
        row = _row_of(column.type for column in query.selected_columns)
        compiled = query.compile(connection)
        with _copy(connection, f"COPY ({compiled}) TO STDOUT (FORMAT binary)", compiled.params) as copy:
            blocks = [_numbers(block, row) for block in _whole_rows(copy, row.itemsize)]
        return np.concatenate([np.empty((0, len(query.selected_columns)), dtype=np.int64), *blocks])

    def active_rows(self, connection: Connection, persons: Int64) -> Int64:
        """Looks up one person after the other, by the index of persons."""
        numbers = bindparam("persons", persons.tolist(), ARRAY(BigInteger))
        person = func.unnest(numbers).table_valued("ssin", name="person").render_derived()
        mine = (schema.integrations.c.ssin == person.c.ssin) & schema.integrations.c.until_revision.is_(None)
        # The offset keeps the two apart for the planner: joined, it would read the whole table for every few thousand.
        rows = select(*schema.KEYED_DAYS).where(mine).correlate(person).offset(0).lateral("rows")
        with connection.execute(select(*rows.c).select_from(person.join(rows, true()))) as result:
            cursor: Any = result.cursor
            found = cursor.fetchall()  # seldom many: a statement of its own would take longer to prepare
        return np.array(found, dtype=np.int64).reshape(-1, len(schema.KEYED_DAYS))

    def close(self) -> None:
        """Give the connections back."""
        for driver in self._watching:
            driver.close()
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    """Begin as the options of the engine say; where they say nothing, each statement stands for itself."""
    if (words := connection.get_execution_options().get(_BEGIN)) is None:
        return
    try:
        _run(connection, words)
    except psycopg.Error:
        connection.invalidate()  # the pool would roll it back, and log with a traceback that it cannot
        raise


def _run(connection: Connection, statements: str) -> Any:
    """Several statements in one message, without SQLAlchemy between."""
    driver: Any = connection.connection.driver_connection
    return driver.execute(statements, prepare=False)


def _compile_nothing(driver: Any, _entry: object) -> None:
    """Our queries find few rows, but the server expects many of chains of numbers, and would compile for seconds."""
    driver.execute("SET jit = off")
    driver.commit()  # where a transaction was begun for it


class _Ear:
    """Implements `Ear` by what the trigger on the table of revisions announces."""

    def __init__(self, connection: Connection, bell: Bell) -> None:
        self._driver: Any = connection.connection.driver_connection
        self._bell = bell
        self._schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        connection.exec_driver_sql("LISTEN rules_service_register")

    def wait(self, seconds: float) -> None:
        """As `Ear.wait`; a silence that lasted is broken by a question, so that a lost connection is noticed."""
        until = time.monotonic() + seconds
        while not self._was_announced():
            left = until - time.monotonic()
            if left <= 0:
                self._driver.execute("SELECT 1")
                return
            if self._bell.wait(left, self._driver.fileno()):
                return

    def _was_announced(self) -> bool:
        """Whether something was announced of this register, and not of another one in the same database."""
        payloads = {announced.payload for announced in self._driver.notifies(timeout=0)}
        return self._schema in payloads


class _Watch:
    """Implements `Watch` by the last revision, which only the server knows: one prepared statement, one round trip.

    That is asked for without any layer between, since all of them together take ten times as long as the server.
    """

    def __init__(self, driver: Any) -> None:
        """`driver` is a connection for this alone, None where none could be made."""
        self._driver = driver
        self._answers = poll()
        if driver is not None:
            self._answers.register(driver.fileno(), POLLIN)
            driver.pgconn.prepare(_LAST, _LAST_REVISION)

    def state(self) -> tuple[bytes | None, bytes | None] | None:
        """As `Watch.state`: number and stamp of the last revision, as the server writes them."""
        if self._driver is None:
            return None
        server = self._driver.pgconn
        try:
            server.send_query_prepared(_LAST, [])
            server.flush()
            while server.is_busy():
                if not self._answers.poll(_MOMENT * 1000):
                    return None
                server.consume_input()
            found = server.get_result()
            server.get_result()  # there is no other, so that the next statement may be sent
            return (found.get_value(0, 0), found.get_value(0, 1)) if found.ntuples == 1 else None
        except psycopg.Error:
            return None

    def close(self) -> None:
        """Close the connection."""
        if self._driver is not None:
            self._driver.close()


_LAST: Final = b"last_revision"
_LAST_REVISION: Final = b"SELECT revision, recorded_at FROM revisions ORDER BY revision DESC LIMIT 1"
_MOMENT: Final = 0.05
_LOCK_WRITERS: Final = "LOCK TABLE revisions IN SHARE ROW EXCLUSIVE MODE"
_LOCK_STAMPS: Final = "LOCK TABLE meta IN EXCLUSIVE MODE"
_NOW: Final = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def _forget_ended(connection: psycopg.Connection[Any], _entry: object, _proxy: object) -> None:
    """Connect again where the server ended the connection: one that was restarted is found by the next call.

    A server says nothing unasked on a connection that it keeps, so that listening is enough, and nothing is sent.
    """
    listening = poll()
    listening.register(connection.fileno(), POLLIN)
    if listening.poll(0):
        raise DisconnectionError


@contextmanager
def _copy(connection: Connection, statement: str, parameters: Any = None) -> Iterator[psycopg.Copy]:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement, parameters) as copy:
        yield copy


def _row_of(types: Iterable[TypeEngine[Any]]) -> np.dtype[Any]:
    """A row on the wire: the number of its fields, then each one after its length."""
    fields = [(f"length_{place}", ">i4", f"value_{place}", _wire(kind)) for place, kind in enumerate(types)]
    pairs = [pair for length, its, value, kind in fields for pair in ((length, its), (value, kind))]
    return np.dtype([("count", ">i2"), *pairs])


def _wire(kind: TypeEngine[Any]) -> str:
    for each, width in _WIRE:
        if isinstance(kind, each):
            return width
    raise TypeError(f"no numbers: {kind!r}")


# The narrow and the wide one first: both are integers too.
_WIRE: Final = ((SmallInteger, ">i2"), (BigInteger, ">i8"), (Integer, ">i4"), (Boolean, "u1"))


def _whole_rows(copy: psycopg.Copy, width: int) -> Iterator[bytes]:
    """What comes over the wire, in blocks of whole rows, without the header and the trailer."""
    held = bytearray()
    skipped = False
    for piece in copy:
        held += piece
        if not skipped and len(held) >= _HEADER:
            del held[:_HEADER]
            skipped = True
        if len(held) > _BLOCK + _TRAILER:
            whole = (len(held) - _TRAILER) // width * width
            yield bytes(held[:whole])
            del held[:whole]
    yield bytes(held[:-_TRAILER])


def _numbers(block: bytes, row: np.dtype[Any]) -> NDArray[np.int64]:
    rows = np.frombuffer(block, dtype=row)
    values = [rows[name] for name in row.names or () if name.startswith("value")]
    return np.column_stack(values).astype(np.int64)


def _told(error: BaseException) -> RegisterUnavailableError:
    """What went wrong by the standard's code of it, which tells nothing of the data."""
    state = getattr(error, "sqlstate", None) or ""
    kind = RegisterFullError if state == _FULL else RegisterUnavailableError
    for start, advice in _ADVICE.items():
        if state.startswith(start):
            return kind(f"{advice} (SQLSTATE {state})")
    if not state:
        return kind("the register's database cannot be reached: check its address, and that its server runs")
    return kind(f"the register's database failed (SQLSTATE {state}): try again, then look into the server's log")


_FULL: Final = "53100"
_ADVICE: Final = {
    "08": "the connection to the register's database was lost: try again, then check its server",
    "57P": "the server of the register's database is stopping or starting: try again",
    "57014": "the register's database stopped the call: try again",
    "55P03": "the register is locked by another program: try again when it has finished",
    "40": "the register was changed by another program meanwhile: try again",
    "23": "the write contradicts what the register holds: nothing was written",
    "25006": "the register's database cannot be written now: connect to its primary server",
    "28": "the register's database refuses this user: check the name and the password",
    "3D000": "there is no such database on the server: make it, then try again",
    "42501": "this user may not do that in the register's database: grant it the rights",
    _FULL: "the disk of the register's database is full: make room, then try again",
    "53": "the register's database has no room for this now: try again later",
}
