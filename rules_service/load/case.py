"""A conformance case: a request and its facts, and the decision that every evaluator must give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules_service.decision import InlineRegister, Integration, Outcome, Reason, RequestFields
from rules_service.identifiers.parties import Organisation


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come out: outcome and reason, or an error of the caller.

    `variant` and `field` are empty where the case does not say. `error` is `invalid_argument` for any wrong request,
    or one of its kinds: `invalid_request`, `invalid_ssin`, `unknown_operation`.
    """

    outcome: Outcome | None = None
    reason: Reason | None = None
    variant: str = ""
    error: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, by whom, on which facts, and what must be answered.

    `replacements` maps the number of a person to the one that replaced it; `line` is where the case stands in `file`.
    """

    name: str
    file: str
    line: int
    request: RequestFields
    requester: Organisation
    integrations: tuple[Integration, ...]
    replacements: Mapping[int, int] = field(repr=False)
    expectation: Expectation

    def register(self) -> InlineRegister:
        """The facts as evaluators read them."""
        return InlineRegister(self.requester, self.integrations, self.replacements)
