"""When a proof of authentication is correct (S28).

Nothing here stops early: every part that is given is compared, in constant time, with every record that is held, and
with a record of nobody where none is. How long it takes so tells neither which part is wrong nor whether the person is
known.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rules_service.register.persons.birth_dates import BirthDate
from rules_service.register.persons.keys import DIGEST_SIZE, Part, SecretKey
from rules_service.register.persons.names import normal_name


@dataclass(frozen=True, slots=True, repr=False)
class GivenPerson:
    """Names and birth date as a request gives them; an empty first name was not given."""

    last_name: str
    first_name: str
    birth_date: BirthDate


@dataclass(frozen=True, slots=True, repr=False)
class GivenProof:
    """A proof as a request gives it: numbers of cards as digits, None for what is not given."""

    identity_card_number: str | None = None
    sis_card_number: str | None = None
    person: GivenPerson | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HeldPerson:
    """What the directory holds under one number of a person: digests, `NOTHING` where it does not know.

    `key` is the one that the digests were made with.
    """

    ssin: int
    key: SecretKey
    last_name: bytes
    first_name: bytes
    birth_date: BirthDate
    identity_card: bytes
    sis_card: bytes


NOTHING: Final = bytes(DIGEST_SIZE)
"""Stands for a digest that is not held: no text has it."""
_NOBODYS_KEY: Final = SecretKey(secrets.token_bytes(DIGEST_SIZE))


def is_correct(given: GivenProof, held: Sequence[HeldPerson]) -> bool:
    """Whether everything that is given is right, and something is.

    Args:
        given: what the requester knows of the person.
        held: what the directory knows, one record for each number that the person has or had (S18). A card, or names
            and birth date together, are right where one of the records says so.
    """
    records = held or (_nobody(),)
    found = []
    if given.identity_card_number is not None:
        number = given.identity_card_number
        found.append(_one_of([_same(Part.IDENTITY_CARD, number, each, each.identity_card) for each in records]))
    if given.sis_card_number is not None:
        number = given.sis_card_number
        found.append(_one_of([_same(Part.SIS_CARD, number, each, each.sis_card) for each in records]))
    if given.person is not None:
        found.append(_one_of([_is(given.person, each) for each in records]))
    return bool(found) and all(found)


def _is(given: GivenPerson, held: HeldPerson) -> bool:
    """Whether last name and birth date are those of a record, and the first name too where it is given."""
    last_name, first_name = normal_name(given.last_name), normal_name(given.first_name)
    last_is_right = _same(Part.LAST_NAME, last_name, held, held.last_name) & bool(last_name)
    first_is_right = _same(Part.FIRST_NAME, first_name, held, held.first_name) | (not given.first_name.strip())
    return last_is_right & first_is_right & given.birth_date.agrees_with(held.birth_date)


def _same(part: Part, given: str, record: HeldPerson, held: bytes) -> bool:
    return hmac.compare_digest(record.key.digest(part, record.ssin, given), held)


def _one_of(found: list[bool]) -> bool:
    """Whether one is right, of comparisons that were all made."""
    return any(found)


def _nobody() -> HeldPerson:
    """A record that nothing agrees with, and that takes as long to compare as any other."""
    digest = secrets.token_bytes(DIGEST_SIZE)
    return HeldPerson(0, _NOBODYS_KEY, digest, digest, BirthDate(), digest, digest)
