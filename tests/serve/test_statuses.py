"""Every error of the service as a gRPC status."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from rules_service import errors
from rules_service.register.admission import WritingRulesMissingError
from rules_service.register.answered import RequestIdReusedError
from rules_service.register.purges import HistoryPurgedError
from rules_service.register.ssins import ReplacementRefusedError
from rules_service.serve.statuses import (
    OperationNotFoundError,
    OperationNotRuledError,
    OrganisationNotFoundError,
    ServerStoppingError,
    code_of,
    status_of,
)

CODES: dict[type[Exception], grpc.StatusCode] = {
    errors.CallerError: grpc.StatusCode.INVALID_ARGUMENT,
    errors.InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
    errors.InvalidSsinError: grpc.StatusCode.INVALID_ARGUMENT,
    errors.UnknownOperationError: grpc.StatusCode.INVALID_ARGUMENT,
    OperationNotFoundError: grpc.StatusCode.NOT_FOUND,
    OrganisationNotFoundError: grpc.StatusCode.NOT_FOUND,
    HistoryPurgedError: grpc.StatusCode.FAILED_PRECONDITION,
    RequestIdReusedError: grpc.StatusCode.ALREADY_EXISTS,
    ReplacementRefusedError: grpc.StatusCode.FAILED_PRECONDITION,
    OperationNotRuledError: grpc.StatusCode.UNIMPLEMENTED,
    WritingRulesMissingError: grpc.StatusCode.UNIMPLEMENTED,
    ServerStoppingError: grpc.StatusCode.UNAVAILABLE,
    errors.PermissionMissingError: grpc.StatusCode.PERMISSION_DENIED,
    errors.LimitExceededError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.TooManyWrongProofsError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.RevisionNotAvailableError: grpc.StatusCode.FAILED_PRECONDITION,
    errors.RegisterUnavailableError: grpc.StatusCode.UNAVAILABLE,
    errors.RegisterFullError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.OperatorError: grpc.StatusCode.INTERNAL,
    errors.InternalError: grpc.StatusCode.INTERNAL,
    ValueError: grpc.StatusCode.INTERNAL,
}


def details_of(status: status_pb2.Status, kind: type[Message]) -> list[Message]:
    found = []
    for detail in status.details:
        message = kind()
        if detail.Unpack(message):
            found.append(message)
    return found


def info_of(status: status_pb2.Status) -> error_details_pb2.ErrorInfo:
    (info,) = details_of(status, error_details_pb2.ErrorInfo)
    assert isinstance(info, error_details_pb2.ErrorInfo)
    return info


def fields_of(status: status_pb2.Status) -> list[str]:
    (bad,) = details_of(status, error_details_pb2.BadRequest)
    assert isinstance(bad, error_details_pb2.BadRequest)
    return [violation.field for violation in bad.field_violations]


def caller_errors(kind: type[errors.CallerError] = errors.CallerError) -> Iterator[type[errors.CallerError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from caller_errors(child)


@pytest.mark.parametrize(("kind", "code"), CODES.items(), ids=[kind.__name__ for kind in CODES])
def test_each_class_has_its_code_and_exactly_one_error_info(kind: type[Exception], code: grpc.StatusCode) -> None:
    error = kind("it went wrong")
    status = status_of(error, "abc")
    assert (code_of(error), status.code) == (code, code.value[0])
    assert info_of(status).domain == "integrationcontrol"


def test_no_error_of_a_caller_is_left_out_of_the_table_above() -> None:
    assert set(caller_errors()) <= set(CODES)


def test_s21_the_codes_of_the_network() -> None:
    ssin = info_of(status_of(errors.InvalidSsinError.of("ssins[0]", "is wrong")))
    other = info_of(status_of(errors.UnknownOperationError.of("operation", "is not known")))
    assert (ssin.reason, ssin.metadata["network_code"]) == ("INVALID_SSIN", "MSG00011")
    assert (other.reason, other.metadata["network_code"]) == ("UNKNOWN_OPERATION", "MSG00008")


def test_internal_errors_tell_nothing_but_the_incident() -> None:
    status = status_of(RuntimeError("password of the database"), "abc")
    assert "password" not in str(status)
    assert dict(info_of(status).metadata) == {"incident": "abc"}
    assert "database" not in str(status_of(errors.RegisterUnavailableError("database /var/x is locked")))


def test_s22_nothing_that_looks_like_a_persons_number_leaves() -> None:
    text = "`operation`: 80010100194, 80.01.01-001.94, 80 01 01 001 94 and 0207000038"
    status = status_of(errors.InvalidRequestError.of("parameters[80010100194]", text))
    assert "0019" not in str(status)
    assert "001.94" not in str(status)
    assert "0207000038" in str(status)


def test_many_violations_still_fit_into_the_headers() -> None:
    wrong = tuple(errors.FieldViolation(f"integrations[{row}].begin_date", "é" * 300) for row in range(5_000))
    status = status_of(errors.InvalidRequestError.of_all(wrong))
    assert status.ByteSize() < 6_000
    assert fields_of(status)[0] == "integrations[0].begin_date"
    assert info_of(status).metadata["violation_count"] == "5000"


def test_s28_after_too_many_wrong_proofs_it_is_told_when_to_come_back() -> None:
    status = status_of(errors.TooManyWrongProofsError.after(90))
    (retry,) = details_of(status, error_details_pb2.RetryInfo)
    assert isinstance(retry, error_details_pb2.RetryInfo)
    assert retry.retry_delay.seconds == 90
    assert dict(info_of(status).metadata) == {"retry_after_seconds": "90"}
