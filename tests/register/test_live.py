"""The index that follows the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rules_service.errors import RegisterUnavailableError, RevisionNotAvailableError
from rules_service.register import LiveRegister, Register
from tests.register.support import import_lines, line, national, with_organisations


def test_it_is_read_again_only_when_the_database_moved_on(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register, Register.open(tmp_path / "register.db") as writer:
        live = LiveRegister(register)
        held = live.index
        assert live.refresh() is held
        import_lines(writer, tmp_path, [line(1)])
        assert live.index is held
        assert live.refresh().revision == 2
        assert len(live.index.integrations_of(national(1))) == 1
        assert held.integrations_of(national(1)) == ()


def test_at_least_reads_what_another_process_wrote(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register)
        assert live.at_least(1) is live.index
        import_lines(register, tmp_path, [line(1)])
        assert live.at_least(1).revision == 1
        assert live.at_least(2).revision == 2
        with pytest.raises(RevisionNotAvailableError, match="does not exist yet"):
            live.at_least(3)


def test_a_lost_database_is_an_error_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "register.db", tmp_path / "away.db"
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register)
        path.rename(away)
        for _ in range(3):
            with pytest.raises(RegisterUnavailableError, match="cannot be opened"):
                live.refresh()
        with pytest.raises(RegisterUnavailableError):
            live.at_least(2)
        with pytest.raises(RegisterUnavailableError):
            register.reader()
        away.rename(path)
        assert live.refresh().revision == 1
        import_lines(register, tmp_path, [line(1)])
        assert live.refresh().revision == 2


def test_another_register_in_its_place_is_noticed_even_at_the_same_revision(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register)
        import_lines(register, tmp_path, [line(1)])
        assert len(live.refresh().row_id) == 1
        for file in tmp_path.glob("register.db*"):
            file.unlink()
        with with_organisations(tmp_path) as other:
            import_lines(other, tmp_path, [line(1), line(2)])
            assert live.refresh().revision == 2
            assert len(live.index.row_id) == 2


def test_many_threads_see_whole_indices_and_never_an_older_one(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register, Register.open(tmp_path / "register.db") as writer:
        live = LiveRegister(register)

        def follow(_: int) -> list[tuple[int, int]]:
            seen: list[tuple[int, int]] = []
            while not seen or seen[-1][0] < 11:
                index = live.refresh()
                seen.append((index.revision, len(index.row_id)))
            return seen

        with ThreadPoolExecutor(4) as threads:
            followers = [threads.submit(follow, number) for number in range(4)]
            for person in range(1, 11):
                import_lines(writer, tmp_path, [line(person)])
            for follower in followers:
                seen = follower.result()
                assert seen == sorted(seen)
                assert all(rows == revision - 1 for revision, rows in seen)
