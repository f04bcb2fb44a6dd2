"""How both clients reach a server: what is tried again, how large answers may be, how batches are cut."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from integrationcontrol.v1 import catalogue_service_pb2, decision_service_pb2, register_service_pb2
from integrationcontrol.v1 import catalogue_service_pb2 as catalogue
from integrationcontrol.v1 import decision_service_pb2 as pb

DEFAULT_TARGET: Final = "127.0.0.1:50051"
DEFAULT_TIMEOUT: Final = 30.0
_LARGEST_ANSWER: Final = 256 * 1024 * 1024
_ITEM_OVERHEAD: Final = 6  # the tag of a request inside a batch, and its length

# Every call of these only reads, or is a write with an id of its own that is done once, so trying again is safe;
# UNAVAILABLE says that trying again may help. A stream is not tried again: some of its answers may have been used.
_RETRY: Final = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "2s",
    "backoffMultiplier": 3,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def _method(service: str, method: str) -> dict[str, str]:
    return {"service": f"integrationcontrol.v1.{service}", "method": method}


def _service_config() -> str:
    unary = [
        _method(service.name, method.name)
        for file in (decision_service_pb2.DESCRIPTOR, catalogue_service_pb2.DESCRIPTOR, register_service_pb2.DESCRIPTOR)
        for service in file.services_by_name.values()
        for method in service.methods
        if not (method.client_streaming or method.server_streaming)
    ]
    return json.dumps({"methodConfig": [{"name": unary, "retryPolicy": _RETRY}]})


def channel_options() -> list[tuple[str, int | str]]:
    """The options of a channel, which gets a connection of its own."""
    return [
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_retries", 1),
        ("grpc.service_config", _service_config()),
        ("grpc.max_receive_message_length", _LARGEST_ANSWER),
        ("grpc.max_send_message_length", _LARGEST_ANSWER),
    ]


class Chunks:
    """Cuts requests into batches that the limits of a server allow, in requests, in persons and in bytes."""

    def __init__(self, limits: catalogue.Limits, max_count: int | None = None) -> None:
        self._max_count = min(max_count or limits.max_batch_size, limits.max_batch_size)
        self._max_persons = limits.max_batch_persons
        self._max_bytes = limits.max_message_bytes
        self._held: list[pb.DecideRequest] = []
        self._bytes = self._persons = 0

    def add(self, request: pb.DecideRequest) -> list[pb.DecideRequest]:
        """Take in one request; the batch that must be sent before it, often empty."""
        size, persons = request.ByteSize() + _ITEM_OVERHEAD, len(request.ssins)
        too_large = self._bytes + size > self._max_bytes or self._persons + persons > self._max_persons
        full = len(self._held) == self._max_count or (self._held and too_large)
        batch = self.rest() if full else []
        self._held.append(request)
        self._bytes += size
        self._persons += persons
        return batch

    def rest(self) -> list[pb.DecideRequest]:
        """What has not been sent yet."""
        batch, self._held, self._bytes, self._persons = self._held, [], 0, 0
        return batch

    def cut(self, requests: Iterable[pb.DecideRequest]) -> Iterator[list[pb.DecideRequest]]:
        """Every batch of some requests, in order."""
        for request in requests:
            if batch := self.add(request):
                yield batch
        if batch := self.rest():
            yield batch
