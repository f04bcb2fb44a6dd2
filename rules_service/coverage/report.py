"""Coverage in figures: what is asked for, what is there, and each thing that is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules_service.coverage.borders import borders_of
from rules_service.coverage.documents import Section, citations_in, invented, misplaced, overlooked, sections
from rules_service.coverage.exercise import Exercise, untouched
from rules_service.load import SourceTexts, load_cases, load_rulesets, verify_sources
from rules_service.model import Ruleset

CASES_FOR_A_VARIANT: Final = 6
"""How many conformance cases each variant has at the least."""


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of so many; what is missing, one line each. Below 100 % it fails where it is `binding`."""

    name: str
    found: int
    wanted: int
    missing: tuple[str, ...] = ()
    binding: bool = True

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing and self.found >= self.wanted

    def __str__(self) -> str:
        share = 100.0 if not self.wanted else int(1000 * self.found / self.wanted) / 10  # never rounded up to 100
        return f"{self.name} {self.found} of {self.wanted} ({share:g} %)"


@dataclass(frozen=True, slots=True)
class Coverage:
    """All figures, and the sections of the documents with their names."""

    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every binding figure is at 100 %."""
        return all(figure.is_complete for figure in self.figures if figure.binding)

    def __str__(self) -> str:
        return ", ".join(map(str, self.figures))


def measure(rulesets: Path, sources: Path | None) -> Coverage:
    """The coverage of a folder of rulesets, which must be right.

    Args:
        rulesets: the folder of rulesets, with its conformance cases.
        sources: the folder of source texts. Without it a citation counts when it has a fingerprint, and the inventory
            is taken as it stands.

    Raises:
        RuleAuthorError: the rulesets or the cases have a mistake.
        SourceMissingError: the folder of source texts has no readable file for a cited document.
    """
    ruleset = load_rulesets(rulesets)
    exercise = Exercise(ruleset)
    exercise.run(load_cases(rulesets))
    texts = None if sources is None else SourceTexts(sources, ruleset.documents)
    figures = (
        _operations(ruleset, texts),
        _citations(ruleset, rulesets, sources),
        _variants(exercise),
        _clauses(exercise),
        _borders(exercise),
    )
    return Coverage(figures, sections(ruleset))


def _operations(ruleset: Ruleset, texts: SourceTexts | None) -> Figure:
    """The names of the documents are all answered for, since the loader knows them; the rest is what may be wrong."""
    names = len(ruleset.inventory)
    missing = [f"no name of the documents leads to `{name}`" for name in invented(ruleset)]
    if texts is not None:
        missing += [*misplaced(ruleset, texts), *overlooked(ruleset, texts)]
    return Figure("names", names, names + len(missing), tuple(missing))


def _citations(ruleset: Ruleset, rulesets: Path, sources: Path | None) -> Figure:
    cited = tuple(citations_in(ruleset))
    if sources is None:
        missing = tuple(f"{each} has no fingerprint" for each in cited if not each.fingerprint)
    else:
        missing = tuple(map(str, verify_sources(rulesets, sources)))
    return Figure("citations", len(cited) - len(missing), len(cited), missing)


def _variants(exercise: Exercise) -> Figure:
    variants = [(operation.name, variant.name) for operation, variant in exercise.variants()]
    missing = tuple(
        f"{operation}, `{variant}`: {exercise.cases[operation, variant]} of {CASES_FOR_A_VARIANT} cases"
        for operation, variant in variants
        if exercise.cases[operation, variant] < CASES_FOR_A_VARIANT
    )
    return Figure("variants", len(variants) - len(missing), len(variants), missing)


def _clauses(exercise: Exercise) -> Figure:
    """Each clause counts twice: some case for which it holds, and some for which it does not."""
    clauses = tuple(exercise.clauses())
    missing = tuple(
        f"{clause}: no case in which it {'holds' if verdict else 'fails'}"
        for clause in clauses
        for verdict in (True, False)
        if verdict not in exercise.verdicts[clause]
    )
    return Figure("clauses both ways", 2 * len(clauses) - len(missing), 2 * len(clauses), missing)


def _borders(exercise: Exercise) -> Figure:
    clauses = tuple(exercise.clauses())
    wanted = sum(len(borders_of(clause.leaf)) for clause in clauses)
    missing = tuple(f"{clause}: nothing {border.value}" for clause in clauses for border in untouched(exercise, clause))
    return Figure("borders of windows", wanted - len(missing), wanted, missing, binding=False)
