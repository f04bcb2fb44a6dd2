"""Where the register is: the path of a file, or the address of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from rules_service.cli.options import REGISTER

_ADDRESS: Final = "://"


class PlaceType(click.ParamType[str]):
    """A path that is no folder, or an address; never shown again, since an address may hold a password."""

    name = "place"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The place as it was given."""
        if _ADDRESS not in value and Path(value).is_dir():
            self.fail(f"`{value}` is a folder: give a file", param, ctx)
        return value


def is_missing_file(place: str) -> bool:
    """Whether a register would be kept in a file, and that file is not there."""
    return _ADDRESS not in place and not Path(place).exists()


some_register_option = click.option(
    "--register",
    type=PlaceType(),
    metavar="PLACE",
    help="Register to decide on; not needed where requests bring their facts along.",
)
register_option = click.option(
    "--register",
    type=PlaceType(),
    default=str(REGISTER),
    show_default=True,
    metavar="PLACE",
    help="File of the register, or `postgresql://USER@HOST/DATABASE`.",
)
place_option = click.option(
    "--register",
    "place",
    type=PlaceType(),
    default=str(REGISTER),
    show_default=True,
    metavar="PLACE",
    help="File of the register, or `postgresql://USER@HOST/DATABASE`.",
)
