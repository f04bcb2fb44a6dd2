"""What looks and requesters of earlier requests were, by their bytes: each distinct one is checked once, in Python."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, TypeVar

from google.protobuf.message import DecodeError

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Interned, Look, RequestVocabulary
from rules_service.errors import CallerError
from rules_service.serve.convert import RequestContext, asked_of
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.organisations import check_organisation, organisation_key
from rules_service.serve.wire.known_bytes import ODD, KnownBytes, no_bytes

Item = TypeVar("Item", bound=Hashable)

MOST_LOOKS: Final = 1 << 14
MOST_REQUESTERS: Final = 1 << 16
"""How many are remembered before all is forgotten: callers may send ever new ones."""
LONGEST: Final = 1 << 12
"""Longer bytes are not remembered: what is right is much shorter."""


@dataclass(frozen=True, slots=True)
class Remembered(Generic[Item]):
    """Bytes that came before, and the items that they stand for, numbered; `ODD` is the number of those refused."""

    items: Interned[Item] = field(default_factory=Interned)
    table: KnownBytes = field(default_factory=no_bytes, repr=False)
    numbers: Mapping[bytes, int] = field(default_factory=dict, repr=False)

    def with_these(self, added: Mapping[bytes, int]) -> Remembered[Item]:
        """The same with some bytes more."""
        if not added:
            return self
        return Remembered(self.items, self.table.extended(added), {**self.numbers, **added})


@dataclass(frozen=True, slots=True)
class Known:
    """All that is remembered at some moment; immutable but for items that are added, so any thread may read by it."""

    looks: Remembered[Look] = field(default_factory=Remembered)
    requesters: Remembered[str] = field(default_factory=Remembered)


@dataclass(frozen=True, slots=True)
class Missed:
    """An item of a batch whose look or requester is not remembered; all else of it has been checked."""

    raw: bytes = field(repr=False)
    look: bytes = field(repr=False)
    requester: bytes = field(repr=False)


class Memory:
    """Learns from the items that were missed; any number of threads may share one."""

    def __init__(self, vocabulary: RequestVocabulary, most_looks: int = MOST_LOOKS) -> None:
        """`vocabulary` has the names that requests may use."""
        self._context = RequestContext(vocabulary, received_on=0)
        self._most_looks = most_looks
        self._lock = Lock()
        self._known = Known()

    def recall(self) -> Known:
        """What is remembered now; where no room is left for more, all is forgotten first."""
        known = self._known
        if _is_full(known.looks, self._most_looks) or _is_full(known.requesters, MOST_REQUESTERS):
            with self._lock:
                self._known = known = Known()
        return known

    def learn(self, missed: Iterable[Missed]) -> Known:
        """What is remembered once these items have been looked at; where there are too many, some are left out."""
        items = list(missed)
        with self._lock:
            requesters, looks = self._known.requesters, self._known.looks
            requesters = requesters.with_these(dict(_new_requesters(items, requesters)))
            proper = [each for each in items if requesters.numbers.get(each.requester, ODD) != ODD]
            looks = looks.with_these(dict(self._new_looks(proper, looks)))
            self._known = Known(looks, requesters)
            return self._known

    def _new_looks(self, items: Iterable[Missed], known: Remembered[Look]) -> Iterator[tuple[bytes, int]]:
        firsts = _firsts(((each.look, each) for each in items), known, self._most_looks)
        for key, item in firsts.items():
            look = self._look_of(item)
            yield key, ODD if look is None else known.items.number_of(look)

    def _look_of(self, item: Missed) -> Look | None:
        """The look of an item, None where it is refused: all but its look has been checked, so that is why."""
        try:
            asked = asked_of(pb.DecideRequest.FromString(item.raw), self._context)
        except (CallerError, DecodeError):
            return None
        return Look.of(asked.request) if asked.on_latest and asked.proof is None else None


def _new_requesters(items: Iterable[Missed], known: Remembered[str]) -> Iterator[tuple[bytes, int]]:
    firsts = _firsts(((each.requester, each) for each in items), known, MOST_REQUESTERS)
    for key in firsts:
        requester = _requester_of(key)
        yield key, ODD if requester is None else known.items.number_of(requester)


def _requester_of(raw: bytes) -> str | None:
    """The key of an organisation, None where it is refused."""
    findings = Findings()
    try:
        organisation = common_pb2.Organisation.FromString(raw)
    except DecodeError:
        return None
    check_organisation(organisation, "requester", findings)
    return None if findings else organisation_key(organisation) or None


def _firsts(items: Iterable[tuple[bytes, Missed]], known: Remembered[Item], most: int) -> Mapping[bytes, Missed]:
    """The first item for each key that is not remembered yet, as long as there is room."""
    found: dict[bytes, Missed] = {}
    for key, item in items:
        if key not in known.numbers and len(key) <= LONGEST and len(known.numbers) + len(found) < most:
            found.setdefault(key, item)
    return found


def _is_full(known: Remembered[Item], most: int) -> bool:
    return len(known.numbers) >= most
