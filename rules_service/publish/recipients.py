"""The recipients of a mutation on a terminal; the person is not named, and the register's rows only by their number."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules_service.algebra import format_day
from rules_service.evaluate import Recipients
from rules_service.publish.heading import heading
from rules_service.publish.words import Word


def recipients_on_terminal(found: Recipients, language: str) -> Group:
    """The answer for people, in `fr`, `nl` or `en`."""
    return Group(*_parts(found, language), "")


def _parts(found: Recipients, language: str) -> Iterator[RenderableType]:
    def say(word: Word) -> str:
        return word.in_language(language)

    yield heading(found.operation, found.reason, language)
    ticket = f", {say(Word.TICKET)} {found.ticket}" if found.ticket else ""
    revision = f"{say(Word.REVISION)} {found.register_revision}"
    yield Text(f"{say(Word.SYSTEM_DATE)} {format_day(found.system_date)}, {revision}{ticket}")
    yield Text(f"{say(Word.CANDIDATES)} {found.candidates}, {say(Word.UNDECIDED)} {found.undecided}")
    if found.recipients:
        yield Text(f"\n{say(Word.RECIPIENTS)} ({len(found.recipients)})", "bold")
        yield _table(found, language)


def _table(found: Recipients, language: str) -> Table:
    headings = (Word.ORGANISATION, Word.VARIANT, Word.INTEGRATIONS)
    table = Table(*(each.in_language(language).lower() for each in headings), box=None, pad_edge=False)
    for each in found.recipients:
        table.add_row(each.organisation, Text(each.variant), ", ".join(map(str, each.row_ids)))
    return table
