"""The rules that a server decides by, read once when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rules_service.compile import compile_ruleset
from rules_service.errors import OperatorError, RuleAuthorError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.evaluate.screening import find_operation
from rules_service.load import load_rulesets
from rules_service.model import Operation, Ruleset
from rules_service.plan import Plan


@dataclass(frozen=True, slots=True)
class Rules:
    """The ruleset as it was written, its compiled plan, and the two evaluators of the plan."""

    ruleset: Ruleset
    plan: Plan
    single: SingleEvaluator
    columns: ColumnEvaluator

    @classmethod
    def of(cls, ruleset: Ruleset) -> Rules:
        """The rules of a ruleset in memory."""
        plan = compile_ruleset(ruleset)
        return cls(ruleset, plan, SingleEvaluator(plan), ColumnEvaluator(plan))

    @classmethod
    def load(cls, folder: Path) -> Rules:
        """The rules of a folder of YAML files.

        Raises:
            OperatorError: the folder holds no rulesets that can be used; the message lists every mistake.
        """
        try:
            return cls.of(load_rulesets(folder))
        except RuleAuthorError as error:
            raise OperatorError(f"the rulesets in `{folder}` cannot be used; mend them first:\n{error}") from error

    def operation(self, name: str) -> Operation:
        """The operation with this name or alias, as it was written; raises `UnknownOperationError`."""
        found = find_operation(self.plan, name).name
        return next(operation for operation in self.ruleset.operations if operation.name == found)
