"""The worker process: it may be killed, hang, grow old, be called by many, or not exist at all; no verdict suffers."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from rules_service.reference.engine import AuthorisationFact, Engine, EngineFacts, plain_verdict
from tests.environments import without

needs_durable_rules = pytest.mark.skipif(sys.version_info >= (3, 13), reason="durable-rules does not build here")


def random_facts(seed: int) -> EngineFacts:
    draw = random.Random(seed)
    clauses = tuple((f"clause {seed}.{n}", draw.random() < 0.8) for n in range(3))
    return EngineFacts(
        checks=((f"check {seed}", draw.random() < 0.8),),
        clauses=clauses,
        conjunctions=((f"conjunction {seed}", tuple(name for name, _ in clauses)),),
        authorisations=(AuthorisationFact(f"12/{seed:03}", draw.choice(["CSSS", "RN"]), True, draw.random() < 0.5),),
    )


FACTS = [random_facts(seed) for seed in range(200)]
EXPECTED = [plain_verdict(facts) for facts in FACTS]


def memory_kib(pid: int) -> int:
    """How much memory a process has in use."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def worker_of(engine: Engine) -> int:
    pid = engine.worker_pid
    assert pid is not None
    return pid


@needs_durable_rules
def test_a_worker_killed_in_the_middle_is_replaced() -> None:
    killed: list[int] = []
    with Engine() as engine, ThreadPoolExecutor() as pool:
        calls = pool.submit(engine.verdicts, FACTS * 50)
        while not calls.done() and len(killed) < 5:
            pid = engine.worker_pid
            if pid is not None and pid not in killed:
                wait([calls], timeout=0.02)  # until this worker is at work
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        answers = calls.result()
        assert len(killed) == 5
        assert [answer.verdict for answer in answers] == EXPECTED * 50
        assert engine.verdict(FACTS[0]).derived_by == "durable-rules"
        assert engine.worker_pid not in killed


@needs_durable_rules
def test_a_worker_that_hangs_is_killed_and_replaced() -> None:
    with Engine(timeout_s=1.0) as engine:
        hanging = worker_of(engine)
        os.kill(hanging, signal.SIGSTOP)
        answer = engine.verdict(FACTS[0])
        assert (answer.verdict, answer.derived_by) == (EXPECTED[0], "durable-rules")
        assert engine.worker_pid != hanging


def test_when_no_worker_lives_long_enough_the_verdict_is_plain_and_says_so() -> None:
    with Engine(timeout_s=0.0) as engine:
        answer = engine.verdict(FACTS[0])
        assert (answer.verdict, answer.derived_by) == (EXPECTED[0], "plain")
        assert answer.note == "the inference engine died twice"


def test_a_closed_engine_gives_plain_verdicts_and_leaves_no_process() -> None:
    with Engine() as engine:
        pid = worker_of(engine)
    assert not Path(f"/proc/{pid}").exists()
    answer = engine.verdict(FACTS[0])
    assert (answer.verdict, answer.derived_by, answer.note) == (EXPECTED[0], "plain", "the inference engine is closed")


@needs_durable_rules
def test_the_worker_dies_with_the_service() -> None:
    program = """
import sys
from rules_service.reference.engine import Engine
engine = Engine()
engine.start()
print(engine.worker_pid, flush=True)
sys.stdin.read()
"""
    service = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with service:
        assert service.stdout is not None
        worker = os.pidfd_open(int(service.stdout.readline()))
        service.kill()
        ended, _, _ = select.select([worker], [], [], 10)
        os.close(worker)
    assert ended


@needs_durable_rules
def test_what_is_printed_by_the_service_and_the_worker_stays_apart(capfd: pytest.CaptureFixture[str]) -> None:
    with Engine() as engine:
        engine.verdicts(FACTS)
    assert capfd.readouterr() == ("", "")


@needs_durable_rules
def test_sixty_four_callers_each_get_their_own_answers() -> None:
    everybody_is_here = threading.Barrier(64)

    def call(caller: int) -> bool:
        everybody_is_here.wait()
        mine = [(caller * 7 + n) % len(FACTS) for n in range(20)]
        answers = [engine.verdict(FACTS[n]) for n in mine]
        return [(answer.verdict, answer.derived_by) for answer in answers] == [
            (EXPECTED[n], "durable-rules") for n in mine
        ]

    with Engine() as engine, ThreadPoolExecutor(max_workers=64) as pool:
        pid = engine.worker_pid
        assert all(pool.map(call, range(64)))
        assert engine.worker_pid == pid


@needs_durable_rules
def test_memory_is_flat_over_a_hundred_thousand_evaluations() -> None:
    facts = [EngineFacts(each.checks, each.clauses[:1], ((each.conjunctions[0][0], ()),)) for each in FACTS]
    with Engine() as engine:
        pid = worker_of(engine)
        engine.verdicts(facts * 50)
        before = memory_kib(pid)
        for _ in range(9):
            engine.verdicts(facts * 50)
        assert engine.worker_pid == pid
        assert memory_kib(pid) - before < 512


def test_without_durable_rules_the_same_verdicts_are_plain(tmp_path: Path) -> None:
    program = """
from rules_service.reference.engine import Engine, EngineFacts, plain_verdict
facts = EngineFacts(checks=(("legal context", True),), conjunctions=(("no control", ()),))
with Engine() as engine:
    answer = engine.verdict(facts)
print(answer.derived_by, answer.note, answer.verdict == plain_verdict(facts), answer.verdict.granted, sep=", ")
"""
    python = without(tmp_path, {"durable-rules"})
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "plain, durable-rules is not installed, True, True"
