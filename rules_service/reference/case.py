"""One request on its way through the checks: what is known of it, and which variants are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rules_service.decision import DecisionRequest
from rules_service.errors import InternalError
from rules_service.identifiers.parties import Organisation
from rules_service.model import Operation
from rules_service.reference.alternatives import Alternative
from rules_service.reference.facts import Asker
from rules_service.reference.library import Library


class Check(StrEnum):
    """The checks by the names that explanations give them, in their order (S20b)."""

    SHAPE = "shape of the request"
    NUMBERS = "numbers"
    OPERATION = "operation known"
    AVAILABLE = "operation available"
    REQUESTER_CLASS = "requester class"
    REGION = "region"
    LEGAL_CONTEXT = "legal context"
    VARIANT = "variant"
    QUALITY_CODE = "quality code permitted"
    INFORMATION_TYPES = "information types"
    PROOF = "proof of authentication"
    INPUTS = "inputs"
    REPLACED_NUMBER = "replaced number"
    INTEGRATION = "integration"


@dataclass(slots=True)
class Case:
    """A request and what the checks made of it so far.

    `alternatives` are the variants left; `named` is the one that the answer names, None before a variant is reached;
    `narrowed` are the codes that the information types leave, None where they narrow nothing (S30b).
    """

    library: Library
    request: DecisionRequest
    requester: Organisation | None
    operation: Operation
    alternatives: tuple[Alternative, ...] = ()
    named: Alternative | None = None
    narrowed: frozenset[int] | None = None
    steps: list[tuple[Check, bool]] = field(default_factory=list)

    @property
    def asker(self) -> Asker:
        """Who asks and under which codes, once the requester's class has been checked."""
        if self.requester is None:
            raise InternalError("a requester that the directory does not know passed the checks")
        return Asker(self.requester, self.request.quality_code, self.narrowed)

    @property
    def names_given(self) -> frozenset[str]:
        """The periods and dates in the request."""
        periods = {period.name for period in self.request.periods}
        return frozenset(periods | {date.name for date in self.request.dates})

    def keep(self, alternatives: tuple[Alternative, ...]) -> bool:
        """Drops the other alternatives; false when none is left. The answer names the first of the last ones left."""
        self.alternatives = alternatives
        if alternatives:
            self.named = alternatives[0]
        return bool(alternatives)
