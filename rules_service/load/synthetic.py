"""Numbers of nobody: valid numbers of persons and organisations for conformance cases, made by formula."""

from __future__ import annotations

from typing import Final

from rules_service.identifiers import check_digits, format_ssin

MAX_PERSON: Final = 900
"""The highest `person-N`; the counter of a birth date has three digits."""
_BIRTH_DATE: Final = 850_101
_FIRST_ORGANISATION: Final = 2_070_000


def synthetic_ssin(person: int) -> int:
    """The number of `person-N`: born on 1 January 1985, counter N.

    >>> synthetic_ssin(1)
    85010100115
    """
    if not 1 <= person <= MAX_PERSON:
        raise ValueError(f"a synthetic person has a number between 1 and {MAX_PERSON}")
    nine_digits = _BIRTH_DATE * 1000 + person
    return nine_digits * 100 + check_digits(nine_digits, born_2000_or_later=False)


def synthetic_ssin_text(person: int) -> str:
    """The same number as its 11 digits."""
    return format_ssin(synthetic_ssin(person))


def synthetic_cbe(organisation: int) -> str:
    """The number of an enterprise that does not take part in the network.

    >>> synthetic_cbe(0)
    '0207000077'
    """
    eight_digits = _FIRST_ORGANISATION + organisation
    return f"{eight_digits:08d}{97 - eight_digits % 97:02d}"
