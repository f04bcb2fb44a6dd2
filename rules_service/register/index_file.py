"""The index in a file: mapped into memory as it stands, so that a server of 10 million integrations starts at once.

The file takes its name when all of it is on the disk: nobody ever sees half of one, and one that is mapped is never
written to. Opening checks the sums of everything before a single row is served: that reads the file once, at the speed
of memory, and takes a fraction of what reading the database does. A file that is damaged, cut short, of another version
or no index at all is an error; whoever opened it reads the database instead.

    8 bytes   the signature, with the version of the format
    4 bytes   the length of the header
    16 bytes  the digest of the header
    header    JSON: the revision, whose register it is, the directory, and where each array lies with its sum
    arrays    each on a multiple of 64 bytes, those of rows with room behind them (holes, which take no disk)

It holds persons' numbers: only its owner may read it (S31), and it is encrypted where the operator gave a key for that.
Then it is decrypted into memory instead of mapped.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from rules_service.decision.columns import RECORD
from rules_service.errors import OperatorError
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register.directory import Directory
from rules_service.register.index import Index, Owners
from rules_service.register.number_pages import NumberPages
from rules_service.register.number_table import NumberTable
from rules_service.register.overlay import packed
from rules_service.register.person_numbers import Persons
from rules_service.register.private_files import replaced_file
from rules_service.register.row_columns import Room, RowColumns, room_for
from rules_service.register.schema import SCHEMA_VERSION
from rules_service.register.sealed_files import SealedFileError, SnapshotKeys, load_file, written_file
from rules_service.register.touched import State

_SIGNATURE: Final = b"RSINDEX\x04"
_PREFIX: Final = struct.Struct("<8sI16s")
_ALIGNMENT: Final = 64

Array = NDArray[Any]


class UnusableIndexError(OperatorError):
    """The file holds no index that can be used; the database has all that it held."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an array lies in the file; `room` is what its values and the room behind them take, in values."""

    offset: int
    length: int
    room: int
    kind: str
    checksum: int


def write_index(
    index: Index,
    state: State,
    path: Path,
    keys: SnapshotKeys | None = None,
    *,
    unless: Callable[[], bool] = lambda: False,
) -> None:
    """Write the index into a file that only its owner may read, in place of the one that was there.

    Of several processes that write it, one does and the others wait.

    Args:
        index: any index; what was added to it is packed first.
        state: the state of the register that it shows.
        path: the file.
        keys: encrypt it.
        unless: asked when nobody else writes it any more: whether the file that is there by now will do.

    Raises:
        OperatorError: the file cannot be written, for example because the disk is full.
    """
    with suppress(_WillDoError), replaced_file(path) as part:
        if unless():
            raise _WillDoError
        if not index.is_packed:
            index = packed(index)
        with written_file(part, keys) as file:
            _write(file, index, state)


class _WillDoError(Exception):
    """Leaves the file as it is."""


def _write(file: BinaryIO, index: Index, state: State) -> None:
    arrays = _arrays(index)
    # The header says where the arrays lie, and its own length decides that: places are counted from its end.
    places, size = _places(arrays)
    header = json.dumps(_header(index, state, places, size)).encode()
    digest = blake2b(header, digest_size=16).digest()
    file.write(_PREFIX.pack(_SIGNATURE, len(header), digest) + header)
    start = _aligned(_PREFIX.size + len(header))
    for name, place in places.items():
        file.seek(start + place.offset)
        file.write(arrays[name].data)
    file.truncate(start + size)


def _arrays(index: Index) -> Mapping[str, Array]:
    arrays = {**index.persons.by_name(), **index.owners.by_name(), **index.rows.by_name()}
    return {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in arrays.items()}


def _places(arrays: Mapping[str, Array]) -> tuple[dict[str, _Place], int]:
    """The place of each array, counted from the first, and how much they take together."""
    places, offset = {}, 0
    for name, array in arrays.items():
        room = len(array) + (room_for(len(array)) if name in _ROW_COLUMNS else 0)
        places[name] = _Place(offset, len(array), room, array.dtype.str, zlib.crc32(array.data))
        offset = _aligned(offset + room * array.itemsize)
    return places, offset


