"""A single write on the tables: one statement finds all that it must know, few others put down what it does."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, exists, func, or_, select, update

from rules_service.algebra import FUTURE
from rules_service.errors import InternalError
from rules_service.register.driver import DriverCursor, NewRow
from rules_service.register.held import HeldRow, held_row
from rules_service.register.integrating import Holding, Key, Written
from rules_service.register.row_algebra import Registers
from rules_service.register.schema import aliases, integrations, organisation_keys, requests, revisions
from rules_service.register.ssins import current_number, numbers_of
from rules_service.register.writing import RememberedRequest, check_request_id


class DayWriter:
    """One write about the days of one key; made by `Register.write_days`, inside of its transaction."""

    def __init__(self, connection: Connection, key: Key, request_id: str, note: str, moment: int) -> None:
        """Reads what every such write must know; `moment` is in microseconds since 1970-01-01 UTC.

        Raises:
            InvalidRequestError: no database keeps such an id of a request.
        """
        check_request_id(request_id)
        self._connection = connection
        self._cursor = DriverCursor(connection)
        self._key = key
        self._request_id = request_id
        self._note = note
        self._rows = self._find(key.ssin)
        self._found = self._rows[0]
        self._recorded_at = max(moment, self._found.recorded_at + 1)  # INVARIANT (stamps) of the store

    @property
    def remembered(self) -> RememberedRequest | None:
        """What was answered to this request before, None where it comes for the first time."""
        found = self._found
        return None if found.digest is None else RememberedRequest(found.digest, found.answer, found.answered_revision)

    def holding(self) -> Holding:
        """What the register holds of the key."""
        if self._found.organisation_id is None:
            raise InternalError("an organisation would write that the directory does not have")
        current, rows, revision = self._key.ssin, self._rows, self._found.newest
        if self._found.has_other_numbers:
            current = current_number(self._connection, self._key.ssin, revision)
            numbers = numbers_of(self._connection, self._key.ssin, revision)
            rows = [row for number in numbers for row in self._find(number)]
        held = tuple(held_row(row) for row in rows if row.row_id is not None)
        return Holding(self._key, current, held, self._found.last_row or 0, revision)

    def put(self, written: Written, answered: RememberedRequest | None = None) -> None:
        """Put down what came of the holding, and what is answered to the request from now on; to be called once."""
        rows = self._revision(written)
        if written.closed:  # before others are opened: two active rows of one key never share a day
            self._cursor.insert(rows)
            for row in written.closed:
                self._cursor.run(_CLOSE, closed=row.row_id, closing_revision=written.revision)
            rows = []
        rows += [(integrations, _values(row, self._found.organisation_id)) for row in written.opened]
        self._cursor.insert(rows + self._request(answered))

    def _revision(self, written: Written) -> list[NewRow]:
        """The revision, unless nothing changes."""
        row = {"revision": written.revision, "recorded_at": self._recorded_at, "note": self._note}
        return [(revisions, row)] if written.opened or written.closed else []

    def _request(self, answered: RememberedRequest | None) -> list[NewRow]:
        if answered is None:
            return []
        row = {"digest": answered.digest, "answer": answered.answer, "revision": answered.revision}
        return [(requests, {"request_id": self._request_id, "recorded_at": self._recorded_at, **row})]

    def _find(self, ssin: int) -> list[Any]:
        key = {"organisation": self._key.organisation, "sector": self._key.sector, "code": self._key.quality_code}
        return self._cursor.run(_FOUND, ssin=ssin, request_id=self._request_id, **key)


def _select_found() -> Select[Any]:
    """The active rows of a key under one number, and beside each, also where there is none, what does not depend on it.

    That is the last revision, the last row of all, the id of the organisation, the answer to the request, and whether
    the person has other numbers.
    """
    ssin: BindParameter[int] = bindparam("ssin")
    row_of_key = (
        integrations.c.ssin == ssin,
        integrations.c.organisation_id == organisation_keys.c.organisation_id,
        integrations.c.sector == bindparam("sector"),
        integrations.c.quality_code == bindparam("code"),
        integrations.c.until_revision.is_(None),
    )
    return (
        select(
            revisions.c.revision.label("newest"),
            revisions.c.recorded_at,
            select(func.max(integrations.c.row_id)).scalar_subquery().label("last_row"),
            or_(exists().where(aliases.c.old_ssin == ssin), exists().where(aliases.c.new_ssin == ssin)).label(
                "has_other_numbers"
            ),
            requests.c.digest,
            requests.c.answer,
            requests.c.revision.label("answered_revision"),
            organisation_keys.c.organisation_id,
            organisation_keys.c.key,
            *(column for column in integrations.c if column.name != "organisation_id"),
        )
        .select_from(revisions)
        .outerjoin(requests, requests.c.request_id == bindparam("request_id"))
        .outerjoin(organisation_keys, organisation_keys.c.key == bindparam("organisation"))
        .outerjoin(integrations, and_(*row_of_key))
        .where(revisions.c.revision == select(func.max(revisions.c.revision)).scalar_subquery())
    )


_FOUND: Final = _select_found()
_CLOSE: Final = (
    update(integrations)
    .where(integrations.c.row_id == bindparam("closed"))
    .values(until_revision=bindparam("closing_revision"))
)


def _values(row: HeldRow, organisation_id: int) -> dict[str, Any]:
    return {
        "row_id": row.row_id,
        "ssin": row.ssin,
        "organisation_id": organisation_id,
        "sector": row.sector,
        "quality_code": row.quality_code,
        "begin_day": row.begin,
        "end_day": None if row.end >= FUTURE else row.end,
        "in_primary": Registers.PRIMARY in row.registers,
        "in_secondary": Registers.SECONDARY in row.registers,
        "end_defaulted": row.end_defaulted,
        "since_revision": row.since_revision,
        "until_revision": row.until_revision,
    }
