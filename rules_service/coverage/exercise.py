"""What the conformance cases exercise: every variant, every clause both ways, every border of its window."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules_service.conformance import request_of
from rules_service.coverage.borders import Border, borders_of, touched
from rules_service.decision import Reason
from rules_service.errors import CallerError
from rules_service.load import Case
from rules_service.model import Leaf, Operation, PeriodsOverlap, Ruleset, Variant
from rules_service.reference.alternatives import Alternative
from rules_service.reference.clause_words import in_words
from rules_service.reference.evaluator import Course, Evaluator
from rules_service.reference.facts import counted, days_of, holds, resolved
from rules_service.reference.trials import Finding, Person, Trial

_OUT_OF_USE = (Reason.OPERATION_NOT_AVAILABLE, Reason.OPERATION_REMOVED)


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of integrations with a window, in one variant of an operation."""

    operation: str
    variant: str
    leaf: Leaf

    def __str__(self) -> str:
        return f"{self.operation}, `{self.variant}`: {in_words(self.leaf, 'en')}"


class Exercise:
    """Runs cases through the reference evaluator and remembers what each of them asked of the rules."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._evaluator = Evaluator(ruleset, digest="")  # decisions would echo it, and are not kept
        self.cases: Counter[tuple[str, str]] = Counter()
        self.verdicts: defaultdict[Clause, set[bool]] = defaultdict(set)
        self.borders: defaultdict[Clause, set[Border]] = defaultdict(set)

    def run(self, cases: Iterable[Case]) -> None:
        """Every case; one that is a wrong request asks nothing of a variant."""
        for case in cases:
            try:
                course = self._evaluator.course(request_of(case, self._ruleset), case.register())
            except CallerError:
                continue
            self._remember(course)

    def variants(self) -> Iterator[tuple[Operation, Variant]]:
        """Every variant of the rulesets."""
        return ((operation, each) for operation in self._ruleset.operations for each in operation.variants)

    def clauses(self) -> Iterator[Clause]:
        """Every clause of the rulesets, one asked of both registers once for each (S14)."""
        for operation, variant in self.variants():
            for leaf in Alternative.of(variant).form.leaves:
                yield Clause(operation.name, variant.name, leaf)

    def _remember(self, course: Course) -> None:
        operation = course.case.operation
        variants = {trial.candidate.alternative.variant.name for trial in course.trials}
        if course.case.named is not None:
            variants.add(course.case.named.variant.name)
        if course.decision.reason in _OUT_OF_USE:
            variants = {each.name for each in operation.variants}
        self.cases.update((operation.name, name) for name in variants)
        for trial in course.trials:
            for person in trial.persons:
                for finding in person.findings:
                    self._remember_clauses(course, trial, person.person, finding)

    def _remember_clauses(self, course: Course, trial: Trial, person: Person, finding: Finding) -> None:
        candidate, asker = trial.candidate, course.case.asker
        form = candidate.alternative.form
        for leaf in dict.fromkeys(leaf for each in candidate.conjunctions for leaf in form.leaves_of(each)):
            clause = Clause(course.case.operation.name, candidate.alternative.variant.name, leaf)
            self.verdicts[clause].add(holds(leaf, person.rows, asker, finding.bindings))
            window = resolved(leaf.window, finding.bindings)
            if window is None:
                continue
            if isinstance(leaf, PeriodsOverlap):
                compared = [resolved(leaf.other, finding.bindings)]
            else:
                compared = [days_of(row, leaf.selector) for row in counted(leaf, person.rows, asker)]
            self.borders[clause].update(touched(leaf, window, [each for each in compared if each is not None]))


def untouched(exercise: Exercise, clause: Clause) -> tuple[Border, ...]:
    """The borders of a clause that no case touches."""
    return tuple(border for border in borders_of(clause.leaf) if border not in exercise.borders[clause])
