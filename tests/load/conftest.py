"""A small folder of rulesets that is right in everything, for tests that make it wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def rulesets(tmp_path: Path) -> Path:
    folder = tmp_path / "rulesets"
    shutil.copytree(HERE / "rulesets", folder)
    return folder
