"""The kernel that reads requests from the bytes of a message into columns; it needs no interpreter lock.

It knows the wire format of `DecideRequest` as serialisers write it: fields in ascending order, none but repeated ones
more than once. Whatever is written otherwise, or is wrong in any way, is odd: such a request has no row, and is read
by protobuf. Nothing is read of a message before it is known to lie within it, and within its request.

What is called from within is put in place by the compiler (`inlined`): handing arrays to a function costs more than
reading. Every number that the kernel shares with other code is handed to it, since a compiled kernel is kept on disk
and would not see one of them change.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_service.evaluate.compiled import compiled, inlined
from rules_service.serve.wire.known_bytes import ODD, KnownBytes, number_known

UInt8 = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NOT_PLAIN: Final = -1
"""In the place of a count: the message holds something else than requests."""
SHORTEST_PERSON: Final = 13
"""The bytes of a person, with what comes before the digits."""
SHORTEST_VALUE: Final = 14
"""The bytes of the shortest named value: a request period with its first day."""
MISSED: Final = 5
"""Numbers for each item that was missed: the item, where its look is kept and its size, the same of its requester."""
LONGEST_REQUESTER: Final = 64
"""More bytes than serialisers need for a requester; a longer one is odd."""

# Tags: the number of a field, and how its value is written; those of the messages within are `_FIRST` and `_SECOND`.
_REQUEST: Final = 0x0A
_TICKET: Final = 0x0A
_OPERATION: Final = 0x12
_REQUESTER: Final = 0x1A
_SSINS: Final = 0x22
_QUALITY_CODE: Final = 0x28
_LEGAL_CONTEXT: Final = 0x32
_SYSTEM_DATE: Final = 0x3A
_REQUEST_PERIOD: Final = 0x42
_PERIODS: Final = 0x4A
_DATES: Final = 0x52
_PARAMETERS: Final = 0x5A
_INFORMATION_TYPES: Final = 0x62
_FACTS: Final = 0x78
_FIRST: Final = 0x0A
_SECOND: Final = 0x12
_FACTS_OF_THE_REGISTER: Final = 1

_NO_DAY: Final = -(1 << 31)
_WRONG: Final = -1


class Terms(NamedTuple):
    """What requests are read against: the day on which they came in, the day of an open end, and limits."""

    received_on: int
    open_end: int
    most_persons: int
    longest_ticket: int


class Space(NamedTuple):
    """What the kernel writes: for each item of the message, each row (an item to be decided in columns), each person.

    `item_row` is `ODD` where an item has no row. A place in the message is counted from its start; `date_at` is 0
    where the request states no system date. Items whose look or requester is not known are listed in `missed`, with
    the bytes of their looks in `look_bytes`.
    """

    item_begin: Int32
    item_end: Int32
    item_row: Int32
    row_item: Int32
    look: Int32
    requester: Int32
    system_date: Int32
    date_at: Int32
    ticket_at: Int32
    ticket_size: Int32
    requester_at: Int32
    requester_size: Int32
    person_offsets: Int32
    value_offsets: Int32
    ssins: Int64
    ssin_at: Int32
    begin: Int32
    end: Int32
    missed: Int32
    look_bytes: UInt8
    requester_bytes: UInt8


def space_for(size: int, items: int) -> Space:
    """Room for the requests of a message of `size` bytes: every array is as long as it can become at the most."""
    persons, values = size // SHORTEST_PERSON + 1, size // SHORTEST_VALUE + 1
    # A look is never longer than its item; each one kept begins with a word and has a word of zeros behind it.
    looks = (size + 16 * items + 32) // 8 * 8
    room: dict[str, tuple[int, type[np.generic]]] = {
        "person_offsets": (items + 1, np.int32),
        "value_offsets": (items + 1, np.int32),
        "ssins": (persons, np.int64),
        "ssin_at": (persons, np.int32),
        "begin": (values, np.int32),
        "end": (values, np.int32),
        "missed": (items * MISSED, np.int32),
        "look_bytes": (looks, np.uint8),
        "requester_bytes": (LONGEST_REQUESTER + 8, np.uint8),
    }
    found = Space(*(np.empty(*room.get(name, (items, np.int32))) for name in Space._fields))
    found.person_offsets[0] = found.value_offsets[0] = 0
    return found


@compiled
def count_requests(data: UInt8) -> int:
    """How many requests a message holds; `NOT_PLAIN` where something else stands in it too."""
    at, count = 0, 0
    while at < len(data):
        if data[at] != _REQUEST:
            return NOT_PLAIN
        size, at = _length(data, at + 1, len(data))
        if size < 0:
            return NOT_PLAIN
        at += size
        count += 1
    return count


@compiled
def read_requests(data: UInt8, terms: Terms, looks: KnownBytes, requesters: KnownBytes, space: Space) -> Any:
    """Read every request of a message that `count_requests` has counted.

    Returns:
        How many rows, persons and named values there are, and how many items were missed.
    """
    counts: Any = (np.int64(0), np.int64(0), np.int64(0))
    at: Any = 0
    for item in range(len(space.item_row)):
        size, begin = _length(data, at + 1, len(data))
        at = begin + size
        counts = read_request(data, begin, at, terms, looks, requesters, space, item, counts)
    row, missed, _ = counts
    return row, space.person_offsets[row], space.value_offsets[row], missed


@inlined
def read_request(
    data: Any, begin: int, end: int, terms: Any, looks: Any, requesters: Any, space: Any, item: int, counts: Any
) -> Any:
    """Read the item of a message that stands there.

    `counts` says how many rows there were before it, how many items were missed, and how many bytes of looks were kept
    for these; what is returned says the same of what is there now.
    """
    row, missed, kept = counts
    space.item_begin[item], space.item_end[item], space.item_row[item] = begin, end, ODD
    look_size = _read(data, begin, end, terms, space, row, kept)
    if look_size == _WRONG:
        return counts
    requester_at, requester_size = space.requester_at[row], space.requester_size[row]
    _copy(space.requester_bytes, 0, data, requester_at, requester_size)
    _pad(space.requester_bytes, requester_size)
    _pad(space.look_bytes, kept + look_size)
    requester = number_known(requesters, space.requester_bytes.view(np.uint64), 0, requester_size)
    look = number_known(looks, space.look_bytes.view(np.uint64), kept // 8, look_size)
    if look >= 0 and requester >= 0:
        space.look[row], space.requester[row] = look, requester
        space.item_row[item], space.row_item[row] = row, item
        row += 1
    elif ODD not in (look, requester):
        found = missed * MISSED
        space.missed[found], space.missed[found + 1], space.missed[found + 2] = item, kept, look_size
        space.missed[found + 3], space.missed[found + 4] = requester_at, requester_size
        missed += 1
        kept += (look_size + 15) // 8 * 8
    return row, missed, kept


@inlined
def _read(data: Any, begin: int, end: int, terms: Any, space: Any, row: int, kept: int) -> int:
    """Read a request into a row, and its look into the bytes from `kept` on; the size of these, or `_WRONG`."""
    look = kept + 1
    person, value = space.person_offsets[row], space.value_offsets[row]
    space.ticket_at[row] = space.ticket_size[row] = space.date_at[row] = 0
    space.requester_at[row] = space.requester_size[row] = 0
    space.system_date[row] = terms.received_on
    at, last = begin, 0
    while at < end:
        tag_at, tag = at, data[at]
        if tag < last or (tag == last and not _may_repeat(tag)):
            return _WRONG
        last = tag
        if tag == _QUALITY_CODE:
            at = _after_number(data, at + 1, end)
            if at == _WRONG:
                return _WRONG
            look = _copy(space.look_bytes, look, data, tag_at, at - tag_at)
            continue
        if tag == _FACTS:
            if at + 2 > end or data[at + 1] > _FACTS_OF_THE_REGISTER:
                return _WRONG
            at += 2
            continue
        size, at = _length(data, at + 1, end)
        if size < 0:
            return _WRONG
        field, at = at, at + size
        if tag == _SSINS:
            ssin = _ssin(data, field, size)
            if ssin == _WRONG or person - space.person_offsets[row] == terms.most_persons:
                return _WRONG
            for other in range(space.person_offsets[row], person):
                if space.ssins[other] == ssin:
                    return _WRONG
            space.ssins[person], space.ssin_at[person] = ssin, field
            person += 1
        elif tag == _REQUESTER:
            if size > LONGEST_REQUESTER:
                return _WRONG
            space.requester_at[row], space.requester_size[row] = field, size
        elif tag == _TICKET:
            if not _is_text(data, field, at, terms.longest_ticket):
                return _WRONG
            space.ticket_at[row], space.ticket_size[row] = field, size
        elif tag == _SYSTEM_DATE:
            if size != 0:
                day = _day(data, field, size)
                if day == _NO_DAY:
                    return _WRONG
                space.system_date[row], space.date_at[row] = day, field
        elif tag in (_REQUEST_PERIOD, _PERIODS, _DATES):
            space.look_bytes[look] = tag
            look += 1
            if tag != _REQUEST_PERIOD:
                name_end = _after_name(data, field, at)
                inner = _WRONG if name_end == _WRONG else _last_field(data, name_end, at)
                if inner == _WRONG:
                    return _WRONG
                look = _copy(space.look_bytes, look, data, field, name_end - field)
                field = inner
            if tag == _DATES:
                first = final = _day(data, field, at - field)
            else:
                first, final = _period(data, field, at, terms.open_end)
                space.look_bytes[look] = final == terms.open_end
                look += 1
            if first == _NO_DAY:
                return _WRONG
            space.begin[value], space.end[value] = first, final
            value += 1
        elif tag in (_OPERATION, _LEGAL_CONTEXT, _PARAMETERS, _INFORMATION_TYPES):
            look = _copy(space.look_bytes, look, data, tag_at, at - tag_at)
        else:
            return _WRONG
    space.look_bytes[kept] = person > space.person_offsets[row]
    space.person_offsets[row + 1], space.value_offsets[row + 1] = person, value
    return look - kept


@inlined
def _may_repeat(tag: int) -> bool:
    return tag in (_SSINS, _PERIODS, _DATES, _PARAMETERS, _INFORMATION_TYPES)


@inlined
def _length(data: Any, at: Any, end: int) -> tuple[Any, Any]:
    """The size of a field and where its content begins; `_WRONG` where it does not end by `end`.

    Five bytes tell every size that a message may have; protobuf takes no more either.
    """
    size: Any = 0
    shift, found = 0, False
    while at < end and shift < 35 and not found:
        byte = np.int64(data[at])
        size |= (byte & 0x7F) << shift
        found = bool(byte < 0x80)
        shift += 7
        at += 1
    if not found or size > end - at:
        size = _WRONG
    return size, at


@inlined
def end_of_size(data: Any, at: int, end: int) -> Any:
    """Where the size of a field ends that begins at a place, and so its content begins."""
    return _length(data, at, end)[1]


@inlined
def _after_number(data: Any, at: int, end: int) -> int:
    """Where a number of at most ten bytes ends, or `_WRONG`; what it is does not matter here."""
    for place in range(at, min(at + 10, end)):
        if data[place] < 0x80:
            return place + 1
    return _WRONG


@inlined
def _after_name(data: Any, at: int, end: int) -> int:
    """Where the name of a named value ends, which may be left out; `_WRONG` where it does not end by `end`."""
    if at == end or data[at] != _FIRST:
        return at
    size, at = _length(data, at + 1, end)
    return _WRONG if size < 0 else at + size


@inlined
def _last_field(data: Any, at: int, end: int) -> int:
    """Where the content of the second field begins, which is the last one of its message, or `_WRONG`."""
    if at == end or data[at] != _SECOND:
        return _WRONG
    size, at = _length(data, at + 1, end)
    return at if at + size == end else _WRONG


@inlined
def _period(data: Any, at: int, end: int, open_end: int) -> tuple[int, int]:
    """The first and the last day of a period; `_NO_DAY` first where it is odd."""
    first, final = _NO_DAY, open_end
    if end - at >= 12 and data[at] == _FIRST and data[at + 1] == 10:
        first = _day(data, at + 2, 10)
        at += 12
        if at < end:
            inner = _last_field(data, at, end)
            if inner == _WRONG:
                first = _NO_DAY
            elif inner < end:
                final = _day(data, inner, end - inner)
    if final < first:
        first = _NO_DAY
    return first, final


@inlined
def _day(data: Any, at: int, size: int) -> Any:
    """The day that ten characters tell as `algebra.parse_day` reads them, or `_NO_DAY`."""
    if size != 10 or data[at + 4] != 0x2D or data[at + 7] != 0x2D:
        return _NO_DAY
    year, month, day = _digits(data, at, 4), _digits(data, at + 5, 2), _digits(data, at + 8, 2)
    if year < 1 or month < 1 or month > 12 or day < 1:
        return _NO_DAY
    if day > 28:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if day > (28 + is_leap if month == 2 else 30 + ((month + (month >> 3)) & 1)):
            return _NO_DAY
    # Counted from a March, so that the leap day is the last of its year; divisions without a sign are plain.
    since_march = np.uint64((month + 9) % 12)
    march_year = np.uint64(year - (month <= 2))
    leap_days = march_year // np.uint64(4) - march_year // np.uint64(100) + march_year // np.uint64(400)
    days = march_year * np.uint64(365) + leap_days + (since_march * np.uint64(153) + np.uint64(2)) // np.uint64(5)
    return np.int64(days) + day - 719_469


@inlined
def _ssin(data: Any, at: int, size: int) -> Any:
    """The number of a person that eleven digits tell as `identifiers.parse_ssin` reads them, or `_WRONG`."""
    if size != 11:
        return _WRONG
    nine_digits, check = _digits(data, at, 9), _digits(data, at + 9, 2)
    if nine_digits < 0 or check < 0:
        return _WRONG
    nine = np.uint64(nine_digits)
    month, day = nine // np.uint64(100_000) % np.uint64(100), nine // np.uint64(1000) % np.uint64(100)
    counter = nine % np.uint64(1000)
    if day > 31 or month % np.uint64(20) > 12 or month > 52 or (month <= 12 and counter == 0):
        return _WRONG
    earlier, later = nine % np.uint64(97), (nine + np.uint64(2_000_000_000)) % np.uint64(97)
    if check != 97 - np.int64(earlier) and check != 97 - np.int64(later):
        return _WRONG
    return nine_digits * 100 + check


@inlined
def _digits(data: Any, at: int, count: int) -> Any:
    """The number that so many digits tell; negative where one of them is none."""
    number: Any = 0
    odd = False
    first = np.uint64(at)
    for place in range(np.uint64(count)):
        digit = np.int64(data[first + place]) - 0x30
        odd |= bool(digit < 0) | bool(digit > 9)
        number = number * 10 + digit
    return _WRONG if odd else number


@inlined
def _is_text(data: Any, at: int, end: int, longest: int) -> bool:
    """Whether these bytes are UTF-8 of at most so many characters."""
    count = 0
    while at < end:
        lead = np.int64(data[at])
        size = 1 if lead < 0x80 else 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4
        if lead > 0xF4 or 0x80 <= lead < 0xC2 or size > end - at:
            return False
        for place in range(at + 1, at + size):
            if data[place] & 0xC0 != 0x80:
                return False
        if size > 2:  # neither longer than it need be, nor half of a pair, nor past the last character
            two = lead << 8 | np.int64(data[at + 1])
            if two < 0xE0A0 or 0xEDA0 <= two < 0xEE00 or 0xF000 <= two < 0xF090 or two >= 0xF490:
                return False
        at += size
        count += 1
    return count <= longest


@inlined
def _copy(to: Any, at: int, data: Any, begin: int, size: int) -> int:
    """Copy so many bytes; where they end. Places without a sign never count from the end: many are copied at once."""
    target, source = np.uint64(at), np.uint64(begin)
    for place in range(np.uint64(size)):
        to[target + place] = data[source + place]
    return at + size


@inlined
def _pad(to: Any, at: int) -> None:
    """Zeros up to the end of a word, at least."""
    for place in range(at, at + 8):
        to[place] = 0
