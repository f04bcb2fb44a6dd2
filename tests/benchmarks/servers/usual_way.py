"""Batches the usual way: a generated servicer that reads message objects field by field and builds message objects.

It is written as well as that can be. It decides by the same kernel on the same index, which is what is fastest for it:
fields become lists, and lists become columns at once. What is said in words is checked or built once and remembered
(operations, organisations, days; what decisions of one verdict and reason share). It only does what the measured
requests ask for, and refuses others as a whole: in its favour, as is that it writes no log and asks for no permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import numpy as np

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1 import decision_service_pb2_grpc as pb_grpc
from rules_service.algebra import FUTURE, format_day, parse_day
from rules_service.decision import Decision, DecisionColumns, Interned, Look, Reason, RequestColumns, ValueName
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.decision.decision_columns import NOT_TOLD
from rules_service.identifiers import format_ssin, parse_cbe, parse_ssin
from rules_service.register import Index, Register
from rules_service.serve.clock import brussels_today
from rules_service.serve.convert import decision_message
from rules_service.serve.rules import Rules

_REQUEST_PERIOD = ValueName("request_period", is_period=True)
_REGISTERS = (
    (),
    *([common_pb2.REGISTER_PRIMARY], [common_pb2.REGISTER_SECONDARY]),
    [common_pb2.REGISTER_PRIMARY, common_pb2.REGISTER_SECONDARY],
)
assert (IN_PRIMARY, IN_SECONDARY) == (1, 2), "the list above has their sums in order"
_day = lru_cache(1 << 16)(parse_day)
_day_text = lru_cache(1 << 16)(format_day)


@cache
def _organisation(cbe_number: str) -> str:
    return parse_cbe(cbe_number, "requester")


@dataclass(slots=True)
class _Lists:
    """What `RequestColumns` holds, while it is read."""

    look: list[int] = field(default_factory=list)
    requester: list[int] = field(default_factory=list)
    system_date: list[int] = field(default_factory=list)
    person_offsets: list[int] = field(default_factory=lambda: [0])
    ssins: list[int] = field(default_factory=list)
    value_offsets: list[int] = field(default_factory=lambda: [0])
    begin: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)


class UsualWay(pb_grpc.DecisionServiceServicer):
    """`BatchDecide` and `StreamDecide` on one index."""

    def __init__(self, rules: Rules, index: Index) -> None:
        self._rules = rules
        self._index = index
        self._looks: Interned[Look] = Interned()
        self._requesters: Interned[str] = Interned()
        self._look_of = cache(self._look)
        self._template = cache(self._new_template)

    @classmethod
    def on(cls, register: Path, rulesets: Path) -> UsualWay:
        """The servicer on the latest revision of a register."""
        with Register.open(register) as store:
            return cls(Rules.load(rulesets), store.snapshot())

    def BatchDecide(self, request: pb.BatchDecideRequest, context: grpc.ServicerContext) -> pb.BatchDecideResponse:  # noqa: ARG002, N802
        answer = pb.BatchDecideResponse()
        self._answer(request.requests, answer)
        return answer

    def StreamDecide(  # noqa: N802
        self,
        request_iterator: Iterable[pb.StreamDecideRequest],
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> Iterator[pb.StreamDecideResponse]:
        for request in request_iterator:
            answer = pb.StreamDecideResponse()
            self._answer(request.requests, answer)
            yield answer

    def _answer(
        self, requests: Sequence[pb.DecideRequest], answer: pb.BatchDecideResponse | pb.StreamDecideResponse
    ) -> None:
        received_on = brussels_today()
        columns = self._read(requests, received_on)
        self._build(requests, columns, self._rules.columns.decide_columns(columns, self._index), answer)
        answer.system_date = format_day(received_on)
        answer.ruleset_digest = self._rules.plan.digest
        answer.register_revision = self._index.revision

    def _read(self, requests: Sequence[pb.DecideRequest], received_on: int) -> RequestColumns:
        lists = _Lists()
        for request in requests:
            self._read_one(request, received_on, lists)
        columns = {name: np.array(getattr(lists, name), np.int32) for name in _Lists.__slots__ if name != "ssins"}
        return RequestColumns(
            looks=self._looks, requesters=self._requesters, ssins=np.array(lists.ssins, np.int64), **columns
        )

    def _read_one(self, request: pb.DecideRequest, received_on: int, lists: _Lists) -> None:
        """Read one request, every field of it."""
        if len(request.ticket) > 36 or request.facts > pb.FACTS_SOURCE_REGISTER or request.HasField("proof"):
            raise ValueError
        if request.HasField("consistency") or request.integrations or request.HasField("requester_profile"):
            raise ValueError
        if request.periods or request.dates or request.parameters or request.information_types:
            raise ValueError
        numbers = [parse_ssin(ssin) for ssin in request.ssins]
        if len(numbers) > 100 or (len(numbers) > 1 and len(set(numbers)) < len(numbers)):
            raise ValueError
        has_period, open_end = request.HasField("request_period"), False
        if has_period:
            begin, end = _day(request.request_period.begin_date), FUTURE
            if request.request_period.end_date:
                end = _day(request.request_period.end_date)
            open_end = end == FUTURE
            if end < begin:
                raise ValueError
            lists.begin.append(begin)
            lists.end.append(end)
        code = request.quality_code if request.HasField("quality_code") else None
        given = (request.operation, code, request.legal_context, has_period, open_end, bool(numbers))
        lists.look.append(self._look_of(*given))
        lists.requester.append(self._requesters.number_of(_organisation(request.requester.cbe_number)))
        lists.system_date.append(_day(request.system_date) if request.system_date else received_on)
        lists.ssins += numbers
        lists.person_offsets.append(len(lists.ssins))
        lists.value_offsets.append(len(lists.begin))

    def _look(
        self, operation: str, code: int | None, legal_context: str, has_period: bool, open_end: bool, persons: bool
    ) -> int:
        values = (replace(_REQUEST_PERIOD, open_end=open_end),) if has_period else ()
        return self._looks.number_of(Look(operation, code, legal_context, values, has_persons=persons))

    def _build(
        self,
        requests: Sequence[pb.DecideRequest],
        columns: RequestColumns,
        decided: DecisionColumns,
        answer: pb.BatchDecideResponse | pb.StreamDecideResponse,
    ) -> None:
        """Build the results; columns are lists by now, whose items Python reads faster than those of arrays."""
        offsets, shown = columns.person_offsets.tolist(), decided.evidence_offsets.tolist()
        evidence, reasons, new = self._evidence(decided), decided.person_reason.tolist(), decided.replaced_by.tolist()
        told = zip(requests, decided.verdict.tolist(), decided.reason.tolist(), offsets, offsets[1:], strict=False)
        for request, verdict, reason, first, end in told:
            decision = answer.results.add().decision
            decision.CopyFrom(self._template(decided.verdicts[verdict], reason))
            decision.ticket = request.ticket
            decision.decision_id = str(uuid4())
            decision.system_date = request.system_date
            for person in range(first, end):
                ssin = request.ssins[person - first]
                of_person = reasons[person]
                decision.persons.add(ssin=ssin, outcome=_outcome(of_person), reason=of_person)
                for row in range(shown[person], shown[person + 1]):
                    decision.evidence.add(ssin=ssin, **evidence(row))
                if new[person] != NOT_TOLD:
                    decision.status.information.add(field_name="newSSIN", field_value=format_ssin(new[person]))

    def _evidence(self, decided: DecisionColumns) -> Callable[[int], dict[str, Any]]:
        """What tells of each piece of evidence but the person."""
        rows, index = decided.evidence_row, self._index
        begin, end = index.begin[rows].tolist(), index.end_exclusive[rows].tolist()
        code, flags, row_id = index.code[rows].tolist(), index.flags[rows].tolist(), index.row_id[rows].tolist()

        def fields(row: int) -> dict[str, Any]:
            return {
                "quality_code": code[row],
                "begin_date": _day_text(begin[row]),
                "end_date": "" if end[row] > FUTURE else _day_text(end[row] - 1),
                "registers": _REGISTERS[flags[row] & 3],
                "integration_id": row_id[row],
            }

        return fields

    def _new_template(self, verdict: Decision, reason: int) -> pb.Decision:
        message = decision_message(replace(verdict, reason=Reason(reason)))
        for own in ("ticket", "decision_id", "system_date", "ruleset_digest", "register_revision"):
            message.ClearField(own)
        return message


@cache
def _outcome(reason: int) -> int:
    return Reason(reason).outcome
