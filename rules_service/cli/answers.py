"""Answers as JSON lines: a decision as protobuf JSON with the names of the interface, or the error in its place."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import error_details_pb2

from integrationcontrol import IntegrationControlError
from rules_service.errors import CallerError
from rules_service.serve.statuses import code_of, status_of


def message_line(message: Message) -> bytes:
    """A message as one line."""
    return _line(json_format.MessageToDict(message, preserving_proto_field_name=True))


def error_line(ticket: str, error: CallerError | IntegrationControlError) -> bytes:
    """An error as one line: its code, the first field that is wrong (empty: none in particular), all in words."""
    if isinstance(error, CallerError):
        code, field, message = code_of(error).name, _first_field(error), status_of(error).message
    else:
        field = error.violations[0].field if error.violations else ""
        code, message = error.code, str(error)
    return _line({"ticket": ticket, "error": {"code": code, "field": field, "message": message}})


def _first_field(error: CallerError) -> str:
    """The field as a status names it: without anything that looks like a person's number."""
    bad_request = error_details_pb2.BadRequest()
    for detail in status_of(error).details:
        if detail.Unpack(bad_request):
            return bad_request.field_violations[0].field if bad_request.field_violations else ""
    return ""


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"
