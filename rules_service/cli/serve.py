"""`rules-service serve`: a server on an embedded register, with one command."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from rules_service.cli.options import register_option, rulesets_option
from rules_service.register import Register
from rules_service.serve.permissions import Permission
from rules_service.serve.server import Server
from rules_service.serve.settings import Settings


@click.command()
@rulesets_option
@register_option
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
def serve(rulesets: Path, register: Path, listen: str, port: int, permissions: Sequence[str]) -> None:
    """Serve decisions over gRPC, until Ctrl-C or SIGTERM.

    The register is made when its file is missing. Prints one line with the address once calls are answered.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if not register.exists():
        Register.create(register).close()
    granted = frozenset(map(Permission, permissions)) if permissions else None
    server = Server(Settings(rulesets, register, host=listen, port=port, permissions=granted))
    server.start()
    click.echo(f"listening on {server.address}")
    server.serve_until_signal()
