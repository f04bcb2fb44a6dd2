"""The commands: in this process, by the entry point of the executable, or the real executable in one of its own.

Starting the executable takes most of a second, and a command behaves no differently in it: `test_executable.py` starts
it once for each command, and every other test that does not need a process calls the entry point.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from rules_service.cli import main

PROGRAM = Path(sys.executable).with_name("rules-service")
ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "tests" / "load" / "shapes"
CATALOGUE = ROOT / "tests" / "catalogue" / "rulesets"
CPAS = "0207000077"
SSIN = "85010100115"
OPERATION = "OCMWCPASPerformInvestigation"

Done = subprocess.CompletedProcess[bytes]


def run(*arguments: str | Path, stdin: bytes = b"", folder: Path | None = None) -> Done:
    """The finished command, run in this process; whatever was wrong, no exception leaves it."""
    given = [*map(str, arguments)]
    with chdir(folder or Path.cwd()):
        done = CliRunner(catch_exceptions=False).invoke(main, given, stdin, prog_name=PROGRAM.name)
    return Done(given, done.exit_code, done.stdout_bytes, done.stderr_bytes)


def execute(*arguments: str | Path, stdin: bytes = b"", folder: Path | None = None) -> Done:
    """The finished executable; whatever was wrong, it never shows a traceback."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, cwd=folder, check=False, timeout=120
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def ran(*arguments: str | Path, stdin: bytes = b"", folder: Path | None = None) -> str:
    """What a command that must succeed says."""
    done = run(*arguments, stdin=stdin, folder=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def answers(output: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def inline_request(**changes: Any) -> dict[str, Any]:
    """A request that brings its facts along, and is granted."""
    request = {
        "ticket": "t",
        "operation": OPERATION,
        "requester": {"cbe_number": CPAS},
        "ssins": [SSIN],
        "system_date": "2026-06-15",
        "facts": "FACTS_SOURCE_INLINE",
        "requester_profile": {"kind": "REQUESTER_KIND_CPAS", "region": "REGION_FLANDERS"},
        "integrations": [
            {
                "ssin": SSIN,
                "organisation": CPAS,
                "quality_code": 2,
                "begin_date": "2026-07-01",
                "end_date": "2026-12-31",
            }
        ],
    }
    return request | changes


def line(**changes: Any) -> bytes:
    return json.dumps(inline_request(**changes)).encode() + b"\n"


@contextmanager
def serving(register: Path, *options: str) -> Iterator[str]:
    """The address of a real server, stopped by SIGTERM as a service manager would."""
    command = [str(PROGRAM), "serve", "--port", "0", "--register", str(register), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            assert said.startswith("listening on 127.0.0.1:")
            yield said.removeprefix("listening on ").strip()
        finally:
            server.terminate()
        assert server.wait(timeout=30) == 0
