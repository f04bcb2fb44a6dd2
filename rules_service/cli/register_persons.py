"""`rules-service register persons keys|rekey|remove-key`: the secret keys of the person directory."""

from __future__ import annotations

from pathlib import Path

import click

from rules_service.cli.options import persons_key_option
from rules_service.cli.places import place_option
from rules_service.register import Register
from rules_service.register.persons.rotation import KeyUse, add_key, key_uses, remove_key


@click.group()
def persons() -> None:
    """Look after the secret keys by which names and card numbers of persons are kept.

    Persons come in by `rules-service register import persons`.
    """


@persons.command()
@place_option
def keys(place: str) -> None:
    """List the keys of the person directory, and how many rows depend on each; the last one makes new rows."""
    with Register.open(place) as opened:
        for use in key_uses(opened):
            click.echo(_told(use))


def _told(use: KeyUse) -> str:
    version = use.version
    said = f"key {version.key_id}, since revision {version.since_revision}"
    if version.until_revision is not None:
        return f"{said}: removed in revision {version.until_revision}"
    depending = f"{use.active_rows} rows that are known now and {use.closed_rows} that were closed depend on it"
    return f"{said}: {depending}{', the newest' if use.is_newest else ''}"


@persons.command()
@place_option
@persons_key_option
def rekey(place: str, persons_key: Path | None) -> None:
    """Make a new key, behind the others in the key file: what is imported from now on is made with it.

    Rows that are there stay with their key, and are checked with it: nobody can make them again under another one.
    Import all persons again to bring what is known now to the new key, and purge what was closed; then the old key can
    be removed. Keep the key file well: it now holds both.
    """
    with Register.open(place) as opened:
        key_id = add_key(opened, persons_key)
    click.echo(f"key {key_id} makes new rows from now on")


@persons.command("remove-key")
@click.argument("key_id", metavar="KEY", type=click.IntRange(min=1))
@place_option
@persons_key_option
def remove_key_command(key_id: int, place: str, persons_key: Path | None) -> None:
    """Take KEY, on which no row depends, out of the person directory and out of the key file.

    Backups from before may need it: keep a copy of the key file as long as them.
    """
    with Register.open(place) as opened:
        remove_key(opened, key_id, persons_key)
    click.echo(f"key {key_id} is removed")
