"""The real server in a process of its own, on a register of these tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import PROGRAM
from tests.serve.register_world import Kept


@dataclass(frozen=True)
class ServerProcess:
    """A server that listens, and the file that its log goes to."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def said(self) -> str:
        """All that it logged so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def server_process(kept: Kept, log: Path, *options: str) -> Iterator[ServerProcess]:
    """A server until the end of the block; it must have lived until then, and must end without a traceback."""
    place, key = kept.place, str(kept.key)
    command = [str(PROGRAM), "serve", "--port", "0", "--register", place, "--persons-key", key, *options]
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("listening on "), log.read_text(encoding="utf-8")
            yield ServerProcess(process, said.removeprefix("listening on ").strip(), log)
            assert process.poll() is None, "it is still there"
        finally:
            process.terminate()
        assert process.wait(timeout=60) == 0
    logged = log.read_text(encoding="utf-8")
    assert "Traceback" not in logged, logged
