"""Checks the proof of authentication of a request, where the rules come to ask for it (S20b, S28)."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from rules_service.decision import DecisionRequest, Proof, Reason, RegisterReader
from rules_service.errors import CallerError
from rules_service.evaluate.screening import screen
from rules_service.plan import Plan
from rules_service.register import GivenProof, KeyUnusableError, PersonDirectory
from rules_service.serve.attempts import Attempts
from rules_service.serve.convert import Asked

_LOG = logging.getLogger("rules_service.serve")


class Authenticator:
    """Finds out whether proofs are correct; evaluators are told the result, never the proof."""

    def __init__(self, plan: Plan, directory: PersonDirectory | None, attempts: Attempts) -> None:
        """`directory` is None where there is no register: then no proof can be checked."""
        self._plan = plan
        self._directory = directory
        self._attempts = attempts

    def authenticated(self, asked: Asked, register: RegisterReader) -> Asked:
        """The same question with its proof checked, by the person directory as known at the register's revision.

        A proof that decides nothing is not looked at: the operation needs none, or something before it refuses. Where
        no person was known it stays UNVERIFIABLE. Checked means counted: see `Attempts`.

        Raises:
            TooManyWrongProofsError: the requester gave too many wrong proofs for one of the persons.
            RegisterUnavailableError: the register cannot be read, or the key of the directory is not at hand.
        """
        if asked.proof is None or not asked.request.ssins or not self._decides(asked.request, register):
            return asked
        result = self._checked(asked.proof, asked.request, register)
        return replace(asked, proof=None, request=replace(asked.request, proof=result))

    def _decides(self, request: DecisionRequest, register: RegisterReader) -> bool:
        """Whether all that comes before the proof passes: then, without one, the reason is that it is missing."""
        shape = replace(request, proof=Proof.ABSENT).shape(register.organisation(request.requester))
        try:
            return screen(self._plan, shape).reason is Reason.PROOF_MISSING
        except CallerError:
            return False  # the evaluator will say what is wrong

    def _checked(self, given: GivenProof, request: DecisionRequest, register: RegisterReader) -> Proof:
        directory, revision = self._directory, register.revision
        requester = register.organisation(request.requester)
        try:
            if directory is None or requester is None or not directory.is_held(revision):
                return Proof.UNVERIFIABLE
            # Every person is checked: a proof of several persons is correct when it is that of each of them.
            correct = [
                self._attempts.counted(
                    requester.key, register.current_number(ssin), partial(directory.proves, given, ssin, revision)
                )
                for ssin in request.ssins
            ]
        except KeyUnusableError as error:
            _LOG.error("no proof of authentication can be checked: %s", error)
            raise
        return Proof.CORRECT if all(correct) else Proof.INCORRECT
