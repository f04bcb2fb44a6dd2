"""Numbers of identity cards and of social-identity (SIS) cards (S28)."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from rules_service.errors import InvalidRequestError

_SEPARATORS: Final = re.compile(r"[ ./-]")
_MOST_DIGITS: Final = 20


class CardKind(IntEnum):
    """Which card a number stands on; the values are those in the database."""

    IDENTITY = 1
    SIS = 2


def parse_card_number(text: str, field: str = "card_number") -> str:
    """The digits of a card number, leading zeros included; spaces, points, slashes and hyphens between them count not.

    Neither length nor check digits are asked for: they differ between generations of cards and between those of
    citizens and of others. A number of the wrong length is no number of the person, and so proves nothing.

    Raises:
        InvalidRequestError: no digit, more than 20, or something else among them.
    """
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise InvalidRequestError.of(field, f"is not a card number: give 1 to {_MOST_DIGITS} digits")
    return digits
