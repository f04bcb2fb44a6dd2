"""`rules-service explain`: why a decision is what it is, for people or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.answers import error_line, message_line
from rules_service.cli.lines import BadLine, Item, chunks_in
from rules_service.cli.local import Local, deciding_here
from rules_service.cli.options import language_option, persons_key_option, requests_argument, rulesets_option
from rules_service.cli.places import some_register_option
from rules_service.cli.terminal import console, standard_output
from rules_service.errors import CallerError
from rules_service.publish import explanation_on_terminal
from rules_service.reference import Explanation, Reference
from rules_service.reference.engine import Engine
from rules_service.serve.convert import decision_message, derivation_message
from rules_service.serve.explainer import Explainer


@click.command()
@requests_argument
@rulesets_option
@some_register_option
@persons_key_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line, as the server answers Explain.")
def explain(
    file: BinaryIO, rulesets: Path, register: str | None, persons_key: Path | None, language: str, *, as_json: bool
) -> None:
    """Explain the decision on every request of FILE (`-`: standard input), one JSON request on each line.

    Shows the checks, the clauses with the days that were compared, the sources, and what would have to change.
    """
    output = standard_output()
    with deciding_here(rulesets, register, persons_key) as local, Engine() as engine:
        explainer = Explainer(local.decider, Reference(local.rules.ruleset, local.rules.plan.digest, engine))
        for item in (item for chunk in chunks_in(file) for item in chunk):
            explained = _explained(local.checked(item), explainer, local, language)
            if isinstance(explained, BadLine):
                output.write(error_line(explained.ticket, explained.error))
            elif as_json:
                output.write(message_line(_message(explained)))
            else:
                console().print(explanation_on_terminal(explained, language))
            output.flush()


def _explained(item: Item, explainer: Explainer, local: Local, language: str) -> Explanation | BadLine:
    if isinstance(item, BadLine):
        return item
    try:
        return explainer.explain(item, language, local.received_on)
    except CallerError as error:
        return BadLine(item.ticket, error)


def _message(explanation: Explanation) -> pb.ExplainResponse:
    return pb.ExplainResponse(
        decision=decision_message(explanation.decision), derivation=derivation_message(explanation.derivation)
    )
