"""Around every call: reads its messages, turns errors into statuses, writes one line of log.

Handlers so contain no `try` and never see a message that is too large or cannot be read. A line names method, status,
number of items and duration; neither it nor an error ever tells what was in a message (S22).
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias
from uuid import uuid4

import grpc
from google.protobuf.message import DecodeError
from google.rpc import status_pb2

from rules_service.errors import RegisterUnavailableError
from rules_service.register import NOW
from rules_service.serve.call_times import begin_call
from rules_service.serve.limits import Limits
from rules_service.serve.statuses import ServerStoppingError, code_of, status_of
from rules_service.serve.unreadable import unreadable

_LOG = logging.getLogger("rules_service.serve")
_OURS = "/integrationcontrol."
_ITEMS = ("requests", "rows")
_Received: TypeAlias = tuple[bytes, float]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Form: TypeAlias = Callable[[bytes], Any]
"""Reads a message in a form of its own; raises `DecodeError` for bytes that are none."""


class CallInterceptor(grpc.ServerInterceptor):
    """The one interceptor, around our own methods and around every stream."""

    def __init__(self, limits: Limits, forms: Mapping[str, Form] | None = None) -> None:
        """`forms` has the methods, by their paths, that take messages in a form of their own and answer in bytes."""
        self._limits = limits
        self._forms = forms or {}
        self._free_streams = threading.Semaphore(limits.max_streams)
        self._guarded: dict[str, Handler] = {}

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Handler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """The handler of the method, guarded: made once, since gRPC asks for it with every call."""
        name = handler_call_details.method
        guarded = self._guarded.get(name)
        if guarded is None:
            handler = continuation(handler_call_details)
            if handler is None:
                return None
            guarded = self._guarded[name] = self._guard(name, handler)
        return guarded

    def _guard(self, name: str, handler: Handler) -> Handler:
        method = self._method(name, handler)
        # The guarded handlers take bytes: where gRPC itself decodes, a message that it cannot read never reaches us.
        if handler.request_streaming:
            return self._guarded_stream(method, handler.stream_stream)
        if handler.response_streaming:
            return self._guarded_answers(method, handler.unary_stream) if method.name.startswith(_OURS) else handler
        return self._guarded_single(method, handler.unary_unary) if method.name.startswith(_OURS) else handler

    def _method(self, name: str, handler: Handler) -> _Method:
        if name in self._forms:
            return _Method(name, self._forms[name], None)
        return _Method(name, handler.request_deserializer, handler.response_serializer)

    def _guarded_single(self, method: _Method, behaviour: Any) -> Handler:
        def answer(received: _Received, context: grpc.ServicerContext) -> Any:
            raw, received_at = received
            with _GuardedCall(method.name, context, received_at) as call:
                return behaviour(self._read(raw, method, call), context)

        return grpc.unary_unary_rpc_method_handler(answer, _received, method.encode)

    def _guarded_stream(self, method: _Method, behaviour: Any) -> Handler:
        def answers(raws: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[Any]:
            with _GuardedCall(method.name, context) as call, self._open_stream():
                yield from behaviour((self._read(raw, method, call) for raw in raws), context)

        return grpc.stream_stream_rpc_method_handler(answers, None, method.encode)

    def _guarded_answers(self, method: _Method, behaviour: Any) -> Handler:
        def answers(raw: bytes, context: grpc.ServicerContext) -> Iterator[Any]:
            with _GuardedCall(method.name, context) as call, self._open_stream():
                yield from behaviour(self._read(raw, method, call), context)

        return grpc.unary_stream_rpc_method_handler(answers, None, method.encode)

    @contextmanager
    def _open_stream(self) -> Iterator[None]:
        """One of the streams that may be open at once: each keeps a thread, and other calls need some too."""
        if not self._free_streams.acquire(blocking=False):
            raise self._limits.too_many_streams()
        try:
            yield
        finally:
            self._free_streams.release()

    def _read(self, raw: bytes, method: _Method, call: _GuardedCall) -> Any:
        self._limits.check_bytes(len(raw))
        try:
            message = method.decode(raw)
        except DecodeError:
            raise unreadable() from None
        call.items += _count(message)
        return message


def _received(raw: bytes) -> _Received:
    """A message, and when it was there: gRPC asks for this as soon as it is, while the thread that answers waits."""
    return raw, monotonic()


def _count(message: Any) -> int:
    """How many items a message holds; what is left as bytes is a single one."""
    if isinstance(message, bytes):
        return 1
    if isinstance(message, Sized):
        return len(message)
    return next((len(getattr(message, name)) for name in _ITEMS if hasattr(message, name)), 1)


class _Method(NamedTuple):
    """A method of ours: how its messages are read and written."""

    name: str
    decode: Any
    encode: Any


class _Abortion(NamedTuple):
    """A status in the form that gRPC takes to end a call."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


class _GuardedCall:
    """A call while it is answered: an error of it becomes a status, and its end a line of log."""

    __slots__ = ("_began_at", "_context", "_method", "_received_at", "items")

    def __init__(self, method: str, context: grpc.ServicerContext, received_at: float = NOW) -> None:
        self._method = method
        self._context = context
        self._received_at = received_at
        self._began_at = monotonic()
        self.items = 0

    def __enter__(self) -> Self:
        begin_call(self._context.time_remaining(), self._received_at)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Who went away is not told anything. Whatever else happens, the caller gets a status, and no text of ours.
        told = error if isinstance(error, Exception) and not isinstance(error, grpc.RpcError) else None
        try:
            if told is not None:
                self._context.abort_with_status(_abortion(told, self._method))
        finally:
            if _LOG.isEnabledFor(logging.INFO):
                ended = "OK" if error is None else "CANCELLED"
                self._log(ended if told is None else code_of(told).name)

    def _log(self, status: str) -> None:
        milliseconds = (monotonic() - self._began_at) * 1000
        _LOG.info("method=%s status=%s items=%d ms=%.1f", self._method, status, self.items, milliseconds)


def _abortion(error: Exception, method: str) -> Any:
    code = code_of(error)
    incident = _report(error, method) if code is grpc.StatusCode.INTERNAL else ""
    if isinstance(error, RegisterUnavailableError) and not isinstance(error, ServerStoppingError):
        _LOG.warning("method=%s status=%s: %s", method, code.name, error)  # tells the operator what to do
    status: status_pb2.Status = status_of(error, incident)
    return _Abortion(code, status.message, (("grpc-status-details-bin", status.SerializeToString()),))


def _report(error: Exception, method: str) -> str:
    """Log an internal error under a new incident id: where it happened, but not its text, which may name a person."""
    incident = uuid4().hex
    where = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("method=%s incident=%s error=%s\n%s", method, incident, type(error).__name__, where)
    return incident
