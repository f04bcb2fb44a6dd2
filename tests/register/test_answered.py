"""A write that is asked for twice is done once, and answered in the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_service.algebra import Period
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import RequestIdReusedError, WriteRequest, write_days_once, write_once
from rules_service.register.integrating import Holding, Written, integrate_days
from rules_service.register.ssins import replace_number
from rules_service.register.writing import RegisterWriter
from tests.register.support import bis, national, with_organisations
from tests.register.writing_support import days_of, key, remove, rows_of

PERSON = national(1)


@pytest.fixture
def register(tmp_path: Path, place: str) -> Iterator[Register]:
    with with_organisations(tmp_path, place) as register:
        yield register


def request(request_id: str = "one", content: bytes = b"content", owner: str = "owner") -> WriteRequest:
    return WriteRequest(owner, request_id, content)


def ask(register: Register, asked: WriteRequest, begin: int = 100, end: int = 200) -> bytes:
    def work(holding: Holding) -> tuple[Written, bytes]:
        written = integrate_days(holding, Admitted(Period(begin, end), end_defaulted=False))
        return written, f"{written.revision} {days_of(written.opened)}".encode()

    return write_days_once(register, asked, "test", key(), work)


def test_the_second_time_gets_the_first_answer_and_changes_nothing(register: Register) -> None:
    first = ask(register, request())
    assert first == b"2 [(100, 200)]"
    remove(register, key(), 0)
    assert ask(register, request()) == first
    assert rows_of(register, PERSON) == (), "it is not done again"
    assert register.revision() == 3


def test_a_write_that_changed_nothing_is_remembered_too(register: Register) -> None:
    ask(register, request())
    assert ask(register, request("two")) == b"2 []"
    remove(register, key(), 0)
    assert ask(register, request("two")) == b"2 []"
    assert rows_of(register, PERSON) == ()


def test_the_same_id_with_another_content_is_refused(register: Register) -> None:
    ask(register, request())
    with pytest.raises(RequestIdReusedError):
        ask(register, request(content=b"another"), 300, 400)
    assert register.revision() == 2


def test_ids_of_different_owners_never_meet(register: Register) -> None:
    ask(register, request())
    assert ask(register, request(owner="another", content=b"another"), 300, 400) == b"3 [(300, 400)]"


def test_a_write_that_fails_is_not_remembered(register: Register) -> None:
    def fail(writer: RegisterWriter) -> bytes:
        assert replace_number(writer, bis(1), PERSON)
        raise ValueError

    def refuse(_: Holding) -> tuple[Written, bytes]:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - whatever it is, it undoes the write
        write_once(register, request(), "test", fail)
    with pytest.raises(ValueError):  # noqa: PT011
        write_days_once(register, request(), "test", key(), refuse)
    assert (register.revision(), register.reader().current_number(bis(1))) == (1, bis(1))
    assert ask(register, request()) == b"2 [(100, 200)]"


def test_writes_of_every_kind_share_the_ids(register: Register) -> None:
    first = ask(register, request())
    assert write_once(register, request(), "test", unreachable) == first
    answer = write_once(register, request("two"), "test", lambda writer: str(writer.revision_now).encode())
    assert ask(register, request("two")) == answer == b"2"
    with pytest.raises(RequestIdReusedError):
        write_once(register, request(content=b"another"), "test", unreachable)
    with pytest.raises(RequestIdReusedError):
        ask(register, request("two", content=b"another"))


def unreachable(_: RegisterWriter) -> bytes:
    raise AssertionError


def test_it_is_remembered_by_the_file_and_not_by_the_process(register: Register, place: str) -> None:
    first = ask(register, request())
    with Register.open(place) as another:
        assert ask(another, request()) == first
