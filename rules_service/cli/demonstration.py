"""`rules-service demo`."""

from __future__ import annotations

from pathlib import Path

import click

from rules_service.cli.options import language_option, rulesets_option
from rules_service.cli.received import explanation_of
from rules_service.cli.terminal import console
from rules_service.demo import run_demo
from rules_service.publish import explanation_on_terminal


@click.command()
@rulesets_option
@language_option
def demo(rulesets: Path, language: str) -> None:
    """Show the service on invented persons: a register, a server, one request, a refusal explained, a large batch."""
    run_demo(
        rulesets,
        lambda response: console().print(explanation_on_terminal(explanation_of(response), language)),
        language,
    )
