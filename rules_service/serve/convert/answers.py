"""From a decision to its message."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, format_day
from rules_service.decision import Decision, Integration, PersonDecision, Reason, official_status
from rules_service.identifiers import format_ssin


def decision_message(decision: Decision) -> pb.Decision:
    """The decision as `Decide` gives it, under a new decision id."""
    return pb.Decision(
        ticket=decision.ticket,
        decision_id=str(uuid4()),
        outcome=f"OUTCOME_{decision.outcome.name}",
        status=status_message(decision.reason, [person.replaced_by for person in decision.persons]),
        reason=f"REASON_{decision.reason.name}",
        operation=decision.operation,
        variant=decision.variant,
        evidence=[evidence_message(row, person.ssin) for person in decision.persons for row in person.evidence],
        authorisations=decision.authorisations,
        assumptions=decision.assumptions,
        persons=[_person(person) for person in decision.persons],
        system_date=format_day(decision.system_date),
        ruleset_digest=decision.ruleset_digest,
        register_revision=decision.register_revision,
        executed_by=f"EXECUTED_BY_{decision.executed_by.name}",
        information_types=decision.deliverable_information_types,
    )


def batch_decision_message(decision: Decision, *, own_date: bool, own_revision: bool) -> pb.Decision:
    """The decision as an item of a batch: what the batch says once is left out, unless the item asked for its own."""
    message = decision_message(decision)
    message.ClearField("ruleset_digest")
    if not own_date:
        message.ClearField("system_date")
    if not own_revision:
        message.ClearField("register_revision")
    return message


def evidence_message(row: Integration, ssin: int) -> pb.Evidence:
    """One integration of the requester, under the number that the request used for the person."""
    registers = [
        register
        for register, shows in (
            (common_pb2.REGISTER_PRIMARY, row.primary),
            (common_pb2.REGISTER_SECONDARY, row.secondary),
        )
        if shows
    ]
    return pb.Evidence(
        ssin=format_ssin(ssin),
        quality_code=row.quality_code,
        begin_date=format_day(row.begin),
        end_date=date_text(row.end),
        registers=registers,
        integration_id=row.row_id,
    )


def date_text(day: int) -> str:
    """The day as YYYY-MM-DD; empty for an open end."""
    return "" if day >= FUTURE else format_day(day)


def status_message(reason: Reason, new_numbers: Iterable[int | None]) -> pb.OfficialStatus:
    """The network's own status, with the new numbers that may be told."""
    official = official_status(reason)
    told = [number for number in new_numbers if number is not None]
    return pb.OfficialStatus(
        value=official.value,
        code=official.code,
        description=official.description,
        information=[pb.StatusInformation(field_name="newSSIN", field_value=format_ssin(new)) for new in told],
    )


def _person(person: PersonDecision) -> pb.PersonDecision:
    return pb.PersonDecision(
        ssin=format_ssin(person.ssin), outcome=f"OUTCOME_{person.outcome.name}", reason=f"REASON_{person.reason.name}"
    )
