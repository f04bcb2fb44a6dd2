"""What is answered: outcome, reason, evidence, and the network's own status for it (S20, S21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from rules_service.decision.facts import Integration
from rules_service.identifiers.parties import ExecutedBy


class Outcome(IntEnum):
    """The three outcomes; nothing but a positive proof grants (S20)."""

    GRANTED = 1
    REFUSED = 2
    INDETERMINATE = 3


class Reason(IntEnum):
    """Why, one word for every evaluator (S20b). The numbers are those of the gRPC enum."""

    RULE_SATISFIED = 1
    NO_CONTROL = 2
    OPERATION_NOT_AVAILABLE = 3
    OPERATION_REMOVED = 4
    REQUESTER_NOT_AUTHORISED = 5
    REGION_NOT_AUTHORISED = 6
    LEGAL_CONTEXT_NOT_AUTHORISED = 7
    QUALITY_CODE_NOT_PERMITTED = 8
    INFORMATION_TYPE_NOT_PERMITTED = 9
    PROOF_MISSING = 10
    PROOF_INCORRECT = 11
    SSIN_REPLACED = 12
    NOT_INTEGRATED = 13
    NO_RULE_DOCUMENTED = 14
    FACTS_NOT_HELD = 15

    @property
    def outcome(self) -> Outcome:
        """The only outcome that goes with the reason."""
        if self in (Reason.RULE_SATISFIED, Reason.NO_CONTROL):
            return Outcome.GRANTED
        if self in (Reason.NO_RULE_DOCUMENTED, Reason.FACTS_NOT_HELD):
            return Outcome.INDETERMINATE
        return Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class OfficialStatus:
    """The network's own words for the outcome: value and code of the message standard."""

    value: str
    code: str
    description: str


_STATUSES = {
    "granted": OfficialStatus("DATA_FOUND", "MSG00000", "treatment successful"),
    "not_integrated": OfficialStatus("NO_RESULT", "MSG00012", "the SSIN is not sufficiently integrated"),
    "replaced": OfficialStatus("NO_RESULT", "MSG00006", "the SSIN has been replaced"),
    "refused": OfficialStatus("NO_RESULT", "MSG00013", "access to this operation is not allowed"),
}


def official_status(reason: Reason) -> OfficialStatus:
    """The status that the network gives for a reason (S21)."""
    if reason.outcome is Outcome.GRANTED:
        return _STATUSES["granted"]
    if reason is Reason.NOT_INTEGRATED:
        return _STATUSES["not_integrated"]
    if reason is Reason.SSIN_REPLACED:
        return _STATUSES["replaced"]
    return _STATUSES["refused"]


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """The result for one person. `replaced_by` is the new number, given only once the control holds (S18)."""

    ssin: int = field(repr=False)
    reason: Reason
    evidence: tuple[Integration, ...] = ()
    replaced_by: int | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """The outcome that goes with the reason."""
        return self.reason.outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    `variant` is empty where no variant was reached. `evidence` holds only integrations of the requester (S22).
    `deliverable_information_types` lists what may be given where the request listed none (S30b).
    """

    operation: str
    reason: Reason
    variant: str = ""
    persons: tuple[PersonDecision, ...] = ()
    authorisations: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    executed_by: ExecutedBy = ExecutedBy.BCSS
    deliverable_information_types: tuple[str, ...] = ()
    system_date: int = 0
    ruleset_digest: str = ""
    register_revision: int = 0
    ticket: str = ""

    @property
    def outcome(self) -> Outcome:
        """The outcome that goes with the reason."""
        return self.reason.outcome

    @property
    def evidence(self) -> tuple[Integration, ...]:
        """The requester's integrations that decided, over all persons."""
        return tuple(row for person in self.persons for row in person.evidence)


def outcome_of_persons(reasons: Iterable[Reason]) -> Reason:
    """The reason of a request over several persons (S17).

    All granted: the reason they share. Else the first refusal; else the first indeterminate one.
    """
    found = tuple(reasons)
    for outcome in (Outcome.REFUSED, Outcome.INDETERMINATE):
        for reason in found:
            if reason.outcome is outcome:
                return reason
    return found[0]
