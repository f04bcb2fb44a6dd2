"""`rules-service rules users`: who uses the data of the CPAS, what for, and by which operations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rules_service.cli.catalogue_json import source_json, text_json
from rules_service.cli.options import json_option, language_option, rulesets_option
from rules_service.cli.terminal import console
from rules_service.load import load_rulesets
from rules_service.model import DataUser
from rules_service.publish import users_on_terminal


@click.command()
@rulesets_option
@language_option
@json_option
def users(rulesets: Path, language: str, *, as_json: bool) -> None:
    """List the users of the data of the CPAS: purpose, and the operations by which they get the data.

    A user without operations gets them by none that the source documents name.
    """
    found = load_rulesets(rulesets).users
    if as_json:
        for each in found:
            click.echo(json.dumps(_user_json(each), ensure_ascii=False))
        return
    console().print(users_on_terminal(found, language))
    click.echo(f"{len(found)} users")


def _user_json(each: DataUser) -> dict[str, Any]:
    return {
        "name": each.name,
        "purpose": text_json(each.purpose),
        "partner": each.partner,
        "operations": each.operations,
        "remark": each.remark,
        "source": source_json(each.citation),
    }
