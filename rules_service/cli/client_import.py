"""`rules-service client import`: the rows of a file into the register of a server, as they are."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

import click

from integrationcontrol import Client, IntegrationControlError
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.failures import BAD_INPUT, CHECK_FAILED, Failure, listed
from rules_service.cli.options import FILE, server_option, snapshot_keys_option
from rules_service.cli.terminal import progress_bar
from rules_service.register import BadRow, FileKind
from rules_service.register.decoding import PRIMARY, SECONDARY, decode, flag, registers, up_to_999
from rules_service.register.file_reading import count_rows, read_chunks
from rules_service.register.private_files import replaced_file
from rules_service.register.row_files import Chunk
from rules_service.register.sealed_files import SnapshotKeys

_ROWS_OF_A_MESSAGE: Final = 5_000
_MOST_LISTED: Final = 1_000
_TEXTS: Final = ("ssin", "organisation", "begin_date", "end_date")
_NUMBERS: Final = {"sector": up_to_999, "quality_code": up_to_999, "registers": registers, "end_defaulted": flag}
_REGISTERS: Final = {PRIMARY: common_pb2.REGISTER_PRIMARY, SECONDARY: common_pb2.REGISTER_SECONDARY}


@click.command("import")
@click.argument("file", type=FILE)
@server_option
@click.option(
    "--request-id", metavar="ID", help="Your own id of this import, to go on with it; a new one unless given."
)
@click.option(
    "--bad-rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the bad rows, for its owner alone; the first thousand on standard error unless given.",
)
@snapshot_keys_option
def import_command(
    file: Path, server: str, request_id: str | None, bad_rows: Path | None, keys: SnapshotKeys | None
) -> None:
    """Let the server import the integrations in a CSV or Parquet FILE; permission `import`.

    Rows come in as they are, in messages of some thousand: good rows come in, each bad one is named by its line, and
    the exit code is 2. An import that was cut off goes on where it was when it is run again with the same FILE and ID.
    """
    request_id = request_id or str(uuid.uuid4())
    rows = _Rows(file, keys)
    with (
        Client(server) as connection,
        _told_how_to_go_on(request_id),
        _Report.into(bad_rows) as report,
        progress_bar() as bar,
    ):
        task = bar.add_task("integrations", total=count_rows(file, keys))
        messages = connection.import_integrations(rows, chunk_size=_ROWS_OF_A_MESSAGE, request_id=request_id)
        for answer in messages:
            report.add(answer, rows.answered(answer))
            bar.update(task, completed=report.read)
        report.add_bad(rows.bad_ones_left())
    report.tell()


class _Rows:
    """The rows of a file as messages carry them; gRPC takes them on a thread of its own, a few ahead of the answers."""

    def __init__(self, path: Path, keys: SnapshotKeys | None) -> None:
        self._path = path
        self._keys = keys
        self._lines: deque[int] = deque()
        self._bad: deque[BadRow] = deque()

    def __iter__(self) -> Iterator[pb.IntegrationRow]:
        for chunk in read_chunks(self._path, FileKind.INTEGRATIONS, self._keys):
            rows = _rows_in(chunk)
            bad = [row for row in rows if isinstance(row, BadRow)]
            self._bad.extend(sorted([*bad, *chunk.misfits]))
            for line, row in zip(chunk.lines.tolist(), rows, strict=True):
                if not isinstance(row, BadRow):
                    self._lines.append(line)
                    yield row

    def answered(self, answer: pb.ImportIntegrationsResponse) -> list[BadRow]:
        """The bad rows up to the last row of a message that was answered, in the order of their lines."""
        lines = [self._lines.popleft() for _ in range(answer.imported_count + len(answer.not_imported))]
        found = [BadRow(lines[each.index], each.field, each.description) for each in answer.not_imported]
        while self._bad and lines and self._bad[0].line < lines[-1]:
            found.append(self._bad.popleft())
        return sorted(found)

    def bad_ones_left(self) -> list[BadRow]:
        """The bad rows behind the last good one."""
        return list(self._bad)


def _rows_in(chunk: Chunk) -> list[pb.IntegrationRow | BadRow]:
    """Each row of a chunk, or why a message cannot carry it."""
    texts = {name: chunk.columns[name].to_pylist() for name in _TEXTS}
    numbers = {name: decode(chunk.columns[name], parse) for name, parse in _NUMBERS.items() if name in chunk.columns}
    problems = {row: (name, why) for name, column in numbers.items() for row, why in column.problems.items()}
    for name, column in texts.items():
        problems |= {row: (name, "is not UTF-8 text") for row, text in enumerate(column) if text is None}
    values = texts | {name: column.values.tolist() for name, column in numbers.items()}
    return [
        BadRow(line, *problems[row]) if row in problems else _row(dict(zip(values, each, strict=True)))
        for row, (line, each) in enumerate(zip(chunk.lines.tolist(), zip(*values.values(), strict=True), strict=True))
    ]


def _row(given: dict[str, Any]) -> pb.IntegrationRow:
    """A row as a message carries it; a sector is always stated, a quality code too."""
    shown_in = given.pop("registers")
    registers_of_row = [each for flag_of, each in _REGISTERS.items() if shown_in & flag_of]
    return pb.IntegrationRow(
        **given | {"registers": registers_of_row, "end_defaulted": bool(given.get("end_defaulted"))}
    )


@dataclass(slots=True)
class _Report:
    """What became of the rows so far."""

    file: TextIO | None
    read: int = 0
    imported: int = 0
    revision: int = 0
    bad: int = 0
    listed: list[BadRow] = field(default_factory=list)

    @classmethod
    @contextmanager
    def into(cls, path: Path | None) -> Iterator[_Report]:
        """A report whose bad rows go into a file, if one is given."""
        with nullcontext() if path is None else replaced_file(path) as part:
            if part is None:
                yield cls(None)
                return
            with part.open("w", encoding="utf-8") as file:
                yield cls(file)

    def add(self, answer: pb.ImportIntegrationsResponse, bad: list[BadRow]) -> None:
        """Add the answer to a message."""
        self.read += answer.imported_count
        self.imported += answer.imported_count
        self.revision = answer.revision if answer.imported_count else self.revision
        self.add_bad(bad)

    def add_bad(self, bad: list[BadRow]) -> None:
        """Add rows that did not come in."""
        self.read += len(bad)
        self.bad += len(bad)
        if self.file is None:
            self.listed += bad[: _MOST_LISTED - len(self.listed)]
        else:
            self.file.writelines(f"{row}\n" for row in bad)

    def tell(self) -> None:
        """Print it; ends with exit code 2 where a row was bad."""
        if self.listed:
            click.echo(listed(self.listed, most=_MOST_LISTED), err=True)
        if self.file is None and self.bad > len(self.listed):
            click.echo(f"... and {self.bad - len(self.listed)} more: list them all with `--bad-rows FILE`", err=True)
        revision = f"revision {self.revision}" if self.revision else "nothing changed"
        click.echo(f"{self.read} rows read, {self.imported} imported, {self.bad} bad; {revision}")
        if self.bad:
            click.get_current_context().exit(BAD_INPUT)


@contextmanager
def _told_how_to_go_on(request_id: str) -> Iterator[None]:
    advice = f"what was answered is there for good; go on with `--request-id {request_id}`"
    try:
        yield
    except IntegrationControlError as error:
        raise Failure(f"the server answered {error.code}: {error}\n{advice}", CHECK_FAILED) from None
    except KeyboardInterrupt:
        click.echo(advice, err=True)
        raise
