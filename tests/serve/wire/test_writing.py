"""What the kernel writes is what protobuf reads: any decision, with the longest and the shortest of everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, MAX_DAY, MIN_DAY, format_day
from rules_service.decision import Reason
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.decision.decision_columns import NOT_TOLD
from rules_service.identifiers import format_ssin
from rules_service.serve.wire.prepared import Prepared
from rules_service.serve.wire.writing import (
    ID_BYTES,
    PARTS,
    REASONS,
    Asked,
    Decided,
    Pieces,
    Words,
    room_for,
    write_answer,
)
from tests.serve.wire.guarded import on_guard

WORDS = Words(FUTURE, IN_PRIMARY, IN_SECONDARY, NOT_TOLD)


@dataclass(frozen=True)
class Shown:
    """A piece of evidence."""

    begin: int
    end: int
    code: int
    flags: int
    row_id: int


@dataclass(frozen=True)
class Person:
    """A person of a request, and what is said of it."""

    ssin: int
    reason: Reason
    new_number: int
    evidence: list[Shown]


@dataclass(frozen=True)
class Item:
    """An item of a batch: a result of its own where it has no row, else a verdict, a reason and its persons."""

    result: bytes | None
    verdict: int
    reason: Reason
    ticket: bytes
    date: str
    persons: list[Person]


days = st.integers(MIN_DAY, MAX_DAY)
numbers = st.integers(0, 10**11 - 1)
shown = st.builds(
    Shown,
    begin=days,
    end=days | st.just(FUTURE),
    code=st.sampled_from([0, 1, 127, 128, 999]),
    flags=st.integers(0, 3),
    row_id=st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300),
)
persons = st.builds(
    Person,
    ssin=numbers,
    reason=st.sampled_from(Reason),
    new_number=st.just(NOT_TOLD) | numbers,
    evidence=st.lists(shown, max_size=4),
)
items = st.builds(
    Item,
    result=st.none()
    | st.binary(max_size=200).map(lambda raw: pb.DecideResult(decision=_ticketed(raw)).SerializeToString()),
    verdict=st.integers(0, 2),
    reason=st.sampled_from(Reason),
    ticket=st.text(max_size=36).map(str.encode),
    date=st.just("") | days.map(format_day),
    persons=st.lists(persons, max_size=4),
)


def _ticketed(raw: bytes) -> pb.Decision:
    return pb.Decision(ticket=raw.decode("latin-1"))


def piece(verdict: int, reason: Reason, long: int) -> tuple[pb.Decision, Prepared]:
    """All that a verdict and a reason tell, as a message and as parts; the last verdict is an error."""
    whole = pb.Decision(
        outcome=f"OUTCOME_{reason.outcome.name}",
        status=pb.OfficialStatus(value="x" * long),
        reason=f"REASON_{reason.name}",
        operation="o" * long,
        variant="v" * verdict,
        authorisations=["a" * long] * verdict,
        executed_by=common_pb2.EXECUTED_BY_SMALS,
        information_types=["110"] * verdict,
    )
    if verdict == 2:
        return whole, Prepared(error=pb.DecideResult(error={"message": "e" * long}).SerializeToString())

    def only(*fields: str) -> bytes:
        return pb.Decision(**{field: getattr(whole, field) for field in fields}).SerializeToString()

    return whole, Prepared(
        only("outcome"),
        whole.status.SerializeToString(),
        only("reason", "operation", "variant"),
        only("authorisations"),
        only("executed_by", "information_types"),
    )


def expected(item: Item, long: int) -> pb.DecideResult:
    """The result of an item, put together field by field."""
    if item.result is not None:
        return pb.DecideResult.FromString(item.result)
    decision, prepared = piece(item.verdict, item.reason, long)
    if prepared.error:
        return pb.DecideResult.FromString(prepared.error)
    decision.ticket, decision.system_date = item.ticket.decode(), item.date
    for person in item.persons:
        if person.new_number != NOT_TOLD:
            decision.status.information.add(field_name="newSSIN", field_value=format_ssin(person.new_number))
        decision.persons.add(
            ssin=format_ssin(person.ssin), outcome=int(person.reason.outcome), reason=int(person.reason)
        )
        for row in person.evidence:
            decision.evidence.add(
                ssin=format_ssin(person.ssin),
                quality_code=row.code,
                begin_date=format_day(row.begin),
                end_date="" if row.end == FUTURE else format_day(row.end),
                registers=[bit for bit in (1, 2) if row.flags & bit],
                integration_id=row.row_id,
            )
    return pb.DecideResult(decision=decision)


def column(values: list[int], kind: type[np.generic] = np.int32) -> Any:
    return np.array(values, dtype=kind)


def raw_column(raw: bytes) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(raw, dtype=np.uint8)


def ends(lengths: list[int]) -> list[int]:
    return [sum(lengths[:place]) for place in range(len(lengths) + 1)]


def written(batch: list[Item], long: int) -> bytes:
    """The answer to a batch, as the kernel writes it; `out` is as long as it says that it needs."""
    rows = [item for item in batch if item.result is None]
    people = [person for item in rows for person in item.persons]
    evidence = [row for person in people for row in person.evidence]
    data = b"".join(item.ticket + item.date.encode() + _digits(item) for item in rows)
    starts = [1 + place for place in ends([len(item.ticket + item.date.encode() + _digits(item)) for item in rows])]
    parts = [part for verdict in range(3) for reason in range(REASONS) for part in _parts(verdict, reason, long)]
    others = [item.result for item in batch if item.result is not None] + [b"\x12\x04tail"]
    asked = Asked(
        data=raw_column(b"\0" + data),
        item_row=column([-1 if each.result is not None else ends_of_rows for each, ends_of_rows in _rows(batch)]),
        ticket_at=column(starts[:-1]),
        ticket_size=column([len(item.ticket) for item in rows]),
        date_at=column(
            [start + len(item.ticket) if item.date else 0 for start, item in zip(starts, rows, strict=False)]
        ),
        person_offsets=column(ends([len(item.persons) for item in rows])),
        ssin_at=column(
            [
                start + len(item.ticket) + len(item.date) + 11 * place
                for start, item in zip(starts, rows, strict=False)
                for place in range(len(item.persons))
            ]
        ),
    )
    decided = Decided(
        verdict=column([item.verdict for item in rows]),
        reason=column([item.reason for item in rows], np.uint8),
        person_reason=column([person.reason for person in people], np.uint8),
        evidence_offsets=column(ends([len(person.evidence) for person in people]), np.int64),
        replaced_by=column([person.new_number for person in people], np.int64),
        begin=column([row.begin for row in evidence]),
        end_exclusive=column([row.end + 1 for row in evidence]),
        code=column([row.code for row in evidence], np.int16),
        flags=column([row.flags for row in evidence], np.uint8),
        row_id=column([row.row_id for row in evidence], np.int64),
    )
    piece_ends = column(ends([len(part) for part in parts]), np.int64)
    pieces = Pieces(
        piece_of=column(list(range(3 * REASONS))),
        offsets=piece_ends[np.arange(3 * REASONS)[:, np.newaxis] * PARTS + np.arange(PARTS + 1)],
        bytes=raw_column(b"".join(parts)),
        others=raw_column(b"".join(others)),
        other_offsets=column(ends([len(each) for each in others]), np.int64),
        ids=raw_column(bytes(range(ID_BYTES)) * len(rows)),
        undated=raw_column(b""),
        shared=raw_column(b""),
    )
    outcomes = column([0, *(reason.outcome for reason in Reason)], np.uint8)
    out = np.full(room_for(asked, decided, pieces), 0xFF, dtype=np.uint8)
    end = write_answer(asked, decided, pieces, WORDS, outcomes, on_guard(out))
    return out[: int(end)].tobytes()


def _digits(item: Item) -> bytes:
    return "".join(format_ssin(person.ssin) for person in item.persons).encode()


def _rows(batch: list[Item]) -> list[tuple[Item, int]]:
    return [(item, sum(each.result is None for each in batch[:place])) for place, item in enumerate(batch)]


def _parts(verdict: int, reason: int, long: int) -> Prepared:
    return piece(verdict, Reason(reason), long)[1] if reason else Prepared()


@settings(deadline=None)
@given(batch=st.lists(items, max_size=6), long=st.sampled_from([1, 90, 300]))
def test_what_is_written_is_what_protobuf_reads(batch: list[Item], long: int) -> None:
    raw = written(batch, long)
    answer = pb.BatchDecideResponse.FromString(raw)
    assert answer.SerializeToString(deterministic=True) == raw
    assert answer.system_date == "tail"
    for result in answer.results:
        if result.decision.decision_id:
            assert result.decision.decision_id == "00010203-0405-4607-8809-0a0b0c0d0e0f"
            result.decision.ClearField("decision_id")
    assert list(answer.results) == [expected(item, long) for item in batch]
