"""One desk for all tests of the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve import world
from tests.serve.wire.ordinary import Desk, desk


@pytest.fixture(scope="session")
def both(register_file: Path) -> Iterator[Desk]:
    with desk(world.RULESETS, register_file, world.TODAY) as found:
        yield found
