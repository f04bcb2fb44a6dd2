"""From the bytes of a message to columns of requests, and to messages where a request is odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE
from rules_service.decision import RequestColumns
from rules_service.decision.checking import MAX_PERSONS, MAX_TICKET_LENGTH
from rules_service.serve.wire.frames import Frames
from rules_service.serve.wire.memory import Known, Memory, Missed
from rules_service.serve.wire.reading import MISSED, Space, Terms, read_requests, space_for

Int32 = NDArray[np.int32]
_ODD: Final = -1


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """The requests of a message, read.

    Item i is row `item_row[i]` of `requests`, where it is not negative; the items without a row are `odd`: their
    places in the message, ascending, and what they are as messages. `dated` are the places of the items with a row
    that state a system date, and `space` says where in the message the texts of a row stand.
    """

    frames: Frames
    requests: RequestColumns
    item_row: Int32
    odd: tuple[tuple[int, pb.DecideRequest], ...] = field(repr=False)
    dated: Int32
    space: Space = field(repr=False)

    @property
    def person_count(self) -> int:
        """How many persons the requests name, each as often as it is named."""
        return len(self.requests.ssins) + sum(len(message.ssins) for _, message in self.odd)


class BatchReader:
    """Reads messages; what it learns of the looks of requests serves all that follow, whoever reads them."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def read(self, frames: Frames, received_on: int) -> ReadBatch:
        """The requests of a message that came in on a day.

        Raises:
            DecodeError: a request is no message.
        """
        data, known = frames.data, self._memory.recall()
        terms = Terms(received_on, FUTURE, MAX_PERSONS, MAX_TICKET_LENGTH)
        space = space_for(len(data), len(frames))
        counts = read_requests(data, terms, known.looks.table, known.requesters.table, space)
        if counts[-1]:  # once more, by what can be learned of those; what is missed again stays odd
            known = self._memory.learn(_missed(frames, space, counts[-1]))
            counts = read_requests(data, terms, known.looks.table, known.requesters.table, space)
        return _batch(frames, space, known, counts)


def _missed(frames: Frames, space: Space, count: int) -> Iterator[Missed]:
    rows = space.missed[: count * MISSED].reshape(count, MISSED).tolist()
    for item, look_at, look_size, requester_at, requester_size in rows:
        yield Missed(
            raw=frames.raw[space.item_begin[item] : space.item_end[item]],
            look=space.look_bytes[look_at : look_at + look_size].tobytes(),
            requester=frames.raw[requester_at : requester_at + requester_size],
        )


def _batch(frames: Frames, space: Space, known: Known, counts: tuple[int, int, int, int]) -> ReadBatch:
    rows, persons, values, _ = counts
    requests = RequestColumns(
        looks=known.looks.items,
        requesters=known.requesters.items,
        look=space.look[:rows],
        requester=space.requester[:rows],
        system_date=space.system_date[:rows],
        person_offsets=space.person_offsets[: rows + 1],
        ssins=space.ssins[:persons],
        value_offsets=space.value_offsets[: rows + 1],
        begin=space.begin[:values],
        end=space.end[:values],
    )
    odd = tuple(_odd_ones(frames, space)) if rows < len(frames) else ()
    dated = space.row_item[:rows][space.date_at[:rows] != 0]
    return ReadBatch(frames, requests, space.item_row, odd, dated, space)


def _odd_ones(frames: Frames, space: Space) -> Iterator[tuple[int, pb.DecideRequest]]:
    for item in np.flatnonzero(space.item_row == _ODD).tolist():
        yield item, pb.DecideRequest.FromString(frames.raw[space.item_begin[item] : space.item_end[item]])
