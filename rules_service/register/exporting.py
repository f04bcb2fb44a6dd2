"""Writing what the register holds into files that it can import again, whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Select, select

from rules_service.algebra import format_day
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Region, RequesterKind
from rules_service.register.private_files import replaced_file
from rules_service.register.row_files import FileKind, UnusableFileError, is_parquet
from rules_service.register.rows import select_organisations
from rules_service.register.schema import aliases, integrations, known_at, organisation_keys
from rules_service.register.sealed_files import SnapshotKeys, written_file
from rules_service.register.store import Register

_ROWS_AT_ONCE: Final = 20_000
_REGISTERS: Final = {(True, True): "both", (True, False): "primary", (False, True): "secondary"}

_day = lru_cache(maxsize=1 << 16)(format_day)


def export_file(
    register: Register, kind: FileKind, path: Path, revision: int | None = None, keys: SnapshotKeys | None = None
) -> int:
    """Write all rows of one kind, and return how many there are.

    The file takes the name `path` once it is complete, and only its owner may read it (S31).

    Args:
        register: where from.
        kind: which rows.
        path: the file; one of that name is replaced.
        revision: as known at this revision; None: now.
        keys: encrypt the file; it is imported by the same key.

    Raises:
        UnusableFileError: its name ends neither with `.csv` nor with `.parquet`, or it would be of persons, of whom
            nothing is kept that could be written.
        OperatorError: the file cannot be written.
        RevisionNotAvailableError: there is no such revision.
        RegisterUnavailableError: the register cannot be read.
    """
    if kind is FileKind.PERSONS:
        raise UnusableFileError("persons cannot be exported: their names and card numbers are kept as digests only")
    number = register.reader(revision).revision
    parquet = is_parquet(path)
    with replaced_file(path) as part, written_file(part, keys) as file, _sink(file, kind, parquet) as sink:
        return sum(sink.write(rows) for rows in _chunks(register, kind, number))


def _chunks(register: Register, kind: FileKind, revision: int) -> Iterator[list[tuple[Any, ...]]]:
    if kind is FileKind.ORGANISATIONS:
        yield from _all_organisations(register, revision)
        return
    query, convert = _QUERIES[kind](revision), _CONVERSIONS[kind]
    with register.reading() as connection:
        result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        for rows in result.partitions():
            yield [convert(row) for row in rows]


def _all_organisations(register: Register, revision: int) -> Iterator[list[tuple[Any, ...]]]:
    """Organisations are few: all at once, where there are any."""
    with register.reading() as connection:
        rows = connection.execute(select_organisations(revision)).all()
    if rows:
        yield [_organisation(row) for row in _parents_first(rows)]


def _parents_first(rows: Sequence[Any]) -> list[Any]:
    """The organisations in such an order that each one comes after its parent, as an import asks for."""
    parents = {row.key: row.parent for row in rows}

    def depth(key: str) -> int:
        above = 0
        while (parent := parents[key]) is not None:
            key, above = parent, above + 1
        return above

    return sorted(rows, key=lambda row: depth(row.key))


def _select_integrations(revision: int) -> Select[Any]:
    row = integrations.c
    return (
        select(
            row.ssin,
            organisation_keys.c.key,
            row.sector,
            row.quality_code,
            row.begin_day,
            row.end_day,
            row.in_primary,
            row.in_secondary,
            row.end_defaulted,
        )
        .join(organisation_keys, organisation_keys.c.organisation_id == row.organisation_id)
        .where(known_at(integrations, revision))
        .order_by(row.row_id)
    )


def _integration(row: Any) -> tuple[Any, ...]:
    ssin, key, sector, quality_code, begin, end, primary, secondary, end_defaulted = row
    registers = _REGISTERS[primary, secondary]
    return format_ssin(ssin), key, sector, quality_code, begin, end, registers, end_defaulted


def _organisation(row: Any) -> tuple[Any, ...]:
    kind, region = RequesterKind(row.kind).name.lower(), Region(row.region).name.lower()
    return row.cbe_number, row.sector, row.institution, kind, region, row.name, row.parent


def _select_aliases(revision: int) -> Select[Any]:
    known = aliases.c.since_revision <= revision
    return select(aliases.c.old_ssin, aliases.c.new_ssin).where(known).order_by(aliases.c.old_ssin)


def _alias(row: Any) -> tuple[Any, ...]:
    return tuple(map(format_ssin, row))


_QUERIES: Final = {
    FileKind.INTEGRATIONS: _select_integrations,
    FileKind.ALIASES: _select_aliases,
}
_CONVERSIONS: Final = {
    FileKind.INTEGRATIONS: _integration,
    FileKind.ALIASES: _alias,
}


class _Sink(Protocol):
    def write(self, rows: list[tuple[Any, ...]]) -> int:
        """Write some rows, tell how many."""


class _CsvSink:
    def __init__(self, file: TextIO, kind: FileKind) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(kind.columns)
        self._converters = [_CSV_TEXTS.get(name) for name in kind.columns]

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        columns = zip(*rows, strict=True)
        texts = [
            column if convert is None else map(convert, column)
            for convert, column in zip(self._converters, columns, strict=True)
        ]
        self._writer.writerows(zip(*texts, strict=True))
        return len(rows)


def _csv_day(day: int | None) -> str:
    return "" if day is None else _day(day)


def _csv_flag(value: bool) -> str:
    return "true" if value else "false"


_CSV_TEXTS: Final = {"begin_date": _csv_day, "end_date": _csv_day, "end_defaulted": _csv_flag}


class _ParquetSink:
    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        schema = self._writer.schema
        columns = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
        self._writer.write_batch(pa.record_batch(columns, schema=schema))
        return len(rows)


_PARQUET_TYPES: Final = {
    "sector": pa.int16(),
    "institution": pa.int16(),
    "quality_code": pa.int16(),
    "begin_date": pa.date32(),
    "end_date": pa.date32(),
    "end_defaulted": pa.bool_(),
}


@contextmanager
def _sink(file: BinaryIO, kind: FileKind, parquet: bool) -> Iterator[_Sink]:
    if parquet:
        schema = pa.schema([(name, _PARQUET_TYPES.get(name, pa.string())) for name in kind.columns])
        with pq.ParquetWriter(file, schema) as writer:
            yield _ParquetSink(writer)
    else:
        with io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
            yield _CsvSink(text, kind)
