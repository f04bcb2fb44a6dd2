"""Many random bytes at once, for the ids of decisions."""

from __future__ import annotations

import os
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_KEY_BYTES: Final = 32
_FEW: Final = 4_096
_FIRST_COUNT: Final = bytes(16)


def random_bytes(count: int) -> bytes:
    """So many bytes that nobody can foresee.

    The system's source is slow for many. They are made from a key of it that is used once: a cipher that counts.
    """
    if count <= _FEW:
        return os.urandom(count)
    counting = Cipher(algorithms.AES(os.urandom(_KEY_BYTES)), modes.CTR(_FIRST_COUNT)).encryptor()
    return counting.update(bytes(count))
