"""Files of rows, CSV or Parquet: which columns each kind has, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import OperatorError

ROWS_AT_ONCE: Final = 20_000
"""How many rows of a file are in memory at a time."""


class UnusableFileError(OperatorError):
    """A file as a whole cannot be imported or written; nothing was changed."""

    reason = "UNUSABLE_FILE"


class FileKind(Enum):
    """What the rows of a file are."""

    INTEGRATIONS = "integrations"
    ORGANISATIONS = "organisations"
    ALIASES = "aliases"
    PERSONS = "persons"

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every file of this kind has, in any order."""
        return _REQUIRED[self]

    @property
    def columns(self) -> tuple[str, ...]:
        """All the columns that a file of this kind may have, in the order in which they are written."""
        return self.required + _OPTIONAL[self]


_REQUIRED: Final = {
    FileKind.INTEGRATIONS: (
        "ssin",
        "organisation",
        "sector",
        "quality_code",
        "begin_date",
        "end_date",
        "registers",
    ),
    FileKind.ORGANISATIONS: ("cbe_number", "sector", "institution", "kind", "region", "name"),
    FileKind.ALIASES: ("old_ssin", "new_ssin"),
    FileKind.PERSONS: (
        "ssin",
        "last_name",
        "first_name",
        "birth_date",
        "identity_card_number",
        "sis_card_number",
    ),
}
_OPTIONAL: Final = {
    FileKind.INTEGRATIONS: ("end_defaulted",),
    FileKind.ORGANISATIONS: ("parent",),
    FileKind.ALIASES: (),
    FileKind.PERSONS: (),
}


@dataclass(frozen=True, slots=True, order=True)
class BadRow:
    """A row that was not imported. `line` counts from 1, the header included; in Parquet files it is the row's number.

    `field` is the first column that is wrong, empty where it is the row as a whole. Never contains a person's number.
    """

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: `{self.field}` {self.reason}" if self.field else f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chunk:
    """Some rows: the line of each, one text column for each column of the file, and the rows that are no rows."""

    lines: NDArray[np.int64]
    columns: Mapping[str, Any]
    misfits: tuple[BadRow, ...] = ()


def is_parquet(path: Path) -> bool:
    """Whether the name says Parquet; raises `UnusableFileError` where it says neither that nor CSV."""
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise UnusableFileError(f"`{path}` must be named .csv or .parquet, which tells its format")
    return suffix == ".parquet"


def check_columns(path: Path, found: Sequence[str], kind: FileKind) -> None:
    """Raise `UnusableFileError` where a file of this kind may not have these columns."""
    # A column is named by its place: without a header, its text would be about a person.
    missing = [f"`{name}`" for name in kind.required if name not in found]
    if missing:
        raise UnusableFileError(
            f"`{path}` lacks the columns {', '.join(missing)}: its header must be `{','.join(kind.required)}`, "
            "in any order, separated by commas"
        )
    for place, name in enumerate(found, start=1):
        if name not in kind.columns or name in found[: place - 1]:
            raise UnusableFileError(f"column {place} of `{path}` is not known or comes twice: remove it")
