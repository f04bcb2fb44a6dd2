"""A register that the real commands have made from an invented population, for all tests that only read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_service.algebra import parse_day
from rules_service.register.population import Population, generate_population
from tests.cli.program import ran, serving


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> Population:
    folder = tmp_path_factory.mktemp("population")
    return generate_population(folder, reference_day=parse_day("2026-06-15"), persons=300, organisations=12, seed=5)


@pytest.fixture(scope="session")
def register(population: Population, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "register.sqlite"
    ran("register", "init", "--register", path)
    for kind, file in population.files.items():
        said = ran("register", "import", kind.value, file, "--register", path)
        assert said.endswith(f"0 bad; revision {list(population.files).index(kind) + 1}\n")
    return path


@pytest.fixture(scope="session")
def pairs(population: Population) -> list[tuple[str, str]]:
    """Organisations and persons whom they integrate at some time."""
    integrations = next(file for kind, file in population.files.items() if kind.value == "integrations")
    with integrations.open(newline="", encoding="utf-8") as lines:
        return [(row["organisation"], row["ssin"]) for row in csv.DictReader(lines) if row["sector"] == "17"]


@pytest.fixture(scope="session")
def address(register: Path) -> Iterator[str]:
    with serving(register) as address:
        yield address
