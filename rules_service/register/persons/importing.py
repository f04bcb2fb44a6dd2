"""Importing persons: each row says all that is known of a person from now on, and takes the place of what was known.

Rows have the columns of the file as everywhere; names and card numbers leave this module as digests only, and no reason
why a row is bad repeats what stands in it (S31).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, bindparam, insert, select, update

from rules_service.errors import InvalidRequestError
from rules_service.register.decoding import decode_ssins
from rules_service.register.persons.birth_dates import BirthDate, parse_birth_date
from rules_service.register.persons.cards import CardKind, parse_card_number
from rules_service.register.persons.key_versions import FIRST_KEY, add_key_version, key_versions, keys_in_use
from rules_service.register.persons.keys import KeyFile, Part, SecretKey, key_file_of, read_or_make
from rules_service.register.persons.names import normal_name
from rules_service.register.persons.tables import person_cards, persons
from rules_service.register.row_files import Chunk
from rules_service.register.writing import RegisterWriter

Problem = tuple[str, str]
"""A field and what is wrong with it."""

_LONGEST_NAME: Final = 200
_NUMBERS_AT_ONCE: Final = 10_000
_ALREADY_THERE: Final = ("", "is in the register already")
_TWICE: Final = ("", "comes twice in this file")
_TEXTS: Final = ("last_name", "first_name", "birth_date", "identity_card_number", "sis_card_number")
_birth_date = lru_cache(maxsize=1 << 16)(parse_birth_date)
_PARTS: Final = {CardKind.IDENTITY: Part.IDENTITY_CARD, CardKind.SIS: Part.SIS_CARD}


@dataclass(frozen=True, slots=True, repr=False)
class _Entry:
    """What is known of a person, as it is kept; `cards` in order of their kind.

    The same under an older key is another entry: so an import brings the rows of a directory to its newest key.
    """

    key_id: int
    last_name: bytes
    first_name: bytes | None
    birth_date: BirthDate
    cards: tuple[tuple[CardKind, bytes], ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """The key that rows are made with, and the id that they are written under."""

    key_id: int
    secret: SecretKey


class PersonRows:
    """Brings rows of persons into the register."""

    def __init__(self, key_file: Path | None = None) -> None:
        """`key_file` is needed where the register is no file of its own, beside which the key is found or made."""
        self._key_file = key_file
        self._key: _Key | None = None

    def add(self, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
        """Add the good rows; the others come back, by their place in the chunk.

        Raises:
            KeyUnusableError: a key of the directory is missing, or cannot be made.
        """
        key = self._key = self._key or _key_for(writer, self._key_file)
        entries, problems = _read(chunk, key)
        known = dict(_known(writer, [ssin for ssin, _ in entries.values()]))
        changed: dict[int, _Entry] = {}
        for row, (ssin, entry) in entries.items():
            since, held = known.get(ssin, (0, None))
            if since == writer.revision or ssin in changed:
                problems[row] = _TWICE
            elif held == entry:
                problems[row] = _ALREADY_THERE
            else:
                changed[ssin] = entry
        if changed:
            _open_directory(writer, key.secret)
            _put(writer, changed, replaced=changed.keys() & known.keys())
        return problems


def _key_for(writer: RegisterWriter, key_file: Path | None) -> _Key:
    """The newest key of the directory; with the first person comes a directory, and a key unless there is one."""
    path = key_file_of(writer.connection, key_file)
    versions = key_versions(writer.connection)
    if not versions:
        return _Key(FIRST_KEY, read_or_make(path).newest)
    newest = versions[-1].key_id
    return _Key(newest, keys_in_use(versions, KeyFile(path))[newest])


def _read(chunk: Chunk, key: _Key) -> tuple[dict[int, tuple[int, _Entry]], dict[int, Problem]]:
    """The good rows as number and entry, and what is wrong with the others, by their place."""
    ssins = decode_ssins(chunk.columns["ssin"])
    problems: dict[int, Problem] = {row: ("ssin", reason) for row, reason in ssins.problems.items()}
    numbers = ssins.values.tolist()
    entries = {}
    for row, texts in enumerate(_dictionaries(chunk)):
        if row not in problems:
            try:
                entries[row] = numbers[row], _entry(numbers[row], texts, key)
            except InvalidRequestError as error:
                problems[row] = error.violations[0].field, error.violations[0].description
    return entries, problems


def _dictionaries(chunk: Chunk) -> Iterator[dict[str, str | None]]:
    for texts in zip(*(chunk.columns[name].to_pylist() for name in _TEXTS), strict=True):
        yield dict(zip(_TEXTS, texts, strict=True))


def _entry(ssin: int, texts: Mapping[str, str | None], key: _Key) -> _Entry:
    last_name = _name("last_name", texts)
    if not last_name:
        raise InvalidRequestError.of("last_name", "has no letter")
    first_name = _name("first_name", texts)
    birth_date = _birth_date(_text("birth_date", texts) or "0000-00-00")
    numbers = (
        (CardKind.IDENTITY, _card_number("identity_card_number", texts)),
        (CardKind.SIS, _card_number("sis_card_number", texts)),
    )
    digest = key.secret.digest
    return _Entry(
        key.key_id,
        digest(Part.LAST_NAME, ssin, last_name),
        digest(Part.FIRST_NAME, ssin, first_name) if first_name else None,
        birth_date,
        tuple((kind, digest(_PARTS[kind], ssin, number)) for kind, number in numbers if number),
    )


def _text(field: str, texts: Mapping[str, str | None]) -> str:
    text = texts[field]
    if text is None:
        raise InvalidRequestError.of(field, "is not UTF-8 text")
    return text


def _name(field: str, texts: Mapping[str, str | None]) -> str:
    text = _text(field, texts)
    if len(text) > _LONGEST_NAME:
        raise InvalidRequestError.of(field, f"is longer than {_LONGEST_NAME} characters")
    return normal_name(text)


def _card_number(field: str, texts: Mapping[str, str | None]) -> str:
    text = _text(field, texts)
    return parse_card_number(text, field) if text else ""


def _known(writer: RegisterWriter, numbers: list[int]) -> Iterator[tuple[int, tuple[int, _Entry]]]:
    """What the directory holds now under some numbers, and since which revision."""
    for first in range(0, len(numbers), _NUMBERS_AT_ONCE):
        some = numbers[first : first + _NUMBERS_AT_ONCE]
        cards: dict[int, list[tuple[CardKind, bytes]]] = {}
        for row in _current(writer, person_cards, some):
            cards.setdefault(row.ssin, []).append((CardKind(row.kind), row.number_digest))
        for row in _current(writer, persons, some):
            birth_date = BirthDate(row.birth_year, row.birth_month, row.birth_day)
            held = tuple(sorted(cards.get(row.ssin, ())))
            entry = _Entry(row.key_id, row.last_name_digest, row.first_name_digest, birth_date, held)
            yield row.ssin, (row.since_revision, entry)


def _current(writer: RegisterWriter, table: Table, numbers: list[int]) -> Any:
    return writer.connection.execute(select(table).where(table.c.ssin.in_(numbers), table.c.until_revision.is_(None)))


def _open_directory(writer: RegisterWriter, key: SecretKey) -> None:
    """Let there be a directory, from this revision on unless there is one already."""
    if not key_versions(writer.connection):
        add_key_version(writer, key)


def _put(writer: RegisterWriter, entries: Mapping[int, _Entry], replaced: Iterable[int]) -> None:
    """Close what was known of some persons, and open what is known from this revision on."""
    closing = [{"closed_ssin": ssin} for ssin in replaced]
    for table in (persons, person_cards):
        if closing:
            current = table.c.ssin == bindparam("closed_ssin"), table.c.until_revision.is_(None)
            writer.connection.execute(update(table).where(*current).values(until_revision=writer.revision), closing)
    writer.connection.execute(insert(persons), [_person(writer, *entry) for entry in entries.items()])
    if cards := [card for entry in entries.items() for card in _cards(writer, *entry)]:
        writer.connection.execute(insert(person_cards), cards)
    writer.count(len(entries))


def _person(writer: RegisterWriter, ssin: int, entry: _Entry) -> dict[str, Any]:
    return {
        "ssin": ssin,
        "last_name_digest": entry.last_name,
        "first_name_digest": entry.first_name,
        "birth_year": entry.birth_date.year,
        "birth_month": entry.birth_date.month,
        "birth_day": entry.birth_date.day,
        "since_revision": writer.revision,
        "key_id": entry.key_id,
    }


def _cards(writer: RegisterWriter, ssin: int, entry: _Entry) -> Iterator[dict[str, Any]]:
    written = {"ssin": ssin, "since_revision": writer.revision, "key_id": entry.key_id}
    for kind, digest in entry.cards:
        yield written | {"kind": int(kind), "number_digest": digest}
