"""`rules-service decide`: a file of requests, a line of answer for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from rules_service.cli.answers import error_line, message_line
from rules_service.cli.failures import CHECK_FAILED
from rules_service.cli.lines import BadLine, Item, chunks_in
from rules_service.cli.local import Local, deciding_here, requests_of
from rules_service.cli.options import persons_key_option, requests_argument, rulesets_option, strict_option
from rules_service.cli.places import some_register_option
from rules_service.cli.terminal import standard_output
from rules_service.errors import CallerError
from rules_service.serve.convert import decision_message


@click.command()
@requests_argument
@rulesets_option
@some_register_option
@persons_key_option
@strict_option
def decide(file: BinaryIO, rulesets: Path, register: str | None, persons_key: Path | None, *, strict: bool) -> None:
    """Decide every request of FILE (`-`: standard input), one JSON request on each line.

    Prints exactly one line for each line, in order: the decision, or the ticket and an error with its code, field and
    message. All requests are decided on one revision of the register and, where they state no system date, for today.
    """
    output = standard_output()
    errors = 0
    with deciding_here(rulesets, register, persons_key) as local:
        for chunk in chunks_in(file):
            for line, is_error in _answers([local.checked(item) for item in chunk], local):
                output.write(line)
                errors += is_error
    output.flush()
    if strict and errors:
        click.echo(f"{errors} lines in error", err=True)
        click.get_current_context().exit(CHECK_FAILED)


def _answers(items: list[Item], local: Local) -> Iterator[tuple[bytes, bool]]:
    """The line for each item, and whether it is an error."""
    results = iter(local.decider.decide_all(requests_of(items), local.received_on).results)
    for item in items:
        result = item.error if isinstance(item, BadLine) else next(results)
        if isinstance(result, CallerError):
            yield error_line(item.ticket, result), True
        else:
            yield message_line(decision_message(result)), False
