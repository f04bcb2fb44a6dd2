"""The person directory of a register: proofs are checked against it, and nothing of it ever comes out (S22, S28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, and_, select

from rules_service.register.persons.birth_dates import BirthDate
from rules_service.register.persons.cards import CardKind
from rules_service.register.persons.key_versions import KeyVersion, key_versions, keys_in_use
from rules_service.register.persons.keys import KeyFile, KeyUnusableError, Part, SecretKey, key_file_of
from rules_service.register.persons.proofs import NOTHING, GivenProof, HeldPerson, is_correct
from rules_service.register.persons.tables import person_cards, persons
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
        self._file: KeyFile | None = None
        self._newest: SecretKey | None = None

    def is_held(self, revision: int) -> bool:
        """Whether any person was known at a revision.

        Raises:
            KeyUnusableError: there is a directory, but one of its keys is missing.
        """
        with self._register.reading() as connection:
            versions = key_versions(connection)
            if versions:
                self._keys(connection, versions)
        return bool(versions) and versions[0].since_revision <= revision

    def proves(self, given: GivenProof, ssin: int, revision: int) -> bool:
        """Whether a proof is correct for the person with a number, by what was known at a revision (S18, S28).

        An unknown person has no correct proof.

        Raises:
            KeyUnusableError: one of the keys is missing.
        """
        with self._register.reading() as connection:
            check_retained(connection, revision, PERSON_TABLES)
            keys = self._keys(connection, key_versions(connection))
            held = _records(connection, ssin, revision, keys)
        return is_correct(given, held)

    def attempt_digest(self, organisation: str, ssin: int) -> bytes:
        """What stands for an organisation and a person where wrong proofs are remembered, of whom it does not tell.

        It is made with the newest key, as the last look at the directory (`is_held`) found it.

        Raises:
            KeyUnusableError: there was no directory.
        """
        if self._newest is None:
            raise KeyUnusableError("there is no person directory by which a proof could be checked")
        return self._newest.digest(Part.ATTEMPT, ssin, organisation)

    def _keys(self, connection: Connection, versions: Sequence[KeyVersion]) -> Mapping[int, SecretKey]:
        """The keys of the directory, read again only where it has one that is not known here."""
        keys: Mapping[int, SecretKey] | None = None
        if self._file is not None:
            with suppress(KeyUnusableError):
                keys = keys_in_use(versions, self._file)
        if keys is None:
            self._file = KeyFile(key_file_of(connection, self._key_file))
            keys = keys_in_use(versions, self._file)
        self._newest = keys[versions[-1].key_id] if versions else None
        return keys


def _records(connection: Connection, ssin: int, revision: int, keys: Mapping[int, SecretKey]) -> list[HeldPerson]:
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
        found[row.ssin] = _with_card(found.get(row.ssin) or _person(row, keys), row.kind, row.number_digest)
    return list(found.values())


def _person(row: Any, keys: Mapping[int, SecretKey]) -> HeldPerson:
    birth_date = BirthDate(row.birth_year, row.birth_month, row.birth_day)
    names = row.last_name_digest, row.first_name_digest or NOTHING
    return HeldPerson(row.ssin, keys[row.key_id], *names, birth_date, NOTHING, NOTHING)


def _with_card(person: HeldPerson, kind: int | None, digest: bytes | None) -> HeldPerson:
    match kind:
        case CardKind.IDENTITY:
            return replace(person, identity_card=digest or NOTHING)
        case CardKind.SIS:
            return replace(person, sis_card=digest or NOTHING)
    return person
