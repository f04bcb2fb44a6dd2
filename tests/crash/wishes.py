"""What callers ask for: days of a person added or taken away, and some rows at once; and how an answer is read."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decision_pb
from integrationcontrol.v1 import register_service_pb2 as pb
from integrationcontrol.v1.register_service_pb2_grpc import RegisterServiceStub
from rules_service.algebra import format_day, parse_day
from tests.register.support import GHENT, NAMUR, national

PERSONS = range(1, 101)
"""Few, so that writes meet rows of earlier ones: adding fills gaps with several rows, taking away splits rows."""
CODES = (2, 3, 4)
TODAY = parse_day("2026-06-15")
PROOF = decision_pb.Proof(person=decision_pb.PersonData(last_name="Peeters", birth_date="1985-07-30"))
TIMEOUT = 60.0

Row = tuple[int, str, int, int, int]
"""Person, organisation, quality code, first and last day."""
Message = pb.IntegrateRequest | pb.DisintegrateRequest | pb.ImportIntegrationsRequest
Answer = pb.IntegrateResponse | pb.DisintegrateResponse | pb.ImportIntegrationsResponse


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer says was done: in which revision, which rows were opened and closed; and its bytes."""

    revision: int
    opened: Counter[Row]
    closed: Counter[Row]
    content: bytes

    @property
    def wrote(self) -> bool:
        """Whether anything was left to do."""
        return bool(self.opened or self.closed)


@dataclass(frozen=True, slots=True)
class Wish:
    """A write under an id of its own."""

    message: Message

    @property
    def request_id(self) -> str:
        """The id that its caller gave it."""
        return self.message.request_id

    @property
    def remembered_as(self) -> str:
        """The id among those of all callers."""
        owner = "import" if isinstance(self.message, pb.ImportIntegrationsRequest) else GHENT
        return f"{owner} {self.request_id}"

    def send(self, register: RegisterServiceStub) -> Reply:
        """Ask for it; raises `grpc.RpcError`."""
        decided: pb.IntegrateResponse | pb.DisintegrateResponse
        match self.message:
            case pb.ImportIntegrationsRequest():
                (answer,) = register.ImportIntegrations(iter([self.message]), timeout=TIMEOUT)
                return _imported(self.message, answer)
            case pb.IntegrateRequest():
                decided = register.Integrate(self.message, timeout=TIMEOUT)
            case pb.DisintegrateRequest():
                decided = register.Disintegrate(self.message, timeout=TIMEOUT)
        assert decided.decision.outcome == common_pb2.OUTCOME_GRANTED, decided.decision.reason
        return Reply(decided.revision, _rows(decided.opened), _rows(decided.closed), _content(decided))


def _imported(asked: pb.ImportIntegrationsRequest, answer: pb.ImportIntegrationsResponse) -> Reply:
    refused = {each.index for each in answer.not_imported}
    rows = [row for place, row in enumerate(asked.rows) if place not in refused]
    assert len(rows) == answer.imported_count
    opened = Counter(_row(row, row.organisation) for row in rows)
    return Reply(answer.revision, opened, Counter(), _content(answer))


def _rows(shown: Iterable[pb.Integration]) -> Counter[Row]:
    return Counter(_row(row, row.organisation.cbe_number) for row in shown)


def _row(row: pb.Integration | pb.IntegrationRow, organisation: str) -> Row:
    return int(row.ssin), organisation, row.quality_code, parse_day(row.begin_date), parse_day(row.end_date)


def _content(answer: Answer) -> bytes:
    return answer.SerializeToString(deterministic=True)


def random_wish(chance: Random) -> Wish:
    """A wish that is granted."""
    request_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    draw = chance.random()
    if draw < 0.1:
        rows = [_random_row(chance) for _ in range(chance.randint(2, 40))]
        return Wish(pb.ImportIntegrationsRequest(request_id=request_id, rows=rows))
    shared: dict[str, Any] = {
        "request_id": request_id,
        "requester": common_pb2.Organisation(cbe_number=GHENT),
        "ssin": _random_person(chance),
        "quality_code": chance.choice(CODES),
    }
    if draw < 0.65:
        return Wish(pb.IntegrateRequest(**shared, period=_random_period(chance, 60), proof=PROOF))
    return Wish(pb.DisintegrateRequest(**shared, period=_random_period(chance, 20)))


def _random_person(chance: Random) -> str:
    return f"{national(chance.choice(PERSONS)):011d}"


def _random_period(chance: Random, longest: int) -> common_pb2.Period:
    begin = TODAY + chance.randrange(-300, 100)
    return common_pb2.Period(begin_date=format_day(begin), end_date=format_day(begin + chance.randrange(longest)))


def _random_row(chance: Random) -> pb.IntegrationRow:
    """A row of another organisation; now and then one that overlaps an earlier one, and is refused alone."""
    begin = TODAY + chance.randrange(-9_000, 9_000)
    end = begin + chance.randrange(3)
    return pb.IntegrationRow(
        ssin=_random_person(chance),
        organisation=NAMUR,
        quality_code=chance.choice(CODES),
        begin_date=format_day(begin),
        end_date=format_day(end),
    )
