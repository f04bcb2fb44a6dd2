"""The number of an organisation in the Crossroads Bank for Enterprises (CBE, KBO, BCE).

Ten digits: eight, then two check digits, 97 minus the eight modulo 97. An enterprise starts with 0 or 1, one of its
establishment units with 2 to 8.
"""

from __future__ import annotations

import re
from typing import Final

from rules_service.errors import InvalidRequestError

_SHAPE: Final = re.compile(r"[0-8][0-9]{9}")


def parse_cbe(text: str, field: str = "cbe_number") -> str:
    """The number in its one form, ten digits.

    Args:
        text: digits only; the printed form with dots is refused.
        field: the path of the request field, for the error.

    Raises:
        InvalidRequestError: wrong form or check digits (network code MSG00008).
    """
    if not _SHAPE.fullmatch(text):
        raise InvalidRequestError.of(field, "must be exactly 10 digits starting with 0 to 8, without dots or spaces")
    if int(text[8:]) != 97 - int(text[:8]) % 97:
        raise InvalidRequestError.of(field, "has wrong check digits: one of its digits was probably mistyped")
    return text
