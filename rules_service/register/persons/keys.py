"""The secret key of the person directory: what is kept of names and card numbers is worth nothing without it (S31).

The key lives in a file of its own, never in the database. The database holds a fingerprint of it, so that another key
is noticed instead of finding every proof wrong.
"""

from __future__ import annotations

import hmac
import os
import secrets
import tempfile
from enum import Enum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from rules_service.errors import RegisterUnavailableError

DIGEST_SIZE: Final = 32
_KEY_SIZE: Final = 32
_SUFFIX: Final = ".key"
_READ_BY_OTHERS: Final = 0o077


class KeyUnusableError(RegisterUnavailableError):
    """The key of the person directory is missing or wrong: no proof can be checked, and none is taken as wrong."""

    reason = "PERSON_KEY_UNUSABLE"


class Part(Enum):
    """What a digest is made of; the same text as another part has another digest."""

    LAST_NAME = "last name"
    FIRST_NAME = "first name"
    IDENTITY_CARD = "identity card"
    SIS_CARD = "sis card"


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


def key_file_beside(connection: Connection) -> Path | None:
    """The key file that belongs to a register in a SQLite file, named after it; None for another database."""
    if connection.dialect.name != "sqlite":
        return None
    register = next(row.file for row in connection.exec_driver_sql("PRAGMA database_list") if row.name == "main")
    return Path(f"{register}{_SUFFIX}")


def load_key(path: Path | None) -> SecretKey:
    """The key in a file.

    Raises:
        KeyUnusableError: there is no such file, it is not a key, or others than its owner may read it.
    """
    path = _named(path)
    try:
        if path.stat().st_mode & _READ_BY_OTHERS:
            raise KeyUnusableError(f"the key `{path}` can be read by others than its owner: set its mode to 0600")
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyUnusableError(f"the key of the person directory is missing: put `{path}` back") from None
    except OSError as error:
        raise KeyUnusableError(f"the key `{path}` cannot be read: {error.strerror}") from None
    except ValueError:
        secret = b""
    if len(secret) != _KEY_SIZE:
        raise KeyUnusableError(f"`{path}` is not the key of a person directory: put the right file back")
    return SecretKey(secret)


def load_or_make_key(path: Path | None) -> SecretKey:
    """The key in a file, which is made if it is missing; only its owner may read it.

    Raises:
        KeyUnusableError: the file cannot be made, or is no key.
    """
    path = _named(path)
    if not path.exists():
        try:
            _make(path)
        except OSError as error:
            raise KeyUnusableError(f"the key `{path}` cannot be made: {error.strerror}") from None
    return load_key(path)


def _make(path: Path) -> None:
    """Make the file whole or not at all; where another process was faster, its key is the one that counts."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(_KEY_SIZE)}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the name of the new file survive a power failure too: digests without their key would be lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _named(path: Path | None) -> Path:
    if path is None:
        raise KeyUnusableError(
            "this register is no file, beside which the key of the person directory would lie: give `--persons-key`"
        )
    return path
