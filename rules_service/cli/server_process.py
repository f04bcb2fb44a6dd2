"""`python -m rules_service.cli.server_process`: one of the processes of `rules-service serve --processes`.

`ServerProcess` starts it: its settings come on standard input, and where that ends the program that started it is gone.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from typing import Final

import click

from rules_service.cli.failures import clear_failures
from rules_service.cli.logs import begin_log
from rules_service.serve.kept_memory import keep_freed_memory
from rules_service.serve.server import Server
from rules_service.serve.settings import Settings

_ABANDONED: Final = 1


@click.command()
def main() -> None:
    """Serve until a signal comes, or the program that started this process is gone."""
    try:
        settings = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the program that started this one)
    except EOFError:
        raise click.UsageError("is started by `rules-service serve --processes`, which must be there") from None
    begin_log(settings.processes)
    keep_freed_memory()
    server = Server(settings)
    threading.Thread(target=_end_with_parent, args=(server, settings), daemon=True).start()
    with clear_failures():
        server.start()
        server.heed_signals()
        server.settle()
        click.echo(server.digest)
        server.serve_until_signal()


def _end_with_parent(server: Server, settings: Settings) -> None:
    """Nobody is left to kill a process that does not stop: it must do so itself."""
    os.read(sys.stdin.fileno(), 1)  # not through a buffer: that is locked while it waits, also when the program ends
    server.end()
    time.sleep(settings.stop_seconds)
    os._exit(_ABANDONED)


if __name__ == "__main__":
    main()
