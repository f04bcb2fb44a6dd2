"""Random histories of writes against a model that knows days alone: every state, of now and of then (S18, S23, S27)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rules_service.algebra import FUTURE, Period
from rules_service.register import LiveRegister, Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import RequestIdReusedError, WriteRequest, write_days_once
from rules_service.register.integrating import Holding, Key, Written, integrate_days, remove_days
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import ReplacementRefusedError, replace_number
from tests.register.conftest import Places
from tests.register.days_model import LAST, NUMBERS, Days, Model, days_at, days_at_slots, days_in, slots_of
from tests.register.emptying import EmptyRegisters
from tests.register.support import GHENT, NAMUR, know_organisations, national
from tests.register.writing_support import rows_of, write

ANYBODY = Key(national(1), GHENT, 17, 2)

numbers = st.sampled_from(NUMBERS)
organisations = st.sampled_from([GHENT, NAMUR])
codes = st.sampled_from([2, 3])
registers = st.sampled_from([Registers.PRIMARY, Registers.SECONDARY, Registers.BOTH])
periods = st.tuples(st.integers(0, LAST), st.one_of(st.integers(0, 12), st.none()))


class RegisterMachine(RuleBasedStateMachine):
    """Writes the same into a register and into the model."""

    def __init__(self, place: str, folder: Path) -> None:
        super().__init__()
        self.place, self.folder = place, folder
        self.model = Model()
        self.requests = 0

    @initialize()
    def open(self) -> None:
        self.register = know_organisations(Register.open(self.place), self.folder)
        self.live = LiveRegister(self.register)
        self.history = {1: self.model.snapshot()}
        self.done: list[tuple[WriteRequest, bytes]] = []

    def teardown(self) -> None:
        if hasattr(self, "register"):
            for revision, known in self.history.items():
                assert days_at(self.register, revision) == known, f"at {revision}"
            self.live.close()
            self.register.close()

    @rule(number=numbers, organisation=organisations, code=codes, where=registers, days=periods)
    def integrate(
        self, number: int, organisation: str, code: int, where: Registers, days: tuple[int, int | None]
    ) -> None:
        period, whose = period_of(days), Key(number, organisation, 17, code)
        admitted = Admitted(period, end_defaulted=days[1] is None)
        before = self.model.snapshot()
        self.model.add(number, slots_of(organisation, code, where), days_in(period))
        self.wrote(before, self.once(whose, lambda holding: integrate_days(holding, admitted, where)))

    @rule(number=numbers, organisation=organisations, code=codes, where=registers, days=periods)
    def remove(self, number: int, organisation: str, code: int, where: Registers, days: tuple[int, int | None]) -> None:
        period, whose = period_of(days), Key(number, organisation, 17, code)
        before = self.model.snapshot()
        self.model.take(number, slots_of(organisation, code, where), days_in(period))
        self.wrote(before, self.once(whose, lambda holding: remove_days(holding, period, where)))

    @rule(old=st.sampled_from(NUMBERS[:3]), new=numbers)
    def replace(self, old: int, new: int) -> None:
        known = dict(self.model.successor)
        if not self.model.replace(old, new):
            with pytest.raises(ReplacementRefusedError):
                write(self.register, lambda writer: replace_number(writer, old, new))
            return
        changed = write(self.register, lambda writer: replace_number(writer, old, new))
        assert changed is (known != self.model.successor)
        self.history[self.register.revision()] = self.model.snapshot()

    @rule(data=st.data(), same=st.booleans())
    def replay(self, data: st.DataObject, same: bool) -> None:
        """An old request again: its answer, or a refusal where its content is another one; nothing is written."""
        if not self.done:
            return
        request, answer = data.draw(st.sampled_from(self.done))
        revision = self.register.revision()
        if same:
            assert write_days_once(self.register, request, "test", ANYBODY, unreachable) == answer
        else:
            other = WriteRequest("", request.request_id, b"other")
            with pytest.raises(RequestIdReusedError):
                write_days_once(self.register, other, "test", ANYBODY, unreachable)
        assert self.register.revision() == revision

    @invariant()
    def everybody_has_the_days_of_the_model(self) -> None:
        if not hasattr(self, "register"):
            return
        index = self.live.refresh()
        for number in NUMBERS:
            rows = rows_of(self.register, number)
            assert days_at_slots(
                (row.organisation, row.quality_code, row.registers, row.begin, row.end) for row in rows
            ) == (self.model.days_of(number))
            assert {row.row_id for row in index.integrations_of(number)} == {row.row_id for row in rows}
            assert index.current_number(number) == self.model.current(number)

    def once(self, whose: Key, work: Callable[[Holding], Written]) -> Written:
        """The write under an id of its own; what it answers is checked when it is replayed."""
        self.requests += 1
        request = WriteRequest("", str(self.requests), b"content")
        kept: list[Written] = []

        def answered(holding: Holding) -> tuple[Written, bytes]:
            kept.append(work(holding))
            return kept[0], repr(kept[0]).encode()

        self.done.append((request, write_days_once(self.register, request, "test", whose, answered)))
        return kept[0]

    def wrote(self, before: dict[int, Days], written: Written) -> None:
        revision = self.register.revision()
        assert written.revision == revision
        assert all(row.since_revision == revision for row in written.opened)
        assert all(row.until_revision == revision for row in written.closed)
        assert (revision not in self.history) == (before != self.model.snapshot()), "a revision for every change"
        self.history[revision] = self.model.snapshot()


def unreachable(_: Holding) -> tuple[Written, bytes]:
    raise AssertionError


def period_of(days: tuple[int, int | None]) -> Period:
    begin, length = days
    return Period(begin, FUTURE if length is None else begin + length)


def test_random_histories_are_those_of_the_model(places: Places, tmp_path: Path) -> None:
    empty_registers = EmptyRegisters(places())
    run_state_machine_as_test(
        lambda: RegisterMachine(empty_registers(), tmp_path),  # type: ignore[arg-type]  # a factory will do
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
