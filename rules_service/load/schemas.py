"""Writes the JSON Schemas of the rulesets into a folder, for editors to check files by while an author types.

`python -m rules_service.load.schemas FOLDER` writes them; with `--check` it only says whether they differ.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rules_service.load.formats import SCHEMAS


def schema_files() -> dict[str, str]:
    """The content of each file of `rulesets/schema/`, by its name."""
    return {
        f"{kind}.schema.json": json.dumps({"title": kind.replace("_", " "), **schema}, indent=2) + "\n"
        for kind, schema in SCHEMAS.items()
    }


def write_schemas(folder: Path) -> None:
    """Writes the schemas into `folder`, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schema_files().items():
        (folder / name).write_text(content, encoding="utf-8")


def differing_schemas(folder: Path) -> tuple[str, ...]:
    """The names of the schemas in `folder` that are missing or are not the ones made here."""
    return tuple(
        name
        for name, content in schema_files().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != content
    )


def main(arguments: list[str] | None = None) -> int:
    """Writes the schemas, or checks them; 0 when all is well, 1 when a schema differs."""
    parser = argparse.ArgumentParser(description="write the JSON Schemas of the rulesets")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("rulesets/schema"))
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a schema differs")
    options = parser.parse_args(arguments)
    if not options.check:
        write_schemas(options.folder)
        return 0
    differing = differing_schemas(options.folder)
    for name in differing:
        sys.stderr.write(f"{options.folder / name} is not up to date; run `make generate`\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
