"""Revisions and moments: what is known at each of them, and how writers and readers meet, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from rules_service.errors import (
    InternalError,
    InvalidRequestError,
    OperatorError,
    RegisterUnavailableError,
    RevisionNotAvailableError,
)
from rules_service.register import FileKind, Index, Register, RegisterStore, import_file
from rules_service.register.writing import RegisterWriter
from tests.register.support import GHENT, NAMUR, bis, import_aliases, import_lines, line, national, with_organisations

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_a_new_register_is_empty(place: str) -> None:
    with Register.create(place) as register:
        store: RegisterStore = register
        assert store.revision() == 0
        assert store.reader().integrations_of(national(1)) == ()
    with Register.open(place) as register:
        assert register.revision() == 0
    with pytest.raises(OperatorError, match="already"):
        Register.create(place)


def test_another_scheme_is_refused_without_its_address() -> None:
    for open_or_create in (Register.open, Register.create):
        with pytest.raises(OperatorError, match="SQLite file or in PostgreSQL") as failure:
            open_or_create("mysql://me:secret@host/db")
        assert "secret" not in str(failure.value)


def test_every_write_makes_one_revision_and_earlier_ones_stay_as_they_were(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
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


def test_a_changed_organisation_has_a_history(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
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
def test_a_revision_that_does_not_exist(place: str, tmp_path: Path, revision: int) -> None:
    with with_organisations(tmp_path, place) as register:
        with pytest.raises(RevisionNotAvailableError, match="does not exist"):
            register.reader(revision)
        with pytest.raises(RevisionNotAvailableError, match="does not exist"):
            register.snapshot(revision)


def test_what_was_known_at_a_moment(place: str) -> None:
    clock = Clock()
    with Register.create(place, clock=clock) as register:
        for hour in (1, 2):
            clock.now = NOON + timedelta(hours=hour)
            with register.write("test") as writer:
                writer.add_aliases([(bis(hour), national(hour))])
        clock.now = NOON + timedelta(days=1)
        hours = (0.0, 0.5, 1, 1.5, 2, 23)
        found = [register.reader(known_at=NOON + timedelta(hours=hour)).revision for hour in hours]
        assert found == [0, 0, 1, 1, 2, 2]
        with pytest.raises(RevisionNotAvailableError, match="did not exist yet"):
            register.reader(known_at=NOON - timedelta(microseconds=1))
        with pytest.raises(RevisionNotAvailableError, match="future"):
            register.reader(known_at=clock.now)
        with pytest.raises(RevisionNotAvailableError, match="time zone"):
            register.reader(known_at=NOON.replace(tzinfo=None))
        with pytest.raises(RevisionNotAvailableError, match="not both"):
            register.reader(1, NOON)


def test_a_clock_that_is_set_back_does_not_reorder_history(place: str) -> None:
    clock = Clock()
    with Register.create(place, clock=clock) as register:
        clock.now = NOON - timedelta(days=1)
        with register.write("test") as writer:
            writer.add_aliases([(bis(1), national(1))])
        clock.now = NOON + timedelta(days=1)
        assert register.reader(known_at=NOON).revision == 0
        assert register.reader(known_at=NOON + timedelta(microseconds=1)).revision == 1


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def test_a_moment_is_answered_alike_before_and_after_a_write_that_was_on_its_way(
    place: str, threads: ThreadPoolExecutor
) -> None:
    """The write has its stamp and waits for its commit while another asks what was known a moment later."""
    stamped, asked = Event(), Event()

    class SlowToCommit(RegisterWriter):
        def finish(self, recorded_at: int) -> None:
            super().finish(recorded_at)
            stamped.set()
            assert asked.wait(10)

    def write() -> None:
        with Register.open(place) as other, other.write("slow") as writer:
            writer.add_aliases([(bis(1), national(1))])
            writer.__class__ = SlowToCommit

    with Register.create(place) as register:
        writing = threads.submit(write)
        assert stamped.wait(10)
        moment = datetime.now(UTC)
        with ThreadPoolExecutor(1) as others:
            answer = others.submit(lambda: register.reader(known_at=moment).revision)
            too_early, _ = wait([answer], timeout=0.2)
            assert register.revision() == 0
            asked.set()
            writing.result()
            assert not too_early
            assert answer.result() == register.reader(known_at=moment).revision == 1


def test_a_moment_before_the_write_that_runs_is_answered_at_once(place: str) -> None:
    with Register.create(place) as register, Register.open(place) as other, register.write("long") as writer:
        writer.add_aliases([(bis(1), national(1))])
        moment = datetime.fromtimestamp((other.latest().recorded_at + 1) / 1e6, UTC)
        assert other.reader(known_at=moment + timedelta(microseconds=1)).revision == 0


def test_two_writers_at_once_make_two_revisions_one_after_the_other(place: str) -> None:
    Register.create(place).close()

    def write(first: int) -> None:
        with Register.open(place, busy_seconds=60) as register:
            for person in range(first, first + 10):
                with register.write("one of many") as writer:
                    writer.add_aliases([(bis(person), national(person))])

    with ThreadPoolExecutor(3) as writers:
        list(writers.map(write, (1, 101, 201)))
    with Register.open(place) as register:
        assert register.revision() == 30
        replaced = [register.snapshot(number) for number in range(31)]
        assert [replaced_in(each) for each in replaced] == list(range(31))
        with register.reading() as connection:
            rows = connection.exec_driver_sql("SELECT revision, recorded_at FROM revisions ORDER BY revision").all()
    assert [number for number, _ in rows] == list(range(31))
    assert sorted({stamp for _, stamp in rows}) == [stamp for _, stamp in rows]


def replaced_in(index: Index) -> int:
    numbers = np.array([bis(first + person) for first in (1, 101, 201) for person in range(10)])
    return int((index.current_numbers(numbers) != numbers).sum())


def test_an_answered_request_is_remembered_with_its_write_or_not_at_all(place: str) -> None:
    with Register.create(place) as register:
        with register.write("first") as writer:
            assert writer.remembered("a") is None
            writer.add_aliases([(bis(1), national(1))])
            writer.remember("a", b"\x00digest", b"\xffanswer")
        with register.write("changes nothing") as writer:
            writer.remember("b", b"other", b"")
        with pytest.raises(InternalError):
            remember_and_fail(register)
        assert register.revision() == 1
    with Register.open(place) as register, register.write("again") as writer:
        first, second = writer.remembered("a"), writer.remembered("b")
        assert first is not None
        assert second is not None
        assert (first.digest, first.answer, first.revision) == (b"\x00digest", b"\xffanswer", 1)
        assert (second.digest, second.answer, second.revision) == (b"other", b"", 1)
        assert writer.remembered("c") is None
        for unusable in ("", "\x00", "\ud800", "x" * 501):
            with pytest.raises(InvalidRequestError, match="request_id"):
                writer.remembered(unusable)
            with pytest.raises(InvalidRequestError, match="request_id"):
                writer.remember(unusable, b"", b"")


def remember_and_fail(register: Register) -> None:
    with register.write("fails") as writer:
        writer.remember("c", b"lost", b"")
        raise InternalError("something went wrong")


def fail_after(_: object) -> None:
    raise InternalError("something went wrong")


def test_a_write_that_fails_or_changes_nothing_leaves_no_revision(place: str) -> None:
    with Register.create(place) as register:
        with register.write("nothing"):
            pass
        with pytest.raises(InternalError), register.write("fails") as writer:
            fail_after(writer.add_aliases([(bis(1), national(1))]))
        assert register.revision() == 0
        assert register.reader().current_number(bis(1)) == bis(1)


def test_one_writer_at_a_time_and_readers_go_on(place: str) -> None:
    with Register.create(place) as register, Register.open(place, busy_seconds=0.05) as other:
        with register.write("first") as writer:
            writer.add_aliases([(bis(1), national(1))])
            assert other.reader().current_number(bis(1)) == bis(1)
            with pytest.raises(RegisterUnavailableError, match="locked"), other.write("second"):
                pytest.fail("two writers at once")
        assert other.reader().current_number(bis(1)) == national(1)


def test_an_organisation_is_found_by_its_pair_only_where_the_pair_is_its_own(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
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
