"""`rules-service register verify|backup|restore|dump|load|stats|subject-export|purge`: work on a whole register."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import click

from rules_service.algebra import format_day
from rules_service.cli.failures import BAD_INPUT, CHECK_FAILED, Failure
from rules_service.cli.options import snapshot_keys_option
from rules_service.cli.places import place_option
from rules_service.cli.terminal import progress_bar
from rules_service.identifiers import parse_ssin
from rules_service.register import Progress, Register
from rules_service.register import operations as work
from rules_service.register.private_files import new_file
from rules_service.register.sealed_files import SnapshotKeys, written_file

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW: Final = click.Path(path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_MOST_BYTES: Final = 4_096
_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


@contextmanager
def _progress(title: str) -> Iterator[Progress]:
    with progress_bar() as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@click.command()
@place_option
@click.option("--index", type=_FILE, help="Also compare this file, in which a server keeps its index.")
@click.option("--most", type=click.IntRange(min=1), default=1_000, show_default=True, help="Findings to list.")
@snapshot_keys_option
def verify(place: str, index: Path | None, most: int, keys: SnapshotKeys | None) -> None:
    """Check every invariant of the data, and the index against the database; exit code 1 when anything is wrong.

    Each finding names a table, a row and a rule, never a person's number. A row whose key is such a number is named by
    the revision that brought it, and its place in that.
    """
    count = 0
    with Register.open(place) as opened, progress_bar() as bar:
        task = bar.add_task("verify", total=None)
        for violation in work.verify(
            opened,
            index,
            lambda done, total, what: bar.update(task, completed=done, total=total, description=what),
            keys,
        ):
            count += 1
            if count <= most:
                click.echo(str(violation))
    if count > most:
        click.echo(f"... and {count - most} more")
    click.echo(f"{count} wrong")
    if count:
        click.get_current_context().exit(CHECK_FAILED)


@click.command()
@click.argument("file", type=_NEW)
@place_option
@snapshot_keys_option
def backup(file: Path, place: str, keys: SnapshotKeys | None) -> None:
    """Copy the register, as it is now, into the new FILE; others may go on writing, only its owner may read it.

    The secret key of the person directory is no part of it: keep that apart.
    """
    with Register.open(place) as opened, _progress("backup") as progress:
        manifest = work.back_up(opened, file, progress, keys)
    click.echo(f"backed up revision {manifest.revision}, {manifest.rows} rows, into {file}")


@click.command()
@click.argument("file", type=_FILE)
@place_option
@snapshot_keys_option
def restore(file: Path, place: str, keys: SnapshotKeys | None) -> None:
    """Make the register that FILE is a backup of, in a place where there is none."""
    with _progress("restore") as progress:
        manifest = work.restore(file, place, progress, keys)
    click.echo(f"restored revision {manifest.revision}, {manifest.rows} rows")


@click.command()
@click.argument("folder", type=_NEW)
@place_option
@snapshot_keys_option
def dump(folder: Path, place: str, keys: SnapshotKeys | None) -> None:
    """Write the whole history into the new FOLDER, a Parquet file for each table, to be loaded into any database."""
    with Register.open(place) as opened, _progress("dump") as progress:
        manifest = work.dump(opened, folder, progress, keys)
    click.echo(f"dumped revision {manifest.revision}, {manifest.rows} rows, into {folder}")


@click.command()
@click.argument("folder", type=_FOLDER)
@place_option
@snapshot_keys_option
def load(folder: Path, place: str, keys: SnapshotKeys | None) -> None:
    """Fill a new, empty register with the whole history that FOLDER holds."""
    with Register.open(place) as opened, _progress("load") as progress:
        manifest = work.load(opened, folder, progress, keys)
    click.echo(f"loaded revision {manifest.revision}, {manifest.rows} rows")


@click.command()
@place_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def stats(place: str, *, as_json: bool) -> None:
    """Count what the register holds: by table, register and code, with its size and its first and last moments."""
    with Register.open(place) as opened:
        found = work.statistics(opened)
    if as_json:
        told = asdict(found) | {"created_at": work.moment(found.created_at)}
        click.echo(json.dumps(told | {"recorded_at": work.moment(found.recorded_at)}))
    else:
        click.echo("\n".join(_lines(found)))


def _lines(found: work.Statistics) -> Iterator[str]:
    yield f"revision {found.revision} of {work.moment(found.recorded_at)}, created {work.moment(found.created_at)}"
    yield f"schema version {found.schema_version}, {_size(found.size_bytes)}"
    yield f"{found.organisations} organisations, {found.persons} persons with active integrations"
    for name, table in found.tables.items():
        yield f"table {name}: {table.rows} rows, {table.active} active, {table.closed} closed"
    for name, count in found.by_register.items():
        yield f"register {name}: {count} active integrations"
    for code, count in found.by_code.items():
        yield f"code {code:03}: {count} active integrations"
    if found.first_day is not None and found.last_day is not None:
        yield f"active integrations begin from {format_day(found.first_day)} to {format_day(found.last_day)}"
    yield f"{found.purge_count} purges took {found.purged_rows} rows"


def _size(size: int) -> str:
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"


@click.command("subject-export")
@click.argument("request", type=click.File("rb"), default="-")
@place_option
@click.option("--output", type=_NEW, help="New file for the answer, for its owner alone; standard output unless given.")
@snapshot_keys_option
def subject_export(request: IO[bytes], place: str, output: Path | None, keys: SnapshotKeys | None) -> None:
    """Everything that is held on one person, with its history, as JSON.

    The person's number stands in the file REQUEST, `-` for standard input: as 11 digits, or as `{"ssin": "..."}`. It is
    no argument, since a command line can be seen by all users of a machine, and stays in the history of the shell.
    """
    ssin = _number_in(request)
    with Register.open(place) as opened:
        text = json.dumps(work.subject_export(opened, ssin), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        sys.stdout.buffer.write(text.encode())
    else:
        with new_file(output) as part, written_file(part, keys) as file:
            file.write(text.encode())
        click.echo(f"written to {output}")


def _number_in(request: IO[bytes]) -> int:
    if request.isatty():
        click.echo("number of the person: ", nl=False, err=True)
        return parse_ssin(request.readline(_MOST_BYTES).decode(errors="replace").strip())
    text = request.read(_MOST_BYTES).decode(errors="replace").strip()
    if text.startswith("{"):
        try:
            text = str(json.loads(text)["ssin"])
        except (ValueError, KeyError):
            text = ""
    return parse_ssin(text)


def _periods(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each table that can be purged."""
    for kind, what in reversed(_PURGED.items()):
        option = click.option(f"--{kind.value.replace('_', '-')}", kind.value, metavar="PERIOD", help=what)
        command = option(command)
    return command


