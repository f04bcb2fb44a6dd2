"""Wrong proofs of authentication, remembered for every process that serves one register (S28).

They are no part of the register's history: a row goes when it no longer counts, and makes no revision. Neither the
organisation nor the person can be read from it, only a digest under the newest key of the person directory; a new key
so begins to count anew.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final, Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select

from rules_service.register.persons.directory import PersonDirectory
from rules_service.register.persons.tables import wrong_proofs


class Notable(Protocol):
    """A register that can be read, and takes notes that are no part of its history."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""

    def noting(self) -> AbstractContextManager[Connection]:
        """A transaction that writes what is no part of the history."""


# Every proof asks for this, also a correct one: it is put together once.
_RECENT: Final = (
    select(wrong_proofs.c.recorded_at)
    .where(wrong_proofs.c.pair_digest == bindparam("pair"), wrong_proofs.c.recorded_at > bindparam("since"))
    .order_by(wrong_proofs.c.recorded_at)
)


class WrongProofs:
    """The wrong proofs in one database; every method raises `RegisterUnavailableError` when that is lost."""

    def __init__(self, register: Notable, directory: PersonDirectory) -> None:
        self._register = register
        self._directory = directory

    def pair(self, organisation: str, ssin: int) -> bytes:
        """What stands for an organisation and a person; raises `KeyUnusableError` where there is no directory."""
        return self._directory.attempt_digest(organisation, ssin)

    def moments(self, pair: bytes, since: int) -> list[int]:
        """When the wrong proofs of a pair were given that came after a moment, the earliest first."""
        with self._register.reading() as connection:
            return list(connection.execute(_RECENT, {"pair": pair, "since": since}).scalars())

    def add(self, pair: bytes, moment: int, since: int) -> None:
        """Note a wrong proof, and forget those of all pairs that came before `since`."""
        with self._register.noting() as connection:
            connection.execute(delete(wrong_proofs).where(wrong_proofs.c.recorded_at <= since))
            connection.execute(insert(wrong_proofs).values(pair_digest=pair, recorded_at=moment))

    def clear(self, pair: bytes) -> None:
        """Forget the wrong proofs of a pair."""
        with self._register.noting() as connection:
            connection.execute(delete(wrong_proofs).where(wrong_proofs.c.pair_digest == pair))
