"""Every command has a help text, and stands in the README."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from rules_service.cli import main
from tests.cli.program import ROOT


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(main))


def test_the_commands() -> None:
    assert {path for path in COMMANDS if len(path) == 1} == {
        ("serve",),
        ("decide",),
        ("explain",),
        ("information-types",),
        ("recipients",),
        ("rules",),
        ("register",),
        ("client",),
        ("demo",),
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_has_help(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_stands_in_the_readme(path: tuple[str, ...]) -> None:
    assert f"rules-service {' '.join(path)}" in (ROOT / "README.md").read_text(encoding="utf-8")
