"""`rules-service client integrate|remove|list|...`: the register of a server, through the Python client."""

from __future__ import annotations

from typing import BinaryIO, Final

import click

from integrationcontrol import Client
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.answers import message_line
from rules_service.cli.done import tell
from rules_service.cli.lines import message_in
from rules_service.cli.options import requests_argument, server_option
from rules_service.cli.terminal import standard_output


@click.command()
@requests_argument
@server_option
def integrate(file: BinaryIO, server: str) -> None:
    """Let the server integrate a person, by the IntegrateRequest in FILE; else as `register integrate`."""
    message = message_in(file, pb.IntegrateRequest())
    with Client(server) as connection:
        tell(connection.integrate_request(message))


@click.command()
@requests_argument
@server_option
def remove(file: BinaryIO, server: str) -> None:
    """Let the server remove days, by the DisintegrateRequest in FILE; else as `register remove`."""
    message = message_in(file, pb.DisintegrateRequest())
    with Client(server) as connection:
        tell(connection.disintegrate_request(message))


@click.command("list")
@requests_argument
@server_option
def list_command(file: BinaryIO, server: str) -> None:
    """Let the server list integrations, by the ListIntegrationsRequest in FILE; else as `register list`."""
    message = message_in(file, pb.ListIntegrationsRequest())
    with Client(server) as connection:
        tell(connection.list_integrations_request(message))


@click.command("replace-ssin")
@requests_argument
@server_option
def replace_ssin(file: BinaryIO, server: str) -> None:
    """Let a number stand for a BIS number, by the ReplaceSsinRequest in FILE (`-`: standard input)."""
    message = message_in(file, pb.ReplaceSsinRequest())
    with Client(server) as connection:
        tell(connection.replace_ssin_request(message))


@click.command("ssin-history")
@requests_argument
@server_option
def ssin_history(file: BinaryIO, server: str) -> None:
    """Show the numbers of a person, by the GetSsinHistoryRequest in FILE (`-`: standard input)."""
    message = message_in(file, pb.GetSsinHistoryRequest())
    with Client(server) as connection:
        tell(connection.ssin_history_request(message))


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


REGISTER_CALLS: Final = (integrate, remove, list_command, replace_ssin, ssin_history, watch, organisations)
