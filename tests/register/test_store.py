"""Creating and opening a register, its revisions, and what happens when its file is not as it should be."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules_service.errors import InternalError, OperatorError, RegisterUnavailableError, RevisionNotAvailableError
from rules_service.register import FileKind, Register, RegisterStore, import_file
from rules_service.register.writing import AliasOutcome, RegisterWriter
from tests.register.support import GHENT, NAMUR, bis, import_aliases, import_lines, line, national, with_organisations

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_s31_a_new_register_is_empty_and_private(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with Register.create(path) as register:
        store: RegisterStore = register
        assert store.revision() == 0
        assert store.reader().integrations_of(national(1)) == ()
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
    with pytest.raises(OperatorError, match="SQLite file") as failure:
        Register.open("postgresql://me:secret@host/db")
    assert "secret" not in str(failure.value)


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


def test_every_write_makes_one_revision_and_earlier_ones_stay_as_they_were(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        assert import_lines(register, tmp_path, [line(1)]).revision == 2
        before = register.reader(2)
        remembered = before.integrations_of(national(1)), before.organisation(GHENT), before.current_number(bis(1))
        assert import_lines(register, tmp_path, [line(1, code=3), line(2)]).revision == 3
        assert import_aliases(register, tmp_path, [(bis(1), national(1))]).revision == 4
        assert register.revision() == 4

        for reader in (register.reader(2), register.snapshot(2), before):
            assert reader.revision == 2
            again = reader.integrations_of(national(1)), reader.organisation(GHENT), reader.current_number(bis(1))
            assert again == remembered
            assert reader.integrations_of(national(2)) == reader.integrations_of(bis(1)) == ()
        now = register.reader()
        assert [row.quality_code for row in now.integrations_of(bis(1))] == [2, 3]
        assert now.current_number(bis(1)) == national(1)


def test_a_changed_organisation_has_a_history(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        moved = "cbe_number,sector,institution,kind,region,name\n" + f"{NAMUR},17,1,other,brussels,CPAS deux\n"
        (tmp_path / "moved.csv").write_text(moved)
        assert import_file(register, FileKind.ORGANISATIONS, tmp_path / "moved.csv").revision == 2
        for read in (register.reader, register.snapshot):
            before, after = read(1).organisation(NAMUR), read(2).organisation(NAMUR)
            assert before is not None
            assert after is not None
            assert (before.kind.name, before.region.name) == ("CPAS", "WALLONIA")
            assert (after.kind.name, after.region.name) == ("OTHER", "BRUSSELS")


@pytest.mark.parametrize("revision", [-1, 2, 2**70])
def test_a_revision_that_does_not_exist(tmp_path: Path, revision: int) -> None:
    with with_organisations(tmp_path) as register:
        with pytest.raises(RevisionNotAvailableError, match="does not exist"):
            register.reader(revision)
        with pytest.raises(RevisionNotAvailableError, match="does not exist"):
            register.snapshot(revision)


def test_what_was_known_at_a_moment(tmp_path: Path) -> None:
    clock = Clock()
    with Register.create(tmp_path / "register.db", clock=clock) as register:
        for hour in (1, 2):
            clock.now = NOON + timedelta(hours=hour)
            with register.write("test") as writer:
                writer.add_aliases([(bis(hour), national(hour))])
        clock.now = NOON + timedelta(days=1)
        hours = (0.0, 0.5, 1, 1.5, 2, 24)
        found = [register.reader(known_at=NOON + timedelta(hours=hour)).revision for hour in hours]
        assert found == [0, 0, 1, 1, 2, 2]
        with pytest.raises(RevisionNotAvailableError, match="did not exist yet"):
            register.reader(known_at=NOON - timedelta(microseconds=1))
        with pytest.raises(RevisionNotAvailableError, match="future"):
            register.reader(known_at=clock.now + timedelta(microseconds=1))
        with pytest.raises(RevisionNotAvailableError, match="time zone"):
            register.reader(known_at=NOON.replace(tzinfo=None))
        with pytest.raises(RevisionNotAvailableError, match="not both"):
            register.reader(1, NOON)


def test_a_clock_that_is_set_back_does_not_reorder_history(tmp_path: Path) -> None:
    clock = Clock()
    with Register.create(tmp_path / "register.db", clock=clock) as register:
        clock.now = NOON - timedelta(days=1)
        with register.write("test") as writer:
            writer.add_aliases([(bis(1), national(1))])
        clock.now = NOON
        assert register.reader(known_at=NOON).revision == 1


def fail_after_a_change(writer: RegisterWriter) -> None:
    assert writer.add_aliases([(bis(1), national(1))]) == [AliasOutcome.ADDED]
    raise InternalError("something went wrong")


def test_a_write_that_fails_or_changes_nothing_leaves_no_revision(tmp_path: Path) -> None:
    with Register.create(tmp_path / "register.db") as register:
        with register.write("nothing"):
            pass
        with pytest.raises(InternalError), register.write("fails") as writer:
            fail_after_a_change(writer)
        assert register.revision() == 0
        assert register.reader().current_number(bis(1)) == bis(1)


def test_one_writer_at_a_time_and_readers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with Register.create(path) as register, Register.open(path, busy_seconds=0.05) as other:
        with register.write("first") as writer:
            writer.add_aliases([(bis(1), national(1))])
            assert other.reader().current_number(bis(1)) == bis(1)
            with pytest.raises(RegisterUnavailableError, match="locked"), other.write("second"):
                pytest.fail("two writers at once")
        assert other.reader().current_number(bis(1)) == national(1)


def test_an_organisation_is_found_by_its_pair_only_where_the_pair_is_its_own(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        with register.write("test") as writer:
            assert writer.find_organisation("17/1") is None
            assert writer.find_organisation("40/21") is not None
        for reader in (register.reader(), register.snapshot()):
            assert reader.organisation("17/1") is None
            partner = reader.organisation("40/21")
            assert partner is not None
            assert partner.key == "40/21"
            for unknown in ("40/021", "40/", "/21", "/", "40/21/1", "", "٤٠/21", "1900002148"):
                assert reader.organisation(unknown) is None
