"""Loading conformance cases: `*.cases.yaml` beside the chapters, every mistake placed as in rulesets."""

from __future__ import annotations

from pathlib import Path

from rules_service.errors import InternalError, Mistake, RuleAuthorError
from rules_service.load.building.cases import CaseBuilder
from rules_service.load.case import Case
from rules_service.load.rulesets import CASES_SUFFIX, missing_path, read_source_file


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file, or of every `*.cases.yaml` of a folder in the order of their names.

    Raises:
        RuleAuthorError: at least one mistake was found; it lists all of them.
    """
    cases, mistakes = check_cases(path)
    if mistakes:
        raise RuleAuthorError(mistakes)
    return cases


def check_cases(path: Path) -> tuple[tuple[Case, ...], tuple[Mistake, ...]]:
    """The cases that are right, and every mistake, sorted by place."""
    if not path.exists():
        return (), (missing_path(path),)
    files = sorted(path.glob(f"*{CASES_SUFFIX}")) if path.is_dir() else [path]
    cases: list[Case] = []
    mistakes: list[Mistake] = []
    for file in files:
        source = read_source_file(file, "cases")
        builder = CaseBuilder(source.findings)
        cases += source.findings.attempt_or((), builder.cases, source.root)
        mistakes += source.findings.mistakes
        if source.findings.count and not source.findings.mistakes:
            raise InternalError("a case was left out and no mistake says why")
    return tuple(cases), tuple(sorted(mistakes))
