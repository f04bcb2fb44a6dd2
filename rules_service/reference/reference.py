"""The door of this package: a ruleset that decides and explains."""

from __future__ import annotations

from rules_service.decision import Decision, DecisionRequest, RegisterReader
from rules_service.model import Ruleset
from rules_service.reference.derivation import Explanation
from rules_service.reference.engine import Engine
from rules_service.reference.evaluator import Evaluator
from rules_service.reference.explanation import explain


class Reference:
    """Decides and explains by the model itself, never by the plan: slow, and the measure for the fast evaluators."""

    def __init__(self, ruleset: Ruleset, digest: str, engine: Engine | None = None) -> None:
        """`digest` is that of the compiled ruleset, echoed in every decision (S23); `engine` derives the verdicts."""
        self._evaluator = Evaluator(ruleset, digest, engine)

    def decide(self, request: DecisionRequest, register: RegisterReader) -> Decision:
        """The decision on one request, on the register at the reader's revision.

        Raises:
            UnknownOperationError: no rule knows the operation, or its name stands for several.
            InvalidRequestError: an input that the rule needs is missing or wrong.
            InternalError: the engine and the plain verdict disagree; nothing is granted.
        """
        return self._evaluator.course(request, register).decision

    def explain(self, request: DecisionRequest, register: RegisterReader, language: str = "en") -> Explanation:
        """The same decision, and how it was derived, in `fr`, `nl` or `en`; raises as `decide` does.

        Raises:
            InvalidRequestError: also when the language is none of the three.
        """
        return explain(self._evaluator, request, register, language)
