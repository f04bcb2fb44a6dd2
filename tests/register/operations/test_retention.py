"""What was closed long ago goes for good, what is known stays, and what can no longer be told is said to be so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from rules_service.errors import OperatorError, RevisionNotAvailableError
from rules_service.register import Register
from rules_service.register.operations import Cutoff, Retained, preview, purge, verify
from rules_service.register.operations.retention import moment_before, parse_period
from rules_service.register.purges import INTEGRATION_TABLES, HistoryPurgedError, check_retained, horizon, purges
from rules_service.register.schema import revisions
from tests.register.operations.histories import NUMBERS, answer, contents, history, know_person, started
from tests.register.pictures import picture
from tests.register.support import bis, national, with_organisations
from tests.register.writing_support import integrate, key, remove, replace

DAY = 20_000
ALL = Cutoff(2**60, "1 day")
EVERYTHING = dict.fromkeys(Retained, ALL)


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    """Rows closed at revisions 3 and 5, one that stays; the clock goes a month with each revision."""
    with started(place, tmp_path) as made:
        integrate(made, key(1), DAY, DAY + 5)
        remove(made, key(1), DAY)
        integrate(made, key(2), DAY, DAY + 5)
        remove(made, key(2), DAY)
        integrate(made, key(3), DAY)
        yield made


def moment_of(register: Register, revision: int) -> int:
    with register.reading() as connection:
        found = select(revisions.c.recorded_at).where(revisions.c.revision == revision)
        return int(connection.execute(found).scalar_one())


def cutoff_at(register: Register, revision: int) -> Cutoff:
    return Cutoff(moment_of(register, revision), "10 years")


def retained(register: Register, revision: int) -> bool:
    with register.reading() as connection:
        if revision >= (first := horizon(connection)):
            check_retained(connection, revision)
            return True
        with pytest.raises(HistoryPurgedError, match=f"ask for revision {first} or a later one") as refusal:
            check_retained(connection, revision)
    assert refusal.value.reason == "HISTORY_PURGED"
    assert refusal.value.metadata == {"revision": str(revision), "first_revision": str(first)}
    return False


def test_s31_what_was_closed_before_a_moment_goes(register: Register) -> None:
    before = {Retained.INTEGRATIONS: cutoff_at(register, 5)}
    counted = preview(register, before)
    assert [(each.table, each.rows, each.horizon) for each in counted] == [("integrations", 1, 3)]
    assert purge(register, before) == counted
    assert register.revision() == 7
    assert [row[0] for row in contents(register)["integrations"]] == [2, 3]
    with register.reading() as connection:
        assert [tuple(row) for row in connection.execute(select(purges))] == [
            (7, "integrations", before[Retained.INTEGRATIONS].moment, 1, 3, "10 years")
        ]
        assert connection.execute(select(revisions.c.note).where(revisions.c.revision == 7)).scalar() == "purge"
    assert list(verify(register)) == []


def test_s31_what_is_known_since_the_horizon_stays(register: Register) -> None:
    pictures = {number: picture(register.snapshot(number), NUMBERS) for number in range(7)}
    purge(register, {Retained.INTEGRATIONS: cutoff_at(register, 5)})
    assert [retained(register, number) for number in range(8)] == [False] * 3 + [True] * 5
    for number in range(3, 7):
        assert picture(register.snapshot(number), NUMBERS) == pictures[number]
    purge(register, {Retained.INTEGRATIONS: cutoff_at(register, 6)})
    assert [retained(register, number) for number in range(9)] == [False] * 5 + [True] * 4


def test_a_purge_of_nothing_makes_no_revision(register: Register) -> None:
    for before in ({}, {Retained.INTEGRATIONS: cutoff_at(register, 3)}, {Retained.ALIASES: ALL}):
        assert all(each.rows == 0 for each in purge(register, before))
        assert register.revision() == 6
        assert retained(register, 0)


def test_s31_every_period_is_recorded(register: Register) -> None:
    now = datetime(2026, 2, 28, tzinfo=UTC)
    periods = {Retained.INTEGRATIONS: "1  month", Retained.REQUESTS: "90 days", Retained.ALIASES: "9 years"}
    purge(register, {kind: Cutoff.of(period, now) for kind, period in periods.items()})
    with register.reading() as connection:
        recorded = connection.execute(select(purges.c.table_name, purges.c.row_count, purges.c.period)).all()
    assert [tuple(row) for row in recorded] == [
        ("integrations", 2, "1 month"),
        ("requests", 0, "90 days"),
        ("aliases", 0, "9 years"),
    ]
    assert list(verify(register)) == []
    assert retained(register, 5)


def test_a_dry_run_changes_nothing(register: Register) -> None:
    before = contents(register)
    assert sum(each.rows for each in preview(register, EVERYTHING)) == 2
    assert contents(register) == before


@pytest.mark.parametrize("seed", range(4))
def test_after_any_purge_what_can_be_told_is_as_it_was(place: str, tmp_path: Path, seed: int) -> None:
    with history(place, tmp_path, seed) as register:
        last = register.revision()
        pictures = {number: picture(register.snapshot(number), NUMBERS) for number in range(last + 1)}
        middle = cutoff_at(register, last // 2)
        done = purge(register, {kind: middle for kind in Retained if kind is not Retained.ALIASES})
        assert sum(each.rows for each in done) > 0
        kept = [number for number in range(last + 1) if retained(register, number)]
        assert kept == list(range(min(kept), last + 1))
        for number in kept:
            assert picture(register.snapshot(number), NUMBERS) == pictures[number]
        assert list(verify(register)) == []


def test_persons_and_answers_go_by_their_own_periods(register: Register, tmp_path: Path) -> None:
    for name in ("Anne", "Anna"):
        know_person(register, tmp_path, national(1), name)  # revisions 7 and 8
    answer(register, "early", b"")
    integrate(register, key(4), DAY)
    answer(register, "late", b"")
    kinds = Retained.PERSON_CARDS, Retained.PERSONS
    assert [each.rows for each in purge(register, dict.fromkeys(kinds, cutoff_at(register, 8)))] == [0, 0]
    done = purge(register, dict.fromkeys(kinds, ALL))
    assert [(each.table, each.rows, each.horizon) for each in done] == [("person_cards", 1, 8), ("persons", 1, 8)]
    with register.reading() as connection:
        assert horizon(connection, INTEGRATION_TABLES) == 0, "decisions without a proof are as they were"
        assert horizon(connection, ("persons",)) == 8
    (requests,) = purge(register, {Retained.REQUESTS: cutoff_at(register, 9)})
    assert (requests.rows, requests.horizon) == (1, 0)
    assert [row[0] for row in contents(register)["requests"]] == ["owner late"]


def test_a_replaced_number_goes_with_the_last_that_is_held(register: Register) -> None:
    replace(register, bis(1), national(1))
    replace(register, bis(3), national(3))
    chain = bis(8), bis(9), national(9)
    replace(register, chain[0], chain[1])
    replace(register, chain[1], chain[2])
    replace(register, bis(2), bis(7))
    integrate(register, key(ssin=bis(7), code=3), DAY)
    aliases = {Retained.ALIASES: ALL}
    assert [each.rows for each in preview(register, aliases)] == [2], "of person 1 a closed row is held"
    last = register.revision()
    done = purge(register, EVERYTHING)
    assert [(each.table, each.rows, each.horizon) for each in done if each.rows] == [
        ("integrations", 2, 5),
        ("aliases", 3, last + 1),
    ]
    assert [row[:2] for row in contents(register)["aliases"]] == sorted([(bis(3), national(3)), (bis(2), bis(7))])
    assert [retained(register, number) for number in (last, last + 1)] == [False, True]
    assert list(verify(register)) == []


def test_a_young_replacement_stays(register: Register) -> None:
    replace(register, bis(8), national(8))
    assert [each.rows for each in purge(register, {Retained.ALIASES: cutoff_at(register, 7)})] == [0]


def test_purged_bytes_are_gone_from_the_file(tmp_path: Path) -> None:
    with with_organisations(tmp_path, str(tmp_path / "register.db")) as register:
        for person in range(1, 200):
            integrate(register, key(person), DAY)
        remove(register, key(7), DAY)

        def is_there() -> bool:
            files = [path for path in tmp_path.iterdir() if path.name.startswith("register.db")]
            return any(national(7).to_bytes(6, "big") in path.read_bytes() for path in files)

        assert is_there()
        purge(register, EVERYTHING)
        assert not is_there()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10 years", "2016-02-28"),
        ("1 year + 6 months", "2024-08-28"),
        ("30 days", "2026-01-29"),
        ("+ 1 month", "2026-01-28"),
    ],
)
def test_periods_end_on_a_day(text: str, day: str) -> None:
    now = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    found = datetime.fromtimestamp(moment_before(parse_period(text), now) / 1_000_000, UTC)
    assert found.isoformat() == f"{day}T00:00:00+00:00"


@pytest.mark.parametrize("text", ["", "ten years", "0 days", "- 1 year", "10", "1 month - 2 months", "years"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(OperatorError, match="is no period"):
        parse_period(text)


def test_a_period_longer_than_the_calendar_is_refused() -> None:
    with pytest.raises(OperatorError, match="longer than the calendar"):
        moment_before(parse_period("9999 years"), datetime(2026, 1, 1, tzinfo=UTC))


def test_the_error_is_one_of_revisions() -> None:
    assert issubclass(HistoryPurgedError, RevisionNotAvailableError)
