"""The client's google.rpc messages, in an environment with `googleapis-common-protos` and in one without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2, status_pb2

from integrationcontrol import _google_rpc
from tests.environments import with_only

CLIENT_SOURCES = Path(_google_rpc.__file__).parent.parent

# Builds a status with both kinds of detail from the client's messages and prints its bytes.
WRITE_STATUS = """
from google.protobuf.any_pb2 import Any
from integrationcontrol._google_rpc import BadRequest, ErrorInfo, Status
status = Status(code=3, message="`ssins[0]`: check digits are wrong")
violation = BadRequest.FieldViolation(field="ssins[0]", description="check digits are wrong")
for detail in (ErrorInfo(reason="INVALID_SSIN", domain="rules", metadata={"field": "ssins[0]"}),
               BadRequest(field_violations=[violation])):
    packed = Any()
    packed.Pack(detail)
    status.details.append(packed)
print(status.SerializeToString(deterministic=True).hex())
"""


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a virtual environment that holds grpcio, protobuf and what they require; nothing else."""
    return with_only(tmp_path_factory.mktemp("bare"), {"grpcio", "protobuf", "typing-extensions"})


def run(python: Path, program: str, *arguments: str) -> str:
    """The output of a program that finds the client's sources, but nothing else of this tree."""
    environment = {"PYTHONPATH": str(CLIENT_SOURCES), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [python, "-c", program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_bare_environment_lacks_the_common_protos(bare_python: Path) -> None:
    assert run(
        bare_python, "import importlib.util as u; print(u.find_spec('google.rpc'), u.find_spec('grpc') and 1)"
    ) == ("None 1")


def test_with_the_common_protos_their_classes_are_used() -> None:
    assert _google_rpc.Status is status_pb2.Status
    assert _google_rpc.ErrorInfo is error_details_pb2.ErrorInfo
    assert _google_rpc.BadRequest is error_details_pb2.BadRequest


def test_both_ways_write_the_same_bytes_and_the_common_protos_read_them(bare_python: Path) -> None:
    built, taken = run(bare_python, WRITE_STATUS), run(Path(sys.executable), WRITE_STATUS)
    assert built == taken

    status = status_pb2.Status.FromString(bytes.fromhex(built))
    assert (status.code, status.message) == (3, "`ssins[0]`: check digits are wrong")
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert unpack(status.details[0], info)
    assert unpack(status.details[1], bad)
    assert (info.reason, info.domain, dict(info.metadata)) == ("INVALID_SSIN", "rules", {"field": "ssins[0]"})
    assert [(v.field, v.description) for v in bad.field_violations] == [("ssins[0]", "check digits are wrong")]


def unpack(packed: Any, message: error_details_pb2.ErrorInfo | error_details_pb2.BadRequest) -> bool:
    return bool(packed.Unpack(message))


def test_the_built_fields_are_those_of_the_common_protos(bare_python: Path) -> None:
    program = """
from integrationcontrol._google_rpc import BadRequest, ErrorInfo, Status
for message in (Status, ErrorInfo, BadRequest, BadRequest.FieldViolation):
    for field in message.DESCRIPTOR.fields:
        print(message.DESCRIPTOR.full_name, message.DESCRIPTOR.file.name, field.name, field.number, field.type,
              field.is_repeated, field.message_type and field.message_type.full_name)
"""
    built, taken = (set(run(python, program).splitlines()) for python in (bare_python, Path(sys.executable)))
    assert len(built) == 9
    assert built <= taken


def test_every_generated_module_loads_without_the_common_protos(bare_python: Path) -> None:
    program = """
import importlib, pathlib, sys
names = sorted(path.stem for path in pathlib.Path(sys.argv[1]).glob('*_pb2*.py'))
print(len([importlib.import_module('integrationcontrol.v1.' + name) for name in names]))
"""
    assert int(run(bare_python, program, str(CLIENT_SOURCES / "integrationcontrol" / "v1"))) > 0
