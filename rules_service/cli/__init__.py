"""The `rules-service` command, thin: each file beside this one reads options, calls the layers below and prints.

Exit codes: 0 done; 1 a check failed, or a server failed; 2 wrong usage or bad input.
"""

from __future__ import annotations

import click

from rules_service.serve.transport import choose_threads

choose_threads()  # before gRPC is imported

# ruff: isort: split
from rules_service.cli.client import client
from rules_service.cli.decide import decide
from rules_service.cli.demonstration import demo
from rules_service.cli.explain import explain
from rules_service.cli.failures import Commands
from rules_service.cli.information_types import information_types
from rules_service.cli.recipients import recipients
from rules_service.cli.register import register
from rules_service.cli.rules import rules
from rules_service.cli.serve import serve


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rules-service")
def main() -> None:
    """Decide whether an organisation may use an operation of the network for some persons, and say why."""


for _command in (serve, decide, explain, recipients, information_types, rules, register, client, demo):
    main.add_command(_command)

__all__ = ["main"]
