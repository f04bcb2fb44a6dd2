"""What can go wrong with a call: one class for each thing that a program may want to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc

from integrationcontrol._google_rpc import BadRequest, ErrorInfo, Status

_DETAILS: Final = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field of a request, and what to do about it."""

    field: str
    description: str


class IntegrationControlError(Exception):
    """The root. `reason` is a stable word for machines, `metadata` its details, `code` the name of the gRPC status."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "UNKNOWN",
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        violations: tuple[Violation, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.violations = violations


class InvalidRequestError(IntegrationControlError):
    """The request is wrong; `violations` names each wrong field. Do not send it again unchanged."""


class InvalidSsinError(InvalidRequestError):
    """A person's number is wrong (network code MSG00011)."""


class UnknownOperationError(InvalidRequestError):
    """The service knows no such operation."""


class NotFoundError(IntegrationControlError):
    """The catalogue or the directory has no such entry."""


class PermissionMissingError(IntegrationControlError):
    """The request asks for something that this caller may not do; `metadata["permission"]` names it."""


class LimitExceededError(IntegrationControlError):
    """The request is larger than the limits that the server announces, or comes too soon.

    After too many wrong proofs of authentication (`TOO_MANY_WRONG_PROOFS`), `metadata["retry_after_seconds"]` says when
    to try again.
    """


class RevisionNotAvailableError(IntegrationControlError):
    """The register is not at the revision that was asked for."""


class ReplacementRefusedError(IntegrationControlError):
    """A number cannot stand for another, because of what the register holds; `violations` names the one."""


class RequestIdReusedError(IntegrationControlError):
    """The id of a write belongs to an earlier one with another content; give each new one its own id."""


class UnavailableError(IntegrationControlError):
    """The service or its register cannot be reached now; the call was tried several times and may be tried later."""


class DeadlineExceededError(IntegrationControlError):
    """No answer within the time limit of the call."""


class ServiceError(IntegrationControlError):
    """The service failed; tell its operator the incident in `metadata["incident"]`."""


_BY_CODE: Final[Mapping[str, type[IntegrationControlError]]] = {
    "INVALID_ARGUMENT": InvalidRequestError,
    "NOT_FOUND": NotFoundError,
    "PERMISSION_DENIED": PermissionMissingError,
    "RESOURCE_EXHAUSTED": LimitExceededError,
    "ALREADY_EXISTS": RequestIdReusedError,
    "FAILED_PRECONDITION": RevisionNotAvailableError,
    "UNAVAILABLE": UnavailableError,
    "DEADLINE_EXCEEDED": DeadlineExceededError,
}
_BY_REASON: Final[Mapping[str, type[IntegrationControlError]]] = {
    "INVALID_SSIN": InvalidSsinError,
    "UNKNOWN_OPERATION": UnknownOperationError,
    "REPLACEMENT_REFUSED": ReplacementRefusedError,
}
_CODE_NAMES: Final[Mapping[int, str]] = {code.value[0]: code.name for code in grpc.StatusCode}


def error_of_call(error: grpc.RpcError) -> IntegrationControlError:
    """The error of a call that failed as a whole."""
    call: Any = error  # gRPC's own errors carry the outcome of their call
    for name, value in call.trailing_metadata() or ():
        if name == _DETAILS:
            return error_of_status(Status.FromString(value))
    code = call.code().name
    return _BY_CODE.get(code, ServiceError)(call.details() or code, code=code)


def error_of_status(status: Status) -> IntegrationControlError:
    """The error that a status stands for, of a call or of one item of a batch."""
    info, bad = ErrorInfo(), BadRequest()
    for detail in status.details:
        if not detail.Unpack(info):
            detail.Unpack(bad)
    code = _CODE_NAMES.get(status.code, "UNKNOWN")
    kind = _BY_CODE.get(code, ServiceError)
    if code in ("INVALID_ARGUMENT", "FAILED_PRECONDITION"):
        kind = _BY_REASON.get(info.reason, kind)
    return kind(
        status.message,
        code=code,
        reason=info.reason,
        metadata=info.metadata,
        violations=tuple(Violation(found.field, found.description) for found in bad.field_violations),
    )
