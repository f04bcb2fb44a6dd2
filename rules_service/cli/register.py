"""`rules-service register`: make the register, bring files in, write files out."""

from __future__ import annotations

from pathlib import Path

import click

from rules_service.cli.failures import BAD_INPUT, listed
from rules_service.cli.options import FILE, register_option
from rules_service.cli.terminal import progress_bar
from rules_service.register import FileKind, ImportReport, Register, export_file, import_file

_KINDS = click.Choice([kind.value for kind in FileKind])
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def register() -> None:
    """Make the register of integrations, import files into it, export files from it."""


@register.command()
@register_option
def init(register: Path) -> None:
    """Make a new, empty register."""
    Register.create(register).close()
    click.echo(f"made {register}")


@register.command("import")
@click.argument("kind", type=_KINDS)
@click.argument("file", type=FILE)
@register_option
@click.option("--keep-good", is_flag=True, help="Import the good rows also when others are bad.")
def import_command(kind: str, file: Path, register: Path, *, keep_good: bool) -> None:
    """Import a CSV or Parquet FILE of KIND: organisations first, then aliases and integrations.

    All rows come in, or none; every bad row is listed with its line and reason, and the exit code is 2.
    """
    with Register.open(register) as opened, progress_bar() as bar:
        task = bar.add_task(kind, total=None)
        report = import_file(
            opened,
            FileKind(kind),
            file,
            keep_good=keep_good,
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
@click.argument("kind", type=_KINDS)
@click.argument("file", type=_OUTPUT)
@register_option
@click.option("--revision", type=click.IntRange(min=0), help="As known at this revision; the last one unless given.")
def export(kind: str, file: Path, register: Path, revision: int | None) -> None:
    """Write all rows of KIND into FILE, CSV or Parquet by its name; only its owner may read it."""
    with Register.open(register) as opened:
        count = export_file(opened, FileKind(kind), file, revision)
    click.echo(f"{count} rows written to {file}")
