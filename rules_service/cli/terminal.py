"""The terminal: results on standard output, progress on standard error."""

from __future__ import annotations

import sys
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_WIDTH_OF_FILES = 100


def console() -> Console:
    """Standard output; with a fixed width and no colours where it is not a terminal."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_WIDTH_OF_FILES)


def progress_bar() -> Progress:
    """A bar on standard error, shown on a terminal only."""
    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=errors, disable=not errors.is_terminal)


def standard_output() -> BinaryIO:
    """Standard output as bytes: JSON lines are UTF-8 whatever the terminal is."""
    return sys.stdout.buffer
