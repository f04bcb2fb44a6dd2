"""`rules-service rules coverage`: how much of the documents is there, and how much of the rules the cases exercise."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from rules_service.cli.failures import CHECK_FAILED
from rules_service.cli.options import rulesets_option, source_option
from rules_service.cli.terminal import console
from rules_service.coverage import Coverage, measure


@click.command()
@rulesets_option
@source_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every figure and everything missing.")
def coverage(rulesets: Path, source: Path | None, *, as_json: bool) -> None:
    """Measure the rulesets against the documents, and the conformance cases against the rulesets.

    With --source the inventory and the citations are compared with the texts themselves. Exit code 1 below 100 % of the
    names, citations, variants and clauses; the last line has the figures.
    """
    found = measure(rulesets, source)
    if as_json:
        click.echo(json.dumps(_figures(found), ensure_ascii=False))
    else:
        _tell(found)
    if not found.is_complete:
        click.get_current_context().exit(CHECK_FAILED)


def _tell(found: Coverage) -> None:
    table = Table("document", "section", "names", "operations", box=None, pad_edge=False, header_style="bold")
    for section in found.sections:
        operations = {entry.operation for entry in section.names}
        table.add_row(section.document, section.number, str(len(section.names)), str(len(operations)))
    console().print(table)
    for figure in found.figures:
        for line in figure.missing:
            click.echo(f"{figure.name}: {line}", err=figure.binding)
    click.echo(str(found))


def _figures(found: Coverage) -> dict[str, dict[str, object]]:
    return {
        figure.name: {"found": figure.found, "wanted": figure.wanted, "missing": figure.missing}
        for figure in found.figures
    }
