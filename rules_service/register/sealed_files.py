"""Files that are encrypted at rest, chunk by chunk, so that neither their content nor their end can be changed (S31).

    8 bytes   the signature, with the version of the format
    16 bytes  which key it is: a digest of it
    32 bytes  salt
    chunks    of 256 KiB, the last one shorter, each with its 16 bytes of authentication

Every file has a key of its own, derived from the operator's key and the salt (HKDF-SHA256), so that no nonce is ever
used twice. A chunk is encrypted by AES-256-GCM; its nonce holds its place and whether it is the last (the STREAM
construction): chunks that were changed, swapped, left out or taken from another file are found, and so is a file that
was cut short, as soon as it is opened. Any chunk can be read without those before it.
"""

from __future__ import annotations

import hmac
import io
import mmap
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from rules_service.errors import OperatorError
from rules_service.register.key_files import read_keys

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SIGNATURE: Final = b"RSSEAL\x00\x01"
_ID: Final = 16
_SALT: Final = 32
_HEADER: Final = len(_SIGNATURE) + _ID + _SALT
_CHUNK: Final = 1 << 18
_TAG: Final = 16
_SEALED_CHUNK: Final = _CHUNK + _TAG
_KEY: Final = 32
_PREFIX: Final = 7
_PURPOSE: Final = b"rules-service sealed file 1"


class SealedFileError(OperatorError):
    """A file is encrypted and its key was not given, or the other way round, or it is damaged."""

    reason = "SEALED_FILE"


class SnapshotKeys:
    """The operator's keys for files at rest: the last one encrypts, each decrypts what was encrypted with it."""

    __slots__ = ("_keys",)

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        """`keys`: 32 random bytes each, at least one, the newest last."""
        self._keys: Final = {_id_of(key): key for key in keys}

    @classmethod
    def load(cls, path: Path) -> SnapshotKeys:
        """The keys in a file; raises `KeyFileError`."""
        return cls(read_keys(path, "encrypted files"))

    def new_header(self) -> bytes:
        """The header of a new file."""
        return _SIGNATURE + list(self._keys)[-1] + secrets.token_bytes(_SALT)

    def cipher(self, header: bytes, path: Path) -> _Cipher:
        """For the file with a header; raises `SealedFileError` where that was encrypted with none of these keys."""
        key = self._keys.get(header[len(_SIGNATURE) : -_SALT])
        if key is None:
            raise SealedFileError(f"`{path}` was encrypted with another key: give that one by `--snapshot-key`")
        return _Cipher(key, header)


def _id_of(key: bytes) -> bytes:
    return hmac.digest(key, b"id of a snapshot key", "sha256")[:_ID]


class _Cipher:
    """Encrypts and decrypts the chunks of one file."""

    def __init__(self, key: bytes, header: bytes) -> None:
        # Only who seals waits for this import.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        derived = HKDF(SHA256(), _KEY + _PREFIX, header[-_SALT:], _PURPOSE).derive(key)
        self._header = header
        self._prefix = derived[_KEY:]
        self._aes: AESGCM = AESGCM(derived[:_KEY])

    def seal(self, chunk: Any, place: int, *, is_last: bool) -> bytes:
        return self._aes.encrypt(self._nonce(place, is_last=is_last), chunk, self._header)

    def open(self, sealed: bytes, place: int, *, is_last: bool) -> bytes:
        return self._aes.decrypt(self._nonce(place, is_last=is_last), sealed, self._header)

    def _nonce(self, place: int, *, is_last: bool) -> bytes:
        return self._prefix + place.to_bytes(4) + bytes([is_last])


@contextmanager
def written_file(path: Path, keys: SnapshotKeys | None) -> Iterator[BinaryIO]:
    """A file to write from its begin to its end, encrypted where keys are given.

    It is no complete file unless the block ends well. `seek` and `truncate` only go forward, over zeros.
    """
    with path.open("wb") as file:
        if keys is None:
            yield file
            return
        header = keys.new_header()
        file.write(header)
        writer = _SealingWriter(file, keys.cipher(header, path))
        yield cast("BinaryIO", writer)
        writer.finish()


