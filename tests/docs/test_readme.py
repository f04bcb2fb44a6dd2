"""The examples of the README are run: its rule, its request, its decision, its explanation, its tables."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ROOT, answers, ran

README = (ROOT / "README.md").read_text(encoding="utf-8")


def with_and_without(rulesets: Path) -> list[list[str]]:
    """By the rule of the README alone, and by the rulesets of the program."""
    return [["--rulesets", str(rulesets)], []]


def block(kind: str, place: int = 0) -> str:
    """A fenced block of the README, by its kind and its place among those of the kind."""
    found: list[str] = re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found[place]


@pytest.fixture(scope="module")
def rulesets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the rule of the README and nothing else but what all chapters share."""
    folder = tmp_path_factory.mktemp("rulesets")
    for name in ("common.yaml", "information_types.yaml", "partners.yaml", "quality_codes.yaml"):
        shutil.copy(ROOT / "rulesets" / name, folder)
    (folder / "4_02_readme.yaml").write_text(block("yaml"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def request_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("request") / "request.jsonl"
    file.write_text(json.dumps(json.loads(block("json"))) + "\n", encoding="utf-8")
    return file


def test_the_rule_is_right(rulesets: Path) -> None:
    said = ran("rules", "check", "--rulesets", rulesets)
    assert said.startswith("1 operations, 1 variants, 1 alternatives, 1 clauses")
    assert said.endswith("0 mistakes\n")


def test_the_decision_is_what_the_rule_and_the_rulesets_give(rulesets: Path, request_file: Path) -> None:
    shown: dict[str, Any] = json.loads(block("json", 1))
    for options in with_and_without(rulesets):
        (decision,) = answers(ran("decide", request_file, *options))
        assert {name: decision[name] for name in shown} == shown


def test_the_explanation_has_every_line_that_is_shown(rulesets: Path, request_file: Path) -> None:
    for options in with_and_without(rulesets):
        lines = iter(part.rstrip() for part in ran("explain", request_file, *options).splitlines())
        missing = [line for line in block("text").splitlines() if line not in lines]
        assert missing == []


def test_every_path_exists() -> None:
    """Those in backticks that look like one; a name after a path stands in the same folder."""
    named = set(re.findall(r"`((?:rules_service|tests|rulesets|proto|clients)/[A-Za-z0-9_./]*)`", README))
    assert named
    assert [path for path in named if "NN" not in path and not (ROOT / path).exists()] == []


def test_every_package_stands_in_the_reading_order() -> None:
    parts = (path for path in (ROOT / "rules_service").iterdir() if path.is_dir() or path.suffix == ".py")
    names = {path.stem for path in parts if not path.name.startswith("__")}
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make ([a-z]+)\b", README))
    assert targets >= {"demo", "test", "check", "prove", "bench", "generate"}
    assert {target for target in targets if f"\n{target}:" not in makefile} == set()
