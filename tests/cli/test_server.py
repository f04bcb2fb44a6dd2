"""`serve`, and `client` against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.program import OPERATION, PROGRAM, answers, execute, line, ran, run, serving


def test_serve_makes_the_register_it_needs_and_stops_in_order(tmp_path: Path) -> None:
    register = tmp_path / "new.sqlite"
    with serving(register) as address:
        (info,) = answers(ran("client", "info", "--server", address))
    assert register.exists()
    assert info["limits"]["max_batch_size"] == 10_000
    assert info["permissions"] == ["as-of", "import", "inline-facts", "recipients", "register-write", "watch"]
    assert info["operation_count"] >= 25


def test_permissions_can_be_taken_away(tmp_path: Path) -> None:
    with serving(tmp_path / "new.sqlite", "--permission", "as-of") as address:
        (info,) = answers(ran("client", "info", "--server", address))
        done = run("client", "decide", "-", "--server", address, stdin=line())
    assert info["permissions"] == ["as-of"]
    assert done.returncode == 1
    assert "inline-facts" in done.stderr.decode()


def test_a_port_that_is_taken(address: str, register: Path) -> None:
    done = execute("serve", "--port", address.rpartition(":")[2], "--register", register)
    assert done.returncode == 2
    assert "cannot listen on" in done.stderr.decode()


def test_the_client_prints_the_same_lines(address: str, register: Path, pairs: list[tuple[str, str]]) -> None:
    requests = [
        json.dumps({"operation": OPERATION, "requester": {"cbe_number": cpas}, "ssins": [ssin]}).encode() + b"\n"
        for cpas, ssin in pairs[:50]
    ]
    stdin = b"".join([*requests, b"\n", line(), line(operation="x"), line(bogus=1)])
    here = answers(ran("decide", "-", "--register", register, stdin=stdin))
    there = answers(ran("client", "decide", "-", "--server", address, stdin=stdin))
    for each in (*here, *there):
        each.pop("decision_id", None)
    assert there == here


def test_the_client_explains_as_the_program_does(address: str) -> None:
    stdin = line() + line(operation="x") + line(integrations=[])
    for language in ("fr", "nl", "en"):
        there = ran("client", "explain", "-", "--server", address, "--language", language, stdin=stdin)
        assert there == ran("explain", "-", "--language", language, stdin=stdin)


def test_no_server_is_one_clear_line() -> None:
    done = run("client", "info", "--server", "127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr.decode().startswith("error: the server answered UNAVAILABLE")
    assert len(done.stderr.splitlines()) == 1


def test_strict(address: str) -> None:
    assert run("client", "decide", "-", "--server", address, "--strict", stdin=line()).returncode == 0
    assert run("client", "decide", "-", "--server", address, "--strict", stdin=b"{}\n").returncode == 1


def test_the_demo_ends_with_its_figure() -> None:
    started = time.monotonic()
    done = execute("demo")
    assert time.monotonic() - started < 60
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    last = said.splitlines()[-1]
    assert last.startswith("demo: 100,000 decisions in ")
    assert " a second: " in last
    assert "OUTCOME_GRANTED" in said
    assert "What would have to change" in said
    assert "rules-service rules show" in said


def test_the_demo_can_be_interrupted(tmp_path: Path) -> None:
    """At once after the server has started: it must go too, and so must the folder of the register."""
    with subprocess.Popen(
        [PROGRAM, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        # Started from a job in the background, the tests ignore interrupts, and so would the program.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (no threads are needed before)
    ) as program:
        assert program.stdout is not None
        address = next(part.split()[4].rstrip(",") for part in program.stdout if part.startswith("* a server on"))
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 1
    assert errors == "\nAborted!\n"
    assert run("client", "info", "--server", address).returncode == 1
    assert list(tmp_path.iterdir()) == []
