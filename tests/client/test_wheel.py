"""The client's wheel, in a fresh environment that holds what the wheel asks for and nothing else."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from rules_service.serve.server import Server
from tests.serve.world import CPAS, INTEGRATED

CLIENT = Path(__file__).parents[2] / "clients/python"

PROGRAM = """
import sys
from importlib.metadata import distributions
from integrationcontrol import Client, InvalidSsinError
with Client(sys.argv[1]) as client:
    decision = client.decide("Small.today", sys.argv[2], [sys.argv[3]])
    print(decision.outcome, decision.status.code)
    try:
        client.decide("Small.today", sys.argv[2], ["80010100195"])
    except InvalidSsinError as error:
        print(error.violations[0].field, error.metadata["network_code"])
print(*sorted(found.name for found in distributions() if found.name != "pip"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(CLIENT)])
    (built,) = folder.glob("*.whl")
    return built


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_its_types_and_its_stubs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"integrationcontrol/{name}" for name in ("client.py", "aio.py", "py.typed", "v1/common_pb2.pyi")} <= names
    assert not [name for name in names if not name.startswith("integrationcontrol")]


def test_installed_alone_it_calls_a_running_server(wheel: Path, server: Server, tmp_path: Path) -> None:
    venv.create(tmp_path / "fresh", with_pip=True)
    python = str(tmp_path / "fresh/bin/python")
    run([python, "-m", "pip", "install", "--quiet", str(wheel)])
    decided, refused, installed = run(
        [python, "-W", "error", "-c", PROGRAM, server.address, CPAS, INTEGRATED]
    ).splitlines()
    assert decided == "1 MSG00000"
    assert refused == "ssins[0] MSG00011"
    assert set(installed.split()) - {"setuptools"} == {"grpcio", "integrationcontrol", "protobuf", "typing_extensions"}
