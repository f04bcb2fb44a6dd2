"""Importing files into the register: one transaction, one revision, and a reason for every row that cannot come in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rules_service.errors import InvalidRequestError
from rules_service.identifiers import SsinKind, kind_of, parse_cbe, parse_institution
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import decoding
from rules_service.register.decoding import Decoded, decode, decode_ssins
from rules_service.register.file_reading import count_rows, read_chunks
from rules_service.register.overlapping import IntegrationOutcome
from rules_service.register.persons import PersonRows
from rules_service.register.row_files import BadRow, Chunk, FileKind
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.register.store import RegisterStore
from rules_service.register.writing import AliasOutcome, DirectoryEntry, NewIntegrations, RegisterWriter

Progress = Callable[[int, int | None], None]
"""Told how many rows were read so far, and of how many (None where unknown)."""

Problem = tuple[str, str]
"""A field and what is wrong with it."""

_LONGEST_NAME: Final = 200
_ALREADY_THERE: Final = ("", "is in the register already, or comes twice in this file")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `revision` is the one it made, None where it changed nothing.

    `bad_rows` are the first of all `bad_count`, in the order of the file.
    """

    rows_read: int
    rows_imported: int
    bad_rows: tuple[BadRow, ...]
    bad_count: int
    revision: int | None


