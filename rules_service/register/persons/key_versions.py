"""Which keys the rows of the person directory were made with, since and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from rules_service.register.persons.keys import KeyFile, KeyUnusableError, SecretKey
from rules_service.register.persons.tables import person_keys
from rules_service.register.writing import RegisterWriter

FIRST_KEY: Final = 1


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One key: its fingerprint, the revision it came with, and the one it was removed in (None: it is in use)."""

    key_id: int
    fingerprint: bytes
    since_revision: int
    until_revision: int | None


_ALL: Final = select(person_keys).order_by(person_keys.c.key_id)


def key_versions(connection: Connection) -> tuple[KeyVersion, ...]:
    """Every key that the directory ever had, the oldest first; none where there is no directory.

    Rows are made with the last one, which is never removed.
    """
    rows = connection.execute(_ALL)
    return tuple(KeyVersion(row.key_id, row.key_fingerprint, row.since_revision, row.until_revision) for row in rows)


def keys_in_use(versions: Sequence[KeyVersion], file: KeyFile) -> Mapping[int, SecretKey]:
    """The key with each id, of those that rows may depend on.

    Raises:
        KeyUnusableError: the file lacks one of them.
    """
    found = {each.key_id: file.find(each.fingerprint) for each in versions if each.until_revision is None}
    keys = {key_id: key for key_id, key in found.items() if key is not None}
    if lacking := sorted(found.keys() - keys.keys()):
        raise KeyUnusableError(
            f"`{file.path}` is not the key file of this person directory, it lacks key {lacking[0]}: put the right one "
            "back"
        )
    return keys


def add_key_version(writer: RegisterWriter, key: SecretKey) -> int:
    """Let rows be made with a key from this revision on; its id."""
    versions = key_versions(writer.connection)
    key_id = versions[-1].key_id + 1 if versions else FIRST_KEY
    row = {"key_id": key_id, "key_fingerprint": key.fingerprint, "since_revision": writer.revision}
    writer.connection.execute(insert(person_keys).values(row))
    writer.count(1)
    return key_id
