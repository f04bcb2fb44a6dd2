"""Where the register is: the path of a file, or the address of a database."""

from __future__ import annotations

import click

from rules_service.cli.options import REGISTER
from rules_service.register import file_of


class PlaceType(click.ParamType[str]):
    """A path that is no folder, or an address; never shown again, since an address may hold a password."""

    name = "place"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The place as it was given."""
        file = file_of(value)
        if file is not None and file.is_dir():
            self.fail(f"`{value}` is a folder: give a file", param, ctx)
        return value


def is_missing_file(place: str) -> bool:
    """Whether a register would be kept in a file, and that file is not there."""
    file = file_of(place)
    return file is not None and not file.exists()


some_register_option = click.option(
    "--register",
    type=PlaceType(),
    metavar="PLACE",
    help="Register to decide on; not needed where requests bring their facts along.",
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
