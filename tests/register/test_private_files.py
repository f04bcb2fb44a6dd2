"""Files of numbers are whole or not there, for their owner alone, and a crash leaves nothing that stays."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event, Thread

import pytest

from rules_service.errors import OperatorError
from rules_service.register.private_files import (
    NameTakenError,
    new_file,
    new_folder,
    replaced_file,
    scratch_folder,
)

Making = Callable[[Path], AbstractContextManager[Path]]


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("make", [new_file, replaced_file])
def test_s31_a_file_has_its_name_when_it_is_whole(tmp_path: Path, make: Making) -> None:
    path = tmp_path / "out"
    with make(path) as part:
        part.write_text("whole")
        assert not path.exists()
        assert mode_of(part) == 0o600
    assert (path.read_text(), mode_of(path), names_in(tmp_path)) == ("whole", 0o600, ["out"])


@pytest.mark.parametrize("make", [new_file, replaced_file, new_folder])
def test_what_fails_leaves_nothing(tmp_path: Path, make: Making) -> None:
    with pytest.raises(ZeroDivisionError), make(tmp_path / "out"):
        print(1 // 0)
    assert names_in(tmp_path) == []
    with pytest.raises(OperatorError, match="out` cannot be written: No such file"), make(tmp_path / "missing" / "out"):
        raise AssertionError
    with pytest.raises(OperatorError, match="out` cannot be written: No space left"), make(tmp_path / "out"):
        raise OSError(28, os.strerror(28))
    assert names_in(tmp_path) == []


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(NameTakenError, match="exists already"), new_file(path):
        path.write_text("theirs")
    assert (path.read_text(), names_in(tmp_path)) == ("theirs", ["out"])
    with pytest.raises(NameTakenError), new_file(path):
        raise AssertionError
    with pytest.raises(NameTakenError), new_folder(path):
        raise AssertionError


def test_a_replaced_file_stays_until_the_other_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    path.chmod(0o644)
    with pytest.raises(ZeroDivisionError), replaced_file(path) as part:
        part.write_text(str(1 // 0))
    assert path.read_text() == "old"
    with replaced_file(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert (path.read_text(), mode_of(path)) == ("new", 0o600)


def test_s31_a_folder_and_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with new_folder(path) as part:
        (part / "file").write_text("whole")
    assert (mode_of(path), mode_of(path / "file"), names_in(tmp_path)) == (0o700, 0o600, ["out"])
    with scratch_folder(path) as part:
        assert mode_of(part) == 0o700
        (part / "file").write_text("for a while")
    assert names_in(tmp_path) == ["out"]


@pytest.mark.parametrize("make", [new_file, replaced_file])
def test_a_second_writer_waits_for_the_first(tmp_path: Path, make: Making) -> None:
    path, is_writing, said = tmp_path / "out", Event(), list[str]()

    def second() -> None:
        is_writing.wait()
        try:
            with make(path) as part:
                said.append(path.read_text())
                part.write_text("second")
        except NameTakenError:
            said.append(path.read_text())

    thread = Thread(target=second)
    thread.start()
    with make(path) as part:
        is_writing.set()
        with part.open() as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.write_text("first")
    thread.join()
    assert said == ["first"]
    assert path.read_text() == ("second" if make is replaced_file else "first")
    assert names_in(tmp_path) == ["out"]


WRITER = """
import signal, sys
from pathlib import Path
from rules_service.register import private_files
with getattr(private_files, sys.argv[1])(Path(sys.argv[2])) as part:
    (part if part.is_file() else part / "file").write_text("half")
    print("writing", flush=True)
    signal.pause()
"""


@pytest.mark.parametrize("make", [new_file, replaced_file, new_folder, scratch_folder])
def test_what_a_killed_writer_left_goes_with_the_next(tmp_path: Path, make: Making) -> None:
    path = tmp_path / "out"
    command = [sys.executable, "-c", WRITER, make.__name__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    assert names_in(tmp_path) == [".out.part"]
    (tmp_path / ".out.part").chmod(0o755)
    with make(path) as part:
        assert (mode_of(part), list(part.iterdir()) if part.is_dir() else part.read_text()) in (
            (0o600, ""),
            (0o700, []),
        )
    assert names_in(tmp_path) in ([], ["out"])


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / ".out.part").symlink_to(tmp_path / "precious")
    with pytest.raises(OperatorError, match="cannot be written"), replaced_file(tmp_path / "out"):
        raise AssertionError
    assert (tmp_path / "precious").read_text() == "precious"
