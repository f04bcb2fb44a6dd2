"""`rules-service client`: the same calls against a server, through the Python client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import click

from integrationcontrol import Client, IntegrationControlError
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.answers import error_line, message_line
from rules_service.cli.client_register import REGISTER_CALLS
from rules_service.cli.failures import CHECK_FAILED
from rules_service.cli.lines import BadLine, Item, chunks_in, message_in
from rules_service.cli.local import requests_of
from rules_service.cli.options import language_option, requests_argument, server_option, strict_option, types_question
from rules_service.cli.received import explanation_of, filtered_types_of, recipients_of
from rules_service.cli.terminal import console, standard_output
from rules_service.publish import explanation_on_terminal, recipients_on_terminal, types_on_terminal


@click.group()
def client() -> None:
    """Ask a server instead of deciding in this process."""


for _command in REGISTER_CALLS:
    client.add_command(_command)


@client.command()
@server_option
def info(server: str) -> None:
    """Show limits, rulesets, register and permissions of the server, as JSON."""
    with Client(server) as connection:
        standard_output().write(message_line(connection.server_info()))


@client.command("decide")
@requests_argument
@server_option
@strict_option
def decide_command(file: BinaryIO, server: str, *, strict: bool) -> None:
    """Let the server decide every request of FILE (`-`: standard input); prints the same lines as `decide`."""
    output = standard_output()
    errors = 0
    with Client(server) as connection:
        for chunk in chunks_in(file):
            for line, is_error in _answers(chunk, connection):
                output.write(line)
                errors += is_error
    output.flush()
    if strict and errors:
        click.echo(f"{errors} lines in error", err=True)
        click.get_current_context().exit(CHECK_FAILED)


def _answers(chunk: list[Item], connection: Client) -> Iterator[tuple[bytes, bool]]:
    results = connection.decide_all(requests_of(chunk))
    for item in chunk:
        result = item.error if isinstance(item, BadLine) else next(results)
        if isinstance(result, Exception):
            yield error_line(item.ticket, result), True
        else:
            yield message_line(result), False


@client.command("explain")
@requests_argument
@server_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line.")
def explain_command(file: BinaryIO, server: str, language: str, *, as_json: bool) -> None:
    """Let the server explain every request of FILE (`-`: standard input); prints the same as `explain`."""
    output = standard_output()
    with Client(server) as connection:
        for item in (item for chunk in chunks_in(file) for item in chunk):
            _explain(item, connection, language, as_json=as_json)
            output.flush()


def _explain(item: Item, connection: Client, language: str, *, as_json: bool) -> None:
    output = standard_output()
    if isinstance(item, BadLine):
        output.write(error_line(item.ticket, item.error))
        return
    try:
        response = connection.explain_request(item, language=language)
    except IntegrationControlError as error:
        if not error.violations:
            raise
        output.write(error_line(item.ticket, error))
        return
    if as_json:
        output.write(message_line(response))
    else:
        console().print(explanation_on_terminal(explanation_of(response), language))


@client.command("information-types")
@types_question
@server_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def information_types_command(
    operation: str,
    numbers: tuple[str, ...],
    purpose: str,
    user_role: str,
    server: str,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Let the server tell which information types OPERATION may deliver; prints the same as `information-types`."""
    with Client(server) as connection:
        response = connection.filter_information_types(operation, purpose, numbers, user_role=user_role)
    if as_json:
        standard_output().write(message_line(response))
    else:
        console().print(types_on_terminal(response.operation, filtered_types_of(response), language))


@client.command("recipients")
@requests_argument
@server_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def recipients_command(file: BinaryIO, server: str, language: str, *, as_json: bool) -> None:
    """Let the server list who must receive the mutation in FILE (`-`: standard input); prints as `recipients` does."""
    message = message_in(file, pb.ListRecipientsRequest())
    with Client(server) as connection:
        response = connection.list_recipients_request(message)
    if as_json:
        standard_output().write(message_line(response))
    else:
        console().print(recipients_on_terminal(recipients_of(response), language))
