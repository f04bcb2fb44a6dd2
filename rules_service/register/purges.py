"""What was purged, and from which revision on the register still knows everything (S31).

Nothing that is here tells whom a purge was about. A purge takes away versions that were closed long ago, so that what
is known now, and what was known since, stays as it is; an earlier revision can no longer be told in full. Who asks for
one gets an error of its own, never an answer that leaves out what was purged.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, String, Table, func, select

from rules_service.errors import RevisionNotAvailableError
from rules_service.register.schema import metadata

purges: Final = Table(
    "purges",
    metadata,
    Column("revision", ForeignKey("revisions.revision"), primary_key=True),
    Column("table_name", String, primary_key=True),
    Column("purged_before", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("horizon", ForeignKey("revisions.revision"), nullable=False),
    Column("period", String, nullable=False),
)
"""One row for each table of a purge: what was closed before `purged_before` is gone, so many rows of it.

`purged_before` is in microseconds since 1970-01-01 UTC, `period` is how long rows were to be kept, as the operator said
it; empty where that was not recorded yet. From revision `horizon` on, the table knows everything.
"""

INTEGRATION_TABLES: Final = ("integrations", "aliases")
"""What a decision reads of a person."""
PERSON_TABLES: Final = ("persons", "person_cards", "aliases")
"""What a proof of authentication is compared with."""


class HistoryPurgedError(RevisionNotAvailableError):
    """What was known at a revision was purged since, so that it cannot be told any more."""

    reason = "HISTORY_PURGED"


def horizon(connection: Connection, tables: Collection[str] = INTEGRATION_TABLES) -> int:
    """The first revision from which on these tables know everything; 0 where nothing was purged."""
    latest = select(func.coalesce(func.max(purges.c.horizon), 0)).where(purges.c.table_name.in_(tables))
    return int(connection.execute(latest).scalar_one())


def check_retained(connection: Connection, revision: int, tables: Collection[str] = INTEGRATION_TABLES) -> None:
    """Raise `HistoryPurgedError` where a revision lies before what the register still knows in full."""
    first = horizon(connection, tables)
    if revision < first:
        raise HistoryPurgedError(
            f"revision `{revision}` cannot be told any more: what was known before revision {first} was purged, as its "
            f"time of retention has passed; ask for revision {first} or a later one",
            metadata={"revision": str(revision), "first_revision": str(first)},
        )


def check_changes_retained(connection: Connection, revision: int) -> None:
    """Raise `HistoryPurgedError` where it can no longer be told all that a revision changed.

    The rows that were closed at the horizon itself are gone, those that were closed later are there. Replacements are
    gone that came before the horizon, which is the revision of their purge.
    """
    check_retained(connection, revision - 1, ("integrations",))
    check_retained(connection, revision, ("aliases",))
