"""Lists of the catalogue on a terminal: operations, quality codes, users of the data of the CPAS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules_service.catalogue import NetworkNames, SectorCode
from rules_service.model import DataUser, Operation
from rules_service.publish.layout import fact, indented
from rules_service.publish.phrases import place_text
from rules_service.publish.terms import STATES
from rules_service.publish.words import Word

_LONGEST_NAME: Final = 48


def operations_table(operations: Iterable[Operation], language: str) -> Table:
    """One row for each operation; a name that is too long goes on in the next line, never cut."""
    table = _table((Word.SECTION, Word.OPERATION, Word.TITLE, Word.STATE), language, gives_way=Word.TITLE)
    for each in operations:
        section = each.citations[0].section if each.citations else ""
        title, state = each.titles.in_language(language), STATES[each.status].in_language(language)
        table.add_row(section, _whole(each.name), Text(title), state)
    return table


def codes_on_terminal(codes: Sequence[SectorCode], names: NetworkNames, language: str) -> Group:
    """The quality codes, sector by sector, with how long an integration may last under each."""
    parts: list[RenderableType] = []
    for sector, those in groupby(codes, key=lambda each: each.sector):
        name = names.name(sector, None, language)
        parts.append(Text(f"{Word.SECTOR.in_language(language)} {sector}  {name}", "bold cyan"))
        table = _table((Word.CODE, Word.LABEL, Word.MAXIMUM, Word.DEFAULT_END), language, gives_way=Word.LABEL)
        for each in those:
            label = each.label.in_language(language)
            table.add_row(f"{each.code:03d}", Text(label), each.maximum_duration, each.default_end)
        parts += [table, ""]
    return Group(*parts)


def users_on_terminal(users: Iterable[DataUser], language: str) -> Group:
    """Each user with what it uses the data for, the operations by which it gets them, and where that stands."""
    return Group(*(line for each in users for line in (*_user(each, language), "")))


def _user(each: DataUser, language: str) -> Iterator[RenderableType]:
    yield Text.assemble((each.name, "bold cyan"), f"  {each.purpose.in_language(language)}")
    operations = fact(Word.OPERATIONS, language, each.operations)
    remark = [Text(each.remark, "italic")] if each.remark else []
    yield indented(*operations, *remark, Text(place_text(each.citation, language), "dim"))


def _whole(name: str) -> Text:
    """A name, never cut: one that is very long goes on in the next line."""
    return Text("\n".join(wrap(name, _LONGEST_NAME, break_on_hyphens=False)))


def _table(headings: Sequence[Word], language: str, gives_way: Word) -> Table:
    """An empty table; where it is too wide, the column that gives way is the one to be broken into lines."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for each in headings:
        table.add_column(each.in_language(language), no_wrap=each is not gives_way, overflow="fold")
    return table
