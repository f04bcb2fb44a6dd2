"""Names of persons in one way of writing, so that only their letters are compared (S28)."""

from __future__ import annotations

import unicodedata
from typing import Final

_KEPT: Final = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd"})
_PLAIN: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th"}
)
"""Letters whose stroke or ligature Unicode does not take apart, though a keyboard without them writes it so."""


def normal_name(text: str) -> str:
    """The letters and digits of a name, without case and accents; empty where it has none.

    1. Compatibility decomposition (NFKD), full case folding, and decomposition again: `É` becomes `e` and a mark, `ß`
       becomes `ss`, `İ` becomes `i` and a mark.
    2. Marks are left out, and so is all that is no letter or digit: hyphens, apostrophes of every kind, spaces and
       points. They tell nothing of the person, and each register has its own habits with them.
    3. Letters that only look accented are written plainly: `Ø` is `o`, `Ł` is `l`, a dotless `ı` is `i`.

    >>> normal_name("D’Hondt-Küçük"), normal_name("DHONDT KUCUK")
    ('dhondtkucuk', 'dhondtkucuk')
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()  # the same, much faster
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) in _KEPT).translate(_PLAIN)
