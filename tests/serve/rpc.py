"""How a call failed, in a form to compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2


@dataclass(frozen=True)
class Failure:
    """The status of a call with its one ErrorInfo, and the fields that are named as wrong."""

    code: str
    message: str
    reason: str
    metadata: dict[str, str]
    fields: tuple[str, ...]


def failure_of(call: Callable[[], Any]) -> Failure:
    """The failure of a call, which must fail with a status of ours."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    error: Any = caught.value
    details = dict(error.trailing_metadata())
    failure = read_status(status_pb2.Status.FromString(details["grpc-status-details-bin"]))
    assert (failure.code, failure.message) == (error.code().name, error.details())
    return failure


def read_status(status: status_pb2.Status) -> Failure:
    infos, fields = [], []
    for detail in status.details:
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            infos.append(info)
        elif detail.Unpack(bad):
            fields += [violation.field for violation in bad.field_violations]
    assert len(infos) == 1
    (info,) = infos
    assert info.domain == "integrationcontrol"
    (code,) = (code.name for code in grpc.StatusCode if code.value[0] == status.code)
    return Failure(code, status.message, info.reason, dict(info.metadata), tuple(fields))