@contextmanager
def read_file(path: Path, keys: SnapshotKeys | None) -> Iterator[BinaryIO]:
    """A file to read, decrypted where keys are given; nothing is read that was not authenticated.

    Raises:
        SealedFileError: it is encrypted and no key is given, or the other way round, or it is damaged, also while it is
            read.
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        _check_form(file, path, keys)
        if keys is None:
            yield file
            return
        yield cast("BinaryIO", io.BufferedReader(_SealedReader(_Chunks(file, keys, path)), _CHUNK))


def load_file(path: Path, keys: SnapshotKeys | None) -> mmap.mmap:
    """A whole file in memory: mapped as it stands, or decrypted into memory of this process where keys are given.

    What is changed in it stays in this process. Errors as `read_file`, and `ValueError` where there is nothing in it.
    """
    with path.open("rb") as file:
        _check_form(file, path, keys)
        if keys is None:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        chunks = _Chunks(file, keys, path)
        opened = mmap.mmap(-1, chunks.size)
        for place in range(chunks.count):
            opened.write(chunks.read(place))
        return opened


def _check_form(file: BinaryIO, path: Path, keys: SnapshotKeys | None) -> None:
    is_sealed = file.read(len(_SIGNATURE)) == _SIGNATURE
    file.seek(0)
    if is_sealed and keys is None:
        raise SealedFileError(f"`{path}` is encrypted: give its key by `--snapshot-key`")
    if keys is not None and not is_sealed:
        raise SealedFileError(f"`{path}` is not encrypted, or is damaged: leave `--snapshot-key` out if it never was")


class _SealingWriter(io.RawIOBase):
    """Encrypts what is written, a chunk as soon as more follows: only who finishes knows which one is the last."""

    def __init__(self, file: BinaryIO, cipher: _Cipher) -> None:
        self._file = file
        self._cipher = cipher
        self._held = bytearray()
        self._count = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count * _CHUNK + len(self._held)

    def write(self, data: ReadableBuffer) -> int:
        with memoryview(data) as given:
            left = given.cast("B") if given.nbytes else given
            while left.nbytes:
                if len(self._held) == _CHUNK:
                    self._seal(is_last=False)
                room = _CHUNK - len(self._held)
                self._held += left[:room]
                left = left[room:]
            return given.nbytes

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET or offset < self.tell():
            raise io.UnsupportedOperation("an encrypted file is written from its begin to its end")
        while left := offset - self.tell():
            self.write(_ZEROS[:left])
        return offset

    def truncate(self, size: int | None = None) -> int:
        return self.seek(self.tell() if size is None else size)

    def finish(self) -> None:
        """Write the last chunk: without it, the file is incomplete, and found to be."""
        self._seal(is_last=True)

    def _seal(self, *, is_last: bool) -> None:
        self._file.write(self._cipher.seal(self._held, self._count, is_last=is_last))
        self._held.clear()
        self._count += 1


_ZEROS: Final = bytes(_CHUNK)


class _Chunks:
    """The chunks of an encrypted file; the last is authenticated at once, so that the end is known to be the end."""

    def __init__(self, file: BinaryIO, keys: SnapshotKeys, path: Path) -> None:
        self._handle = file.fileno()
        self._path = path
        header = file.read(_HEADER)
        length = os.fstat(self._handle).st_size - _HEADER
        if length < _TAG:
            raise self._damaged()
        self.count: Final = max(1, -(-length // _SEALED_CHUNK))
        """How many chunks there are."""
        self.size: Final = length - self.count * _TAG
        """How many bytes they hold together."""
        self._cipher = keys.cipher(header, path)
        self.read(self.count - 1)

    def read(self, place: int) -> bytes:
        """What a chunk holds; raises `SealedFileError` where that is not what was written."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415

        sealed = os.pread(self._handle, _SEALED_CHUNK, _HEADER + place * _SEALED_CHUNK)
        try:
            return self._cipher.open(sealed, place, is_last=place == self.count - 1)
        except (InvalidTag, ValueError):
            raise self._damaged() from None

    def _damaged(self) -> SealedFileError:
        return SealedFileError(f"`{self._path}` is damaged or incomplete: what it holds is not what was encrypted")


class _SealedReader(io.RawIOBase):
    """Reads anywhere in an encrypted file, a chunk at a time."""

    def __init__(self, chunks: _Chunks) -> None:
        self._chunks = chunks
        self._at = 0
        self._held: tuple[int, bytes] = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._chunks.size}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, target: WriteableBuffer) -> int:
        place, first = divmod(self._at, _CHUNK)
        if place >= self._chunks.count:
            return 0
        if self._held[0] != place:
            self._held = place, self._chunks.read(place)
        with memoryview(target).cast("B") as room:
            found = self._held[1][first : first + room.nbytes]
            room[: len(found)] = found
        self._at += len(found)
        return len(found)
