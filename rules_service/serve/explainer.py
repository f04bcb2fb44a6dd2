"""Decides and explains: the reference evaluator derives why, and must come to the same answer."""

from __future__ import annotations

from dataclasses import replace

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Decision
from rules_service.errors import InternalError
from rules_service.reference import Reference
from rules_service.reference.derivation import Explanation
from rules_service.serve.decider import Decider


class Explainer:
    """Explains decisions. An explanation of another answer than `Decide` gives would be worse than none."""

    def __init__(self, decider: Decider, reference: Reference) -> None:
        self._decider = decider
        self._reference = reference

    def explain(self, message: pb.DecideRequest, language: str, received_on: int) -> Explanation:
        """The decision on a request that came in on a day, and its derivation in a language (empty: English).

        Raises:
            CallerError: the request is wrong, or no text exists in the language.
            InternalError: the two evaluators disagree; nothing is granted.
        """
        asked = self._decider.read(message, received_on)
        register = self._decider.reader_for(asked)
        asked = self._decider.authenticated(asked, register)
        decision = self._decider.on(asked, register)
        explanation = self._reference.explain(asked.request, register, language=language)
        if _core(explanation.decision) != _core(decision):
            raise InternalError("the evaluators disagree on a request; nothing is granted")
        return replace(explanation, decision=decision)


def _core(decision: Decision) -> tuple[object, ...]:
    """What evaluators must agree on; which integrations they show for it may differ."""
    return decision.reason, decision.variant, tuple((person.ssin, person.reason) for person in decision.persons)
