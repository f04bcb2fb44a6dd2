"""`rules-service register integrate|remove|list`: one request in this process, decided and done as a server does it.

Who may write the register's file is not asked for a permission; the rules decide all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import click

from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.done import tell
from rules_service.cli.lines import message_in
from rules_service.cli.options import persons_key_option, requests_argument, rulesets_option
from rules_service.cli.places import place_option
from rules_service.register import PersonDirectory, Register
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.clock import brussels_today
from rules_service.serve.control import Control
from rules_service.serve.decider import Decider
from rules_service.serve.facts import LiveFacts
from rules_service.serve.registrar import Registrar
from rules_service.serve.rules import Rules

Command = TypeVar("Command", bound=Callable[..., Any])


@contextmanager
def _registrar(rulesets: Path, place: str, persons_key: Path | None) -> Iterator[Registrar]:
    rules = Rules.load(rulesets)
    with Register.open(place) as register:
        facts = LiveFacts(register)
        authenticator = Authenticator(rules.plan, PersonDirectory(register, persons_key), Attempts())
        yield Registrar(rules, Control(rules, Decider(rules, facts, authenticator)), facts, register)


def _request(command: Command) -> Command:
    """The file of the request, and where the rules, the register and its key are."""
    for option in (persons_key_option, place_option, rulesets_option, requests_argument):
        command = option(command)
    return command


@click.command()
@_request
def integrate(file: BinaryIO, rulesets: Path, place: str, persons_key: Path | None) -> None:
    """Integrate a person, by the IntegrateRequest in FILE (`-`: standard input); prints the answer as JSON.

    A request that is not granted writes nothing, and the exit code is 1. The number of the person and the proof stand
    in the file: a command line can be read by others.
    """
    message = message_in(file, pb.IntegrateRequest())
    with _registrar(rulesets, place, persons_key) as registrar:
        tell(registrar.integrate(message, brussels_today()))


@click.command()
@_request
def remove(file: BinaryIO, rulesets: Path, place: str, persons_key: Path | None) -> None:
    """Remove days of integrations, by the DisintegrateRequest in FILE (`-`: standard input); else as `integrate`."""
    message = message_in(file, pb.DisintegrateRequest())
    with _registrar(rulesets, place, persons_key) as registrar:
        tell(registrar.disintegrate(message, brussels_today()))


@click.command("list")
@_request
def list_command(file: BinaryIO, rulesets: Path, place: str, persons_key: Path | None) -> None:
    """List the integrations of a person, by the ListIntegrationsRequest in FILE (`-`: standard input), as JSON."""
    message = message_in(file, pb.ListIntegrationsRequest())
    with _registrar(rulesets, place, persons_key) as registrar:
        tell(registrar.list(message, brussels_today()))


REQUESTS: Final = (integrate, remove, list_command)
