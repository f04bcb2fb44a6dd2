"""The kernels as plain Python over guarded arrays, fed with damaged messages: nothing is touched outside of an array.

    NUMBA_DISABLE_JIT=1 python -m tests.serve.wire.guarded COUNT

Compiled, a kernel would read on past an array without a word; an array of NumPy would take a negative place from its
end. A guarded one takes neither. What the kernels make of each message is printed as one digest, to be compared with
what they make of it when compiled.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
from numba import config
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE
from rules_service.serve.wire.known_bytes import KnownBytes, no_bytes
from rules_service.serve.wire.reading import MISSED, NOT_PLAIN, Space, Terms, count_requests, read_requests, space_for
from tests.serve.wire.strategies import damaged, framed
from tests.serve.world import INTEGRATED, REPLACED, TODAY, UNKNOWN, period, person, request

TERMS = Terms(TODAY, FUTURE, 100, 36)


class Guarded(np.ndarray[Any, Any]):
    """An array that takes no place but those from 0 on that it has."""

    def __getitem__(self, place: Any) -> Any:
        return super().__getitem__(self._checked(place))

    def __setitem__(self, place: Any, value: Any) -> None:
        super().__setitem__(self._checked(place), value)

    def _checked(self, place: Any) -> Any:
        if not isinstance(place, slice) and not 0 <= int(place) < len(self):
            raise IndexError(f"place {place} of {len(self)}")
        return place


def on_guard(column: Any) -> Any:
    """The same array, guarded; compiled kernels take it as it is."""
    return column.view(Guarded) if config.DISABLE_JIT else column


def guarded(raw: bytes) -> NDArray[np.uint8]:
    """The bytes of a message as a kernel takes them."""
    data: NDArray[np.uint8] = on_guard(np.frombuffer(raw, dtype=np.uint8))
    return data


def messages() -> list[pb.DecideRequest]:
    full = request("Small.heating", INTEGRATED, REPLACED, ticket="één ☂ 🏠")
    full.quality_code = 999
    full.legal_context = "SOCIAL_INQUIRY"
    full.system_date = "2024-02-29"
    full.request_period.CopyFrom(period("2026-01-01"))
    full.periods.add(name="heating_period").period.CopyFrom(period("2025-10-01", "2026-03-31"))
    full.dates.add(name="reference_date", date="2024-02-29")
    full.parameters["decision"] = "grant"
    full.information_types.append("110")
    full.facts = pb.FACTS_SOURCE_REGISTER
    return [request(), full, request("Small.whole", *map(person, range(1, 12)), UNKNOWN)]


def inputs(count: int) -> Iterator[bytes]:
    """So many messages, the same each time: right ones, damaged ones, right items around damaged ones."""
    random = Random(7)
    items = [message.SerializeToString() for message in messages()]
    for _ in range(count):
        chosen = random.choices(items, k=random.randint(1, 3))
        if random.random() < 0.5:
            chosen[0] = damaged(chosen[0], random)
            yield framed(chosen)
        else:
            yield damaged(framed(chosen), random)


def known_of(raw: bytes) -> tuple[KnownBytes, KnownBytes]:
    """Tables that know all looks and requesters of a message."""
    space = space_for(len(raw), count_requests(guarded(raw)))
    *_, missed = read_requests(guarded(raw), TERMS, no_bytes(), no_bytes(), space)
    looks: dict[bytes, int] = {}
    requesters: dict[bytes, int] = {}
    for row in np.asarray(space.missed)[: missed * MISSED].reshape(missed, MISSED).tolist():
        looks.setdefault(np.asarray(space.look_bytes)[row[1] : row[1] + row[2]].tobytes(), len(looks))
        requesters.setdefault(raw[row[3] : row[3] + row[4]], len(requesters))
    return no_bytes().extended(looks), no_bytes().extended(requesters)


def digest(count: int) -> str:
    """What the kernels make of the messages, in short."""
    found = hashlib.sha256()
    looks, requesters = known_of(framed([message.SerializeToString() for message in messages()]))
    for raw in inputs(count):
        data = guarded(raw)
        items = count_requests(data)
        found.update(f"{items};".encode())
        if items != NOT_PLAIN:
            space = Space(*map(on_guard, space_for(len(raw), items)))
            counts = [int(each) for each in read_requests(data, TERMS, looks, requesters, space)]
            found.update(repr(counts).encode())
            for part in _filled(space, *counts):
                found.update(np.asarray(part).tobytes())
    return found.hexdigest()


def _filled(space: Space, rows: int, persons: int, values: int, missed: int) -> Iterator[NDArray[Any]]:
    yield from (space.item_begin, space.item_end, space.item_row)
    by_row = (space.row_item, space.look, space.requester, space.system_date, space.date_at, space.ticket_size)
    yield from (column[:rows] for column in by_row)
    yield from (space.person_offsets[: rows + 1], space.value_offsets[: rows + 1])
    yield from (space.ssins[:persons], space.ssin_at[:persons], space.begin[:values], space.end[:values])
    yield space.missed[: missed * MISSED]


if __name__ == "__main__":
    with np.errstate(over="ignore"):  # hashes wrap around
        print(digest(int(sys.argv[1])))
