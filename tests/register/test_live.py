"""The index that follows the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from rules_service.decision import Integration
from rules_service.errors import RegisterUnavailableError, RevisionNotAvailableError
from rules_service.register import Index, LiveRegister, Register, index_of_facts
from rules_service.register.index_file import open_index, write_index
from rules_service.register.key_files import random_key
from rules_service.register.purges import purges
from rules_service.register.schema import SCHEMA_VERSION, aliases
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.register.touched import State, read_state
from tests.register.pictures import picture
from tests.register.postgresql_server import PostgresqlServer
from tests.register.support import GHENT, bis, import_aliases, import_lines, line, national, with_organisations


def test_it_is_read_again_only_when_the_database_moved_on(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register, Register.open(place) as writer:
        live = LiveRegister(register)
        held = live.index
        assert live.refresh() is held
        import_lines(writer, tmp_path, [line(1)])
        assert live.index is held
        assert live.refresh().revision == 2
        assert len(live.index.integrations_of(national(1))) == 1
        assert held.integrations_of(national(1)) == ()


def test_at_least_reads_what_another_process_wrote(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
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
        assert live.refresh().integration_count == 1
        for file in tmp_path.glob("register.db*"):
            file.unlink()
        with with_organisations(tmp_path) as other:
            import_lines(other, tmp_path, [line(1), line(2)])
            assert live.refresh().revision == 2
            assert live.index.integration_count == 2


def test_many_threads_see_whole_indices_and_never_an_older_one(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register, Register.open(place) as writer:
        live = LiveRegister(register)

        def follow(_: int) -> list[tuple[int, int]]:
            seen: list[tuple[int, int]] = []
            while not seen or seen[-1][0] < 11:
                index = live.refresh()
                seen.append((index.revision, index.integration_count))
            return seen

        with ThreadPoolExecutor(4) as threads:
            followers = [threads.submit(follow, number) for number in range(4)]
            for person in range(1, 11):
                import_lines(writer, tmp_path, [line(person)])
            for follower in followers:
                seen = follower.result()
                assert seen == sorted(seen)
                assert all(rows == revision - 1 for revision, rows in seen)


def test_a_register_of_another_schema_in_its_place_is_an_error_until_the_right_one_is_back(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register)
        held = live.index
        import_lines(register, tmp_path, [line(1)])
        register.close()  # so that all of it is in the one file
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE meta SET schema_version = 99")
        for _ in range(2):
            with pytest.raises(RegisterUnavailableError, match="schema version 99"):
                live.refresh()
            assert live.index is held
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE meta SET schema_version = ?", (SCHEMA_VERSION,))
        assert live.refresh().revision == 2


def test_what_was_replaced_by_an_older_backup_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register)
        with sqlite3.connect(path) as database, closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
            database.backup(backup)
        import_lines(register, tmp_path, [line(1)])
        assert live.refresh().integration_count == 1
        for file in tmp_path.glob("register.db-*"):
            file.unlink()
        (tmp_path / "backup.db").rename(path)
        assert (live.refresh().revision, live.index.integration_count) == (1, 0)
        import_lines(register, tmp_path, [line(2), line(3)])
        assert (live.refresh().revision, live.index.integration_count) == (2, 2)


def marked_index(register: Register, row_id: int) -> Index:
    """An index that only a file can hold: the database has no such row."""
    row = Integration(row_id, national(1), GHENT, 17, 2, 5, 9, institution=1)
    return index_of_facts(register.reader().organisations(), [row], revision=register.revision())


def state_of(register: Register) -> State:
    with register.reading() as connection:
        state = read_state(connection, register.revision())
    assert state is not None
    return state


def test_a_start_takes_the_saved_index_and_adds_what_was_written_since(place: str, tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    with with_organisations(tmp_path, place) as register:
        write_index(marked_index(register, 77), state_of(register), saved)
        import_lines(register, tmp_path, [line(2)])
        live = LiveRegister(register, saved)
        assert live.index.revision == 2
        assert [row.row_id for row in live.index.integrations_of(national(1))] == [77]
        assert [row.row_id for row in live.index.integrations_of(national(2))] == [1]
        live.settle()


@pytest.mark.parametrize("other", [State(0, 0), None])
def test_a_saved_index_of_another_register_is_not_used(tmp_path: Path, other: State | None) -> None:
    saved = tmp_path / "register.index"
    with with_organisations(tmp_path) as register:
        right = state_of(register)
        write_index(marked_index(register, 77), other or replace(right, recorded_at=right.recorded_at + 1), saved)
        live = LiveRegister(register, saved)
        assert live.index.integrations_of(national(1)) == ()
        live.settle()
        assert open_index(saved)[1] == right


def test_s31_an_encrypted_index_is_taken_by_its_key_alone_and_written_anew_for_another(tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    ours, others = (SnapshotKeys((random_key(),)) for _ in range(2))
    with with_organisations(tmp_path) as register:
        right = state_of(register)
        write_index(marked_index(register, 77), right, saved, ours)
        for keys, found in ((ours, [77]), (others, []), (None, [])):
            with closing(LiveRegister(register, saved, keys=keys)) as live:
                assert [row.row_id for row in live.index.integrations_of(national(1))] == found
            assert open_index(saved, keys)[1] == right, "what could not be used was read from the database"
            write_index(marked_index(register, 77), right, saved, ours)
        content = bytearray(saved.read_bytes())
        content[len(content) // 2] ^= 1
        saved.write_bytes(content)
        with closing(LiveRegister(register, saved, keys=ours)) as live:
            assert live.index.integrations_of(national(1)) == ()
        assert open_index(saved, ours)[1] == right


def test_a_saved_index_ahead_of_the_register_is_not_used(tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    with with_organisations(tmp_path) as register:
        ahead = replace(marked_index(register, 77), revision=5)
        write_index(ahead, state_of(register), saved)
        live = LiveRegister(register, saved)
        assert live.index.revision == 1
        live.settle()


@pytest.mark.parametrize("content", [None, b"", b"damaged" * 1_000])
def test_a_damaged_or_missing_index_is_built_from_the_database_and_saved_again(
    tmp_path: Path, content: bytes | None
) -> None:
    saved = tmp_path / "register.index"
    if content is not None:
        saved.write_bytes(content)
    with with_organisations(tmp_path) as register:
        import_lines(register, tmp_path, [line(1), line(2)])
        live = LiveRegister(register, saved)
        assert live.index.integration_count == 2
        live.settle()
        index, state = open_index(saved)
        assert (index.integration_count, state) == (2, state_of(register))


def test_an_index_that_cannot_be_saved_is_served_all_the_same_and_saved_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved = tmp_path / "missing" / "register.index"
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register, saved, retry_seconds=0)
        assert live.index.revision == 1
        live.settle()
        assert "cannot be" in caplog.text, "the operator is told what, and that it is tried again"
        assert "tried again in 0 s" in caplog.text
        saved.parent.mkdir()
        live.refresh()
        live.settle()
        assert open_index(saved)[0].revision == 1
        told = caplog.text
        live.refresh()
        live.settle()
        live.close()
        assert caplog.text == told


def test_an_index_that_cannot_be_saved_is_not_tried_at_every_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register, tmp_path / "missing" / "register.index", retry_seconds=3_600)
        for _ in range(3):
            live.settle()
            live.refresh()
        live.close()
    assert len(caplog.records) == 1


def test_an_index_that_is_packed_but_not_saved_is_packed_and_serves(tmp_path: Path) -> None:
    with with_organisations(tmp_path) as register:
        live = LiveRegister(register, tmp_path / "missing" / "register.index", retry_seconds=0)
        for code in (1, 2, 3):
            import_lines(register, tmp_path, [line(person, code=code) for person in range(1, 900)])
            live.refresh()
        live.settle()
        live.refresh()
        live.settle()
        assert (live.index.added_rows, live.index.integration_count) == (0, 3 * 899)
        live.close()


def test_who_cannot_wait_is_told_and_the_index_follows_all_the_same(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    place = postgresql.new_place()
    with with_organisations(tmp_path, place) as register, postgresql.connect(place) as program:
        live = LiveRegister(register)
        import_lines(register, tmp_path, [line(1)])
        program.execute("BEGIN")
        program.execute("LOCK TABLE integrations IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):
            with pytest.raises(RegisterUnavailableError, match="did not follow the register in time"):
                live.refresh(0.05)
            with pytest.raises(RegisterUnavailableError, match="did not follow the register in time"):
                live.at_least(2, 0.05)
        assert live.at_least(1, 0.05).revision == 1, "what is fresh enough is there"
        program.execute("ROLLBACK")
        assert live.refresh(30).revision == 2
        live.close()


def test_many_changes_are_packed_and_saved_in_the_background(place: str, tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    with with_organisations(tmp_path, place) as register:
        live = LiveRegister(register, saved)
        for code in (1, 2, 3):
            import_lines(register, tmp_path, [line(person, code=code) for person in range(1, 900)])
            live.refresh()
        held = live.index
        for _ in range(2):  # what came while it was packed is packed after another look
            live.settle()
            live.refresh()
        live.settle()
        assert live.index.added_rows == 0
        scratch = register.snapshot()
        numbers = [national(person) for person in range(1, 902)]
        assert picture(live.index, numbers) == picture(held, numbers) == picture(scratch, numbers)
        assert picture(open_index(saved)[0], numbers) == picture(scratch, numbers)
        import_lines(register, tmp_path, [line(900)])
        assert picture(live.refresh(), numbers) == picture(register.snapshot(), numbers)


def test_writes_go_on_while_the_index_is_packed(tmp_path: Path) -> None:
    numbers = [national(person) for person in range(1, 998)]
    with with_organisations(tmp_path) as register, Register.open(tmp_path / "register.db") as writer:
        live = LiveRegister(register, tmp_path / "register.index")
        for turn in range(30):
            import_lines(writer, tmp_path, [line(person, code=turn) for person in range(1 + 30 * turn, 97 + 30 * turn)])
            assert live.refresh().revision == turn + 2
        live.settle()
        assert picture(live.refresh(), numbers) == picture(register.snapshot(), numbers)
        assert live.index.added_rows < live.index.integration_count


def test_s31_what_a_purge_took_away_is_gone_from_the_index_too(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        import_lines(register, tmp_path, [line(1)])
        import_aliases(register, tmp_path, [(bis(5), national(5))])
        live = LiveRegister(register)
        assert live.index.current_number(bis(5)) == national(5)
        with register.write("purge") as writer:
            writer.connection.execute(delete(aliases))
            about = {"table_name": "aliases", "purged_before": 1, "row_count": 1, "horizon": writer.revision}
            writer.connection.execute(insert(purges).values(revision=writer.revision, **about))
            writer.count(1)
        assert live.refresh().current_number(bis(5)) == bis(5)
        assert picture(live.index, [bis(5), national(1)]) == picture(register.snapshot(), [bis(5), national(1)])
        held = live.index
        import_lines(register, tmp_path, [line(2)])
        assert live.refresh().added_rows == 1, "only a purge that came after it makes the index worthless"
        assert held.added_rows == 0


def test_of_several_that_keep_their_index_in_one_file_one_packs_it_and_all_hold_it(place: str, tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    with (
        with_organisations(tmp_path, place) as register,
        closing(LiveRegister(register, saved)) as first,
        closing(LiveRegister(register, saved)) as second,
    ):
        for each in (first, second):
            each.settle()
        for code in (1, 2):
            import_lines(register, tmp_path, [line(person, code=code) for person in range(1, 900)])
            assert first.refresh().revision == second.refresh().revision == code + 1
        files = []
        for each in (first, second):
            each.settle()
            assert (each.index.added_rows, each.index.integration_count) == (0, 2 * 899)
            files.append(saved.stat())
        assert files[0].st_ino == files[1].st_ino, "it is written once"
        numbers = [national(person) for person in range(1, 902)]
        assert picture(first.index, numbers) == picture(second.index, numbers)
        import_lines(register, tmp_path, [line(900)])
        assert first.refresh().added_rows == second.refresh().added_rows == 1


class AtOnce(ThreadPoolExecutor):
    """A background so quick that its work is done before anybody goes on."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:  # type: ignore[override]
        done: Future[Any] = Future()
        done.set_result(work(*arguments))
        return done


def test_the_first_index_is_held_before_it_is_packed_however_quick_that_is(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rules_service.register.live.ThreadPoolExecutor", AtOnce)
    saved = tmp_path / "register.index"
    with with_organisations(tmp_path, place) as register, closing(LiveRegister(register, saved)) as live:
        assert (live.index.revision, live.index.is_packed, saved.exists()) == (1, True, True)
    assert not caplog.records


def test_who_fell_behind_takes_what_another_one_packed_later(tmp_path: Path) -> None:
    saved = tmp_path / "register.index"
    with (
        with_organisations(tmp_path) as register,
        closing(LiveRegister(register, saved)) as late,
        closing(LiveRegister(register, saved)) as early,
    ):
        late.settle()
        for code in (1, 2, 3):
            import_lines(register, tmp_path, [line(person, code=code) for person in range(1, 900)])
            early.refresh()
            early.settle()
        written = saved.stat().st_ino
        late._pack_and_save(late._held)
        assert saved.stat().st_ino == written
        assert (late.index.revision, late.index.added_rows) == (4, early.index.added_rows)
