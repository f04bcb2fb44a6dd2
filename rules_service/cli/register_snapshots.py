"""`rules-service register snapshot-key|decrypt`: the key of encrypted files, and reading them without this program."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from rules_service.cli.failures import BAD_INPUT, Failure
from rules_service.cli.options import FILE, snapshot_keys_option
from rules_service.register.key_files import make_key_file
from rules_service.register.private_files import new_file
from rules_service.register.sealed_files import SnapshotKeys, read_file

_NEW: Final = click.Path(dir_okay=False, path_type=Path)


@click.command("snapshot-key")
@click.argument("file", type=_NEW)
def snapshot_key(file: Path) -> None:
    """Make a key for `--snapshot-key` in the new FILE, which only its owner may read.

    Keep it apart from the files that it encrypts: without it they are lost. To change it, put the line of another one
    behind it: the last line encrypts, and each line decrypts what was encrypted with it.
    """
    make_key_file(file)
    click.echo(f"made {file}")


@click.command()
@click.argument("file", type=FILE)
@click.argument("output", type=_NEW)
@snapshot_keys_option
def decrypt(file: Path, output: Path, keys: SnapshotKeys | None) -> None:
    """Write what the encrypted FILE holds into the new file OUTPUT, which only its owner may read.

    FILE is an export, the answer of `subject-export`, or a file of a dump.
    """
    if keys is None:
        raise Failure("give the key of the file by `--snapshot-key`", BAD_INPUT)
    with new_file(output) as part, read_file(file, keys) as opened, part.open("wb") as copy:
        shutil.copyfileobj(opened, copy)
    click.echo(f"written to {output}")


SNAPSHOTS: Final = (snapshot_key, decrypt)
