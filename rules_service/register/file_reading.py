"""Reading files of rows in chunks of bounded size.

Whatever the file holds, every value leaves here as text, so that a date is checked in one way, wherever it came from. A
text that is not UTF-8 leaves as a null.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from rules_service.register.csv_rows import read_csv
from rules_service.register.parquet_rows import read_parquet
from rules_service.register.row_files import Chunk, FileKind, UnusableFileError, is_parquet
from rules_service.register.sealed_files import SnapshotKeys, read_file

_BLOCK: Final = 1 << 20


def read_chunks(path: Path, kind: FileKind, keys: SnapshotKeys | None = None) -> Iterator[Chunk]:
    """The rows of a file, in order.

    Args:
        path: the file; its name says CSV or Parquet.
        kind: what its rows are.
        keys: what it is encrypted with, as an exported one may be.

    Raises:
        SealedFileError: it is encrypted with another key or none, or none was given, or it is damaged.
        UnusableFileError: the file is missing, neither CSV nor Parquet, or has other columns.
    """
    try:
        yield from read_parquet(path, kind, keys) if is_parquet(path) else read_csv(path, kind, keys)
    except FileNotFoundError:
        raise UnusableFileError(f"there is no file `{path}`") from None
    except (OSError, pa.ArrowException, ValueError):
        raise UnusableFileError(f"`{path}` cannot be read to its end: it is damaged or of another format") from None


def count_rows(path: Path, keys: SnapshotKeys | None = None) -> int | None:
    """How many rows the file has, for showing progress: for CSV the lines after the first; None where unknown."""
    try:
        with read_file(path, keys) as file:
            if is_parquet(path):
                return int(pq.read_metadata(file).num_rows)
            return max(0, sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b"")) - 1)
    except (OSError, pa.ArrowException, ValueError):  # read_chunks tells what is wrong
        return None
