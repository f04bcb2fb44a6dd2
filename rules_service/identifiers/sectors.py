"""Sectors and institutions of the network, such as `40/21`, and the quality codes that never count (S12, S13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules_service.errors import InvalidRequestError

CPAS_SECTOR: Final = 17
"""The sector of the public centres for social welfare (CPAS/OCMW)."""

NOT_SIGNIFICANT: Final = frozenset({0, 902, 999})
"""Quality codes 0 (definitive), 902 (provisional) and 999 (replaced): they never count as "any code" (S13)."""

_SHAPE: Final = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")
_HIGHEST: Final = 999


@dataclass(frozen=True, slots=True, order=True)
class Institution:
    """An institution within its sector; both numbers lie between 0 and 999.

    Raises:
        InvalidRequestError: a number is out of range.
    """

    sector: int
    institution: int

    def __post_init__(self) -> None:
        for field, number in (("sector", self.sector), ("institution", self.institution)):
            if not 0 <= number <= _HIGHEST:
                raise InvalidRequestError.of(field, f"must lie between 0 and {_HIGHEST}")

    def __str__(self) -> str:
        return f"{self.sector}/{self.institution}"


def parse_institution(text: str, field: str = "institution") -> Institution:
    """The institution written as `sector/institution`; leading zeros are allowed and dropped.

    >>> str(parse_institution("40/021"))
    '40/21'

    Raises:
        InvalidRequestError: the text has another form.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise InvalidRequestError.of(field, "must be a sector and an institution of at most 3 digits, such as 40/21")
    return Institution(int(shape[1]), int(shape[2]))
