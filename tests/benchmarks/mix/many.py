"""Rulesets of any size: the eight services of the mix again and again, each time under other names and numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.mix.requests import SERVICES
from tests.benchmarks.mix.work import RULESETS

CHAPTER = "9_01_mix.yaml"
_BEFORE_EACH = "\n  - name: "


def names(operations: int) -> tuple[str, ...]:
    """The names of the services, in the order of the mix, the first eight being those of the mix itself."""
    return tuple(_name(SERVICES[place % len(SERVICES)], place // len(SERVICES)) for place in range(operations))


def write_rulesets(folder: Path, operations: int) -> None:
    """A folder of rulesets with so many operations, no two of which have the same rule unless it has no numbers."""
    shutil.copytree(RULESETS, folder, dirs_exist_ok=True)
    heading, *blocks = (RULESETS / CHAPTER).read_text(encoding="utf-8").split(_BEFORE_EACH)
    varied = [_varied(blocks[place % len(blocks)], place // len(blocks)) for place in range(operations)]
    (folder / CHAPTER).write_text(_BEFORE_EACH.join([heading, *varied]) + "\n", encoding="utf-8")


def _name(service: str, repeated: int) -> str:
    return f"{service}{repeated}" if repeated else service


def _varied(block: str, repeated: int) -> str:
    """One service with other numbers in its rule: another window, another threshold, other codes."""
    if not repeated:
        return block.rstrip("\n")
    name, rest = block.rstrip("\n").split("\n", 1)
    for old, new in (
        ("codes: [1-9", f"codes: [{1 + repeated % 3}-9"),
        ("around_the_system_date", f"system_date - 2 months .. system_date + {46 + repeated} days"),
        ("one_year_until_the_system_date", f"system_date - 12 months + {1 + repeated} days .. system_date"),
        ("begin - 5 years", f"begin - 5 years - {repeated} days"),
        ("at_least: 90", f"at_least: {90 + repeated}"),
    ):
        rest = rest.replace(old, new)
    return f"{_name(name, repeated)}\n{rest}"
