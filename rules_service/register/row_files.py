"""Files of rows, CSV or Parquet: which columns each kind has, and reading them in chunks of bounded size.

Whatever the file holds, every value leaves here as text, so that a date is checked in one way, wherever it came from. A
text that is not UTF-8 leaves as a null.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rules_service.errors import OperatorError

_ROWS_AT_ONCE: Final = 20_000
_LONGEST_LINE: Final = 1 << 20
_BLOCK: Final = 1 << 20
_WIDTHS: Final = {
    "ssin": 11,
    "old_ssin": 11,
    "new_ssin": 11,
    "cbe_number": 10,
    "organisation": 10,
    "parent": 10,
    "identity_card_number": 12,
    "sis_card_number": 10,
}


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


def read_chunks(path: Path, kind: FileKind) -> Iterator[Chunk]:
    """The rows of a file, in order.

    Raises:
        UnusableFileError: the file is missing, neither CSV nor Parquet, or has other columns.
    """
    try:
        yield from _read_parquet(path, kind) if is_parquet(path) else _read_csv(path, kind)
    except FileNotFoundError:
        raise UnusableFileError(f"there is no file `{path}`") from None
    except (OSError, pa.ArrowException, ValueError):
        raise UnusableFileError(f"`{path}` cannot be read to its end: it is damaged or of another format") from None


def count_rows(path: Path) -> int | None:
    """How many rows the file has, for showing progress: for CSV the lines after the first; None where unknown."""
    try:
        if is_parquet(path):
            return int(pq.read_metadata(path).num_rows)
        with path.open("rb") as file:
            return max(0, sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b"")) - 1)
    except (OSError, pa.ArrowException, ValueError):  # read_chunks tells what is wrong
        return None


def is_parquet(path: Path) -> bool:
    """Whether the name says Parquet; raises `UnusableFileError` where it says neither that nor CSV."""
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise UnusableFileError(f"`{path}` must be named .csv or .parquet, which tells its format")
    return suffix == ".parquet"


def _check_columns(path: Path, found: list[str], kind: FileKind) -> None:
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


def _read_csv(path: Path, kind: FileKind) -> Iterator[Chunk]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(_lines(file, path), strict=True)
        try:
            header = next(reader, [])
        except csv.Error:
            header = []
        _check_columns(path, header, kind)
        rows = _csv_rows(reader, len(header))
        while chunk := _csv_chunk(rows, header):
            yield chunk


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UnusableFileError(f"line {number} of `{path}` is longer than {_LONGEST_LINE} characters: is it CSV?")
        yield line


def _csv_rows(reader: Any, width: int) -> Iterator[tuple[int, list[str] | BadRow]]:
    """Each row with the line on which it begins; a `BadRow` in place of one that does not fit the header."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, BadRow(line, "", "cannot be read as CSV: check its quotes and the length of its fields")
            continue
        if len(row) == width:
            yield line, row
        elif row:  # an empty line is no row
            yield line, BadRow(line, "", f"has {len(row)} fields where the header has {width}")


def _csv_chunk(rows: Iterator[tuple[int, list[str] | BadRow]], header: list[str]) -> Chunk | None:
    lines: list[int] = []
    good: list[list[str]] = []
    misfits: list[BadRow] = []
    for line, row in rows:
        if isinstance(row, BadRow):
            misfits.append(row)
        else:
            lines.append(line)
            good.append(row)
        if len(good) + len(misfits) == _ROWS_AT_ONCE:
            break
    if not good and not misfits:
        return None
    texts: Iterable[Any] = zip(*good, strict=True) if good else [()] * len(header)
    columns = {name: _text_array(values) for name, values in zip(header, texts, strict=True)}
    return Chunk(np.array(lines, dtype=np.int64), columns, tuple(misfits))


def _text_array(values: tuple[str, ...]) -> Any:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # bytes that are not UTF-8 were read as lone surrogates
        return pa.array([value if value.isascii() or _is_text(value) else None for value in values], pa.string())


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _read_parquet(path: Path, kind: FileKind) -> Iterator[Chunk]:
    with pq.ParquetFile(path) as file:
        _check_columns(path, file.schema_arrow.names, kind)
        line = 1
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            columns = {name: _as_text(batch.column(name), name, path) for name in batch.schema.names}
            yield Chunk(np.arange(line, line + batch.num_rows), columns)
            line += batch.num_rows


def _as_text(column: Any, name: str, path: Path) -> Any:
    """A column of any sensible type as text; no value is an empty text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _checked_text(column)
    if pa.types.is_integer(kind):
        text = pc.utf8_lpad(pc.cast(column, pa.string()), _WIDTHS.get(name, 0), "0")
    elif pa.types.is_date32(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        text = pc.cast(column, pa.string())
    else:
        raise UnusableFileError(f"column `{name}` of `{path}` has type `{kind}`: write it as text, integer or date32")
    return text.fill_null("")


def _checked_text(column: Any) -> Any:
    try:
        column.validate(full=True)
        return pc.cast(column, pa.string()).fill_null("")
    except pa.ArrowInvalid:
        column.validate()  # sound but for its text, or of no use at all
        return pa.array([_decoded(value) for value in pc.cast(column, pa.binary()).to_pylist()], pa.string())


def _decoded(value: bytes | None) -> str | None:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        return None
