"""`rules-service rules show`: everything about one operation, or the parts of a group."""

from __future__ import annotations

from pathlib import Path

import click

from rules_service.catalogue import operation_or_group
from rules_service.cli.failures import Failure
from rules_service.cli.options import language_option, rulesets_option, source_option
from rules_service.cli.terminal import console
from rules_service.errors import UnknownOperationError
from rules_service.load import SourceTexts, load_rulesets
from rules_service.model import OperationGroup
from rules_service.publish import group_on_terminal, operation_on_terminal


@click.command()
@click.argument("operation")
@rulesets_option
@source_option
@language_option
def show(operation: str, rulesets: Path, source: Path | None, language: str) -> None:
    """Show one OPERATION, by its name or an alias; with --source the original lines stand beside the rule.

    The name of a group shows the operations that it stands for.
    """
    ruleset = load_rulesets(rulesets)
    try:
        found = operation_or_group(ruleset, operation)
    except UnknownOperationError as error:
        raise Failure(f"`{operation}` {error.violations[0].description}") from None
    if isinstance(found, OperationGroup):
        console().print(group_on_terminal(found, ruleset, language))
        return
    originals = None
    if source is not None:
        texts = SourceTexts(source, ruleset.documents)
        originals = {citation: texts.cited(citation) for citation in found.citations}
    console().print(operation_on_terminal(found, ruleset, language, originals))
