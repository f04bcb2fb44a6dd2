from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rules_service.load.formats import SCHEMAS
from rules_service.load.schemas import differing_schemas, main, schema_files

CATALOGUE = Path(__file__).parents[2] / "rulesets"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema_files()[f"{kind}.schema.json"]))


def test_the_committed_schemas_are_the_ones_made_here() -> None:
    assert differing_schemas(CATALOGUE / "schema") == ()


def test_each_file_of_the_catalogue_names_a_committed_schema() -> None:
    for path in CATALOGUE.glob("*.yaml"):
        name = (
            path.read_text(encoding="utf-8").split("\n", maxsplit=1)[0].removeprefix("# yaml-language-server: $schema=")
        )
        assert (path.parent / name).is_file()


def test_writing_and_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "schema")
    assert main([folder, "--check"]) == 1
    assert main([folder]) == 0
    assert main([folder, "--check"]) == 0
    (tmp_path / "schema" / "common.schema.json").write_text("{}")
    capsys.readouterr()
    assert main([folder, "--check"]) == 1
    assert "common.schema.json is not up to date" in capsys.readouterr().err