_ROW_COLUMNS: Final = frozenset(RowColumns.empty(0, 0).by_name())


def _header(index: Index, state: State, places: Mapping[str, _Place], size: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "revision": index.revision,
        "state": asdict(state),
        "first_date": index.persons.pages.first_date,
        "organisation_keys": index.organisation_keys,
        "directory": [
            [each.key, int(each.kind), int(each.region), each.sector, each.institution]
            for each in index.directory.all()
        ],
        "arrays": {name: asdict(place) for name, place in places.items()},
        "size": size,
    }


def open_index(path: Path, keys: SnapshotKeys | None = None) -> tuple[Index, State]:
    """The index in a file, mapped into memory, and the state of the register that it shows.

    What is added to it stays in this process: the file is never written to, and processes that map it share its memory.

    Args:
        path: the file.
        keys: what it is encrypted with; one that is not encrypted cannot be used then.

    Raises:
        UnusableIndexError: there is no such file, or it is damaged, cut short, of another version or kind, or encrypted
            with another key.
    """
    try:
        mapped = load_file(path, keys)
        header, start = _read_header(mapped, path)
        if len(mapped) != start + header["size"]:
            raise _damaged(path, "its length is wrong")
        places = {name: _Place(**place) for name, place in header["arrays"].items()}
        arrays = {name: _array(mapped, start, place) for name, place in places.items()}
    except SealedFileError as error:
        raise UnusableIndexError(str(error)) from None
    except (OSError, ValueError) as error:
        raise UnusableIndexError(f"the saved index `{path}` cannot be opened: {type(error).__name__}") from None
    for name, place in places.items():
        if zlib.crc32(arrays[name][: place.length].data) != place.checksum:
            raise _damaged(path, f"the sum of `{name}` is wrong")
    return _index(header, arrays, places), State(**header["state"])


def _read_header(mapped: mmap.mmap, path: Path) -> tuple[dict[str, Any], int]:
    if len(mapped) < _PREFIX.size:
        raise _damaged(path, "it is too short")
    signature, length, digest = _PREFIX.unpack_from(mapped)
    if signature != _SIGNATURE:
        raise UnusableIndexError(f"`{path}` is no saved index of this version of the program")
    header = mapped[_PREFIX.size : _PREFIX.size + length]
    if blake2b(header, digest_size=16).digest() != digest:
        raise _damaged(path, "the sum of its header is wrong")
    found: dict[str, Any] = json.loads(header)
    if found["schema_version"] != SCHEMA_VERSION:
        raise UnusableIndexError(f"the saved index `{path}` is of schema version {found['schema_version']}")
    return found, _aligned(_PREFIX.size + length)


def _array(mapped: mmap.mmap, start: int, place: _Place) -> Array:
    return np.frombuffer(mapped, np.dtype(place.kind), place.room, start + place.offset)


def _index(header: Mapping[str, Any], arrays: Mapping[str, Array], places: Mapping[str, _Place]) -> Index:
    person_count = places["offsets"].length - 1
    records = arrays["records"].view(RECORD.newbyteorder("<"))
    rows = RowColumns(arrays["offsets"], records, arrays["row_id"])
    room = Room(rows, person_count, places["row_id"].length)
    owners = Owners(arrays["owner_organisation"], arrays["owner_sector"], arrays["owner_institution"])
    pages = NumberPages(header["first_date"], arrays["directory"], arrays["words"], person_count)
    replaced = NumberTable(arrays["replaced"], arrays["replaced_person"], arrays["replaced_current"])
    return Index(
        revision=header["revision"],
        directory=Directory(_organisation(*each) for each in header["directory"]),
        organisation_keys=tuple(header["organisation_keys"]),
        persons=Persons(pages, replaced, NumberTable.none()),
        owners=owners,
        room=room,
        rows=room.filled(),
        person_count=person_count,
        integration_count=places["row_id"].length,
    )


def _organisation(key: str, kind: int, region: int, sector: int, institution: int | None) -> Organisation:
    return Organisation(key, RequesterKind(kind), Region(region), sector, institution)


def _damaged(path: Path, what: str) -> UnusableIndexError:
    return UnusableIndexError(f"the saved index `{path}` is damaged: {what}")


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
