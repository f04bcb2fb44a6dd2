"""Which clauses the kernel of batches knows: every one that rules can be written with today, and no silent other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules_service.plan import ClauseRow, OperationRow, Plan, Predicate, Scope

# Each by name: what is added to the language later must be taught to the kernel before it stands here.
_PREDICATES: Final = frozenset(
    {Predicate.OVERLAPS, Predicate.COVERS, Predicate.COVERED_BY_ONE, Predicate.TOTAL_DAYS},
)
_SCOPES: Final = frozenset(
    {Scope.REQUESTER, Scope.REQUESTER_SECTOR, Scope.SECTOR, Scope.INSTITUTION, Scope.REQUEST},
)


def fits_columns(clause: ClauseRow) -> bool:
    """Whether the kernel knows a clause of this kind; it would take another one for one that it knows."""
    return clause.predicate in _PREDICATES and clause.scope in _SCOPES


def operations_beyond_columns(plan: Plan) -> tuple[str, ...]:
    """The operations that only a single request can ask, in the order of the plan; none while the kernel keeps up."""
    return tuple(each.name for each in plan.operations if not all(map(fits_columns, _clauses(plan, each))))


def _clauses(plan: Plan, operation: OperationRow) -> Iterator[ClauseRow]:
    for variant in plan.variants[operation.first : operation.end]:
        for conjunction in plan.conjunctions[variant.first : variant.end]:
            yield from plan.clauses[conjunction.first : conjunction.end]
