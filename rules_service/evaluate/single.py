"""One request at a time: the plan walked in plain Python, with no arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial

from rules_service.decision import Decision, DecisionRequest, Integration, RegisterReader
from rules_service.evaluate.answers import NO_PERSON, Evidence, conclude
from rules_service.evaluate.clauses import Asking, clause_evidence
from rules_service.evaluate.screening import Candidate, names_read, screen
from rules_service.plan import Plan

Bindings = Mapping[str, int]


SHAPES_KEPT = 4_096


class SingleEvaluator:
    """Decides single requests by a plan; any number of threads may share it.

    What the checks say of a shape is kept for the next request of that shape: it depends on the plan alone, never on
    the register, so that nothing decided is ever remembered.
    """

    def __init__(self, plan: Plan) -> None:
        """`plan` is a sealed plan; its digest goes into every decision."""
        self._plan = plan
        self._screen = lru_cache(SHAPES_KEPT)(partial(screen, plan))

    def decide(self, request: DecisionRequest, register: RegisterReader) -> Decision:
        """The decision on one request, on the register at the reader's revision.

        Raises:
            UnknownOperationError: no rule knows the operation.
            InvalidRequestError: an input that the rule needs is missing or wrong.
        """
        organisation = register.organisation(request.requester)
        screening = self._screen(request.shape(organisation))
        bindings = request.bindings(names_read(screening))

        @cache
        def rows_of(ssin: int) -> tuple[Integration, ...]:
            return () if ssin == NO_PERSON else register.integrations_of(ssin)

        @cache
        def evidence_of(candidate: Candidate, ssin: int) -> Evidence | None:
            asking = Asking(organisation, request.quality_code, candidate.own_codes)
            return self._evidence(candidate, rows_of(ssin), asking, bindings)

        return conclude(self._plan, screening, request, register, evidence_of)

    def _evidence(
        self, candidate: Candidate, rows: Sequence[Integration], asking: Asking, bindings: Sequence[Bindings]
    ) -> Evidence | None:
        """Some conjunction must hold for every binding of repeated names (S30c)."""
        shown: dict[int, Integration] = {}
        for binding in bindings:
            found = self._first_conjunction(candidate, rows, asking, binding)
            if found is None:
                return None
            shown.update((row.row_id, row) for row in found)
        return tuple(shown.values())

    def _first_conjunction(
        self, candidate: Candidate, rows: Sequence[Integration], asking: Asking, binding: Bindings
    ) -> Evidence | None:
        for index in candidate.conjunctions:
            found = self._conjunction(index, rows, asking, binding)
            if found is not None:
                return found
        return None

    def _conjunction(
        self, index: int, rows: Sequence[Integration], asking: Asking, binding: Bindings
    ) -> Evidence | None:
        """The requester's integrations that show the conjunction; None when one of its clauses does not hold."""
        conjunction = self._plan.conjunctions[index]
        shown: list[Integration] = []
        for clause in self._plan.clauses[conjunction.first : conjunction.end]:
            evidence = clause_evidence(self._plan, clause, rows, asking, binding)
            if evidence is None:
                return None
            if clause.is_own:
                shown.extend(evidence)
        return tuple(shown)
