"""Nothing is read or written out of bounds, whatever the bytes are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rules_service.serve.wire.reading import count_requests
from tests.serve.wire.guarded import Guarded, digest

ROOT = Path(__file__).parents[3]
COUNT = 3_000


def test_the_kernels_as_plain_python_stay_within_their_arrays() -> None:
    program = [sys.executable, "-m", "tests.serve.wire.guarded", str(COUNT)]
    done = subprocess.run(
        program, cwd=ROOT, env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == digest(COUNT), "compiled kernels and plain Python differ"


def test_writing_as_plain_python_stays_within_what_it_said_it_needs() -> None:
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/serve/wire/test_writing.py"]
    plain = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(program, cwd=ROOT, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_guarded_array_is_guarded() -> None:
    data = np.frombuffer(b"abc", dtype=np.uint8).view(Guarded)
    assert data[2] == ord("c")
    for place in (-1, 3, np.uint64(3)):
        with pytest.raises(IndexError, match="of 3"):
            data[place]


@pytest.mark.parametrize(
    "raw", [b"\x0a", b"\x0a\x80", b"\x0a\x80\x80\x80\x80\x01", b"\x0a\xff\xff\xff\x7f", b"\x0b", b"\x12\x00"]
)
def test_what_is_no_row_of_requests(raw: bytes) -> None:
    assert count_requests(np.frombuffer(raw, dtype=np.uint8)) == -1
