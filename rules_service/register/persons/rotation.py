"""Changing the keys of the person directory: a new one for what comes in from now on, an old one gone for good.

A digest cannot be made again under another key: nobody here knows what it was made of. So each row names its key, and
is checked with that as long as it is kept. After a new key, importing the persons again brings what is known now to it;
purging what was known before takes the last rows of the old key, and then that can go.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from rules_service.errors import OperatorError
from rules_service.register.persons.key_versions import KeyVersion, add_key_version, key_versions, keys_in_use
from rules_service.register.persons.keys import KeyFile, key_file_of
from rules_service.register.persons.tables import person_cards, person_keys, persons
from rules_service.register.store import Register


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key of the directory, and what depends on it: rows that are known now, and rows that were closed."""

    version: KeyVersion
    is_newest: bool
    active_rows: int
    closed_rows: int

    @property
    def rows(self) -> int:
        """How many rows there are that only this key can check."""
        return self.active_rows + self.closed_rows


def key_uses(register: Register) -> tuple[KeyUse, ...]:
    """Every key that the directory ever had, the oldest first; raises `RegisterUnavailableError`."""
    with register.reading() as connection:
        return _key_uses(connection)


def _key_uses(connection: Connection) -> tuple[KeyUse, ...]:
    versions = key_versions(connection)
    rows, active = dict.fromkeys((each.key_id for each in versions), 0), dict.fromkeys((v.key_id for v in versions), 0)
    for table in (persons, person_cards):
        counted = select(table.c.key_id, func.count(), func.count(table.c.until_revision)).group_by(table.c.key_id)
        for key_id, count, closed in connection.execute(counted):
            rows[key_id] += count
            active[key_id] += count - closed
    return tuple(
        KeyUse(each, each is versions[-1], active[each.key_id], rows[each.key_id] - active[each.key_id])
        for each in versions
    )


def add_key(register: Register, key_file: Path | None = None) -> int:
    """Put a new key into the key file and let rows be made with it from now on; its id.

    Servers and imports that run use it from their next look at the database on.

    Args:
        register: whose directory.
        key_file: needed where the register is no file of its own, beside which it is found.

    Raises:
        KeyUnusableError: the key file lacks a key that is in use.
        OperatorError: there is no directory yet, or the file cannot be written.
        RegisterUnavailableError: the register cannot be written now; the file may hold a key more, which does no harm.
    """
    with register.write("new key of the person directory") as writer:
        versions = key_versions(writer.connection)
        if not versions:
            raise OperatorError("there is no person directory: its first key comes with the first import of persons")
        file = KeyFile(key_file_of(writer.connection, key_file))
        keys_in_use(versions, file)
        # The file comes first: a key without rows does no harm, rows without their key can never be checked.
        return add_key_version(writer, file.add())


def remove_key(register: Register, key_id: int, key_file: Path | None = None) -> None:
    """Take a key that no row depends on out of the directory, and out of the key file.

    Backups from before may hold rows that depend on it: keep a copy of the key file as long as them.

    Raises:
        OperatorError: there is no such key, it is the newest, rows depend on it, or the file cannot be written.
        RegisterUnavailableError: the register cannot be written now; nothing was removed.
    """
    with register.write("removed key of the person directory") as writer:
        version = _removable(_key_uses(writer.connection), key_id)
        path = key_file_of(writer.connection, key_file)
        if version.until_revision is None:
            removed = update(person_keys).where(person_keys.c.key_id == key_id)
            writer.connection.execute(removed.values(until_revision=writer.revision))
            writer.count(1)
    KeyFile(path).remove(version.fingerprint)  # also where it was removed before, and the file was not at hand


def _removable(uses: tuple[KeyUse, ...], key_id: int) -> KeyVersion:
    use = next((each for each in uses if each.version.key_id == key_id), None)
    if use is None:
        raise OperatorError(f"there is no key {key_id}: see `rules-service register persons keys`")
    if use.is_newest:
        raise OperatorError(f"key {key_id} is the newest: make another one first, with `register persons rekey`")
    if use.rows:
        raise OperatorError(
            f"{use.active_rows} rows that are known now and {use.closed_rows} that were closed depend on key {key_id}: "
            "import those persons again, and purge what was closed"
        )
    return use.version
