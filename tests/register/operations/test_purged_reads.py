"""Whoever asks for what was purged is told so: readers, snapshots, those who follow, and proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rules_service.register import GivenProof, PersonDirectory, Register
from rules_service.register.changes import changes_of, revisions_after
from rules_service.register.operations import Cutoff, Retained, purge
from rules_service.register.purges import HistoryPurgedError
from tests.register.operations.histories import START, know_person, started
from tests.register.support import bis, national
from tests.register.writing_support import integrate, key, remove, replace

DAY = 20_000
EVERYTHING = Cutoff(2**60, "1 day")


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    """Revision 2 opens a row and 3 closes it, 4 opens another; all of 3 was purged at revision 5."""
    with started(place, tmp_path) as made:
        integrate(made, key(1), DAY, DAY + 5)
        remove(made, key(1), DAY)
        integrate(made, key(2), DAY)
        purge(made, {Retained.INTEGRATIONS: EVERYTHING})
        assert made.revision() == 5
        yield made


READS: tuple[Callable[[Register, int], object], ...] = (
    lambda register, revision: register.reader(revision).integrations_of(national(2)),
    lambda register, revision: register.snapshot(revision).integrations_of(national(2)),
    lambda register, revision: register.reader(known_at=START + timedelta(days=30 * (revision + 1))).revision,
)


@pytest.mark.parametrize("read", READS)
def test_s31_a_read_before_the_horizon_says_so(register: Register, read: Callable[[Register, int], object]) -> None:
    for revision in (0, 1, 2):
        with pytest.raises(HistoryPurgedError, match="revision 3 or a later one"):
            read(register, revision)
    for revision in (3, 4, 5):
        read(register, revision)


def test_who_follows_from_before_is_told(register: Register) -> None:
    first, *later = revisions_after(register, 2)
    with pytest.raises(HistoryPurgedError):
        list(changes_of(register, first))
    assert [len(change.opened) for revision in later for change in changes_of(register, revision)] == [1, 0]


def test_who_follows_at_the_end_goes_on(register: Register) -> None:
    replace(register, bis(8), national(8))
    last = register.revision()
    purge(register, {Retained.ALIASES: EVERYTHING})
    (purged,) = revisions_after(register, last)
    assert [change.replacements for change in changes_of(register, purged)] == [()]
    (replaced, _) = revisions_after(register, last - 1)
    with pytest.raises(HistoryPurgedError):
        list(changes_of(register, replaced))


def test_a_proof_of_before_is_told(register: Register, tmp_path: Path) -> None:
    proof = GivenProof(identity_card_number="591191706458")
    for name in ("Anne", "Anna"):
        know_person(register, tmp_path, national(1), name)  # revisions 6 and 7
    purge(register, {Retained.PERSONS: EVERYTHING})
    directory = PersonDirectory(register, tmp_path / "key")
    with pytest.raises(HistoryPurgedError, match="revision 7 or a later one"):
        directory.proves(proof, national(1), 6)
    assert directory.proves(proof, national(1), 7)
    assert register.reader(6).integrations_of(national(2)), "what was integrated is still known"
