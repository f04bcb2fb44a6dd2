"""Files of secret keys: 32 random bytes on each line, as hexadecimal digits, for their owner alone (S31).

The last line is the key for what is written from now on; those before it are for what was written under them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rules_service.errors import OperatorError
from rules_service.register.private_files import new_file, replaced_file

_KEY_SIZE: Final = 32
_READ_BY_OTHERS: Final = 0o077


class KeyFileError(OperatorError):
    """A file of keys is missing, is none, or can be read by others; its message never repeats what stands in it."""

    reason = "KEY_FILE"


def random_key() -> bytes:
    """A new key."""
    return secrets.token_bytes(_KEY_SIZE)


def read_keys(path: Path, owner: str) -> tuple[bytes, ...]:
    """The keys in a file, at least one, the newest last.

    Args:
        path: the file.
        owner: whose keys they are, for messages, such as `the person directory`.

    Raises:
        KeyFileError: there is no such file, it holds something else, or others than its owner may read it.
    """
    try:
        if path.stat().st_mode & _READ_BY_OTHERS:
            raise KeyFileError(f"the key `{path}` can be read by others than its owner: set its mode to 0600")
        keys = tuple(map(bytes.fromhex, path.read_text(encoding="ascii").split()))
    except FileNotFoundError:
        raise KeyFileError(f"the key of {owner} is missing: put `{path}` back") from None
    except OSError as error:
        raise KeyFileError(f"the key `{path}` cannot be read: {error.strerror}") from None
    except ValueError:
        keys = ()
    if not keys or any(len(key) != _KEY_SIZE for key in keys):
        raise KeyFileError(f"`{path}` is not the key of {owner}: put the right file back")
    return keys


def make_key_file(path: Path) -> None:
    """Make a file with one new key.

    Raises:
        NameTakenError: there is such a file already; it is left as it is.
        OperatorError: it cannot be written.
    """
    with new_file(path) as part:
        part.write_text(_text([random_key()]), encoding="ascii")


def write_keys(path: Path, keys: Sequence[bytes]) -> None:
    """Put other keys into a file, all of them or none; raises `OperatorError` where it cannot be written."""
    with replaced_file(path) as part:
        part.write_text(_text(keys), encoding="ascii")


def _text(keys: Sequence[bytes]) -> str:
    return "".join(f"{key.hex()}\n" for key in keys)
