"""`rules-service register integrate|remove|list`: one request in this process, decided and done as a server does it.

Who may write the register's file is not asked for a permission; the rules decide all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import click
from google.protobuf.message import Message

from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.done import DecidedAnswer, tell
from rules_service.cli.lines import message_in
from rules_service.cli.options import persons_key_option, requests_argument, rulesets_option
from rules_service.cli.places import place_option
from rules_service.register import PersonDirectory, Register
from rules_service.register.persons import WrongProofs
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.clock import brussels_today
from rules_service.serve.control import Control
from rules_service.serve.decider import Decider
from rules_service.serve.facts import LiveFacts
from rules_service.serve.registrar import Registrar
from rules_service.serve.remembered import RememberedByAll
from rules_service.serve.rules import Rules

Asked = TypeVar("Asked", bound=Message)


@contextmanager
def _registrar(rulesets: Path, place: str, persons_key: Path | None) -> Iterator[Registrar]:
    rules = Rules.load(rulesets)
    with Register.open(place) as register, closing(LiveFacts(register)) as facts:
        directory = PersonDirectory(register, persons_key)
        attempts = Attempts(remembered=RememberedByAll(WrongProofs(register, directory)))
        authenticator = Authenticator(rules.plan, directory, attempts)
        yield Registrar(rules, Control(rules, Decider(rules, facts, authenticator)), facts, register)


def _request(
    name: str, asked: type[Asked], answered: Callable[[Registrar, Asked, int], DecidedAnswer], about: str
) -> click.Command:
    """A command that does what the one request in a file asks, and prints the answer as JSON."""

    @click.command(name, help=f"{about}, by the {asked.__name__} in FILE (`-`: standard input).\n\n{_NOT_GRANTED}")
    @requests_argument
    @rulesets_option
    @place_option
    @persons_key_option
    def command(file: BinaryIO, rulesets: Path, place: str, persons_key: Path | None) -> None:
        message = message_in(file, asked())
        with _registrar(rulesets, place, persons_key) as registrar:
            tell(answered(registrar, message, brussels_today()))

    return command


_NOT_GRANTED: Final = (
    "A request that is not granted does nothing, and the exit code is 1. The number of the person and the proof stand "
    "in the file: a command line can be read by others."
)

REQUESTS: Final = (
    _request("integrate", pb.IntegrateRequest, Registrar.integrate, "Integrate a person"),
    _request("remove", pb.DisintegrateRequest, Registrar.disintegrate, "Remove days of integrations"),
    _request("list", pb.ListIntegrationsRequest, Registrar.list, "List the integrations of a person"),
)
