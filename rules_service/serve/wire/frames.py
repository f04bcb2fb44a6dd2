"""The bytes of a message of many requests, `BatchDecideRequest` or `StreamDecideRequest`: both are written alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.serve.wire.reading import NOT_PLAIN, count_requests


@dataclass(frozen=True, slots=True)
class Frames:
    """Requests one behind the other, each with its size before it and nothing else between; none is read yet."""

    raw: bytes = field(repr=False)
    count: int

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """The requests of a message as it came in.

        Raises:
            DecodeError: the bytes are no message. That of a single request may still be none.
        """
        count = count_requests(np.frombuffer(raw, dtype=np.uint8))
        if count == NOT_PLAIN:
            # Fields that nobody knows, or a size written at length: protobuf reads it, and writes it plainly.
            raw = pb.BatchDecideRequest(requests=pb.BatchDecideRequest.FromString(raw).requests).SerializeToString()
            count = count_requests(np.frombuffer(raw, dtype=np.uint8))
        return cls(raw, count)

    def __len__(self) -> int:
        return self.count

    @property
    def data(self) -> NDArray[np.uint8]:
        """The bytes as a column."""
        return np.frombuffer(self.raw, dtype=np.uint8)
