"""The social security identification number of a person (SSIN, INSZ, NISS), kept as an integer of 11 digits.

Structure: six digits of birth date, three of counter, two of check. The month tells the kind: 00-12 national register,
20-32 bis, 40-52 ter (the names of the network's message standard, CommonV3). The check digits are 97 minus the first
nine digits modulo 97; for births from 2000 on a 2 is put before those nine. Which century applies is not written
in the number, so either one may match: nothing here depends on today. No message contains a number (S22).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import InvalidSsinError

_DIGITS: Final = 11
_BORN_2000_OR_LATER: Final = 2_000_000_000  # the 2 put before the nine digits


class SsinKind(Enum):
    """Who gave the number: the value is the first month of its range, twelve months follow."""

    NATIONAL = 0
    BIS = 20
    TER = 40


def parse_ssin(text: str, field: str = "ssin") -> int:
    """The number written as exactly 11 digits.

    Args:
        text: digits only; the printed form with dots is refused.
        field: the path of the request field, for the error.

    Raises:
        InvalidSsinError: wrong form, structure or check digits (network code MSG00011).
    """
    if len(text) != _DIGITS or not (text.isascii() and text.isdigit()):
        raise InvalidSsinError.of(field, "must be exactly 11 digits, without dots, dashes or spaces")
    ssin = int(text)
    if not _has_structure(ssin):
        raise InvalidSsinError.of(field, "is no number of a person: check its month, day and counter digits")
    if not _has_check_digits(ssin):
        raise InvalidSsinError.of(field, "has wrong check digits: one of its digits was probably mistyped")
    return ssin


def format_ssin(ssin: int) -> str:
    """The number as 11 digits, with its leading zeros.

    >>> format_ssin(10100153)
    '00010100153'
    """
    return f"{ssin:0{_DIGITS}d}"


def kind_of(ssin: int) -> SsinKind:
    """The kind of a valid number, from its month digits.

    Raises:
        InvalidSsinError: the month belongs to no kind.
    """
    month = ssin // 10_000_000 % 100
    for kind in SsinKind:
        if kind.value <= month <= kind.value + 12:
            return kind
    raise InvalidSsinError.of("ssin", "has month digits outside of 00-12, 20-32 and 40-52")


def check_digits(nine_digits: int, born_2000_or_later: bool) -> int:
    """The two check digits, 1 to 97, that belong to the first nine digits.

    >>> check_digits(850730033, born_2000_or_later=False)
    28
    """
    return 97 - (nine_digits + _BORN_2000_OR_LATER * born_2000_or_later) % 97


def _has_structure(ssin: int) -> bool:
    month, day, counter = ssin // 10_000_000 % 100, ssin // 100_000 % 100, ssin // 100 % 1000
    if day > 31 or month % 20 > 12 or month > 52:
        return False
    return month > 12 or counter != 0  # only the national register starts its counter at 001


def _has_check_digits(ssin: int) -> bool:
    nine_digits, check = divmod(ssin, 100)
    return any(check == check_digits(nine_digits, born_2000_or_later=later) for later in (False, True))


def valid_ssins(column: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which numbers of a column are valid, by the same rules as `parse_ssin`, without a Python call per row."""
    month, day, counter = column // 10_000_000 % 100, column // 100_000 % 100, column // 100 % 1000
    structure = (column >= 0) & (column < 10**_DIGITS)
    structure &= (day <= 31) & (month % 20 <= 12) & (month <= 52) & ((month > 12) | (counter != 0))
    nine_digits, check = column // 100, column % 100
    earlier, later = 97 - nine_digits % 97, 97 - (nine_digits + _BORN_2000_OR_LATER) % 97
    return np.asarray(structure & ((check == earlier) | (check == later)), dtype=np.bool_)
