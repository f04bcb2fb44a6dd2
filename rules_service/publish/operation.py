"""An operation or a group on a terminal: what it is, who may ask, how it is decided, and what the sources say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules_service.catalogue import (
    NetworkNames,
    assumptions_of,
    authorisations_of,
    groups_of,
    labelled_codes,
    mentions_of,
    users_of,
)
from rules_service.model import Ambiguity, Citation, DataUser, Operation, OperationGroup, ReplacedNumber, Ruleset
from rules_service.publish.layout import fact, indented
from rules_service.publish.lists import operations_table
from rules_service.publish.phrases import (
    alias_text,
    authorisation_text,
    code_text,
    mention_text,
    place_text,
    requester_text,
)
from rules_service.publish.terms import KINDS, STATES
from rules_service.publish.variant import variant_on_terminal
from rules_service.publish.words import Word

Originals = Mapping[Citation, tuple[tuple[int, str], ...]]
"""The cited lines of the source, each with its number."""


def operation_on_terminal(
    operation: Operation, ruleset: Ruleset, language: str, originals: Originals | None = None
) -> Group:
    """The operation for people.

    Args:
        operation: which.
        ruleset: the one that it is part of.
        language: `fr`, `nl` or `en`.
        originals: where given, the lines of the source stand beside the rule.
    """
    view = _View(operation, ruleset, language)
    if originals is None:
        return Group(*view.about(), *view.rules(), *view.grounds(), "")
    beside = Table.grid(padding=(0, 2), expand=True)
    beside.add_column(ratio=1)
    beside.add_column(ratio=1)
    beside.add_row(Group(*_lines(originals, language)), Group(*view.rules()))
    return Group(*view.about(), beside, *view.grounds(), "")


def group_on_terminal(group: OperationGroup, ruleset: Ruleset, language: str) -> Group:
    """The group for people: the operations that it stands for, and what the documents say of it as a whole."""
    parts = [each for each in ruleset.operations if group.name in groups_of(each, ruleset)]
    return Group(
        Text.assemble((group.name, "bold cyan"), f"  {Word.SEVERAL.in_language(language)}\n"),
        operations_table(parts, language),
        *_related(group, ruleset, language),
        "",
    )


def _lines(originals: Originals, language: str) -> Iterator[Text]:
    for citation, lines in originals.items():
        yield Text(place_text(citation, language), "bold")
        for number, line in lines:
            yield Text.assemble((f"{number:>5} ", "dim"), line)


class _View:
    def __init__(self, operation: Operation, ruleset: Ruleset, language: str) -> None:
        self._operation = operation
        self._ruleset = ruleset
        self._names = NetworkNames.of(ruleset)
        self._language = language

    def about(self) -> Iterator[RenderableType]:
        """What it is, who may ask, and under which conditions of form."""
        each = self._operation
        yield Text.assemble((each.name, "bold cyan"), f"  {each.titles.in_language(self._language)}")
        kind, state = KINDS[each.kind].in_language(self._language), STATES[each.status].in_language(self._language)
        yield Text(f"{kind}, {state}")
        parties = ((Word.SUPPLIER, each.supplier), (Word.RECIPIENT, each.recipient))
        yield Text(", ".join(f"{self._say(word)} {name}" for word, name in parties if name), "dim")
        yield from self._fact(Word.FUNCTIONALITY, filter(None, [each.functionality.in_language(self._language)]))
        yield from self._fact(Word.ALIASES, (alias_text(alias, self._language) for alias in each.aliases))
        yield from self._fact(Word.PART_OF, groups_of(each, self._ruleset))
        yield from self._fact(Word.SUCCESSOR, filter(None, [each.successor]))
        yield from self._fact(
            Word.REQUESTERS, (requester_text(one, self._names, self._language) for one in each.requesters)
        )
        yield from self._fact(Word.PURPOSES, sorted(purpose.value for purpose in each.purposes))
        yield from self._fact(Word.LEGAL_CONTEXTS, sorted(each.legal_contexts))
        yield from (Text(self._say(word)) for word in _peculiarities(each))

    def rules(self) -> Iterator[RenderableType]:
        """The variants; an operation without any has no documented rule."""
        if not self._operation.variants:
            yield Text(f"\n{self._say(Word.UNDOCUMENTED)}")
        for variant in self._operation.variants:
            yield from variant_on_terminal(variant, self._names, self._language)

    def grounds(self) -> Iterator[RenderableType]:
        """What the rules rest on: codes, sources, law, assumptions, and the doubts about the source."""
        each, language, known = self._operation, self._language, self._ruleset
        missions = (known.missions[name].in_language(language) for name in each.missions)
        cited = (authorisation_text(known.authorisations[name], language) for name in authorisations_of(each))
        assumed = (
            f"{name}: {known.assumptions[name].statement.in_language(language)}" for name in assumptions_of(each)
        )
        yield from _section(Word.CODES, language, (code_text(code, language) for code in labelled_codes(each, known)))
        yield from _section(Word.SOURCES, language, (place_text(citation, language) for citation in each.citations))
        yield from _related(each, known, language)
        yield from _section(Word.MISSIONS, language, missions)
        yield from _section(Word.LEGAL_BASES, language, each.legal_basis)
        yield from _section(Word.AUTHORISATIONS, language, cited)
        yield from _section(Word.ASSUMPTIONS, language, assumed)
        yield from _section(Word.AMBIGUITIES, language, map(self._ambiguity, each.ambiguities))

    def _say(self, word: Word) -> str:
        return word.in_language(self._language)

    def _fact(self, heading: Word, values: Iterable[str]) -> Iterator[Text]:
        return fact(heading, self._language, values)

    def _ambiguity(self, each: Ambiguity) -> Group:
        readings = (Text(f"- {reading}") for reading in each.readings)
        chosen = Text(f"{self._say(Word.CHOSEN)}: {each.chosen}; {each.why}")
        return Group(Text(each.about, "italic"), indented(*readings, chosen))


def _peculiarities(each: Operation) -> Iterator[Word]:
    if each.proof_required:
        yield Word.PROOF_REQUIRED
    if each.delivers_information_types:
        yield Word.DELIVERS_TYPES
    if each.all_or_nothing:
        yield Word.ALL_OR_NOTHING
    if each.lists_others:
        yield Word.LISTS_OTHERS
    if each.replaced_number is ReplacedNumber.REFUSE:
        yield Word.REFUSES_REPLACED


def _related(found: Operation | OperationGroup, ruleset: Ruleset, language: str) -> Iterator[RenderableType]:
    """The names under which the documents print it, and the users of the data of the CPAS that get them by it."""
    mentions = (mention_text(entry, language) for entry in mentions_of(found, ruleset))
    yield from _section(Word.MENTIONS, language, mentions)
    yield from _section(Word.USERS, language, (_user(each, language) for each in users_of(found, ruleset)))


def _user(each: DataUser, language: str) -> str:
    return f"{each.name}: {each.purpose.in_language(language)}; {place_text(each.citation, language)}"


def _section(heading: Word, language: str, lines: Iterable[str | RenderableType]) -> Iterator[RenderableType]:
    found = [Text(line) if isinstance(line, str) else line for line in lines]
    if found:
        yield Text(f"\n{heading.in_language(language)}", "bold")
        yield indented(*found)
