"""What differs from one database to another, behind one protocol; the rest of this package is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Select, Table, inspect, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register import schema
from rules_service.register.listening import Bell, Ear, Watch

Int64 = NDArray[np.int64]
Columns = Mapping[str, NDArray[Any]]
"""Columns of a table by name, of equal length: numbers or flags, in a column of objects also None."""


class Database(Protocol):
    """One place where a register is kept; its text names the place in messages, without a password.

    The methods that use the database raise `RegisterUnavailableError` when it is lost, never an error of a driver:
    those speak of the data.
    """

    def prepare(self) -> None:
        """Make the place ready for the tables of a new register; raises `OperatorError` where it is taken."""

    def check(self) -> None:
        """Raise `OperatorError` where the place can hold no register at all."""

    def altering(self) -> AbstractContextManager[Connection]:
        """A transaction that creates or changes tables, whole or not at all."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables, and writes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers, and keeps all of its changes or none.

        Raises:
            RegisterUnavailableError: also where another writer did not end in time.
        """

    def listening(self, bell: Bell) -> AbstractContextManager[Ear]:
        """An ear for commits, of this process or another, which the bell wakes too."""

    def watch(self) -> Watch:
        """A new watch over the database; where it cannot be used now, the watch is over at once."""

    def now(self, connection: Connection) -> int:
        """The time by the one clock that all writers of this database share, in microseconds since 1970-01-01 UTC."""

    def stamping(self, connection: Connection) -> AbstractContextManager[None]:
        """To be left after the commit: from the stamp of a write until all may see it, `settle` waits."""

    def settle(self) -> None:
        """Wait until every write that has its stamp can be seen."""

    def writing_briefly(self) -> AbstractContextManager[tuple[Connection, int]]:
        """As `writing`, with `stamping` from the begin: for what is over in a moment; and what `now` tells."""

    def insert(self, connection: Connection, table: Table, columns: Columns) -> None:
        """Add many rows at once, as fast as the database takes them."""

    def read(self, connection: Connection, query: Select[Any]) -> Int64:
        """The rows of a query over numbers and flags, none of them NULL, as an array of as many columns."""

    def active_rows(self, connection: Connection, persons: Int64) -> Int64:
        """The `schema.KEYED_DAYS` of every active integration under these numbers, each given once."""

    def close(self) -> None:
        """Give the connections back."""


@contextmanager
def transaction(
    engine: Engine, failure: type[Exception], told: Callable[[BaseException], RegisterUnavailableError]
) -> Iterator[Connection]:
    """A transaction whose failures are told in our words: those of a driver may hold a person's number.

    Args:
        engine: the database, with the options of the transaction.
        failure: the root of the driver's errors.
        told: what went wrong, and what to do about it.
    """
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise told(error.orig or error) from None
    except failure as error:  # from the driver's own cursor, without SQLAlchemy between
        raise told(error) from None
    except SQLAlchemyError:
        raise RegisterUnavailableError("the register's database cannot be used now: try again later") from None


def no_register(database: Database) -> OperatorError:
    """The error for a place that holds something else."""
    return OperatorError(f"`{database}` is not a register: give the place that `rules-service register init` made")


def schema_version(database: Database, connection: Connection) -> int:
    """The version of the tables; raises `OperatorError` where they are not those of a register."""
    if not inspect(connection).has_table(schema.meta.name):
        raise no_register(database)
    version: int | None = connection.execute(select(schema.meta.c.schema_version)).scalar()
    if version is None:
        raise no_register(database)
    return version


def check_schema(database: Database) -> None:
    """Raise `OperatorError` where the place holds no register, or one of another version of this program."""
    with database.reading() as connection:
        version = schema_version(database, connection)
    if version < schema.SCHEMA_VERSION:
        raise OperatorError(
            f"`{database}` was made by an earlier version of this program (schema version {version}, this one needs "
            f"{schema.SCHEMA_VERSION}): run `rules-service register migrate --register {database}`"
        )
    if version > schema.SCHEMA_VERSION:
        raise OperatorError(
            f"`{database}` has schema version {version}, this program knows {schema.SCHEMA_VERSION}: "
            "use the version of the program that wrote it"
        )
