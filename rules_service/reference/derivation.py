"""What an explanation consists of: the messages of the interface as plain dataclasses, days as numbers.

Nothing here may hold a day or an organisation out of integrations of others (S22): clauses over others carry only
whether they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rules_service.algebra import Period
from rules_service.decision import Decision, Integration


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One check of the order of checks, and in words what it found (S20b)."""

    name: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class ClauseStep:
    """One comparison of a person's integrations with a window.

    `ssin` is None where no integration is looked at. `window` is None where an input is missing, where the window
    holds no day, and where the clause looks at others; `integrations` are those of the requester that were looked at.
    """

    ssin: int | None = field(repr=False)
    text: str
    holds: bool
    window: Period | None = None
    integrations: tuple[Integration, ...] = ()


@dataclass(frozen=True, slots=True)
class ConjunctionStep:
    """Clauses that must all hold, for one person and one combination of the inputs."""

    holds: bool
    clauses: tuple[ClauseStep, ...]


@dataclass(frozen=True, slots=True)
class VariantStep:
    """One variant, its condition in words, whether it grants, and its alternatives: for each person one must hold."""

    variant: str
    in_words: str
    granted: bool
    alternatives: tuple[ConjunctionStep, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedSource:
    """Lines of a source document, such as `1351-1402`, with the fingerprint of their text."""

    document: str
    section: str
    lines: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class AuthorisationStep:
    """For whom an authorisation counts, printed in the source or inferred from its committee (S16).

    `covers` is `applicant` or `debtor`, empty where the source prints neither; `date` is an ISO date or empty.
    """

    reference: str
    date: str
    covers: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class AssumptionStep:
    """An assumption used, with its statement."""

    name: str
    statement: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a decision was derived.

    `granted_system_dates` are the longest periods of system dates, within a year of the one asked about, on which the
    same request is granted; empty also where they would tell something about others (S22). `derived_by` is
    `durable-rules` or `plain`; `inferences` are the rules that fired, in order.
    """

    checks: tuple[CheckStep, ...]
    variants: tuple[VariantStep, ...]
    sources: tuple[CitedSource, ...]
    authorisations: tuple[AuthorisationStep, ...]
    assumptions: tuple[AssumptionStep, ...]
    changes_needed: tuple[str, ...]
    granted_system_dates: tuple[Period, ...]
    derived_by: str
    inferences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and its derivation."""

    decision: Decision
    derivation: Derivation
