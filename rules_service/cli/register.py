"""`rules-service register`: make the register, bring files in, write files out."""

from __future__ import annotations

from pathlib import Path

import click

from rules_service.cli.failures import BAD_INPUT, listed
from rules_service.cli.options import FILE, persons_key_option, snapshot_keys_option
from rules_service.cli.places import place_option
from rules_service.cli.register_operations import COMMANDS
from rules_service.cli.register_persons import persons
from rules_service.cli.register_requests import REQUESTS
from rules_service.cli.register_snapshots import SNAPSHOTS
from rules_service.cli.terminal import progress_bar
from rules_service.register import FileKind, ImportReport, Register, export_file, import_file
from rules_service.register.schema import SCHEMA_VERSION
from rules_service.register.sealed_files import SnapshotKeys

_KINDS = click.Choice([kind.value for kind in FileKind])
_KEPT_AS_GIVEN = click.Choice([kind.value for kind in FileKind if kind is not FileKind.PERSONS])
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def register() -> None:
    """Make the register of integrations, import files into it, export files from it."""


for _command in (*REQUESTS, *COMMANDS, *SNAPSHOTS, persons):
    register.add_command(_command)


@register.command()
@place_option
def init(place: str) -> None:
    """Make a new, empty register: a file, or the tables in a PostgreSQL database that exists already."""
    with Register.create(place) as created:
        click.echo(f"made {created}")


@register.command()
@place_option
def migrate(place: str) -> None:
    """Bring a register that an earlier version of the program made up to this one; nothing it knows is lost."""
    found = Register.migrate(place)
    version = f"schema version {SCHEMA_VERSION}"
    click.echo(f"migrated from {found} to {version}" if found < SCHEMA_VERSION else f"has {version} already")


@register.command("import")
@click.argument("kind", type=_KINDS)
@click.argument("file", type=FILE)
@place_option
@click.option("--keep-good", is_flag=True, help="Import the good rows also when others are bad.")
@persons_key_option
@snapshot_keys_option
def import_command(
    kind: str, file: Path, place: str, persons_key: Path | None, keys: SnapshotKeys | None, *, keep_good: bool
) -> None:
    """Import a CSV or Parquet FILE of KIND: organisations first, then aliases and integrations; persons at any time.

    All rows come in, or none; every bad row is listed with its line and reason, and the exit code is 2. With the first
    persons comes a secret key in a file of its own: without it no proof of authentication can be checked, so keep it
    apart from the backups of the register, and keep it well.
    """
    with Register.open(place) as opened, progress_bar() as bar:
        task = bar.add_task(kind, total=None)
        report = import_file(
            opened,
            FileKind(kind),
            file,
            keep_good=keep_good,
            key_file=persons_key,
            keys=keys,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _tell(report)


def _tell(report: ImportReport) -> None:
    if report.bad_rows:
        click.echo(listed(report.bad_rows, most=len(report.bad_rows)), err=True)
    if report.bad_count > len(report.bad_rows):
        click.echo(f"... and {report.bad_count - len(report.bad_rows)} more", err=True)
    revision = "nothing changed" if report.revision is None else f"revision {report.revision}"
    click.echo(
        f"{report.rows_read} rows read, {report.rows_imported} imported, {report.bad_count} bad; {revision}",
    )
    if report.bad_count:
        click.get_current_context().exit(BAD_INPUT)


@register.command()
@click.argument("kind", type=_KEPT_AS_GIVEN)
@click.argument("file", type=_OUTPUT)
@place_option
@click.option("--revision", type=click.IntRange(min=0), help="As known at this revision; the last one unless given.")
@snapshot_keys_option
def export(kind: str, file: Path, place: str, revision: int | None, keys: SnapshotKeys | None) -> None:
    """Write all rows of KIND into FILE, CSV or Parquet by its name; only its owner may read it."""
    with Register.open(place) as opened:
        count = export_file(opened, FileKind(kind), file, revision, keys)
    click.echo(f"{count} rows written to {file}")
