"""Rows of CSV files: at once where every line is plain, one by one where some line of a chunk is not.

A line is plain where it has no quote and as many fields as the header. Nearly all lines of large files are: they are
cut into columns without an object for each field. Only the others need the patience to say what is wrong with them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from rules_service.register.row_files import ROWS_AT_ONCE, BadRow, Chunk, FileKind, UnusableFileError, check_columns
from rules_service.register.sealed_files import SnapshotKeys, read_file

_LONGEST_LINE: Final = 1 << 20
_LONGEST_PLAIN: Final = 1 << 12
"""Longer lines are no rows that somebody meant: they are read one by one, where the length of a field is limited."""
_PLAIN: Final = pa_csv.ParseOptions(quote_char=False)


def read_csv(path: Path, kind: FileKind, keys: SnapshotKeys | None) -> Iterator[Chunk]:
    """The rows of a CSV file, in order; a row is named by the line on which it begins.

    Raises:
        UnusableFileError: its columns are other ones, or a line is too long for any row.
    """
    with read_file(path, keys) as file, _text_of(file) as text:
        lines = _lines(text, path)
        header, before = _header(lines)
        check_columns(path, header, kind)
        while some := list(islice(lines, ROWS_AT_ONCE)):
            chunk, used = _plain_chunk(some, header, before), len(some)
            if chunk is None:
                chunk, used = _chunk_by_rows(some, lines, header, before)
            before += used
            if len(chunk.lines) or chunk.misfits:
                yield chunk


def _text_of(file: BinaryIO) -> TextIO:
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UnusableFileError(f"line {number} of `{path}` is longer than {_LONGEST_LINE} characters: is it CSV?")
        yield line


def _header(lines: Iterator[str]) -> tuple[list[str], int]:
    """The names of the columns, none where they cannot be read, and how many lines they take."""
    reader = csv.reader(lines, strict=True)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return [], reader.line_num


def _plain_chunk(lines: Sequence[str], header: Sequence[str], before: int) -> Chunk | None:
    """The rows of plain lines, one a line; None where some line is not plain.

    Args:
        lines: with their ends.
        header: the names of the columns.
        before: how many lines come before these.
    """
    text = "".join(lines)
    if '"' in text or max(map(len, lines)) > _LONGEST_PLAIN:
        return None
    try:
        encoded = text.encode()
        table = pa_csv.read_csv(
            pa.BufferReader(encoded),
            pa_csv.ReadOptions(use_threads=False, block_size=len(encoded) + 1, column_names=header),
            _PLAIN,
            pa_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), check_utf8=False),
        )
    except (UnicodeEncodeError, pa.ArrowInvalid):  # not UTF-8, or a line with another number of fields
        return None
    if table.num_rows != len(lines):  # some line is empty
        return None
    columns = {name: table.column(name).combine_chunks() for name in header}
    return Chunk(np.arange(before + 1, before + 1 + len(lines)), columns)


def _chunk_by_rows(
    lines: Sequence[str], following: Iterator[str], header: Sequence[str], before: int
) -> tuple[Chunk, int]:
    """The rows that begin on some lines, and how many lines they take: the last one may end on a following line."""
    reader = csv.reader(chain(lines, following), strict=True)
    found: list[tuple[int, list[str] | BadRow]] = []
    while reader.line_num < len(lines):
        line = before + reader.line_num + 1
        row = _row(reader, line, len(header))
        if row:  # an empty line is no row
            found.append((line, row))
    rows = [(line, row) for line, row in found if not isinstance(row, BadRow)]
    texts: Iterable[Any] = zip(*(row for _, row in rows), strict=True) if rows else [()] * len(header)
    columns = {name: _text_array(values) for name, values in zip(header, texts, strict=True)}
    misfits = tuple(row for _, row in found if isinstance(row, BadRow))
    return Chunk(np.array([line for line, _ in rows], dtype=np.int64), columns, misfits), reader.line_num


def _row(reader: Any, line: int, width: int) -> list[str] | BadRow:
    """The next row, which begins on `line`; a `BadRow` in place of one that does not fit the header."""
    try:
        row: list[str] = next(reader, [])
    except csv.Error:
        return BadRow(line, "", "cannot be read as CSV: check its quotes and the length of its fields")
    if row and len(row) != width:
        return BadRow(line, "", f"has {len(row)} fields where the header has {width}")
    return row


def _text_array(values: tuple[str, ...]) -> Any:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # bytes that are not UTF-8 were read as lone surrogates
        return pa.array([value if value.isascii() or _is_text(value) else None for value in values], pa.string())


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
