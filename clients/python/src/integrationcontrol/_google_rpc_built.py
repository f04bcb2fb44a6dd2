"""`Status`, `ErrorInfo` and `BadRequest`, built from their published field numbers.

Only imported where `googleapis-common-protos` is not installed.
"""

from __future__ import annotations

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto


def _message(name: str, *fields: _Field) -> descriptor_pb2.DescriptorProto:
    return descriptor_pb2.DescriptorProto(name=name, field=fields)


def _text(name: str, number: int) -> _Field:
    return _Field(name=name, number=number, type=_Field.TYPE_STRING, label=_Field.LABEL_OPTIONAL)


def _messages(name: str, number: int, of: str) -> _Field:
    return _Field(name=name, number=number, type=_Field.TYPE_MESSAGE, type_name=of, label=_Field.LABEL_REPEATED)


def _file(name: str, *messages: descriptor_pb2.DescriptorProto, imports: tuple[str, ...] = ()) -> bytes:
    """A serialised file of messages; the serialised form is what the descriptor pool takes."""
    file = descriptor_pb2.FileDescriptorProto(name=name, package="google.rpc", syntax="proto3")
    file.message_type.extend(messages)
    file.dependency.extend(imports)
    return file.SerializeToString()


def _status() -> bytes:
    code = _Field(name="code", number=1, type=_Field.TYPE_INT32, label=_Field.LABEL_OPTIONAL)
    details = _messages("details", 3, of=".google.protobuf.Any")
    status = _message("Status", code, _text("message", 2), details)
    return _file("google/rpc/status.proto", status, imports=(any_pb2.DESCRIPTOR.name,))


def _error_details() -> bytes:
    metadata = _messages("metadata", 3, of=".google.rpc.ErrorInfo.MetadataEntry")
    error_info = _message("ErrorInfo", _text("reason", 1), _text("domain", 2), metadata)
    entry = _message("MetadataEntry", _text("key", 1), _text("value", 2))
    entry.options.map_entry = True
    error_info.nested_type.append(entry)
    violations = _messages("field_violations", 1, of=".google.rpc.BadRequest.FieldViolation")
    bad_request = _message("BadRequest", violations)
    bad_request.nested_type.append(_message("FieldViolation", _text("field", 1), _text("description", 2)))
    return _file("google/rpc/error_details.proto", error_info, bad_request)


_pool = descriptor_pool.Default()
_pool.AddSerializedFile(_status())
_pool.AddSerializedFile(_error_details())

Status = message_factory.GetMessageClass(_pool.FindMessageTypeByName("google.rpc.Status"))
ErrorInfo = message_factory.GetMessageClass(_pool.FindMessageTypeByName("google.rpc.ErrorInfo"))
BadRequest = message_factory.GetMessageClass(_pool.FindMessageTypeByName("google.rpc.BadRequest"))
