"""Many numbers looked up at once: compiled, with no need of the interpreter lock, never waiting for one line of memory.

Importing this loads the compiler; whoever looks up a single number need not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Self, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled_to_join, inlined, item
from rules_service.evaluate.intrinsics import prefetch
from rules_service.register.number_pages import (
    ALL_BITS,
    COUNT_BITS,
    NO_NUMBER,
    NOWHERE,
    WORDS,
    NumberPages,
    divided,
    place_of,
)
from rules_service.register.number_table import MIXED, MIXER, NumberTable

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt8 = NDArray[np.uint8]
UInt32 = NDArray[np.uint32]
UInt64 = NDArray[np.uint64]

AT_ONCE: Final = 256
"""Numbers whose lines of memory are asked for together: so many that the first are there when the last is asked for."""
_NO_LINE: Final = np.uint64((1 << 32) - 1)
_NO_NUMBER: Final = np.uint64(NO_NUMBER)
_HUNDRED: Final = np.uint64(100)
_LINE: Final = np.uint64(WORDS)
_COUNT: Final = np.uint64((1 << COUNT_BITS) - 1)
_ONE: Final = np.uint64(1)
_MIXER: Final = np.uint64(MIXER)
_MIXED: Final = np.uint64(MIXED)
_LINE_BITS: Final = np.uint64(ALL_BITS)
_NO_DIGITS: Final = np.uint64(0)
_OF_WORD: Final = np.uint64(6)
_IN_WORD: Final = np.uint64(63)
_OF_BYTE: Final = np.uint64(3)
_IN_BYTE: Final = np.uint64(7)


def _divided(values: Any, by: Any) -> Any:  # noqa: ARG001  the form of a numba overload
    """`divided` when compiled: in 32 bits, of which the processor takes several at a time; else it would be 64."""

    def compiled_one(values: Any, by: Any) -> Any:
        quotient = np.uint32(np.uint32(values) // np.uint32(by))
        return quotient, np.uint32(np.uint32(values) - quotient * np.uint32(by))

    return compiled_one


overload(divided)(_divided)
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
    lines, bits = np.empty((2, AT_ONCE), dtype=np.uint32)
    look_up(wanted, PersonArrays.of(pages, replaced, changed), lines, bits, persons, current)


def _count_ones(typing_context: Any, word: Any) -> Any:  # noqa: ARG001  the form of a numba intrinsic
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


_ones = cast("Callable[[Any], Any]", intrinsic(_count_ones))
"""How many bits of a word are set."""


@compiled_to_join
def look_up(ssins: Int64, arrays: PersonArrays, lines: UInt32, bits: UInt32, persons: Int32, current: Int64) -> None:
    """Who stands behind each number, and in `current` the number that stands for it today.

    `lines` and `bits` are room for as many numbers as are looked up together.
    """
    dates = np.uint64(len(arrays.directory) - 1)
    for start in range(0, len(ssins), len(lines)):
        count = min(len(lines), len(ssins) - start)
        _divide(ssins, start, count, lines, bits, current)
        _find_bits(count, arrays.first_date, lines, bits)
        _find_lines(count, arrays.directory, dates, arrays.words, lines, bits)
        _read_lines(start, count, arrays.words, lines, bits, persons)
    _search_table(ssins, arrays.replaced, persons, current, overrides=False)
    _search_table(ssins, arrays.changed, persons, current, overrides=True)


@inlined
def _divide(ssins: Any, start: int, count: int, nine_digits: Any, check: Any, current: Any) -> None:
    """The first nine digits and the last two of each number: 0, which is not valid, for what has more digits."""
    for at in range(count):
        number = item(ssins, start + at)
        current[np.uint64(start + at)] = number
        digits = np.uint64(number) if np.uint64(number) < _NO_NUMBER else _NO_DIGITS
        nine = digits // _HUNDRED
        nine_digits[np.uint64(at)], check[np.uint64(at)] = nine, digits - nine * _HUNDRED


@inlined
def _find_bits(count: int, first_date: int, lines: Any, bits: Any) -> None:
    """In place of the digits of each number, the entry of its date in the directory, and its bit on the page.

    What is not valid has an entry past every directory, and so has a date before the first one.
    """
    for at in range(count):
        valid, date, bit = _place_of(item(lines, at), item(bits, at))
        lines[np.uint64(at)] = date - first_date if valid else NOWHERE
        bits[np.uint64(at)] = bit


@inlined
def _find_lines(count: int, directory: Any, dates: Any, words: Any, lines: Any, bits: Any) -> None:
    """In place of the entry of each number, the line that it would be on; and asks for that memory."""
    for at in range(count):
        entry, found = np.uint64(item(lines, at)), _NO_LINE
        if entry < dates:
            line = np.uint64(item(directory, entry)) + np.uint64(item(bits, at)) // _LINE_BITS
            if line < np.uint64(item(directory, entry + _ONE)):
                prefetch(words, line * _LINE)
                found = line
        lines[np.uint64(at)] = found


@inlined
def _read_lines(start: int, count: int, words: Any, lines: Any, bits: Any, persons: Any) -> None:
    """Who stands behind each number."""
    for at in range(count):
        line, bit = np.uint64(item(lines, at)), np.uint64(item(bits, at)) % _LINE_BITS
        persons[np.uint64(start + at)] = _place_on(words, line * _LINE, bit) if line != _NO_LINE else NOWHERE


@inlined
def _place_on(words: UInt64, start: Any, bit: Any) -> Any:
    """The place of the number that has this bit of the line that starts there; `NOWHERE` where it is not set."""
    which, of_word = bit >> _OF_WORD, bit & _IN_WORD
    own, first = words[start + which], words[start]
    if not own >> of_word & _ONE:
        return NOWHERE
    # Each word is counted under a mask: that is faster than to decide how many. The bits of the count
    # itself are always among them, and taken off.
    ones = _ones(own & ((_ONE << of_word) - _ONE)) - _ones(first & _COUNT)
    for word in range(WORDS - 1):
        ones += _ones(words[start + np.uint64(word)] & np.uint64(-np.int64(np.uint64(word) < which)))
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
