"""`rules-service serve`: a server on an embedded register, with one command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from rules_service.cli.logs import begin_log
from rules_service.cli.options import persons_key_option, rulesets_option, snapshot_key_option
from rules_service.cli.places import is_missing_file, place_option
from rules_service.register import Register
from rules_service.serve.kept_memory import keep_freed_memory
from rules_service.serve.permissions import Permission
from rules_service.serve.settings import Settings, available_cores
from rules_service.serve.supervisor import Supervisor


@click.command()
@rulesets_option
@place_option
@click.option("--listen", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=50_051, show_default=True, help="Port; 0: any that is free."
)
@click.option(
    "--permission",
    "permissions",
    type=click.Choice([each.value for each in Permission]),
    multiple=True,
    help="What callers may do beyond asking for today; may be repeated. Unless given: all on this machine, else none.",
)
@persons_key_option
@snapshot_key_option
@click.option(
    "--wrong-proofs",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Wrong proofs that an organisation may give for a person within an hour.",
)
@click.option(
    "--index-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the index is kept between two starts; beside the register's file unless given.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    help="Threads of each process that decide a large message of columns together; unless given, the cores are shared "
    "among the processes.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that serve on the port, to use that many cores; a client's connection stays with one of them. One "
    "that dies is replaced. They share the memory of the saved index, unless it is encrypted: give --index-file for a "
    "register in PostgreSQL.",
)
def serve(
    rulesets: Path,
    place: str,
    listen: str,
    port: int,
    permissions: Sequence[str],
    persons_key: Path | None,
    snapshot_key: Path | None,
    wrong_proofs: int,
    index_file: Path | None,
    threads: int | None,
    processes: int,
) -> None:
    """Serve decisions over gRPC, until Ctrl-C or SIGTERM.

    A register in a file is made when the file is missing; one in PostgreSQL is made by `register init`. Prints one line
    with the address once calls are answered.
    """
    begin_log(processes)
    if is_missing_file(place):
        Register.create(place).close()
    granted = frozenset(map(Permission, permissions)) if permissions else None
    settings = Settings(
        rulesets,
        place,
        host=listen,
        port=port,
        permissions=granted,
        persons_key=persons_key,
        wrong_proofs=wrong_proofs,
        index_file=index_file,
        snapshot_key=snapshot_key,
        threads=threads or max(1, available_cores() // processes),
        processes=processes,
    )
    if processes > 1:
        # As for an installed program, nothing is imported from the folder that the operator happens to be in.
        command = (sys.executable, "-P", "-m", "rules_service.cli.server_process")
        sys.exit(Supervisor(settings, command, _announce).run())
    keep_freed_memory()
    from rules_service.serve.server import Server  # noqa: PLC0415  loads a compiler

    server = Server(settings)
    server.start()
    server.heed_signals()
    _announce(server.address)
    server.serve_until_signal()


def _announce(address: str) -> None:
    click.echo(f"listening on {address}")
