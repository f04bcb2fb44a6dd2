"""Pages of a list, by tokens that only fit the list they were made for."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from rules_service.errors import InvalidRequestError

LARGEST_PAGE: Final = 1000
_STAMP_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Page:
    """What a caller asks for: `size` 0 means the largest page; `of` tells the list and its version."""

    size: int
    token: str
    of: str


@dataclass(frozen=True, slots=True)
class Found:
    """Which entries the page holds, `first` included and `end` excluded; the token is empty on the last page."""

    first: int
    end: int
    next_token: str


def page_of(page: Page, length: int) -> Found:
    """The place of a page in a list.

    Raises:
        InvalidRequestError: a size out of range, or a token of another list.
    """
    if not 0 <= page.size <= LARGEST_PAGE:
        raise InvalidRequestError.of("page_size", f"is not between 0 and {LARGEST_PAGE}")
    first = _read_token(page) if page.token else 0
    end = min(first + (page.size or LARGEST_PAGE), length)
    return Found(first, end, _token(page.of, end) if end < length else "")


def _token(of: str, first: int) -> str:
    stamp = hashlib.sha256(of.encode()).hexdigest()[:_STAMP_LENGTH]
    return base64.urlsafe_b64encode(f"{stamp}{first}".encode()).decode()


def _read_token(page: Page) -> int:
    wrong = InvalidRequestError.of("page_token", "is not a token of this list; start again without one")
    try:
        number = base64.urlsafe_b64decode(page.token.encode()).decode()[_STAMP_LENGTH:]
        first = int(number)
    except (ValueError, binascii.Error):
        raise wrong from None
    if _token(page.of, first) != page.token:
        raise wrong
    return first
