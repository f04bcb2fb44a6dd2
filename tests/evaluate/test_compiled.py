"""Kernels are kept on disk, and must be compiled again when anything changes that they are made of."""

from __future__ import annotations

import ast
from pathlib import Path

import numba

from rules_service.evaluate import compiled

PACKAGE = Path(compiled.__file__).parents[1]


def _imported(file: Path) -> set[str]:
    """The modules of the project that a file imports, as paths within the package."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {
        name.removeprefix("rules_service.").replace(".", "/") for name in names if name.startswith("rules_service.")
    }


def _is_a_source(path: str) -> bool:
    return any(source in (f"{path}.py", path) or path.startswith(f"{source}/") for source in compiled.SOURCES)


def test_all_that_kernels_are_made_of_is_part_of_the_digest() -> None:
    kernels = [file for file in PACKAGE.rglob("*.py") if "evaluate/compiled" in _imported(file)]
    assert len(kernels) > 4
    for file in kernels:
        assert _is_a_source(file.relative_to(PACKAGE).with_suffix("").as_posix()), file
        assert [name for name in _imported(file) if not _is_a_source(name)] == [], file


def test_kernels_are_kept_in_a_folder_of_their_sources() -> None:
    assert numba.config.CACHE_DIR.endswith(f"kernels-{compiled._digest()}")
