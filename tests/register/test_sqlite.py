"""The register in one SQLite file: who may read it, and what happens when it is not as it should be."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import event

from rules_service.errors import OperatorError, RegisterFullError, RegisterUnavailableError
from rules_service.register import Register
from tests.register.support import import_lines, line, with_organisations


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_s31_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with Register.create(path) as register:
        assert register.revision() == 0
        assert {mode_of(file) for file in tmp_path.iterdir()} == {0o600}
        assert {file.name for file in tmp_path.iterdir()} >= {"register.db", "register.db-wal"}
    with Register.open(str(path)) as register:
        assert register.revision() == 0
    assert mode_of(path) == 0o600


def test_creating_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    path.write_text("precious")
    with pytest.raises(OperatorError, match="exists already"):
        Register.create(path)
    assert path.read_text() == "precious"
    with pytest.raises(OperatorError, match="cannot be created"):
        Register.create(tmp_path / "missing" / "register.db")


def test_opening_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="register init"):
        Register.open(tmp_path / "register.db")
    assert not list(tmp_path.iterdir())
    with pytest.raises(OperatorError, match="is not a file"):
        Register.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", os.urandom(40_000), b"SQLite format 3\0" + bytes(4080)])
def test_opening_what_is_not_a_register(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.db"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match=r"is not a register|damaged") as failure:
        Register.open(path)
    assert "disk image" not in str(failure.value)
    assert path.read_bytes() == content


def test_opening_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    sqlite3.connect(path).execute("CREATE TABLE songs (title)").connection.close()
    with pytest.raises(OperatorError, match="is not a register"):
        Register.open(path)


def test_opening_a_register_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    Register.create(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET schema_version = 99")
    connection.close()
    with pytest.raises(OperatorError, match="schema version 99"):
        Register.open(path)


OPEN_AS_ANYBODY = """
import os, sys
from rules_service.errors import OperatorError
from rules_service.register import Register
if os.getuid() == 0:
    os.setuid(65534)  # nobody: root may write everything
try:
    Register.open(sys.argv[1])
except OperatorError as error:
    sys.exit(f"refused: {error}")
"""


def test_a_register_that_may_not_be_written_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:  # another user cannot look into a folder of pytest
        path = Path(folder, "register.db")
        Register.create(path).close()
        path.parent.chmod(0o755)
        path.chmod(0o444)
        command = [sys.executable, "-c", OPEN_AS_ANYBODY, str(path)]
        result = subprocess.run(command, check=False, capture_output=True, text=True)
        assert result.returncode == 1
        assert "change its owner or permissions" in result.stderr
        assert result.stderr.startswith("refused: ")


def test_any_name_of_a_file_will_do(tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é.db"
    Register.create(path).close()
    with Register.open(path) as register:
        assert register.revision() == 0


def test_a_file_without_room_is_an_error_and_nothing_is_half_written(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        import_lines(register, tmp_path, [line(1)])
        with register.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        register.close()  # the limit is one of each connection
        engine = register._database._readers  # type: ignore[attr-defined]
        event.listen(engine, "connect", lambda driver, _: driver.execute(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(RegisterFullError, match="make room, then try again"):
            import_lines(register, tmp_path, [line(person) for person in range(2, 900)])
        assert (register.revision(), register.snapshot().integration_count) == (2, 1)
    with Register.open(tmp_path / "register.db") as roomy:
        assert import_lines(roomy, tmp_path, [line(person) for person in range(2, 900)]).revision == 3


def test_a_damaged_file_is_an_error_without_the_drivers_words(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        import_lines(register, tmp_path, [line(person) for person in range(1, 900)])
        register.close()
        path = tmp_path / "register.db"
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        with pytest.raises(RegisterUnavailableError, match="damaged") as failure, Register.open(path) as damaged:
            damaged.snapshot()
        assert "malformed" not in str(failure.value)
        assert failure.value.__cause__ is None
        assert failure.value.__suppress_context__
