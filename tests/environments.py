"""Virtual environments that hold a choice of what is installed here: how it is to lack a package, for real."""

from __future__ import annotations

import venv
from collections.abc import Collection
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name


def with_only(folder: Path, names: Collection[str]) -> Path:
    """The interpreter of a new environment that holds the named distributions and nothing else."""
    return _environment(folder, [each for each in distributions() if canonicalize_name(each.name) in names])


def without(folder: Path, names: Collection[str]) -> Path:
    """The interpreter of a new environment that holds every distribution but the named ones."""
    return _environment(folder, [each for each in distributions() if canonicalize_name(each.name) not in names])


def _environment(folder: Path, chosen: list[Distribution]) -> Path:
    venv.create(folder, with_pip=False)
    site_packages = next((folder / "lib").glob("python3.*")) / "site-packages"
    for distribution in chosen:
        for file in distribution.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                link = site_packages / file
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(str(file.locate()))
    return folder / "bin" / "python"
