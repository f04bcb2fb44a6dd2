"""How a command ends when the program itself is at fault."""

from __future__ import annotations

import click
from click.testing import CliRunner

from rules_service.cli.failures import Commands
from tests.cli.program import SSIN


@click.group(cls=Commands)
def program() -> None:
    """A program with a fault."""


@program.command()
def look_up() -> None:
    """Look up a person who is not there."""
    persons: dict[str, int] = {}
    print(persons[SSIN])


def test_a_fault_is_one_line_that_tells_where_and_about_nobody() -> None:
    done = CliRunner().invoke(program, ["look-up"])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith(
        "error: the program has a fault, tell its developers: `KeyError` in `test_failures.py`"
    )
    assert SSIN not in done.output
