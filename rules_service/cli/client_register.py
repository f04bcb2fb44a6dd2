"""`rules-service client integrate|remove|list|...`: the register of a server, through the Python client."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final, TypeVar

import click
from google.protobuf.message import Message

from integrationcontrol import Client
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.answers import message_line
from rules_service.cli.client_import import import_command
from rules_service.cli.done import DecidedAnswer, tell
from rules_service.cli.lines import message_in
from rules_service.cli.options import requests_argument, server_option
from rules_service.cli.terminal import standard_output

Asked = TypeVar("Asked", bound=Message)


def _request(
    name: str, asked: type[Asked], send: Callable[[Client, Asked], DecidedAnswer], about: str
) -> click.Command:
    """A command that sends the one request in a file, and prints its answer as JSON."""

    @click.command(name, help=f"{about}, by the {asked.__name__} in FILE (`-`: standard input).")
    @requests_argument
    @server_option
    def command(file: BinaryIO, server: str) -> None:
        message = message_in(file, asked())
        with Client(server) as connection:
            tell(send(connection, message))

    return command


_REQUESTS: Final = (
    _request("integrate", pb.IntegrateRequest, Client.integrate_request, "Let the server integrate a person"),
    _request("remove", pb.DisintegrateRequest, Client.disintegrate_request, "Let the server remove days"),
    _request("list", pb.ListIntegrationsRequest, Client.list_integrations_request, "List the integrations of a person"),
    _request("replace-ssin", pb.ReplaceSsinRequest, Client.replace_ssin_request, "Let a number stand for a BIS number"),
    _request("ssin-history", pb.GetSsinHistoryRequest, Client.ssin_history_request, "Show the numbers of a person"),
)


@click.command()
@server_option
@click.option("--after", type=click.IntRange(min=0), default=0, show_default=True, help="Last revision that is known.")
@click.option("--of", metavar="ORGANISATION", help="Only rows of this CBE number or `sector/institution`.")
@click.option("--follow", is_flag=True, help="Go on with each change as it comes, until Ctrl-C.")
def watch(server: str, after: int, of: str | None, *, follow: bool) -> None:
    """Print what each revision of the server's register changed, one JSON object on each line."""
    output = standard_output()
    with Client(server) as connection:
        for change in connection.watch(after, of=of, end_at_latest=not follow):
            output.write(message_line(change))
            output.flush()


@click.command()
@server_option
@click.option("--key", metavar="ORGANISATION", help="Only this CBE number or `sector/institution`.")
def organisations(server: str, key: str | None) -> None:
    """List the server's directory of organisations, one JSON object on each line."""
    output = standard_output()
    with Client(server) as connection:
        for entry in connection.organisations() if key is None else [connection.organisation(key)]:
            output.write(message_line(entry))


REGISTER_CALLS: Final = (*_REQUESTS, import_command, watch, organisations)