class _Rows(Protocol):
    """Brings rows of one kind into the register."""

    def add(self, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
        """Add the good rows; the others come back, by their place in the chunk."""


def import_file(
    register: RegisterStore,
    kind: FileKind,
    path: Path,
    *,
    keep_good: bool = False,
    progress: Progress | None = None,
    most_bad_rows: int = 1_000,
    key_file: Path | None = None,
    keys: SnapshotKeys | None = None,
) -> ImportReport:
    """Import a CSV or Parquet file.

    Rows come in as they are given: an empty end stays open, no maximum duration is applied (S24 is for single writes).

    Args:
        register: where to.
        kind: what the rows of the file are.
        path: the file; its name ends with `.csv` or `.parquet`.
        keep_good: whether to import the good rows of a file that also has bad ones; else nothing is imported.
        progress: called now and then.
        most_bad_rows: how many bad rows the report lists; all are counted.
        key_file: the secret key of the person directory, made with the first person; beside the register unless given.
        keys: what the file is encrypted with.

    Raises:
        SealedFileError: the file is encrypted with another key or none, or none was given, or it is damaged.
        UnusableFileError: the file as a whole cannot be read, or lacks columns.
        RegisterUnavailableError: the register cannot be written now.
    """
    rows = PersonRows(key_file) if kind is FileKind.PERSONS else _ROWS[kind]()
    run = _Run(rows, progress or _no_progress, count_rows(path, keys), most_bad_rows)
    with suppress(_RefusedError), register.write(f"import of {kind.value}") as writer:
        for chunk in read_chunks(path, kind, keys):
            run.add(chunk, writer)
        run.revision = writer.revision if writer.changes else None
        if run.bad_count and not keep_good:
            run.imported, run.revision = 0, None
            raise _RefusedError
    return run.report()


def import_rows(kind: FileKind, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
    """Add the good rows of one chunk to a write; the others come back, by their place, with the first wrong field."""
    return _ROWS[kind]().add(chunk, writer)


class _RefusedError(Exception):
    """Leaves the transaction, which takes back all that was added."""


def _no_progress(_rows: int, _total: int | None) -> None:
    """Progress that nobody looks at."""


class _Run:
    """The counts of one import."""

    def __init__(self, rows: _Rows, progress: Progress, total: int | None, most_bad_rows: int) -> None:
        self._rows = rows
        self._progress = progress
        self._total = total
        self._most_bad_rows = most_bad_rows
        self._bad: list[BadRow] = []
        self._read = 0
        self.bad_count = 0
        self.imported = 0
        self.revision: int | None = None

    def add(self, chunk: Chunk, writer: RegisterWriter) -> None:
        problems = self._rows.add(chunk, writer)
        bad = [BadRow(int(chunk.lines[row]), field, reason) for row, (field, reason) in problems.items()]
        bad = sorted([*bad, *chunk.misfits])
        self._bad += bad[: self._most_bad_rows - len(self._bad)]
        self.bad_count += len(bad)
        self.imported += len(chunk.lines) - len(problems)
        self._read += len(chunk.lines) + len(chunk.misfits)
        self._progress(self._read, self._total)

    def report(self) -> ImportReport:
        return ImportReport(self._read, self.imported, tuple(self._bad), self.bad_count, self.revision)


def _first_problems(decoded: Mapping[str, Decoded]) -> dict[int, Problem]:
    """For each wrong row its first wrong field, in the order of the columns."""
    problems: dict[int, Problem] = {}
    for field, column in decoded.items():
        for row, reason in column.problems.items():
            problems.setdefault(row, (field, reason))
    return problems


def _rows_without(problems: Mapping[int, Problem], count: int) -> NDArray[np.int64]:
    good = np.ones(count, dtype=np.bool_)
    good[list(problems)] = False
    return np.flatnonzero(good)


class _IntegrationRows:
    def add(self, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
        decoded = self._decode(chunk.columns, writer)
        problems = _first_problems(decoded)
        inverted = decoded["begin_date"].values > decoded["end_date"].values
        for row in np.flatnonzero(inverted).tolist():
            problems.setdefault(row, ("end_date", "lies before `begin_date`"))
        good = _rows_without(problems, len(chunk.lines))
        new = self._new({name: column.values[good] for name, column in decoded.items()})
        return problems | _refusals(good, writer.add_integrations(new), _INTEGRATION_OUTCOMES)

    def _decode(self, columns: Mapping[str, Any], writer: RegisterWriter) -> dict[str, Decoded]:
        def organisation(text: str) -> int:
            return _organisation_id(text, writer)

        decoded = {
            "ssin": decode_ssins(columns["ssin"]),
            "organisation": decode(columns["organisation"], organisation),
            "sector": decode(columns["sector"], decoding.up_to_999),
            "quality_code": decode(columns["quality_code"], decoding.up_to_999),
            "begin_date": decode(columns["begin_date"], decoding.begin_day),
            "end_date": decode(columns["end_date"], decoding.end_day),
            "registers": decode(columns["registers"], decoding.registers),
        }
        if "end_defaulted" in columns:
            return decoded | {"end_defaulted": decode(columns["end_defaulted"], decoding.flag)}
        return decoded | {"end_defaulted": Decoded(np.zeros(len(columns["ssin"]), dtype=np.int64), {})}

    def _new(self, values: Mapping[str, NDArray[np.int64]]) -> NewIntegrations:
        return NewIntegrations(
            ssin=values["ssin"],
            organisation_id=values["organisation"],
            sector=values["sector"],
            quality_code=values["quality_code"],
            begin=values["begin_date"],
            end=values["end_date"],
            primary=values["registers"] & decoding.PRIMARY != 0,
            secondary=values["registers"] & decoding.SECONDARY != 0,
            end_defaulted=values["end_defaulted"] != 0,
        )


_INTEGRATION_OUTCOMES: Final = {
    IntegrationOutcome.KNOWN: _ALREADY_THERE,
    IntegrationOutcome.OVERLAPS: ("", "overlaps another integration of the same key, in the register or in this file"),
}


def _refusals(
    rows: NDArray[np.int64], outcomes: NDArray[np.int8], problems: Mapping[IntegrationOutcome, Problem]
) -> dict[int, Problem]:
    """The problem of each row whose outcome is one."""
    refused = np.flatnonzero(outcomes)
    pairs = zip(rows[refused].tolist(), outcomes[refused].tolist(), strict=True)
    return {row: problems[IntegrationOutcome(outcome)] for row, outcome in pairs}


def _organisation_id(text: str, writer: RegisterWriter) -> int:
    number = writer.find_organisation(str(parse_institution(text)) if "/" in text else text)
    if number is None:
        raise InvalidRequestError.of("organisation", "is not in the register: import the organisations first")
    return number


class _OrganisationRows:
    """Organisations are few: they are read one by one."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
        problems: dict[int, Problem] = {}
        for row, texts in enumerate(_dictionaries(chunk)):
            try:
                added = self._put(_entry_of(texts), writer)
            except InvalidRequestError as error:
                violation = error.violations[0]
                problems[row] = (violation.field, violation.description)
            else:
                if not added:
                    problems[row] = _ALREADY_THERE
        return problems

    def _put(self, entry: DirectoryEntry, writer: RegisterWriter) -> bool:
        key = entry.organisation.key
        added = key not in self._seen and writer.put_organisation(entry)
        self._seen.add(key)
        return added


def _dictionaries(chunk: Chunk) -> Iterator[dict[str, str | None]]:
    columns = {name: column.to_pylist() for name, column in chunk.columns.items()}
    for row in range(len(chunk.lines)):
        yield {name: values[row] for name, values in columns.items()}


def _entry_of(row: Mapping[str, str | None]) -> DirectoryEntry:
    texts = {name: _readable(name, text) for name, text in row.items()}
    cbe_number = parse_cbe(texts["cbe_number"]) if texts["cbe_number"] else None
    sector = _number("sector", texts["sector"])
    institution = _number("institution", texts["institution"]) if texts["institution"] else None
    if cbe_number is None and institution is None:
        raise InvalidRequestError.of(
            "cbe_number", "is missing; give it, or else the `institution` besides the `sector`"
        )
    organisation = Organisation(
        key=cbe_number or f"{sector}/{institution}",
        kind=RequesterKind[_choice("kind", texts["kind"], RequesterKind.__members__)],
        region=Region[_choice("region", texts["region"] or "none", Region.__members__)],
        sector=sector,
        institution=institution,
    )
    return DirectoryEntry(organisation, cbe_number, texts["name"], _parent(texts.get("parent")))


def _parent(text: str | None) -> str | None:
    """The key of the parent; None where the file has no such column."""
    if not text:
        return text
    try:
        return str(parse_institution(text)) if "/" in text else parse_cbe(text)
    except InvalidRequestError as error:
        raise InvalidRequestError.of("parent", error.violations[0].description) from None


def _readable(field: str, text: str | None) -> str:
    if text is None:
        raise InvalidRequestError.of(field, "is not UTF-8 text")
    if len(text) > _LONGEST_NAME:
        raise InvalidRequestError.of(field, f"is longer than {_LONGEST_NAME} characters")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise InvalidRequestError.of(field, "contains a line break or another control character")
    return text


def _number(field: str, text: str) -> int:
    number, reason = decoding.attempt(decoding.up_to_999, text)
    if reason:
        raise InvalidRequestError.of(field, reason)
    return number


def _choice(field: str, text: str, choices: Mapping[str, Any]) -> str:
    if text.upper() not in choices:
        known = ", ".join(f"`{choice.lower()}`" for choice in choices)
        raise InvalidRequestError.of(field, f"must be one of {known}")
    return text.upper()


class _AliasRows:
    def add(self, chunk: Chunk, writer: RegisterWriter) -> Mapping[int, Problem]:
        decoded = {name: decode_ssins(chunk.columns[name]) for name in ("old_ssin", "new_ssin")}
        problems = _first_problems(decoded)
        pairs = list(zip(*(decoded[name].values.tolist() for name in decoded), strict=True))
        for row, (old, new) in enumerate(pairs):
            if row not in problems and (problem := _kinds_problem(old, new)):
                problems[row] = problem
        good = _rows_without(problems, len(pairs)).tolist()
        outcomes = writer.add_aliases([pairs[row] for row in good])
        refused = zip(good, outcomes, strict=True)
        return problems | {
            row: _ALIAS_OUTCOMES[outcome] for row, outcome in refused if outcome is not AliasOutcome.ADDED
        }


_ALIAS_OUTCOMES: Final = {
    AliasOutcome.KNOWN: _ALREADY_THERE,
    AliasOutcome.REPLACED_BY_ANOTHER: ("old_ssin", "was replaced by another number already"),
    AliasOutcome.CIRCLE: ("new_ssin", "was itself replaced by `old_ssin`: replacements cannot run in a circle"),
}


def _kinds_problem(old: int, new: int) -> Problem | None:
    if kind_of(old) is not SsinKind.BIS:
        return "old_ssin", "is not a bis number: only these are replaced"
    if kind_of(new) is SsinKind.TER:
        return "new_ssin", "is a ter number: only a bis or a national number replaces another"
    return None


_ROWS: Final[Mapping[FileKind, Callable[[], _Rows]]] = {
    FileKind.INTEGRATIONS: _IntegrationRows,
    FileKind.ORGANISATIONS: _OrganisationRows,
    FileKind.ALIASES: _AliasRows,
}
