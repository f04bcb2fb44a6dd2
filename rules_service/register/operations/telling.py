"""Rows of any table in words that people outside of this program understand: dates, moments, names and keys."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, select

from rules_service.algebra import format_day
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Region, RequesterKind
from rules_service.register.persons.cards import CardKind
from rules_service.register.persons.tables import person_cards
from rules_service.register.schema import organisation_keys, organisations, revisions

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REVISION: Final = "revision"
_NUMBER: Final = "ssin"
_ORGANISATIONS: Final = {"organisation_id": "organisation", "parent_id": "parent"}


def moment(microseconds: int) -> str:
    """A moment of the register, microseconds since 1970-01-01 UTC, as text."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat()


_CONVERSIONS: Final[dict[tuple[str, str], Callable[[Any], str]]] = {
    (organisations.name, "kind"): lambda value: RequesterKind(value).name.lower(),
    (organisations.name, "region"): lambda value: Region(value).name.lower(),
    (person_cards.name, "kind"): lambda value: CardKind(value).name.lower(),
}
_DAYS: Final = {"begin_day": "begin_date", "end_day": "end_date"}
_MOMENTS: Final = ("recorded_at", "purged_before")


class Teller:
    """Tells rows as JSON values; every revision comes with its moment and its note, every organisation by its key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        keys = connection.execute(select(organisation_keys.c.organisation_id, organisation_keys.c.key))
        self._keys = {row.organisation_id: row.key for row in keys}
        self._revisions: dict[int, dict[str, Any]] = {}

    def row(self, table: Table, row: RowMapping) -> dict[str, Any]:
        """A row of a table, by the names that its columns have in files."""
        return dict(self._value(table, name, value) for name, value in row.items())

    def _value(self, table: Table, name: str, value: Any) -> tuple[str, Any]:
        title = (_DAYS | _ORGANISATIONS).get(name, name.removesuffix(f"_{_REVISION}"))
        return title, None if value is None else self._told(table, name, value)

    def _told(self, table: Table, name: str, value: Any) -> Any:
        if (table.name, name) in _CONVERSIONS:
            return _CONVERSIONS[table.name, name](value)
        if name.endswith(_REVISION):
            return self._revision(value)
        if name.endswith(_NUMBER):
            return format_ssin(value)
        if name in _ORGANISATIONS:
            return self._keys.get(value)
        if name in _DAYS:
            return format_day(value)
        if name in _MOMENTS:
            return moment(value)
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value

    def _revision(self, number: int) -> dict[str, Any]:
        if number not in self._revisions:
            row = self._connection.execute(select(revisions).where(revisions.c.revision == number)).one()
            told = {"revision": number, "recorded_at": moment(row.recorded_at), "note": row.note}
            self._revisions[number] = told
        return self._revisions[number]
