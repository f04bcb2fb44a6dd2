"""Writes the register and reads it for callers, with no gRPC in sight: the command line comes by the same path.

Each call is first read as a whole, then decided, and only where it is GRANTED is anything written or shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.algebra import FUTURE, PAST, Period
from rules_service.decision import Decision, Outcome
from rules_service.errors import InternalError
from rules_service.identifiers import format_ssin, parse_ssin
from rules_service.identifiers.parties import Organisation
from rules_service.register import RegisterStore
from rules_service.register.admission import AdmissionRules, Wish, admit, admit_removal
from rules_service.register.answered import write_days_once, write_once
from rules_service.register.changes import Readable
from rules_service.register.held import HeldRow, rows_at
from rules_service.register.integrating import Holding, Key, Written, integrate_days, remove_days
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import current_number, history_of, numbers_of, replace_number
from rules_service.register.writing import RegisterWriter
from rules_service.serve.control import CONSULT, HISTORY, INTEGRATE, REMOVE, REPLACE, Control
from rules_service.serve.convert import decision_message
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.holdings import period_message, replacement_message, row_messages
from rules_service.serve.convert.organisations import organisation_key
from rules_service.serve.convert.writes import (
    Asked,
    WriteMessage,
    read_numbers,
    read_view,
    read_wish,
    write_request_of,
)
from rules_service.serve.facts import Facts
from rules_service.serve.rules import Rules


class WritableRegister(RegisterStore, Readable, Protocol):
    """A register that is read and written row by row."""


class Registrar:
    """Integrates, removes, lists, replaces numbers and shows their history.

    Every method takes the day on which the call came in, and raises:
        CallerError: the call is wrong, or breaks a rule of writing; nothing was written.
        OperatorError: the rulesets have no rule for it, or the register cannot be used now.
    """

    def __init__(
        self,
        rules: Rules,
        control: Control,
        facts: Facts,
        store: WritableRegister,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        """`announce` is called after each write, for those who follow the register."""
        self._rules = rules
        self._control = control
        self._facts = facts
        self._store = store
        self._announce = announce

    def integrate(self, message: pb.IntegrateRequest, received_on: int) -> pb.IntegrateResponse:
        """Add days, as far as they are missing (S24, S25, S26, S28)."""
        asked = self._read_wish(message, INTEGRATE, received_on)
        organisation = self._organisation(message)
        if organisation is not None:
            admitted = admit(_wish(asked, organisation), self._admission, received_on)
        decision = self._control.decide(message, INTEGRATE, received_on)
        if decision.outcome is not Outcome.GRANTED:
            return pb.IntegrateResponse(decision=decision_message(decision))
        key = _key(message, asked, organisation)

        def work(holding: Holding) -> tuple[Written, bytes]:
            written = integrate_days(holding, admitted, asked.registers)
            answer = pb.IntegrateResponse(
                decision=decision_message(decision),
                revision=written.revision,
                period=period_message(admitted.period),
                end_defaulted=admitted.end_defaulted,
                integrations=row_messages(written.overlapping, key.ssin),
                opened=row_messages(written.opened, key.ssin),
                closed=row_messages(written.closed, key.ssin),
            )
            return written, answer.SerializeToString(deterministic=True)

        return pb.IntegrateResponse.FromString(self._written(message, key, "integration", work))

    def disintegrate(self, message: pb.DisintegrateRequest, received_on: int) -> pb.DisintegrateResponse:
        """Take days of the requester's own integrations away (S27)."""
        asked = self._read_wish(message, REMOVE, received_on)
        organisation = self._organisation(message)
        if organisation is not None:
            period = admit_removal(_wish(asked, organisation), self._admission, received_on)
        decision = self._control.decide(message, REMOVE, received_on)
        if decision.outcome is not Outcome.GRANTED:
            return pb.DisintegrateResponse(decision=decision_message(decision))
        key = _key(message, asked, organisation)

        def work(holding: Holding) -> tuple[Written, bytes]:
            written = remove_days(holding, period, asked.registers)
            answer = pb.DisintegrateResponse(
                decision=decision_message(decision),
                revision=written.revision,
                period=period_message(period),
                integrations=row_messages(written.overlapping, key.ssin),
                opened=row_messages(written.opened, key.ssin),
                closed=row_messages(written.closed, key.ssin),
            )
            return written, answer.SerializeToString(deterministic=True)

        return pb.DisintegrateResponse.FromString(self._written(message, key, "removal", work))

    def list(self, message: pb.ListIntegrationsRequest, received_on: int) -> pb.ListIntegrationsResponse:
        """Show the integrations of a person; those of others only where the operation lists them (S22, S28)."""
        findings = Findings()
        registers, period = read_view(message, findings)
        decision = self._decide_checked(message, CONSULT, findings, received_on)
        if decision.outcome is not Outcome.GRANTED:
            return pb.ListIntegrationsResponse(decision=decision_message(decision))
        own = None if self._control.operation(CONSULT).lists_others else self._own_key(message, decision)
        ssin = parse_ssin(message.ssin)
        with self._store.reading() as connection:
            revision = decision.register_revision
            rows = rows_at(connection, numbers_of(connection, ssin, revision), revision)
        shown = [row for row in rows if own in (None, row.organisation) and _fits(row, registers, period)]
        return pb.ListIntegrationsResponse(
            decision=decision_message(decision), revision=revision, integrations=row_messages(shown, ssin)
        )

    def replace(self, message: pb.ReplaceSsinRequest, received_on: int) -> pb.ReplaceSsinResponse:
        """Let a number stand for a bis number (S18)."""
        findings = Findings()
        old, new = read_numbers(message, findings)
        decision = self._decide_checked(message, REPLACE, findings, received_on)
        if decision.outcome is not Outcome.GRANTED:
            return pb.ReplaceSsinResponse(decision=decision_message(decision))

        def work(writer: RegisterWriter) -> bytes:
            replace_number(writer, old, new)
            current = current_number(writer.connection, old, writer.revision)
            return pb.ReplaceSsinResponse(
                decision=decision_message(decision), revision=writer.revision_now, current_ssin=format_ssin(current)
            ).SerializeToString(deterministic=True)

        request = write_request_of(message, self._own_key(message, decision), message.request_id)
        answer = write_once(self._store, request, "replacement of a number", work)
        self._announce()
        return pb.ReplaceSsinResponse.FromString(answer)

    def history(self, message: pb.GetSsinHistoryRequest, received_on: int) -> pb.GetSsinHistoryResponse:
        """Show how the number of a person evolved (S18)."""
        decision = self._decide_checked(message, HISTORY, Findings(), received_on)
        if decision.outcome is not Outcome.GRANTED:
            return pb.GetSsinHistoryResponse(decision=decision_message(decision))
        ssin, revision = parse_ssin(message.ssin), decision.register_revision
        with self._store.reading() as connection:
            current = current_number(connection, ssin, revision)
            replacements = history_of(connection, ssin, revision)
        return pb.GetSsinHistoryResponse(
            decision=decision_message(decision),
            revision=revision,
            current_ssin=format_ssin(current),
            replacements=map(replacement_message, replacements),
        )

    @cached_property
    def _admission(self) -> AdmissionRules:
        return AdmissionRules.of(self._rules.ruleset)

    def _read_wish(self, message: WriteMessage, operation: str, received_on: int) -> Asked:
        findings = Findings()
        asked = read_wish(message, findings)
        self._control.check(message, operation, findings, received_on)
        if findings:
            raise findings.error()
        return asked

    def _decide_checked(
        self,
        message: pb.ListIntegrationsRequest | pb.ReplaceSsinRequest | pb.GetSsinHistoryRequest,
        operation: str,
        findings: Findings,
        received_on: int,
    ) -> Decision:
        self._control.check(message, operation, findings, received_on)
        if findings:
            raise findings.error()
        return self._control.decide(message, operation, received_on)

    def _organisation(self, message: WriteMessage) -> Organisation | None:
        """Who writes, as the directory knows it now; nobody that it does not know is ever granted anything."""
        return self._facts.latest().organisation(organisation_key(message.requester))

    def _own_key(self, message: pb.ListIntegrationsRequest | pb.ReplaceSsinRequest, decision: Decision) -> str:
        """The key of the requester in the directory on which a call was granted."""
        found = self._store.reader(revision=decision.register_revision).organisation(
            organisation_key(message.requester)
        )
        return _known(found).key

    def _written(
        self, message: WriteMessage, key: Key, note: str, work: Callable[[Holding], tuple[Written, bytes]]
    ) -> bytes:
        request = write_request_of(message, key.organisation, message.request_id)
        answer = write_days_once(self._store, request, note, key, work)
        self._announce()
        return answer


def _known(organisation: Organisation | None) -> Organisation:
    if organisation is None:
        raise InternalError("a call was granted to an organisation that the directory does not have")
    return organisation


def _key(message: WriteMessage, asked: Asked, organisation: Organisation | None) -> Key:
    known = _known(organisation)
    return Key(parse_ssin(message.ssin), known.key, known.sector, asked.quality_code)


def _wish(asked: Asked, organisation: Organisation) -> Wish:
    return Wish(organisation.sector, asked.quality_code, asked.begin, asked.end)


def _fits(row: HeldRow, registers: Registers, period: Period | None) -> bool:
    days = period or Period(PAST, FUTURE)
    return bool(row.registers & registers) and row.begin <= days.end and days.begin <= row.end
