"""The person directory of a register: proofs are checked against it, and nothing of it ever comes out (S22, S28)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, and_, select

from rules_service.register.persons.birth_dates import BirthDate
from rules_service.register.persons.cards import CardKind
from rules_service.register.persons.keys import KeyUnusableError, SecretKey, key_file_beside, load_key
from rules_service.register.persons.proofs import NOTHING, GivenProof, HeldPerson, is_correct
from rules_service.register.persons.tables import person_cards, person_directory, persons
from rules_service.register.purges import PERSON_TABLES, check_retained
from rules_service.register.schema import known_at
from rules_service.register.ssins import numbers_of


class Readable(Protocol):
    """A register whose tables can be read."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the tables."""


class PersonDirectory:
    """Checks proofs at any revision; safe to use from many threads.

    Every method raises `RegisterUnavailableError` when the database is lost.
    """

    def __init__(self, register: Readable, key_file: Path | None = None) -> None:
        """`key_file` is needed where the register is no file of its own, beside which the key is found."""
        self._register = register
        self._key_file = key_file
        self._key: SecretKey | None = None

    def is_held(self, revision: int) -> bool:
        """Whether any person was known at a revision.

        Raises:
            KeyUnusableError: there is a directory, but its key is missing or another one.
        """
        with self._register.reading() as connection:
            directory = connection.execute(select(person_directory)).first()
            if directory is None:
                return False
            self._current_key(connection, directory.key_fingerprint)
        return bool(directory.since_revision <= revision)

    def proves(self, given: GivenProof, ssin: int, revision: int) -> bool:
        """Whether a proof is correct for the person with a number, by what was known at a revision (S18, S28).

        An unknown person has no correct proof.

        Raises:
            KeyUnusableError: the key is missing or another one, or there never was a directory.
        """
        with self._register.reading() as connection:
            check_retained(connection, revision, PERSON_TABLES)
            fingerprint = connection.execute(select(person_directory.c.key_fingerprint)).scalar()
            key = self._current_key(connection, fingerprint)
            held = _records(connection, ssin, revision)
        return is_correct(given, held, key)

    def _current_key(self, connection: Connection, fingerprint: bytes | None) -> SecretKey:
        """The key of the directory, read again only where another directory took its place."""
        key = self._key
        if key is None or key.fingerprint != fingerprint:
            key = checked_key(load_key(self._key_file or key_file_beside(connection)), fingerprint)
            self._key = key
        return key


def checked_key(key: SecretKey, fingerprint: bytes | None) -> SecretKey:
    """The key, if it is the one with this fingerprint; raises `KeyUnusableError`."""
    if key.fingerprint != fingerprint:
        raise KeyUnusableError("the key is not the one that the person directory was made with: put the right one back")
    return key


def _records(connection: Connection, ssin: int, revision: int) -> list[HeldPerson]:
    """What was known of a person, a record for each number of the chain that had one."""
    numbers = numbers_of(connection, ssin, revision)
    cards = and_(person_cards.c.ssin == persons.c.ssin, known_at(person_cards, revision))
    query = (
        select(persons, person_cards.c.kind, person_cards.c.number_digest)
        .outerjoin(person_cards, cards)
        .where(persons.c.ssin.in_(numbers), known_at(persons, revision))
    )
    found: dict[int, HeldPerson] = {}
    for row in connection.execute(query):
        found[row.ssin] = _with_card(found.get(row.ssin) or _person(row), row.kind, row.number_digest)
    return list(found.values())


def _person(row: Any) -> HeldPerson:
    birth_date = BirthDate(row.birth_year, row.birth_month, row.birth_day)
    return HeldPerson(row.ssin, row.last_name_digest, row.first_name_digest or NOTHING, birth_date, NOTHING, NOTHING)


def _with_card(person: HeldPerson, kind: int | None, digest: bytes | None) -> HeldPerson:
    match kind:
        case CardKind.IDENTITY:
            return replace(person, identity_card=digest or NOTHING)
        case CardKind.SIS:
            return replace(person, sis_card=digest or NOTHING)
    return person
