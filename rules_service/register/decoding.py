"""From columns of text to columns of numbers: each distinct text is parsed once, by the same parsers as everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rules_service.algebra import FUTURE, InvalidDayError, parse_day
from rules_service.errors import InvalidRequestError
from rules_service.identifiers import parse_ssin, valid_ssins

PRIMARY: Final = 1
SECONDARY: Final = 2

_NOT_TEXT: Final = "is not UTF-8 text"
_UP_TO_999: Final = re.compile(r"[0-9]{1,3}")
_REGISTERS: Final = {"primary": PRIMARY, "secondary": SECONDARY, "both": PRIMARY | SECONDARY, "": PRIMARY | SECONDARY}
_FLAGS: Final = {"true": 1, "false": 0, "": 0}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Decoded:
    """The number of each row, 0 where its text is wrong, and what is wrong with it, by row."""

    values: NDArray[np.int64]
    problems: Mapping[int, str]


def decode(column: Any, parse: Callable[[str], int]) -> Decoded:
    """Each text of a column as `parse` reads it; `parse` raises one of our errors where it cannot."""
    encoded = column.dictionary_encode()
    parsed = [attempt(parse, text) for text in encoded.dictionary.to_pylist()]
    parsed.append((0, _NOT_TEXT))  # a null: its text could not be read
    code = encoded.indices.fill_null(len(parsed) - 1).to_numpy()
    values = np.array([value for value, _ in parsed], dtype=np.int64)[code]
    wrong = np.array([bool(reason) for _, reason in parsed])[code]
    return Decoded(values, {row: parsed[code[row]][1] for row in np.flatnonzero(wrong).tolist()})


def decode_ssins(column: Any) -> Decoded:
    """Each text of a column as a person's number."""
    text = column.fill_null("")
    shaped = pc.and_(pc.equal(pc.utf8_length(text), 11), pc.ascii_is_decimal(text))
    values = pc.cast(pc.if_else(shaped, text, "0"), pa.int64()).to_numpy()
    wrong = ~(shaped.to_numpy(zero_copy_only=False) & valid_ssins(values))
    problems = {row: attempt_text(parse_ssin, column[row].as_py())[1] for row in np.flatnonzero(wrong).tolist()}
    return Decoded(values, problems)


def attempt(parse: Callable[[str], int], text: str) -> tuple[int, str]:
    """What `parse` makes of a text, and an empty reason; or 0, and the reason why it cannot be parsed."""
    try:
        return parse(text), ""
    except InvalidRequestError as error:
        return 0, error.violations[0].description
    except InvalidDayError as error:
        return 0, str(error)


def attempt_text(parse: Callable[[str], int], text: str | None) -> tuple[int, str]:
    """As `attempt`, for a text that may be unreadable (None)."""
    return (0, _NOT_TEXT) if text is None else attempt(parse, text)


@lru_cache(maxsize=1 << 16)
def begin_day(text: str) -> int:
    """The first day of an integration."""
    return parse_day(text)


@lru_cache(maxsize=1 << 16)
def end_day(text: str) -> int:
    """The last day of an integration, `FUTURE` where the text is empty (S5)."""
    return parse_day(text) if text else FUTURE


def up_to_999(text: str) -> int:
    """A sector, institution or quality code; leading zeros are allowed."""
    if not _UP_TO_999.fullmatch(text):
        raise InvalidRequestError.of("number", "must be a whole number between 0 and 999")
    return int(text)


def registers(text: str) -> int:
    """Which registers a row stands in, as the sum of `PRIMARY` and `SECONDARY` (S14); both where it is empty."""
    if text.lower() not in _REGISTERS:
        raise InvalidRequestError.of("registers", "must be `primary`, `secondary` or `both`")
    return _REGISTERS[text.lower()]


def flag(text: str) -> int:
    """`true` or `false`, false where it is empty."""
    if text.lower() not in _FLAGS:
        raise InvalidRequestError.of("flag", "must be `true` or `false`")
    return _FLAGS[text.lower()]
