"""An operation on a terminal: what it is, who may ask, how it is decided, and where that stands in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules_service.identifiers.parties import RequesterClass
from rules_service.model import Ambiguity, Assumption, Citation, NoControl, Operation, Undocumented, Variant
from rules_service.publish.layout import indented
from rules_service.publish.words import Word
from rules_service.reference.alternatives import Alternative
from rules_service.reference.clause_words import in_words

Originals = Mapping[Citation, tuple[tuple[int, str], ...]]
"""The cited lines of the source, each with its number."""


def operation_on_terminal(
    operation: Operation, assumptions: Mapping[str, Assumption], language: str, originals: Originals | None = None
) -> Group:
    """The operation for people.

    Args:
        operation: which.
        assumptions: those of the ruleset, by name.
        language: `fr`, `nl` or `en`.
        originals: where given, the lines of the source stand beside the rule.
    """
    view = _View(operation, assumptions, language)
    if originals is None:
        return Group(*view.parts(), "")
    beside = Table.grid(padding=(0, 2), expand=True)
    beside.add_column(ratio=1)
    beside.add_column(ratio=1)
    beside.add_row(Group(*_lines(originals)), Group(*view.rules()))
    return Group(*view.about(), beside, *view.grounds(), "")


def _lines(originals: Originals) -> Iterator[Text]:
    for citation, lines in originals.items():
        yield Text(str(citation), "bold")
        for number, line in lines:
            yield Text.assemble((f"{number:>5} ", "dim"), line)


class _View:
    def __init__(self, operation: Operation, assumptions: Mapping[str, Assumption], language: str) -> None:
        self._operation = operation
        self._known = assumptions
        self._language = language

    def parts(self) -> Iterator[RenderableType]:
        yield from self.about()
        yield from self.rules()
        yield from self.grounds()

    def about(self) -> Iterator[RenderableType]:
        """What it is and who may ask."""
        each = self._operation
        yield Text.assemble((each.name, "bold cyan"), f"  {each.titles.in_language(self._language)}")
        yield Text(f"{each.kind.value}, {each.status.value.replace('_', ' ')}")
        yield Text(f"{self._say(Word.SUPPLIER)} {each.supplier}, {self._say(Word.RECIPIENT)} {each.recipient}", "dim")
        yield from self._fact(Word.ALIASES, (alias.name for alias in each.aliases))
        yield from self._fact(Word.SUCCESSOR, [each.successor] if each.successor else [])
        yield from self._fact(Word.REQUESTERS, map(_class, each.requesters))
        yield from self._fact(Word.PURPOSES, sorted(purpose.value for purpose in each.purposes))

    def rules(self) -> Iterator[RenderableType]:
        """The variants, each as it was written and as it is read."""
        for variant in self._operation.variants:
            yield Text(f"\n{self._say(Word.VARIANT)}: {variant.name}", "bold")
            yield indented(*self._variant(variant))

    def grounds(self) -> Iterator[RenderableType]:
        """Sources, authorisations, assumptions, and the places where the source can be read in several ways."""
        each = self._operation
        used = dict.fromkeys([*each.assumptions, *(name for one in each.variants for name in one.assumptions)])
        texts = [f"{name}: {self._known[name].statement.in_language(self._language)}" for name in used]
        cited = dict.fromkeys(
            [*each.authorisations, *(reference for one in each.variants for reference in one.authorisations)]
        )
        yield from self._section(Word.SOURCES, map(Text, map(str, each.citations)))
        yield from self._section(Word.AUTHORISATIONS, map(Text, cited))
        yield from self._section(Word.ASSUMPTIONS, map(Text, texts))
        yield from self._section(Word.AMBIGUITIES, map(self._ambiguity, each.ambiguities))

    def _say(self, word: Word) -> str:
        return word.in_language(self._language)

    def _fact(self, heading: Word, values: Iterable[str]) -> Iterator[Text]:
        found = list(values)
        if found:
            yield Text(f"{self._say(heading)}: {', '.join(found)}")

    def _section(self, heading: Word, lines: Iterable[RenderableType]) -> Iterator[RenderableType]:
        found = list(lines)
        if found:
            yield Text(f"\n{self._say(heading)}", "bold")
            yield indented(*found)

    def _variant(self, variant: Variant) -> Iterator[RenderableType]:
        yield Text(variant.in_words.in_language(self._language), "italic")
        yield from self._fact(Word.REQUESTERS, map(_class, variant.guard.requesters))
        chosen = (f"{name}={'|'.join(sorted(values))}" for name, values in variant.guard.parameters)
        yield from self._fact(Word.PARAMETERS, chosen)
        yield from self._fact(Word.INPUTS, (each.name for each in variant.inputs))
        match variant.rule:
            case NoControl(reason):
                yield Text(f"{self._say(Word.NO_CONTROL)}: {reason}")
            case Undocumented():
                yield Text(self._say(Word.UNDOCUMENTED))
            case _:
                yield from self._alternatives(Alternative.of(variant))

    def _alternatives(self, variant: Alternative) -> Iterator[RenderableType]:
        for place, conjunction in enumerate(variant.form.conjunctions):
            words = [in_words(leaf, self._language) for leaf in variant.form.leaves_of(conjunction)]
            first = f"{self._say(Word.OR)} " if place else ""
            yield Text(f"- {first}{f'; {self._say(Word.AND)} '.join(words)}")

    def _ambiguity(self, each: Ambiguity) -> Group:
        readings = (Text(f"- {reading}") for reading in each.readings)
        chosen = Text(f"{self._say(Word.CHOSEN)}: {each.chosen}; {each.why}")
        return Group(Text(each.about, "italic"), indented(*readings, chosen))


def _class(each: RequesterClass) -> str:
    """A class of requesters as the rules write it, such as `partner 40/21` or `cpas (flanders)`."""
    of = "" if each.sector is None else f" {each.sector}"
    of += "" if each.institution is None else f"/{each.institution}"
    regions = f" ({', '.join(sorted(region.name.lower() for region in each.regions))})" if each.regions else ""
    return f"{each.kind.name.lower()}{of}{regions}"
