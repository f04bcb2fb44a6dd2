"""The tables of the person directory, versioned as the other tables of the register are.

Names and card numbers are there as digests only, each row's made with one of the keys (`keys`). The birth date is there
as it is: a digest of it could not be compared with a date of which the day or month is unknown, and would hide nothing,
since the person's number in the same row begins with it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table

from rules_service.register.persons.keys import DIGEST_SIZE
from rules_service.register.schema import metadata

_ROW_ID: Final = BigInteger().with_variant(Integer, "sqlite")


def _since() -> Column[int]:
    return Column("since_revision", ForeignKey("revisions.revision"), nullable=False)


def _until() -> Column[int]:
    return Column("until_revision", ForeignKey("revisions.revision"))


def _key_id() -> Column[int]:
    return Column("key_id", ForeignKey("person_keys.key_id"), nullable=False)


person_keys: Final = Table(
    "person_keys",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("key_fingerprint", LargeBinary(DIGEST_SIZE), nullable=False, unique=True),
    _since(),
    _until(),
)
"""The keys that digests were made with, by their fingerprints; with the first one there is a directory."""

persons: Final = Table(
    "persons",
    metadata,
    Column("version_id", _ROW_ID, primary_key=True),
    Column("ssin", BigInteger, nullable=False),
    Column("last_name_digest", LargeBinary(DIGEST_SIZE), nullable=False),
    Column("first_name_digest", LargeBinary(DIGEST_SIZE)),
    Column("birth_year", SmallInteger, nullable=False),
    Column("birth_month", SmallInteger, nullable=False),
    Column("birth_day", SmallInteger, nullable=False),
    _since(),
    _until(),
    _key_id(),
)
"""Who the person with a number is; a part of the birth date that is unknown is 0, a first name that is unknown NULL.

INVARIANT (one key): a person and its cards are written together, and so with the same key.
"""
Index("persons_by_ssin", persons.c.ssin)
Index(
    "persons_one_current_version",
    persons.c.ssin,
    unique=True,
    sqlite_where=persons.c.until_revision.is_(None),
    postgresql_where=persons.c.until_revision.is_(None),
)

person_cards: Final = Table(
    "person_cards",
    metadata,
    Column("version_id", _ROW_ID, primary_key=True),
    Column("ssin", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("number_digest", LargeBinary(DIGEST_SIZE), nullable=False),
    _since(),
    _until(),
    _key_id(),
)
"""The card of each kind that the person has; one that was replaced or lost proves nothing any more."""
Index("person_cards_by_ssin", person_cards.c.ssin)
Index(
    "person_cards_one_current_of_a_kind",
    person_cards.c.ssin,
    person_cards.c.kind,
    unique=True,
    sqlite_where=person_cards.c.until_revision.is_(None),
    postgresql_where=person_cards.c.until_revision.is_(None),
)

wrong_proofs: Final = Table(
    "wrong_proofs",
    metadata,
    Column("attempt_id", _ROW_ID, primary_key=True),
    Column("pair_digest", LargeBinary(DIGEST_SIZE), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
"""Wrong proofs of authentication of the last while, no part of the history: a digest of whose and about whom, and when.

`recorded_at` is in microseconds since 1970-01-01 UTC.
"""
Index("wrong_proofs_by_pair", wrong_proofs.c.pair_digest)
Index("wrong_proofs_by_moment", wrong_proofs.c.recorded_at)
