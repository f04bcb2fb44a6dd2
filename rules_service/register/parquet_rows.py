"""Rows of Parquet files, whose columns may be text or, where that is plain, numbers and dates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rules_service.register.row_files import ROWS_AT_ONCE, Chunk, FileKind, UnusableFileError, check_columns
from rules_service.register.sealed_files import SnapshotKeys, read_file

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


def read_parquet(path: Path, kind: FileKind, keys: SnapshotKeys | None) -> Iterator[Chunk]:
    """The rows of a Parquet file, in order; a row is named by its number.

    Raises:
        UnusableFileError: its columns are other ones, or of a type that is neither text, a number nor a date.
    """
    with read_file(path, keys) as opened, pq.ParquetFile(opened) as file:
        check_columns(path, file.schema_arrow.names, kind)
        line = 1
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
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
