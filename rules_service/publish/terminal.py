"""An explanation on a terminal: the decision, the checks, the clauses with their days, the grounds, what would help.

Persons are called by their place in the request: what is printed may end up in a log, and holds nobody's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from rules_service.algebra import format_day
from rules_service.decision import Decision
from rules_service.publish.heading import heading
from rules_service.publish.layout import indented
from rules_service.publish.timeline import dates, timeline
from rules_service.publish.words import OUTCOMES, Word
from rules_service.reference import ClauseStep, ConjunctionStep, Derivation, Explanation, VariantStep


def explanation_on_terminal(explanation: Explanation, language: str) -> Group:
    """The explanation for people, in the language that its texts were made in."""
    view = _View(explanation, language)
    return Group(*view.parts(), "")


class _View:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self._decision: Decision = explanation.decision
        self._derivation: Derivation = explanation.derivation
        self._language = language
        self._places = {person.ssin: place for place, person in enumerate(explanation.decision.persons, start=1)}

    def parts(self) -> Iterator[RenderableType]:
        yield from self._head()
        yield from self._section(Word.CHECKS, (self._mark(each.passed, each.text) for each in self._derivation.checks))
        for variant in self._derivation.variants:
            yield from self._variant(variant)
        yield from self._section(Word.CHANGES, map(Text, self._derivation.changes_needed))
        granted_on = (Text(dates(each, self._language)) for each in self._derivation.granted_system_dates)
        yield from self._section(Word.GRANTED_ON, granted_on)
        yield from self._section(Word.SOURCES, self._sources())
        yield from self._section(Word.AUTHORISATIONS, self._authorisations())
        assumptions = (Text(f"{each.name}: {each.statement}") for each in self._derivation.assumptions)
        yield from self._section(Word.ASSUMPTIONS, assumptions)
        yield Text(f"{self._say(Word.DERIVED_BY)} {self._derivation.derived_by}", "dim")

    def _say(self, word: Word) -> str:
        return word.in_language(self._language)

    def _head(self) -> Iterator[Text]:
        decision = self._decision
        yield heading(decision.operation, decision.reason, self._language)
        ticket = f", {self._say(Word.TICKET)} {decision.ticket}" if decision.ticket else ""
        yield Text(f"{self._say(Word.SYSTEM_DATE)} {format_day(decision.system_date)}{ticket}")
        if len(decision.persons) > 1:
            for place, person in enumerate(decision.persons, start=1):
                outcome = OUTCOMES[person.outcome].in_language(self._language)
                yield Text(f"  {self._say(Word.PERSON)} {place}: {outcome}, {person.reason.name}")

    def _section(self, heading: Word, lines: Iterable[RenderableType]) -> Iterator[RenderableType]:
        found = list(lines)
        if found:
            yield Text(f"\n{self._say(heading)}", "bold")
            yield indented(*found)

    def _mark(self, good: bool, text: str) -> Text:
        return Text.assemble(("✓ ", "green") if good else ("✗ ", "red"), text)

    def _variant(self, step: VariantStep) -> Iterator[RenderableType]:
        yield Text(f"\n{self._say(Word.VARIANT)}: {step.variant}", "bold")
        yield indented(Text(step.in_words, "italic"))
        for place, alternative in enumerate(step.alternatives, start=1):
            if len(step.alternatives) > 1:
                yield Text(f"  {self._say(Word.ALTERNATIVE)} {place}: {self._whether(alternative)}")
            for clause in alternative.clauses:
                yield indented(self._clause(clause))

    def _whether(self, step: ConjunctionStep | ClauseStep) -> str:
        return self._say(Word.MET if step.holds else Word.NOT_MET)

    def _clause(self, step: ClauseStep) -> Group:
        place = self._places.get(step.ssin) if step.ssin is not None and len(self._places) > 1 else None
        person = f"{self._say(Word.PERSON)} {place}: " if place else ""
        lines: list[RenderableType] = [self._mark(step.holds, f"{person}{step.text} ({self._whether(step)})")]
        if step.window is not None:
            lines.append(indented(timeline(step.window, step.integrations, self._language)))
            if step.ssin is not None and not step.integrations:
                lines.append(indented(Text(self._say(Word.NO_INTEGRATION), "dim")))
        return Group(*lines)

    def _sources(self) -> Iterator[Text]:
        for each in self._derivation.sources:
            yield Text(
                f"{each.document}, {self._say(Word.SECTION)} {each.section}, {self._say(Word.LINES)} {each.lines}"
            )

    def _authorisations(self) -> Iterator[Text]:
        """One line for each authorisation, with all whom it covers."""
        covers = {"applicant": Word.APPLICANT, "debtor": Word.DEBTOR}
        found: dict[tuple[str, str], list[str]] = {}
        for step in self._derivation.authorisations:
            inferred = f" ({self._say(Word.INFERRED)})" if step.inferred else ""
            whom = [f"{self._say(covers[step.covers])}{inferred}"] if step.covers in covers else []
            found.setdefault((step.reference, step.date), []).extend(whom)
        for (reference, date), whom in found.items():
            yield Text(", ".join([reference, *([date] if date else []), *whom]))
