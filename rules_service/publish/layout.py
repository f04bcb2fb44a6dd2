"""The one indentation of all that is shown."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding


def indented(*lines: RenderableType) -> Padding:
    """Lines that belong to what stands above them."""
    return Padding(Group(*lines), (0, 0, 0, 2), expand=False)
