"""What the inference engine is given and what it concludes: flat facts in, a verdict with its steps out.

Whatever needs days, codes or a register has been computed before: the engine sees names and truth values only. No
fact holds a person's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rules_service.errors import InternalError

Person: TypeAlias = Literal["applicant", "debtor"]
Basis: TypeAlias = Literal["printed", "inferred"]


@dataclass(frozen=True, slots=True)
class AuthorisationFact:
    """An authorisation of the operation: which committee gave it, and whose inquiry its columns print (S16)."""

    reference: str
    committee: str
    covers_applicant: bool
    covers_debtor: bool


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """The facts of one decision.

    `checks` are the screening checks in their order: (name, passed). `clauses` are (identifier, holds); `conjunctions`
    are (name, identifiers of its clauses), tried in their order; one without clauses always holds.

    Raises:
        InternalError: a conjunction names a clause that is not there, or one identifier stands for two clauses.
    """

    checks: tuple[tuple[str, bool], ...] = ()
    clauses: tuple[tuple[str, bool], ...] = ()
    conjunctions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    authorisations: tuple[AuthorisationFact, ...] = ()

    def __post_init__(self) -> None:
        known = dict(self.clauses)
        if len(known) != len(self.clauses):
            raise InternalError("one identifier stands for two clauses; give each clause its own")
        for name, clauses in self.conjunctions:
            if not known.keys() >= set(clauses):
                raise InternalError(f"conjunction `{name}` names a clause that is not among the facts; add the clause")


@dataclass(frozen=True, slots=True)
class EngineVerdict:
    """What follows from the facts.

    `failed_check` is the first check that did not pass; `granted_by` the first conjunction all of whose clauses hold;
    `granted` is true only if no check failed and some conjunction holds. `covered` says which authorisation covers
    whom, and whether that is printed in the source or inferred (S16).

    `steps` are the inference rules that fired, in order, as "rule: subject", where rule is one of: check passed,
    check failed, screening passed, clause holds, clause fails, conjunction holds, granted, printed for the applicant,
    printed for the debtor, committee reaches the debtor.
    """

    failed_check: str | None
    granted_by: str | None
    granted: bool
    covered: tuple[tuple[str, Person, Basis], ...]
    steps: tuple[str, ...]
