"""From messages to decisions, with no gRPC in sight: the command line decides by the same path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Decision, RegisterReader
from rules_service.errors import CallerError
from rules_service.register import NOW, Index
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.convert import Asked, RequestContext, asked_of
from rules_service.serve.facts import Facts
from rules_service.serve.rules import Rules

Result = Decision | CallerError


@dataclass(frozen=True, slots=True)
class Batch:
    """Results in the order of the requests, and the revision that those on the register share (0: there are none)."""

    results: tuple[Result, ...]
    register_revision: int


class Decider:
    """Decides messages by some rules, on the register or on the facts that a message brings along."""

    def __init__(self, rules: Rules, facts: Facts, authenticator: Authenticator) -> None:
        self._rules = rules
        self._facts = facts
        self._authenticator = authenticator

    def decide(self, message: pb.DecideRequest, received_on: int) -> Decision:
        """The decision on one request that came in on a day.

        Raises:
            CallerError: the request is wrong, asks for a revision that is not there, or comes after too many wrong
                proofs.
            RegisterUnavailableError: the register cannot be read.
        """
        asked = self.read(message, received_on)
        register = self.reader_for(asked)
        return self.on(self.authenticated(asked, register), register)

    def authenticated(self, asked: Asked, register: RegisterReader) -> Asked:
        """The message that has been read, with its proof checked if it comes to that (S28).

        Raises:
            TooManyWrongProofsError: the requester gave too many wrong proofs before.
            RegisterUnavailableError: the person directory cannot be read.
        """
        return self._authenticator.authenticated(asked, register)

    def on(self, asked: Asked, register: RegisterReader) -> Decision:
        """The decision on a message that has been read, on a register at one revision."""
        return self._rules.single.decide(asked.request, register)

    def decide_all(self, messages: Sequence[pb.DecideRequest], received_on: int, latest: Index | None = None) -> Batch:
        """One result for each request: those on the latest revision in columns, the others one by one.

        `latest` is that revision where others decide on it too.

        Raises:
            RegisterUnavailableError: the register cannot be read.
        """
        asked = [self._read_or_error(message, received_on) for message in messages]
        if latest is None:
            if not any(isinstance(item, Asked) and item.inline is None for item in asked):
                return Batch(tuple(self._single_or_error(item) for item in asked), 0)  # nothing needs the register
            latest = self._facts.latest()
        asked = [self._authenticated_or_error(item, latest) for item in asked]
        columnar = [item.request for item in asked if isinstance(item, Asked) and item.on_latest]
        decided = iter(self._rules.columns.decide_all(columnar, latest))
        results = tuple(
            next(decided) if isinstance(item, Asked) and item.on_latest else self._single_or_error(item, latest)
            for item in asked
        )
        return Batch(results, latest.revision)

    def latest(self, asked_at: float = NOW) -> Index:
        """The register with all that was committed before it was asked; raises `RegisterUnavailableError`."""
        return self._facts.latest(asked_at)

    def reader_for(self, asked: Asked, latest: Index | None = None) -> RegisterReader:
        """The facts to decide on: those of the message, else the register at the revision asked for."""
        if asked.inline is not None:
            return asked.inline
        return self._facts.at(asked.consistency, self._facts.latest() if latest is None else latest)

    def read(self, message: pb.DecideRequest, received_on: int) -> Asked:
        """The message, checked; raises `InvalidRequestError` with every wrong field."""
        return asked_of(message, RequestContext(self._rules.plan.request_vocabulary, received_on))

    def _read_or_error(self, message: pb.DecideRequest, received_on: int) -> Asked | CallerError:
        try:
            return self.read(message, received_on)
        except CallerError as error:
            return error

    def _single_or_error(self, item: Asked | CallerError, latest: Index | None = None) -> Result:
        if isinstance(item, CallerError):
            return item
        try:
            register = self.reader_for(item, latest)
            return self.on(self.authenticated(item, register), register)
        except CallerError as error:
            return error

    def _authenticated_or_error(self, item: Asked | CallerError, latest: Index) -> Asked | CallerError:
        """An item on the latest revision with its proof checked; others are checked on the revision they ask for."""
        if isinstance(item, CallerError) or not item.on_latest:
            return item
        try:
            return self.authenticated(item, latest)
        except CallerError as error:
            return error
