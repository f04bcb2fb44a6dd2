"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

import rules_service
from rules_service.register.sealed_files import SnapshotKeys

Command = TypeVar("Command", bound=Callable[..., Any])

RULESETS: Final = Path(rules_service.__file__).resolve().parent.parent / "rulesets"
"""The rulesets that come with the program."""
REGISTER: Final = Path("register.sqlite")
LANGUAGES: Final = click.Choice(["en", "fr", "nl"])

_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

rulesets_option = click.option(
    "--rulesets", type=_FOLDER, default=RULESETS, help="Folder of rulesets; those of the program unless given."
)
source_option = click.option("--source", type=_FOLDER, help="Folder with the texts of the source documents.")
language_option = click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of texts.")
persons_key_option = click.option(
    "--persons-key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Key file of the person directory; beside the register's file unless given.",
)
_SNAPSHOT_KEY: Final[dict[str, Any]] = {
    "type": click.Path(dir_okay=False, path_type=Path),
    "help": "File of the key by which files with numbers are encrypted; they are not unless given.",
}
snapshot_key_option = click.option("--snapshot-key", **_SNAPSHOT_KEY)
snapshot_keys_option = click.option(
    "--snapshot-key",
    "keys",
    callback=lambda _context, _parameter, path: None if path is None else SnapshotKeys.load(path),
    **_SNAPSHOT_KEY,
)
"""As `snapshot_key_option`; the command gets the keys that the file holds, None where it is not given."""
server_option = click.option(
    "--server", default="127.0.0.1:50051", show_default=True, metavar="HOST:PORT", help="Where the server listens."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object for each line of the list.")
strict_option = click.option("--strict", is_flag=True, help="End with exit code 1 when any line is in error.")


def requests_argument(command: Command) -> Command:
    """The file of requests, `-` for standard input."""
    return click.argument("file", type=click.File("rb"))(command)


def types_question(command: Command) -> Command:
    """What is asked of information types: an operation, numbers, for which purpose and to whom."""
    purposes = click.Choice(["applicant", "debtor"])
    options = (
        click.argument("operation"),
        click.argument("numbers", nargs=-1, metavar="[NUMBER]..."),
        click.option("--purpose", type=purposes, required=True, help="Whom the data are about."),
        click.option("--user-role", default="", metavar="ROLE", help="Role of the user, such as `social_worker`."),
    )
    for option in reversed(options):
        command = option(command)
    return command
