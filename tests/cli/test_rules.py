"""`rules check` and `rules test`: on the rulesets of the program, on good ones and on broken ones."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.program import SHAPES, ran, run

CASES = "0_00_shapes.cases.yaml"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A copy of a small folder of rulesets, to break."""
    return shutil.copytree(SHAPES, tmp_path / "shapes")


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_check_counts_what_the_rulesets_hold() -> None:
    said = ran("rules", "check")
    assert said.endswith("\n0 mistakes\n")
    operations, ambiguities = said.splitlines()[:2]
    assert int(operations.split()[0]) >= 25
    assert "variants" in operations
    assert "clauses" in operations
    assert int(ambiguities.split()[0]) > 0
    assert "assumptions" in ambiguities
    assert re.search(r"^plan [0-9a-f]{64}$", said, re.MULTILINE)


def test_check_knows_every_shape_of_clause() -> None:
    rows = ran("rules", "check", "--rulesets", SHAPES).splitlines()
    counted = {row.split()[0] for row in rows if re.fullmatch(r"[a-z ]+[0-9]+ *", row)}
    assert counted >= {"overlaps", "covers", "total", "periods"}


def test_check_names_every_mistake_with_its_place(shapes: Path) -> None:
    replace_in(shapes / "0_00_shapes.yaml", "kind: consultation", "kind: consultaton")
    replace_in(shapes / CASES, "outcome: granted", "outcome: perhaps")
    done = run("rules", "check", "--rulesets", shapes)
    assert done.returncode == 1
    mistakes = done.stderr.decode().splitlines()
    assert mistakes[-1] == "error: 2 mistakes"
    assert all(part.startswith(f"{name}:") for part, name in zip(mistakes, [CASES, "0_00_shapes.yaml"], strict=False))


def test_check_verifies_and_writes_fingerprints(shapes: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    done = run("rules", "check", "--rulesets", shapes, "--source", source)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr.decode()
    text = source / "000_f56be43595ba3deb.dense.txt"
    text.write_text("".join(f"line {number}\n" for number in range(1, 5_000)))
    assert run("rules", "check", "--rulesets", shapes, "--source", source).returncode == 1
    said = ran("rules", "check", "--rulesets", shapes, "--source", source, "--write-fingerprints")
    assert said.splitlines()[0].endswith(" fingerprints written")
    assert ran("rules", "check", "--rulesets", shapes, "--source", source).endswith("\n0 mistakes\n")


def test_write_fingerprints_needs_the_source() -> None:
    done = run("rules", "check", "--write-fingerprints")
    assert (done.returncode, done.stdout) == (2, b"")


def test_test_runs_every_case_through_every_evaluator() -> None:
    said = ran("rules", "test", "--rulesets", SHAPES).splitlines()
    count = said[-1].split()[0]
    assert said[-1] == f"{count} cases, 0 differences"
    assert said[-2].startswith(f"compared: reference {count}, single {count}, columns {count}")


def test_test_names_every_difference(shapes: Path) -> None:
    refused = "expect: {outcome: refused, reason: requester_not_authorised}"
    replace_in(shapes / CASES, refused, "expect: {outcome: granted, reason: no_control}")
    done = run("rules", "test", "--rulesets", shapes)
    assert done.returncode == 1
    assert done.stdout.decode().endswith(" cases, 3 differences\n")
    differences = done.stderr.decode().splitlines()
    expected = "expected GRANTED NO_CONTROL, found REFUSED REQUESTER_NOT_AUTHORISED"
    assert [each.split("`, ")[1] for each in differences] == [
        f"{name}: {expected}" for name in ("reference", "single", "columns")
    ]


def test_broken_rulesets_are_not_tested(shapes: Path) -> None:
    (shapes / "common.yaml").write_text("]")
    done = run("rules", "test", "--rulesets", shapes)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "common.yaml:" in done.stderr.decode()
