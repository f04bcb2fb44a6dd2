"""The example programs, run as their readers would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rules_service.serve.server import Server
from tests.serve.world import CPAS, INTEGRATED, UNKNOWN

EXAMPLES = Path(__file__).parents[2] / "clients/python/examples"


def run(program: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / program), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


def test_only_a_grant_is_forwarded(server: Server) -> None:
    numbers = f"{INTEGRATED}\n{UNKNOWN}\n80010100195\n"
    done = run("check_before_forwarding.py", server.address, "Small.today", CPAS, given=numbers)
    forwarded, kept, wrong = done.stdout.splitlines()
    assert forwarded.startswith("forwarded under decision ")
    assert kept == "kept: REASON_NOT_INTEGRATED, answer NO_RESULT MSG00012"
    assert wrong.startswith("kept: INVALID_ARGUMENT `ssins[0]`")
    assert (done.returncode, done.stderr) == (1, "")


def test_a_file_is_decided_in_order(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text(
        "ticket,operation,requester,ssin\n"
        f"a,Small.today,{CPAS},{INTEGRATED}\n"
        f"b,Small.today,{CPAS},{UNKNOWN}\n"
        f"c,Small.tody,{CPAS},{INTEGRATED}\n"
    )
    done = run("decide_a_batch.py", server.address, str(file))
    granted, refused, wrong, counts = done.stdout.splitlines()
    assert granted == "OUTCOME_GRANTED a REASON_RULE_SATISFIED"
    assert refused == "OUTCOME_REFUSED b REASON_NOT_INTEGRATED"
    assert wrong.startswith("ERROR `operation`")
    assert counts == "1 ERROR, 1 OUTCOME_GRANTED, 1 OUTCOME_REFUSED"
    assert (done.returncode, done.stderr) == (1, "")


def test_a_table_is_decided_row_by_row(server: Server, tmp_path: Path) -> None:
    asked, decided = tmp_path / "requests.parquet", tmp_path / "decisions.parquet"
    rows = {"operation": ["Small.today"] * 3, "requester": [CPAS] * 3, "ssin": [INTEGRATED, UNKNOWN, "80010100195"]}
    pq.write_table(pa.table(rows), asked)
    done = run("decide_a_table.py", server.address, str(asked), str(decided))
    assert (done.stdout, done.stderr) == ("1 ERROR, 1 OUTCOME_GRANTED, 1 OUTCOME_REFUSED\n", "")
    assert done.returncode == 1
    found = pq.read_table(decided)
    assert found["outcome"].to_pylist() == ["OUTCOME_GRANTED", "OUTCOME_REFUSED", None]
    assert found["error_message"].to_pylist()[2].startswith("`ssins[0]`: has wrong check digits")
    pq.write_table(pa.table({"operation": ["Small.today"]}), asked)
    done = run("decide_a_table.py", server.address, str(asked), str(decided))
    assert done.stderr.startswith("INVALID_ARGUMENT `requester`: is a column that is missing")
    assert done.returncode == 2
