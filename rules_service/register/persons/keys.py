"""The secret keys of the person directory: what is kept of names and card numbers is worth nothing without them (S31).

The keys lie in a file of their own, never in the database. The database holds a fingerprint of each, so that another
file is noticed instead of finding every proof wrong.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register.key_files import KeyFileError, make_key_file, random_key, read_keys, write_keys
from rules_service.register.private_files import NameTakenError

DIGEST_SIZE: Final = 32
_OWNER: Final = "the person directory"
_SUFFIX: Final = ".key"


class KeyUnusableError(RegisterUnavailableError):
    """A key of the person directory is missing or wrong: no proof can be checked, and none is taken as wrong."""

    reason = "PERSON_KEY_UNUSABLE"


class Part(Enum):
    """What a digest is made of; the same text as another part has another digest."""

    LAST_NAME = "last name"
    FIRST_NAME = "first name"
    IDENTITY_CARD = "identity card"
    SIS_CARD = "sis card"
    ATTEMPT = "attempt"


class SecretKey:
    """Makes digests that nobody makes without it."""

    __slots__ = ("_secret", "fingerprint")

    def __init__(self, secret: bytes) -> None:
        """`secret`: 32 random bytes."""
        self._secret = secret
        self.fingerprint: Final = hmac.digest(secret, b"fingerprint", "sha256")

    def digest(self, part: Part, ssin: int, text: str) -> bytes:
        """The digest of a part of what is known of a person; the same text of another person has another digest.

        So the database does not even tell which persons share a name.
        """
        return hmac.digest(self._secret, f"{part.value}\0{ssin}\0{text}".encode(), "sha256")


class KeyFile:
    """The keys that one file holds, by their fingerprints; the file may hold more than the directory needs."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            KeyUnusableError: there is no such file, it holds no keys, or others than its owner may read it.
        """
        self.path: Final = path
        try:
            secrets = read_keys(path, _OWNER)
        except KeyFileError as error:
            raise KeyUnusableError(str(error)) from None
        self._secrets = {SecretKey(secret).fingerprint: secret for secret in secrets}

    @property
    def newest(self) -> SecretKey:
        """The last key of the file."""
        return SecretKey(list(self._secrets.values())[-1])

    def find(self, fingerprint: bytes) -> SecretKey | None:
        """The key with a fingerprint, None where the file does not hold it."""
        secret = self._secrets.get(fingerprint)
        return None if secret is None else SecretKey(secret)

    def add(self) -> SecretKey:
        """Put a new key behind the others; raises `OperatorError` where the file cannot be written."""
        secret = random_key()
        key = SecretKey(secret)
        self._write(self._secrets | {key.fingerprint: secret})
        return key

    def remove(self, fingerprint: bytes) -> None:
        """Take a key out of the file for good, if it holds it; raises `OperatorError` where it cannot be written."""
        left = {each: secret for each, secret in self._secrets.items() if each != fingerprint}
        if len(left) < len(self._secrets):
            self._write(left)

    def _write(self, secrets: dict[bytes, bytes]) -> None:
        write_keys(self.path, list(secrets.values()))
        self._secrets = secrets


def key_file_of(connection: Connection, given: Path | None) -> Path:
    """Where the keys of a register are: in the file that is given, else beside the register's own file.

    Raises:
        KeyUnusableError: none is given, and the register is no file.
    """
    if given is not None:
        return given
    if connection.dialect.name != "sqlite":
        raise KeyUnusableError(
            "this register is no file, beside which the key of the person directory would lie: give `--persons-key`"
        )
    register = next(row.file for row in connection.exec_driver_sql("PRAGMA database_list") if row.name == "main")
    return Path(f"{register}{_SUFFIX}")


def read_or_make(path: Path) -> KeyFile:
    """The keys in a file, which is made if it is missing; where another process was faster, its key is the one.

    Raises:
        KeyUnusableError: the file cannot be made, or holds no keys.
    """
    try:
        with suppress(NameTakenError):
            make_key_file(path)
    except OperatorError as error:
        raise KeyUnusableError(str(error)) from None
    return KeyFile(path)
