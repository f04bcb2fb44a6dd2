"""`rules-service rules list`: the operations that fit a filter, as a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from rules_service.catalogue import (
    ConditionKind,
    NetworkNames,
    OperationFilter,
    authorisations_of,
    condition_kinds,
    groups_of,
    named_codes,
    operations_that_fit,
    takes_any_code,
)
from rules_service.cli.catalogue_json import requester_json, source_json
from rules_service.cli.failures import Failure
from rules_service.cli.options import Command, json_option, language_option, rulesets_option
from rules_service.cli.terminal import console
from rules_service.errors import InvalidRequestError
from rules_service.load import load_rulesets
from rules_service.model import Operation, OperationKind, OperationStatus, Ruleset
from rules_service.publish import operations_table

_OPTIONS: Final = {"quality_code": "--code", "state": "--status"}
"""The options that are not named like the field of the filter that they fill."""


def filter_options(command: Command) -> Command:
    """What to list: an operation must fit every option that is given."""
    conditions = click.Choice([kind.value for kind in ConditionKind])
    states = click.Choice([status.value for status in OperationStatus])
    kinds = click.Choice([kind.value for kind in OperationKind])
    options = (
        click.option("--section", metavar="SECTION", help="Cited from a section of a source, as `4.2`."),
        click.option("--code", "quality_code", type=int, metavar="N", help="Some control counts this quality code."),
        click.option("--condition", type=conditions, help="Some variant asks this, in words of the files."),
        click.option("--supplier", metavar="TEXT", help="Supplied by one whose name holds this text."),
        click.option("--status", "state", type=states, help="Where it is in its life."),
        click.option("--kind", type=kinds, help="What it does with the data."),
        click.option(
            "--requester",
            metavar="WHO",
            help="Open to `cpas`, `association_chapter_xii`, `partner`, or to a partner by its name.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("list")
@filter_options
@rulesets_option
@language_option
@json_option
def list_command(rulesets: Path, language: str, *, as_json: bool, **wanted: Any) -> None:
    """List the operations in the order of the source: all, or those that fit every option given."""
    ruleset = load_rulesets(rulesets)
    try:
        given = {name: value for name, value in wanted.items() if value is not None}
        found = operations_that_fit(ruleset, OperationFilter(**given))
    except InvalidRequestError as error:
        told = (f"{_OPTIONS.get(it.field, f'--{it.field}')}: {it.description}" for it in error.violations)
        raise Failure("; ".join(told)) from None
    if as_json:
        names = NetworkNames.of(ruleset)
        for each in found:
            click.echo(json.dumps(operation_json(each, ruleset, names, language), ensure_ascii=False))
        return
    console().print(operations_table(found, language))
    click.echo(f"{len(found)} operations")


def operation_json(operation: Operation, ruleset: Ruleset, names: NetworkNames, language: str) -> dict[str, Any]:
    """What the rulesets say of one operation, but for its conditions; the title is in one language."""
    return {
        "section": operation.citations[0].section if operation.citations else "",
        "name": operation.name,
        "title": operation.titles.in_language(language),
        "kind": operation.kind.value,
        "state": operation.status.value,
        "successor": operation.successor,
        "aliases": [{"name": alias.name, "state": alias.status.value} for alias in operation.aliases],
        "groups": groups_of(operation, ruleset),
        "supplier": operation.supplier,
        "recipient": operation.recipient,
        "requesters": [requester_json(each, names) for each in operation.requesters],
        "quality_codes": sorted(named_codes(operation)),
        "any_quality_code": takes_any_code(operation),
        "conditions": [kind.value for kind in condition_kinds(operation)],
        "purposes": sorted(purpose.value for purpose in operation.purposes),
        "missions": operation.missions,
        "legal_basis": operation.legal_basis,
        "authorisations": authorisations_of(operation),
        "sources": [source_json(each) for each in operation.citations],
        "ambiguity_count": len(operation.ambiguities),
    }