_PURGED: Final = {
    work.Retained.INTEGRATIONS: "Purge versions of integrations that were closed longer ago than this.",
    work.Retained.PERSON_CARDS: "Purge versions of persons' cards that were closed longer ago than this.",
    work.Retained.PERSONS: "Purge versions of persons that were closed longer ago than this.",
    work.Retained.REQUESTS: "Purge remembered answers to writes that are older than this.",
    work.Retained.ALIASES: "Purge older replacements of numbers of persons on whom nothing else is held.",
}


@click.command()
@place_option
@_periods
@click.option("--settings", type=_FILE, help="File with the days for each table, `[retention_days]` in TOML, instead.")
@click.option("--dry-run", is_flag=True, help="Count what would be purged, and change nothing.")
def purge(place: str, settings: Path | None, *, dry_run: bool, **periods: str | None) -> None:
    """Take away for good what was closed long ago; a PERIOD such as `10 years`, for each table that is to be purged.

    What is known now stays as it is. Revisions before the last of the purged versions was closed can no longer be read.
    The periods are recorded with the purge.
    """
    given = {work.Retained(kind): period for kind, period in periods.items() if period is not None}
    if bool(given) == (settings is not None):
        raise Failure("say what to purge: give `--settings FILE`, or such as `--integrations '10 years'`", BAD_INPUT)
    now = datetime.now(UTC)
    wanted = given if settings is None else work.read_retention(settings)
    cutoffs = {kind: work.Cutoff.of(period, now) for kind, period in wanted.items()}
    with Register.open(place) as opened:
        done = work.preview(opened, cutoffs) if dry_run else work.purge(opened, cutoffs)
    for each in done:
        click.echo(_told(each, "to purge" if dry_run else "purged"))


def _told(each: work.Purged, what: str) -> str:
    said = f"{each.table}: {each.rows} rows {what}, of before {work.moment(each.purged_before)}"
    return f"{said}; readable from revision {each.horizon}" if each.horizon else said


COMMANDS: Final[tuple[Any, ...]] = (verify, backup, restore, dump, load, stats, subject_export, purge)
