"""`rules-service information-types`: what of the national register may be given, and on which legal basis."""

from __future__ import annotations

from pathlib import Path

import click

from integrationcontrol import make_type_filter
from rules_service.cli.answers import message_line
from rules_service.cli.options import language_option, rulesets_option, types_question
from rules_service.cli.terminal import console, standard_output
from rules_service.publish import types_on_terminal
from rules_service.serve.rules import Rules
from rules_service.serve.type_filter import filtered_types, filtered_types_message


@click.command("information-types")
@types_question
@rulesets_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as the server answers.")
def information_types(
    operation: str,
    numbers: tuple[str, ...],
    purpose: str,
    user_role: str,
    rulesets: Path,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Tell which information types OPERATION may deliver for a purpose: those of each NUMBER, or all.

    Those that may be given are shown with content, legal basis and legal reference, the others with why not.
    """
    found = filtered_types(Rules.load(rulesets), make_type_filter(operation, purpose, numbers, user_role=user_role))
    if as_json:
        standard_output().write(message_line(filtered_types_message(found)))
    else:
        console().print(types_on_terminal(found.operation, found.types, language))
