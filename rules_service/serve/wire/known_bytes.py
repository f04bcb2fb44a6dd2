"""Bytes that came before and what they stand for, to be found by a kernel: a hash finds the place, bytes decide."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled, inlined

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt64 = NDArray[np.uint64]

ODD: Final = -1
"""Stands for bytes that came before and are not to be decided on in columns."""
NOT_KNOWN: Final = -2
"""What is found for bytes that never came before."""

WORD: Final = 8
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)
_FREE: Final = -1


class KnownBytes(NamedTuple):
    """A table of entries, each some bytes and a number; immutable, so that any number of threads may read it.

    The bytes of entry e are `sizes[e]` bytes from word `starts[e]` of `words` on, with zeros up to the end of their
    last word. `slots` is open addressing by hash; at least half of it is free, so that a search comes to an end.
    """

    slots: Int32
    hashes: UInt64
    starts: Int64
    sizes: Int64
    numbers: Int32
    words: UInt64
    seed: UInt64

    def extended(self, added: Mapping[bytes, int]) -> KnownBytes:
        """A table that knows these bytes too, which it must not know yet."""
        sizes = np.array([len(key) for key in added], dtype=np.int64)
        counts = (sizes + (WORD - 1)) // WORD
        starts = len(self.words) + np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))[:-1]
        padded = b"".join(map(_padded, added))
        table = KnownBytes(
            slots=np.full(_room_for(len(self.sizes) + len(added)), _FREE, dtype=np.int32),
            hashes=np.concatenate((self.hashes, np.zeros(len(added), dtype=np.uint64))),
            starts=np.concatenate((self.starts, starts)),
            sizes=np.concatenate((self.sizes, sizes)),
            numbers=np.concatenate((self.numbers, np.array(list(added.values()), dtype=np.int32))),
            words=np.concatenate((self.words, np.frombuffer(padded, dtype=np.uint64))),
            seed=self.seed,
        )
        fill(table, len(self.sizes))
        return table


def no_bytes() -> KnownBytes:
    """A table without entries; its hashes are its own, so that nobody can choose bytes that meet."""
    ints, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    slots = np.full(_room_for(0), _FREE, dtype=np.int32)
    seed = np.array([secrets.randbits(64)], dtype=np.uint64)
    return KnownBytes(slots, words, ints, ints, np.zeros(0, dtype=np.int32), words, seed)


def _padded(key: bytes) -> bytes:
    return key.ljust(-(-len(key) // WORD) * WORD, b"\0")


def _room_for(entries: int) -> int:
    """How many slots for so many entries: a power of two."""
    return 1 << (2 * entries + 15).bit_length()


@inlined
def hashed(words: Any, first: int, size: int, seed: Any) -> Any:
    """The hash of `size` bytes that begin with a word and end with zeros up to the end of their last one."""
    found = seed ^ np.uint64(size)
    for place in range(first, first + (size + 7) // 8):
        found = (found ^ words[place]) * _FACTOR
        found ^= found >> _HALF
    return found


@inlined
def number_known(known: Any, words: Any, first: int, size: int) -> Any:
    """The number that stands for some bytes, `NOT_KNOWN` where there is none."""
    wanted = hashed(words, first, size, known.seed[0])
    last = len(known.slots) - 1
    slot = np.int64(wanted & np.uint64(last))
    entry = known.slots[slot]
    while entry != _FREE:
        if known.hashes[entry] == wanted and known.sizes[entry] == size:
            start, same = known.starts[entry], True
            for place in range((size + 7) // 8):
                same = same and known.words[start + place] == words[first + place]
            if same:
                return known.numbers[entry]
        slot = (slot + 1) & last
        entry = known.slots[slot]
    return NOT_KNOWN


@compiled
def fill(table: Any, first_new: int) -> None:
    """Put every entry into the slots, which are free; those from `first_new` on are hashed before."""
    last = len(table.slots) - 1
    for entry in range(len(table.sizes)):
        if entry >= first_new:
            table.hashes[entry] = hashed(table.words, table.starts[entry], table.sizes[entry], table.seed[0])
        slot = np.int64(table.hashes[entry] & np.uint64(last))
        while table.slots[slot] != _FREE:
            slot = (slot + 1) & last
        table.slots[slot] = entry
