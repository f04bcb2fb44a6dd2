"""Valid numbers of persons as bits, one page for each printed birth date: the place of a number among all, in one look.

A valid number is told by its date, its counter and which of two pairs of check digits it has: those of a birth before
2000 or from then on. So a page has 2 bits for each counter, the pair with the smaller digits first: the order of the
bits is that of the numbers. A page is made of lines of 32 bytes, up to the last that is needed. A line holds how many
numbers come before it, on this page and on all earlier ones (32 bits), then 224 bits. The place of a number is that
count and the bits before its own: one line of the cache, 1 to 8 bytes a person where there are millions, and a number
with wrong check digits has no bit that could be set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import InternalError
from rules_service.identifiers import check_digits

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt32 = NDArray[np.uint32]
UInt64 = NDArray[np.uint64]

NOWHERE: Final = -1
WORDS: Final = 4
"""A line has so many words of 64 bits,"""
COUNT_BITS: Final = 32
"""of which so many bits, the lowest of the first word, hold a count,"""
ALL_BITS: Final = 64 * WORDS
LINE_BITS: Final = ALL_BITS - COUNT_BITS
"""and so many stand for numbers."""

NO_NUMBER: Final = 10**11
"""The least that has more digits than a number."""
_LATER: Final = 97 - check_digits(0, born_2000_or_later=True)
"""What the remainder of a number grows by when a 2 is put before its nine digits."""
_NUMBERS_AT_ONCE: Final = 1 << 14
_LINES_AT_ONCE: Final = 1 << 12
_WORD: Final = np.dtype("<u8")
_CACHE_LINE: Final = 64


def divided(values: Any, by: int) -> tuple[Any, Any]:
    """Quotient and remainder: the processor divides many unsigned numbers at once, but has no such remainder."""
    quotient = values // by
    return quotient, values - quotient * by


def place_of(nine_digits: Any, check: Any) -> tuple[Any, Any, Any]:
    """Of a number given as its first nine digits and the last two: whether it is valid, and its place on the pages.

    That is the place of its date in a directory that begins with the first date there could be, 00-00-00; and that of
    its bit on the page, the counts that are on it passed over. Both say nothing where it is not valid.

    There is no branch here: so one function does for a number, for arrays of them, and compiled, where the processor
    takes several numbers at a time.
    """
    date, counter = divided(nine_digits, 1000)
    year_month, day = divided(date, 100)
    year, month = divided(year_month, 100)
    remainder = divided(nine_digits, 97)[1]
    earlier, later = 97 - remainder, 97 - divided(remainder + _LATER, 97)[1]
    bit = 2 * counter + ((check == later) == (later > earlier))
    valid = (day <= 31) & (month <= 52) & (divided(month, 20)[1] <= 12) & ((month > 12) | (counter > 0))
    valid &= (check == earlier) | (check == later)
    return valid, (year * 53 + month) * 32 + day, bit + (divided(bit, LINE_BITS)[0] + 1) * COUNT_BITS


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NumberPages:
    """A set of valid numbers, each with its place among all in order, counted from 0.

    The page of a date, the first of which is `first_date`, is made of lines `directory[date - first_date]` to the next
    entry, excluded; `words` are the lines; `count` is how many numbers there are.
    """

    first_date: int
    directory: Int32
    words: UInt64
    count: int

    def __post_init__(self) -> None:
        for column in (self.directory, self.words):
            column.setflags(write=False)

    @classmethod
    def of(cls, numbers: Int64) -> Self:
        """The pages of numbers, which are sorted and distinct.

        Raises:
            InternalError: one of them is not valid.
        """
        date, bit = np.empty((2, len(numbers)), dtype=np.int32)
        for some in _parts(len(numbers), _NUMBERS_AT_ONCE):
            date[some], bit[some] = _dates_and_bits(numbers[some])
        first_date, dates = (int(date[0]), int(date[-1] - date[0]) + 1) if len(date) else (0, 0)
        last = _begins(date[::-1])  # of each date, counted from the end
        lines = np.zeros(dates + 1, dtype=np.int32)
        lines[date[::-1][last] - first_date + 1] = bit[::-1][last] // ALL_BITS + 1
        directory = np.cumsum(lines, dtype=np.int32)
        words = _on_a_cache_line(int(directory[-1]) * WORDS)
        for some in _parts(len(numbers), _NUMBERS_AT_ONCE):
            _set_bits(words, directory[date[some] - first_date], bit[some])
        _count(words)
        return cls(first_date, directory, words, len(numbers))

    def find_one(self, ssin: int) -> int:
        """The place of a number, `NOWHERE` where it is not among them."""
        valid, date, bit = place_of(*divmod(ssin, 100))
        entry = date - self.first_date
        if not (0 <= ssin < NO_NUMBER and valid and 0 <= entry < len(self.directory) - 1):
            return NOWHERE
        line, bit = self.directory.item(entry) + bit // ALL_BITS, bit % ALL_BITS
        if line >= self.directory.item(entry + 1):
            return NOWHERE
        bits = int.from_bytes(self.words[line * WORDS : (line + 1) * WORDS].tobytes(), "little")
        before, own = bits & ((1 << COUNT_BITS) - 1), bits >> bit & 1
        return before + (bits >> COUNT_BITS & ((1 << bit - COUNT_BITS) - 1)).bit_count() if own else NOWHERE

    def numbers(self) -> Int64:
        """All numbers, sorted: worked out anew each time."""
        numbers = np.empty(self.count, dtype=np.int64)
        digits = _nine_digits(self.first_date, self.directory)
        lines = self.words.view(np.uint8).reshape(len(digits), 8 * WORDS)[:, COUNT_BITS // 8 :]
        done = 0
        for some in _parts(len(digits), _LINES_AT_ONCE):
            found = np.flatnonzero(np.unpackbits(lines[some], bitorder="little"))
            line, bit = divided(found.astype(np.uint32), LINE_BITS)
            numbers[done : done + len(found)] = _numbers_at(digits[some][line], bit)
            done += len(found)
        return numbers


def _parts(count: int, most: int) -> Iterator[slice]:
    """As many as fit into the nearest cache at a time."""
    return (slice(first, first + most) for first in range(0, count, most))


def _dates_and_bits(numbers: Int64) -> tuple[UInt32, UInt32]:
    """The date and the bit of each number, as `place_of` says; an error where one is not valid."""
    nine, check = (part.astype(np.uint32) for part in divided(numbers.astype(np.uint64), 100))
    valid, date, bit = place_of(nine, check)
    if not (valid & (numbers >= 0) & (numbers < NO_NUMBER)).all():
        raise InternalError("a number in the register is no valid number of a person: `register verify` says where")
    return date, bit


def _nine_digits(first_date: int, directory: Int32) -> UInt32:
    """The first nine digits of the first number that each line has a bit for: the reverse of `place_of`."""
    lines = np.diff(directory)
    date = np.arange(first_date, first_date + len(lines))
    year_month, day = date >> 5, date & 31
    of_date = ((year_month // 53 * 100 + year_month % 53) * 100 + day) * 1000
    of_page = np.arange(directory[-1]) - np.repeat(directory[:-1], lines)
    return np.asarray(np.repeat(of_date, lines) + of_page * (LINE_BITS // 2), dtype=np.uint32)


def _numbers_at(nine_digits: UInt32, bit: UInt32) -> Int64:
    """The numbers that have these bits of lines that begin with these digits."""
    nine = nine_digits + (bit >> 1)
    remainder = divided(nine, 97)[1]
    earlier, later = 97 - remainder, 97 - divided(remainder + np.uint32(_LATER), 97)[1]
    check = np.where(bit & 1, np.maximum(earlier, later), np.minimum(earlier, later))
    numbers: Int64 = nine.astype(np.int64) * 100 + check
    return numbers


def _begins(values: NDArray[np.signedinteger]) -> Int64:
    """Where runs of equal values begin."""
    first = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return np.flatnonzero(first)


def _on_a_cache_line(count: int) -> UInt64:
    """So many words, all 0, of which the first begins a line of the cache."""
    words = np.zeros(count + _CACHE_LINE // _WORD.itemsize, dtype=_WORD)
    skipped = -words.ctypes.data % _CACHE_LINE // _WORD.itemsize
    return words[skipped : skipped + count]


def _set_bits(words: UInt64, page: Int32, bit: Int32) -> None:
    """Set a bit of each page, given its first line; they come in order, so that those of a word stand together."""
    word = page * np.int32(WORDS) + (bit >> 6)
    begins = _begins(word)
    words[word[begins]] |= np.bitwise_or.reduceat(np.uint64(1) << (bit & 63).astype(np.uint64), begins)


def _count(words: UInt64) -> None:
    """Put before the bits of each line how many bits are set on those before it."""
    ones = np.bitwise_count(words)
    of_lines = sum((ones[word::WORDS] for word in range(1, WORDS)), start=ones[::WORDS])
    so_far = np.cumsum(of_lines, dtype=np.uint64)
    words[WORDS::WORDS] |= so_far[:-1]
