"""From an error to its gRPC status: the one place that knows which class becomes which code (S20, S21)."""

from __future__ import annotations

import re
from typing import Final

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from rules_service.errors import (
    CallerError,
    FieldViolation,
    InvalidRequestError,
    InvalidSsinError,
    LimitExceededError,
    OperatorError,
    PermissionMissingError,
    RegisterFullError,
    RegisterUnavailableError,
    RevisionNotAvailableError,
    TooManyWrongProofsError,
    UnknownOperationError,
)
from rules_service.register.admission import WritingRulesMissingError
from rules_service.register.answered import RequestIdReusedError
from rules_service.register.ssins import ReplacementRefusedError

DOMAIN: Final = "integrationcontrol"


class OperationNotFoundError(UnknownOperationError):
    """The catalogue has no entry under the name that was asked for: NOT_FOUND, where a decision says wrong input."""


class OrganisationNotFoundError(InvalidRequestError):
    """The directory has no organisation with this number, or none that alone has this sector and institution."""

    reason = "UNKNOWN_ORGANISATION"


class OperationNotRuledError(OperatorError):
    """The rulesets have no rule for a call, so that nothing could decide whether it may go on."""

    reason = "OPERATION_NOT_RULED"


class ServerStoppingError(RegisterUnavailableError):
    """The server stops; another one, or the same one later, goes on from the revision that was reached."""

    reason = "SERVER_STOPPING"


# The first class that fits decides, so a class stands before the ones that it descends from.
_CODES: Final = (
    (OperationNotFoundError, grpc.StatusCode.NOT_FOUND),
    (OrganisationNotFoundError, grpc.StatusCode.NOT_FOUND),
    (InvalidRequestError, grpc.StatusCode.INVALID_ARGUMENT),
    (PermissionMissingError, grpc.StatusCode.PERMISSION_DENIED),
    (LimitExceededError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (TooManyWrongProofsError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (RevisionNotAvailableError, grpc.StatusCode.FAILED_PRECONDITION),
    (ReplacementRefusedError, grpc.StatusCode.FAILED_PRECONDITION),
    (RequestIdReusedError, grpc.StatusCode.ALREADY_EXISTS),
    (OperationNotRuledError, grpc.StatusCode.UNIMPLEMENTED),
    (WritingRulesMissingError, grpc.StatusCode.UNIMPLEMENTED),
    (RegisterFullError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (RegisterUnavailableError, grpc.StatusCode.UNAVAILABLE),
    (CallerError, grpc.StatusCode.INVALID_ARGUMENT),
)
_UNAVAILABLE: Final = (
    "the register cannot be used now; try again a little later, a write under the same `request_id`: it is done once"
)
_FULL: Final = (
    "the register has no room: nothing was written; try again under the same `request_id` when its operator made some"
)
_STOPPING: Final = "the server stops; go on from the last revision that you have, at another one or a little later"
_A_PERSONS_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[ .-]?\d){10}(?!\d)")

# A status travels in the trailing headers, which gRPC limits to 8 KiB together.
_MAX_MESSAGE_LENGTH: Final = 400
_MAX_TEXT_LENGTH: Final = 200
_MAX_VIOLATIONS_LENGTH: Final = 2_500


def code_of(error: Exception) -> grpc.StatusCode:
    """The status code of an error; INTERNAL for everything that is neither the caller's nor the register's doing."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return grpc.StatusCode.INTERNAL


def status_of(error: Exception, incident: str = "") -> status_pb2.Status:
    """The status with exactly one ErrorInfo, a BadRequest where fields are wrong, a RetryInfo where waiting helps.

    `incident` is how the operator finds an internal error in the log; nothing else is said about one.
    """
    code = code_of(error)
    if isinstance(error, CallerError):
        status = _status(code, str(error), _caller_info(error), error.violations, error.violation_count)
        if isinstance(error, TooManyWrongProofsError):
            delay = duration_pb2.Duration(seconds=error.retry_after_seconds)
            status.details.append(_packed(error_details_pb2.RetryInfo(retry_delay=delay)))
        return status
    if isinstance(error, ServerStoppingError):
        return _status(code, _STOPPING, _info(error.reason))
    if code is grpc.StatusCode.UNAVAILABLE:
        return _status(code, _UNAVAILABLE, _info(RegisterUnavailableError.reason))
    if isinstance(error, RegisterFullError):
        return _status(code, _FULL, _info(error.reason))
    if isinstance(error, OperatorError) and code is grpc.StatusCode.UNIMPLEMENTED:
        return _status(code, str(error), _info(error.reason))
    return _status(
        code, f"internal error; tell the operator incident `{incident}`", _info("INTERNAL", incident=incident)
    )


def _caller_info(error: CallerError) -> error_details_pb2.ErrorInfo:
    metadata = {name: _clean(value) for name, value in error.metadata.items()}
    if isinstance(error, InvalidRequestError):
        metadata["network_code"] = "MSG00011" if isinstance(error, InvalidSsinError) else "MSG00008"
    return _info(error.reason, **metadata)


def _info(reason: str, **metadata: str) -> error_details_pb2.ErrorInfo:
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)


def _status(
    code: grpc.StatusCode,
    message: str,
    info: error_details_pb2.ErrorInfo,
    violations: tuple[FieldViolation, ...] = (),
    found: int = 0,
) -> status_pb2.Status:
    shown = _bad_request(violations)
    if len(shown.field_violations) < found:
        info.metadata["violation_count"] = str(found)
    details = [_packed(info), *([_packed(shown)] if violations else [])]
    return status_pb2.Status(code=code.value[0], message=_clean(message, _MAX_MESSAGE_LENGTH), details=details)


def _bad_request(violations: tuple[FieldViolation, ...]) -> error_details_pb2.BadRequest:
    """The first violations, as many as the headers can carry."""
    shown = error_details_pb2.BadRequest()
    for violation in violations:
        shown.field_violations.add(field=_clean(violation.field), description=_clean(violation.description))
        if shown.ByteSize() > _MAX_VIOLATIONS_LENGTH:
            del shown.field_violations[-1]
            break
    return shown


def _clean(text: str, length: int = _MAX_TEXT_LENGTH) -> str:
    """The text, cut to a length, and without anything that looks like a person's number (S22)."""
    told = _A_PERSONS_NUMBER.sub("…", text)
    return told if len(told) <= length else f"{told[: length - 1]}…"


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
