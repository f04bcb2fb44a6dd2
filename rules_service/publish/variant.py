"""A variant on a terminal: as it was written in words, and as the evaluators read it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from rules_service.catalogue import NetworkNames
from rules_service.identifiers.parties import ExecutedBy
from rules_service.model import NoControl, Persons, Undocumented, Variant
from rules_service.publish.layout import fact, indented
from rules_service.publish.phrases import requester_text
from rules_service.publish.terms import EXECUTORS, NO_CONTROL_REASONS
from rules_service.publish.words import Word
from rules_service.reference.alternatives import Alternative
from rules_service.reference.clause_words import in_words


def variant_on_terminal(variant: Variant, names: NetworkNames, language: str) -> Iterator[RenderableType]:
    """The variant for people, in `fr`, `nl` or `en`."""
    yield Text(f"\n{Word.VARIANT.in_language(language)}: {variant.name}", "bold")
    yield indented(
        Text(variant.in_words.in_language(language), "italic"),
        *_guard(variant, names, language),
        *_rule(variant, names, language),
        *fact(Word.AUTHORISATIONS, language, variant.authorisations),
    )


def _guard(variant: Variant, names: NetworkNames, language: str) -> Iterator[Text]:
    guard = variant.guard
    inputs = [each.name for each in variant.inputs if each.name not in guard.given]
    persons = {Persons.NONE: Word.WITHOUT_PERSON, Persons.SOME: Word.WITH_PERSON}
    yield from fact(Word.REQUESTERS, language, (requester_text(each, names, language) for each in guard.requesters))
    yield from fact(
        Word.PARAMETERS, language, (f"{name}={'|'.join(sorted(values))}" for name, values in guard.parameters)
    )
    if guard.persons is not None:
        yield Text(persons[guard.persons].in_language(language))
    yield from fact(Word.GIVEN, language, sorted(guard.given))
    yield from fact(Word.NOT_GIVEN, language, sorted(guard.not_given))
    yield from fact(Word.INPUTS, language, inputs)


def _rule(variant: Variant, names: NetworkNames, language: str) -> Iterator[Text]:
    match variant.rule:
        case NoControl(reason):
            said = NO_CONTROL_REASONS[reason].in_language(language)
            yield Text(f"{Word.NO_CONTROL.in_language(language)}: {said} ({reason})")
        case Undocumented():
            yield Text(Word.UNDOCUMENTED.in_language(language))
        case _:
            yield from _alternatives(variant, names, language)
    if variant.executed_by is not ExecutedBy.BCSS:
        executor = EXECUTORS[variant.executed_by].in_language(language)
        yield Text(f"{Word.EXECUTED_BY.in_language(language)} {executor}")


def _alternatives(variant: Variant, names: NetworkNames, language: str) -> Iterator[Text]:
    form = Alternative.of(variant).form
    joined = f"; {Word.AND.in_language(language)} "
    for place, conjunction in enumerate(form.conjunctions):
        words = (in_words(leaf, language, names.name) for leaf in form.leaves_of(conjunction))
        first = f"{Word.OR.in_language(language)} " if place else ""
        yield Text(f"- {first}{joined.join(words)}")
