"""From messages to wishes to write, and to the requests on which these are decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from google.protobuf.message import Message

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.algebra import FUTURE, Period
from rules_service.decision.checking import read_day
from rules_service.identifiers import parse_ssin
from rules_service.register.answered import WriteRequest
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import wrong_kinds
from rules_service.serve.convert.findings import Findings

_REQUEST_ID: Final = re.compile(r"[!-~]{1,64}")
_REGISTERS: Final = {
    common_pb2.REGISTER_PRIMARY: Registers.PRIMARY,
    common_pb2.REGISTER_SECONDARY: Registers.SECONDARY,
}
_VIEWS: Final = {
    pb.REGISTER_VIEW_UNSPECIFIED: Registers.BOTH,
    pb.REGISTER_VIEW_PRIMARY: Registers.PRIMARY,
    pb.REGISTER_VIEW_SECONDARY: Registers.SECONDARY,
    pb.REGISTER_VIEW_ALL: Registers.BOTH,
}

WriteMessage = pb.IntegrateRequest | pb.DisintegrateRequest
ControlledMessage = WriteMessage | pb.ListIntegrationsRequest | pb.ReplaceSsinRequest | pb.GetSsinHistoryRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """What a wish to write asks, as it was stated: days `begin` to `end`, None where no end was given."""

    quality_code: int
    begin: int
    end: int | None
    registers: Registers


def control_of(message: ControlledMessage, operation: str) -> decision_pb.DecideRequest:
    """The request for the decision whether a call may go on: today, on the register."""
    request = decision_pb.DecideRequest(
        ticket=message.ticket,
        operation=operation,
        requester=message.requester if message.HasField("requester") else None,
        ssins=[message.old_ssin if isinstance(message, pb.ReplaceSsinRequest) else message.ssin],
        legal_context=message.legal_context,
    )
    if isinstance(message, WriteMessage) and message.HasField("quality_code"):
        request.quality_code = message.quality_code
    if isinstance(message, pb.IntegrateRequest | pb.ListIntegrationsRequest) and message.HasField("proof"):
        request.proof.CopyFrom(message.proof)
    if isinstance(message, pb.ListIntegrationsRequest | pb.GetSsinHistoryRequest) and message.HasField("consistency"):
        request.consistency.CopyFrom(message.consistency)
    return request


def names_of(message: ControlledMessage) -> dict[str, str]:
    """What a message calls the fields of a request for a decision, where it calls them otherwise."""
    number = "old_ssin" if isinstance(message, pb.ReplaceSsinRequest) else "ssin"
    return {"ssins": number, "ssins[0]": number}


def read_wish(message: WriteMessage, findings: Findings) -> Asked:
    """What is to be written, to be used only when nothing was found wrong."""
    check_request_id(message.request_id, findings)
    if not message.HasField("quality_code"):
        findings.wrong("quality_code", "is missing; 0 is a code too and must be stated")
    if not message.HasField("period"):
        findings.wrong("period", "is missing; give at least its `begin_date`")
        return Asked(0, 0, None, Registers.BOTH)
    begin, end = _read_days(message.period, findings)
    return Asked(message.quality_code, begin, end, _read_registers(message.registers, findings))


def read_numbers(message: pb.ReplaceSsinRequest, findings: Findings) -> tuple[int, int]:
    """The old number and the new one, to be used only when nothing was found wrong."""
    check_request_id(message.request_id, findings)
    numbers = []
    for field in ("old_ssin", "new_ssin"):
        with findings:
            numbers.append(parse_ssin(getattr(message, field), field))
    if len(numbers) < 2:
        return 0, 0
    old, new = numbers
    for violation in wrong_kinds(old, new):
        findings.wrong(violation.field, violation.description)
    return old, new


def read_view(message: pb.ListIntegrationsRequest, findings: Findings) -> tuple[Registers, Period | None]:
    """Which registers are listed and for which days (None: all), to be used only when nothing was found wrong."""
    if message.register not in _VIEWS:
        findings.wrong("register", "is no known view; leave it out, or give REGISTER_VIEW_PRIMARY or another one")
    registers = _VIEWS.get(message.register, Registers.BOTH)
    if not message.HasField("period"):
        return registers, None
    begin, end = _read_days(message.period, findings)
    last = FUTURE if end is None else end
    if last < begin:
        findings.wrong("period.end_date", "lies before `period.begin_date`")
        return registers, None
    return registers, Period(begin, last)


def write_request_of(message: Message, owner: str, request_id: str) -> WriteRequest:
    """What tells a write from others: all that its message says, but for the proof, which is not kept in any form."""
    kept = type(message)()
    kept.CopyFrom(message)
    if "proof" in kept.DESCRIPTOR.fields_by_name:
        kept.ClearField("proof")
    content = kept.DESCRIPTOR.name.encode() + b"\0" + kept.SerializeToString(deterministic=True)
    return WriteRequest(owner, request_id, content)


def check_request_id(text: str, findings: Findings) -> None:
    """Note what is wrong with the id of a write."""
    if not text:
        findings.wrong("request_id", "is missing; give every write an id of its own, such as a UUID")
    elif not _REQUEST_ID.fullmatch(text):
        findings.wrong("request_id", "must be 1 to 64 printable ASCII characters without spaces, such as a UUID")


def _read_days(period: common_pb2.Period, findings: Findings) -> tuple[int, int | None]:
    begin = read_day(period.begin_date, partial(findings.wrong, "period.begin_date"))
    end = read_day(period.end_date, partial(findings.wrong, "period.end_date")) if period.end_date else None
    return begin or 0, end


def _read_registers(given: Iterable[common_pb2.Register], findings: Findings) -> Registers:
    registers = Registers(0)
    for register in given:
        if register not in _REGISTERS:
            findings.wrong("registers", "may hold REGISTER_PRIMARY and REGISTER_SECONDARY only")
            return Registers.BOTH
        registers |= _REGISTERS[register]
    return registers or Registers.BOTH
