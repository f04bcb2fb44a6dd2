"""The parts of which all that is shown is laid out: indented lines, and facts under their heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from rules_service.publish.words import Word


def indented(*lines: RenderableType) -> Padding:
    """Lines that belong to what stands above them."""
    return Padding(Group(*lines), (0, 0, 0, 2), expand=False)


def fact(heading: Word, language: str, values: Iterable[str]) -> Iterator[Text]:
    """One line with a heading and its values; none where there is no value."""
    found = list(values)
    if found:
        yield Text(f"{heading.in_language(language)}: {', '.join(found)}")
