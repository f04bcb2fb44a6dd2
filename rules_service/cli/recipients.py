"""`rules-service recipients`: who must receive a mutation, for people or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.answers import message_line
from rules_service.cli.lines import message_in
from rules_service.cli.local import deciding_here
from rules_service.cli.options import language_option, requests_argument, rulesets_option
from rules_service.cli.places import place_option
from rules_service.cli.terminal import console, standard_output
from rules_service.publish import recipients_on_terminal
from rules_service.serve.convert import recipients_message


@click.command()
@requests_argument
@rulesets_option
@place_option
@language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as the server answers ListRecipients.")
def recipients(file: BinaryIO, rulesets: Path, place: str, language: str, *, as_json: bool) -> None:
    """List the organisations that must receive the mutation in FILE (`-`: standard input), one JSON request.

    The number of the person stands in the file: a command line can be read by others.
    """
    message = message_in(file, pb.ListRecipientsRequest())
    with deciding_here(rulesets, place) as local:
        found = local.lister.list(message, local.received_on)
    if as_json:
        standard_output().write(message_line(recipients_message(found)))
    else:
        console().print(recipients_on_terminal(found, language))
