"""Many numbers looked up at once: compiled, without the interpreter lock, and never waiting for one line of memory.

Importing this loads the compiler; whoever looks up a single number need not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Self, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled, inlined
from rules_service.evaluate.intrinsics import prefetch
from rules_service.register.number_pages import COUNT_BITS, LINE_BITS, NOWHERE, WORDS, NumberPages, place_of
from rules_service.register.number_table import MIXED, MIXER, NumberTable

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt8 = NDArray[np.uint8]
UInt64 = NDArray[np.uint64]

AT_ONCE: Final = 64
"""Numbers whose lines of memory are asked for together."""
_ALL: Final = np.uint64((1 << 64) - 1)
_COUNT: Final = np.uint64((1 << COUNT_BITS) - 1)
_ONE: Final = np.uint64(1)
_NO_BIT: Final = np.uint64(0)
_MIXER: Final = np.uint64(MIXER)
_MIXED: Final = np.uint64(MIXED)
_OF_BYTE: Final = np.uint64(3)
_IN_BYTE: Final = np.uint64(7)

_place_of = inlined(place_of)


class TableArrays(NamedTuple):
    """What the kernel reads of a `NumberTable`."""

    numbers: Int64
    person: Int32
    current: Int64
    sieve: UInt8


class PersonArrays(NamedTuple):
    """What the kernel reads of `Persons`: what `changed` says of a number counts, then the pages, then `replaced`."""

    first_date: int
    directory: Int32
    words: UInt64
    replaced: TableArrays
    changed: TableArrays

    @classmethod
    def of(cls, pages: NumberPages, replaced: NumberTable, changed: NumberTable) -> Self:
        """The arrays of pages and tables, none of which may be written to."""
        tables = [TableArrays(each.numbers, each.person, each.current, each.sieve) for each in (replaced, changed)]
        return cls(pages.first_date, pages.directory, pages.words, *tables)


def search_persons(
    pages: NumberPages, replaced: NumberTable, changed: NumberTable, ssins: Int64, persons: Int32, current: Int64
) -> None:
    """Puts down for each number the person, and the number that stands for it today: itself unless it is in a table."""
    wanted = np.require(ssins, np.int64, ["C", "A"]).view()
    wanted.setflags(write=False)  # whether it may be written to is part of a type: each is compiled
    current[:] = wanted
    lines, bits = np.empty(AT_ONCE, dtype=np.int64), np.empty(AT_ONCE, dtype=np.int64)
    look_up(wanted, PersonArrays.of(pages, replaced, changed), lines, bits, persons, current)


def _count_ones(typing_context: Any, word: Any) -> Any:  # noqa: ARG001  the form of a numba intrinsic
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


_ones = cast("Callable[[Any], Any]", intrinsic(_count_ones))
"""How many bits of a word are set."""


@compiled
def look_up(ssins: Int64, arrays: PersonArrays, lines: Int64, bits: Int64, persons: Int32, current: Int64) -> None:
    """Who stands behind each number, and in `current`, which has the numbers themselves, the one that stands today.

    `lines` and `bits` are room for as many numbers as are looked up together.
    """
    _search_pages(ssins, arrays.first_date, arrays.directory, arrays.words, lines, bits, persons)
    _search_table(ssins, arrays.replaced, persons, current, overrides=False)
    _search_table(ssins, arrays.changed, persons, current, overrides=True)


@compiled
def _search_pages(
    ssins: Int64, first_date: int, directory: Int32, words: UInt64, lines: Int64, bits: Int64, persons: Int32
) -> None:
    """Who stands behind each number, by the pages alone: for as many at a time as `lines` and `bits` have room for.

    First it is worked out where each of them lies, and that memory asked for; then what is there is read.
    """
    for start in range(0, len(ssins), len(lines)):
        end = min(start + len(lines), len(ssins))
        for at in range(start, end):
            date, bit = _place_of(ssins[at])
            entry, line = date - first_date, NOWHERE
            if date != NOWHERE and 0 <= entry < len(directory) - 1:
                line = directory[entry] + bit // LINE_BITS
                if line < directory[entry + 1]:
                    prefetch(words, line * WORDS)
                else:
                    line = NOWHERE
            lines[at - start], bits[at - start] = line, bit % LINE_BITS + COUNT_BITS
        for at in range(start, end):
            line, bit = lines[at - start], bits[at - start]
            persons[at] = _place_on(words, line, bit) if line != NOWHERE else NOWHERE


@inlined
def _place_on(words: UInt64, line: int, bit: int) -> Any:
    """The place of the number that has this bit of a line; `NOWHERE` where it is not set."""
    start, which, of_word = line * WORDS, bit >> 6, np.uint64(bit & 63)
    if not words[start + which] >> of_word & _ONE:
        return NOWHERE
    below, first = (_ONE << of_word) - _ONE, words[start]
    # All four words are counted, each under its mask: that is faster than to decide how many.
    ones = _ones(first & ~_COUNT & (_ALL if which > 0 else below))
    ones += _ones(words[start + 1] & (_ALL if which > 1 else (below if which == 1 else _NO_BIT)))
    ones += _ones(words[start + 2] & (_ALL if which > 2 else (below if which == 2 else _NO_BIT)))
    ones += _ones(words[start + 3] & (below if which == 3 else _NO_BIT))
    return np.int64((first & _COUNT) + ones)


@inlined
def _search_table(ssins: Any, table: Any, persons: Any, current: Any, overrides: Any) -> None:
    """What a table says of those numbers that are in it; of unknown ones alone, unless it overrides."""
    if len(table.numbers) == 0:
        return
    mask = np.uint64(8 * len(table.sieve) - 1)
    for at in range(len(ssins)):
        number = ssins[at]
        if persons[at] != NOWHERE and not overrides:
            continue
        mixed = np.uint64(number) * _MIXER >> _MIXED & mask
        if not table.sieve[np.int64(mixed >> _OF_BYTE)] >> (mixed & _IN_BYTE) & _ONE:
            continue
        place, end = 0, len(table.numbers)
        while place < end:
            middle = (place + end) >> 1
            if table.numbers[middle] < number:
                place = middle + 1
            else:
                end = middle
        if place < len(table.numbers) and table.numbers[place] == number:
            persons[at], current[at] = table.person[place], table.current[place]
