"""What single writes need of a write to the register: its connection, its revision, and that changes are counted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from rules_service.register.schema import organisation_keys
from rules_service.register.writing import RegisterWriter


class Pen:
    """One write, seen from the rows: statements run on `connection`, under `revision`, and nobody else writes now.

    Writers exclude each other from the begin of a write to its end, so that what a statement reads stays as it is.
    """

    def __init__(self, writer: RegisterWriter) -> None:
        self._writer: Final = writer

    @property
    def writer(self) -> RegisterWriter:
        """The write itself, for what is added in bulk."""
        return self._writer

    @property
    def connection(self) -> Connection:
        """The connection of the write, inside of its transaction."""
        return self._writer.connection

    @property
    def revision(self) -> int:
        """The revision that the write makes, if it changes anything."""
        return self._writer.revision

    @property
    def revision_now(self) -> int:
        """The revision that holds all changes so far: the one before, as long as there are none."""
        return self.revision if self._writer.changes else self.revision - 1

    def count(self, changes: int) -> None:
        """Note that rows were added or closed: only a write that changes something makes a revision."""
        self._writer.count(changes)

    def organisation_id(self, key: str) -> int | None:
        """The id of the organisation with this very key, None where there is none: one row, not the whole directory."""
        known = select(organisation_keys.c.organisation_id).where(organisation_keys.c.key == key)
        return self.connection.execute(known).scalar()
