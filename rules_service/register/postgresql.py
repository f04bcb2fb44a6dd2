"""The register in a PostgreSQL database, version 15 or later: servers on many machines may share it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
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
    func,
    inspect,
    make_url,
    select,
    true,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeEngine

from rules_service.errors import OperatorError
from rules_service.register import schema
from rules_service.register.database import Columns, Int64, transaction

_OLDEST: Final = 150_000
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
        self._lock_timeout = max(1, round(busy_seconds * 1000))
        # Parameters of statements are persons' numbers: they stay out of every message.
        self._engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,  # a server that was restarted is found again by the next call
            connect_args={"connect_timeout": max(2, round(busy_seconds))},
        )
        self._readers = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # A writer must see what the one before it wrote, although it began to wait earlier.
        self._writers = self._engine.execution_options(isolation_level="READ COMMITTED")

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
        return transaction(self._readers, psycopg.Error, _advice)

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A transaction in which tables are made; those that are there wait for no longer than other writes do."""
        with transaction(self._writers, psycopg.Error, _advice) as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self._lock_timeout}")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that excludes other writers, also those that are not this program; readers go on."""
        with self.altering() as connection:
            connection.exec_driver_sql("LOCK TABLE revisions IN SHARE ROW EXCLUSIVE MODE")
            yield connection

    def now(self, connection: Connection) -> int:
        """The clock of the database server, whichever machine asks."""
        return int(connection.exec_driver_sql(_NOW).scalar_one())

    @contextmanager
    def stamping(self, connection: Connection) -> Iterator[None]:
        """Holds a lock that `settle` waits for, and nobody else: not a reader, nor a backup."""
        connection.exec_driver_sql("LOCK TABLE meta IN EXCLUSIVE MODE")
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
        self._engine.dispose()


_NOW: Final = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


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


def _advice(error: BaseException) -> str:
    """What went wrong by the standard's code of it, which tells nothing of the data."""
    state = getattr(error, "sqlstate", None) or ""
    for start, advice in _ADVICE.items():
        if state.startswith(start):
            return f"{advice} (SQLSTATE {state})"
    if not state:
        return "the register's database cannot be reached: check its address, and that its server runs"
    return f"the register's database failed (SQLSTATE {state}): try again, then look into the server's log"


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
    "53100": "the disk of the register's database is full: make room, then try again",
    "53": "the register's database has no room for this now: try again later",
}
