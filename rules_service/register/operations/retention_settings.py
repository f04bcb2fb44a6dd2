"""How long rows are kept, from a settings file that an operator writes once: so many days for each table.

[retention_days]
integrations = 3650
requests = 90
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rules_service.errors import OperatorError
from rules_service.register.operations.retention import Retained

_SECTION: Final = "retention_days"
_TABLES: Final = {each.value: each for each in Retained}
_MOST_DAYS: Final = 36_500


class RetentionSettingsError(OperatorError):
    """A file of settings for retention cannot be used; its message names every mistake with its line."""

    reason = "RETENTION_SETTINGS"


def read_retention(path: Path) -> Mapping[Retained, str]:
    """For each table of the file the period for which its rows are kept, such as `90 days`.

    Raises:
        RetentionSettingsError: the file is missing, is no TOML, or says something else than days for tables.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except OSError as error:
        raise RetentionSettingsError(f"`{path}` cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RetentionSettingsError(f"`{path}` is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise RetentionSettingsError(f"`{path}` is not TOML: {_uncapitalised(str(error))}") from None
    if mistakes := list(_mistakes(found)):
        told = (f"{path}:{_line_of(name, text)}: {what}" for name, what in mistakes)
        raise RetentionSettingsError("\n".join(told))
    return {_TABLES[name]: f"{days} days" for name, days in found[_SECTION].items()}


def _mistakes(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name at fault, and what is wrong with it."""
    for name in found.keys() - {_SECTION}:
        yield name, f"`{name}` is not known: put `table = days` under `[{_SECTION}]`"
    section = found.get(_SECTION)
    if not isinstance(section, dict) or not section:
        yield _SECTION, f"`[{_SECTION}]` is missing or empty: put `table = days` under it"
        return
    for name, days in section.items():
        if name not in _TABLES:
            yield name, f"`{name}` is no table that can be purged: give one of {', '.join(_TABLES)}"
        elif type(days) is not int or not 0 < days <= _MOST_DAYS:  # true and false are no days
            yield name, f"`{name}` must be a whole number of days, 1 to {_MOST_DAYS}"


def _line_of(name: str, text: str) -> int:
    """The line on which a name is given a value or begins a section, 1 where there is none."""
    given = re.compile(rf"""^\s*(?:[\[\s]*["']?{re.escape(name)}\b|[\w."' -]*\.\s*["']?{re.escape(name)}["']?\s*=)""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if given.match(line)), 1)


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
