"""What needs more room than the kernel of single requests has goes the ordinary way; nothing is written beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import format_day, parse_day
from rules_service.register import FileKind, Register
from rules_service.serve.wire import SingleAnswers, Unanswered
from rules_service.serve.wire.desk import LONGEST_REQUEST
from rules_service.serve.wire.kept import Kept
from tests.serve import world
from tests.serve.fixtures import make_register, put
from tests.serve.test_batch import assorted
from tests.serve.wire.ordinary import Desk, desk
from tests.serve.wire.strategies import RIGHT_DAYS, RIGHT_SSINS, damaged, framed
from tests.serve.wire.test_agreement import everything, heating
from tests.serve.wire.test_single import answered_by_the_kernel
from tests.serve.world import CPAS, period, person, request

FIRST = parse_day("2020-01-01")
WRITTEN = (1, 127, 128, 200)
TOO_LONG = (240, 255)
"""So much evidence has room on the bench, but not the answer that tells it."""
TOO_MUCH = (256, 300)
AROUND = (*range(220, 226), 253, 254, 257)
"""At the borders, wherever these are for an answer with the texts of these rules."""
DAYS = (*WRITTEN, *TOO_LONG, *TOO_MUCH, *AROUND)
GUARD = 4_096
MARK = 0xA5


def integrated(days: int) -> str:
    """Somebody whom CPAS integrated anew on each of so many days."""
    return person(days, month=2)


def covered(*days: int) -> pb.DecideRequest:
    """A request about such persons, whose evidence is every one of the days that they have in common."""
    message = request("Small.consult", *map(integrated, days))
    message.request_period.CopyFrom(period(format_day(FIRST), format_day(FIRST + min(days) - 1)))
    return message


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on a register with much evidence, and a rule that all of it is needed for."""
    folder = tmp_path_factory.mktemp("full")
    chapter = shutil.copytree(world.RULESETS, folder / "rulesets") / "4_01_small.yaml"
    overlaps, covers = "{overlaps: request_period}", "{covers: request_period, union: any_code}"
    chapter.write_text(chapter.read_text("utf-8").replace(overlaps, covers, 1), "utf-8")
    rows = ["ssin,organisation,sector,quality_code,begin_date,end_date,registers"]
    for days in DAYS:
        each_day = map(format_day, range(FIRST, FIRST + days))
        rows.extend(f"{integrated(days)},{CPAS},17,2,{day},{day},both" for day in each_day)
    file = make_register(folder / "register.sqlite")
    with Register.open(file) as register:
        put(register, folder, FileKind.INTEGRATIONS, "\n".join(rows) + "\n")
    with desk(chapter.parent, file, world.TODAY) as found:
        yield found


def likely(random: Random) -> pb.DecideRequest:
    """A request about some persons, with little evidence or much."""
    numbers = random.sample([*RIGHT_SSINS, integrated(1), integrated(random.choice(DAYS))], random.randint(1, 8))
    message = request(random.choice(["Small.today", "Small.consult", "Small.whole"]), *numbers)
    message.ticket = "é" * random.randrange(19)
    message.system_date = random.choice(["", *RIGHT_DAYS])
    message.request_period.CopyFrom(period(format_day(FIRST), format_day(FIRST + random.randrange(300))))
    return message


def of_size(size: int) -> pb.DecideRequest:
    """A request on just so many bytes."""
    message = request("Small.today", *map(person, range(1, 91)))
    while (missing := size - message.ByteSize()) > 36:
        message.dates.add(name="reference_date", date="2026-01-01")
    message.ticket = "t" * (missing - 2)
    assert message.ByteSize() == size
    return message


@dataclass(frozen=True)
class Guards:
    """Copies of arrays, each with guard bytes before and after it; parts of one array stay parts of its copy."""

    raws: dict[tuple[int, int], NDArray[np.uint8]] = field(default_factory=dict, repr=False)

    def around(self, value: Any) -> Any:
        """The copy of an array, or of each array in a tuple."""
        if isinstance(value, tuple):
            return type(value)(*map(self.around, value))
        place = value.ctypes.data, value.nbytes
        raw = self.raws.setdefault(place, np.full(value.nbytes + 2 * GUARD, MARK, dtype=np.uint8))
        inner = raw[GUARD:-GUARD].view(value.dtype).reshape(value.shape)
        inner[...] = value
        inner.setflags(write=value.flags.writeable)
        return inner

    def are_intact(self) -> bool:
        return all((raw[edge] == MARK).all() for raw in self.raws.values() for edge in (np.s_[:GUARD], np.s_[-GUARD:]))


def on_guard(answers: SingleAnswers, room: int) -> Guards:
    """Have these answers made on a guarded bench, with so many bytes of room for each."""
    guards, kept = Guards(), answers._desk
    bench = kept._value.bench
    guarded = guards.around(bench._replace(out=bench.out[:room]))
    answers._desk = Kept(kept._value._replace(bench=guarded))
    answers._address = answers._desk.address
    assert answers._desk.kind == kept.kind  # or the machine code would read it wrongly
    return guards


@pytest.mark.parametrize("room", [600, 1 << 14])
def test_nothing_is_written_beside_the_arrays_of_the_bench(full: Desk, room: int) -> None:
    random = Random(room)
    crowd = request("Small.today", *map(person, range(1, 101)))
    usual = [*assorted(), everything(), heating(), crowd, covered(1), *(likely(random) for _ in range(400))]
    for message in usual:
        full.check_single(message.SerializeToString())  # whereby it gets known
    large = [of_size(LONGEST_REQUEST), of_size(3 * LONGEST_REQUEST), *map(covered, DAYS)]
    items = [message.SerializeToString() for message in [*usual, *large]]
    items += [damaged(random.choice(items), random) for _ in range(600)]
    answers = full.singles._answers_on(full.decider.latest())
    guards, answered = on_guard(answers, room), 0
    for raw in items:
        found = answers.answer(raw, world.TODAY, may_date=True)
        assert guards.are_intact()
        if not isinstance(found, Unanswered):
            answered += 1
            answer, expected = pb.DecideResponse.FromString(found), full.single_by_objects(raw)
            expected.decision.decision_id = answer.decision.decision_id
            assert answer == expected
    assert answered > 150


def check(at: Desk, message: pb.DecideRequest) -> pb.Decision:
    """The decision, the same alone and in a batch, by the kernels and by objects."""
    raw = message.SerializeToString()
    at.check_same(framed([raw]))
    answer = at.check_single(raw)
    assert isinstance(answer, pb.DecideResponse)
    return answer.decision


@pytest.mark.parametrize("days", DAYS)
def test_any_amount_of_evidence(full: Desk, days: int) -> None:
    assert len(check(full, covered(days)).evidence) == days
    if days not in AROUND:
        assert answered_by_the_kernel(full, covered(days)) == (days in WRITTEN)


def test_the_evidence_of_several_persons(full: Desk) -> None:
    assert len(check(full, covered(1, *WRITTEN[1:3])).evidence) == 3
    assert len(check(full, covered(127, 128)).evidence) == 2 * 127
    assert len(check(full, covered(*TOO_LONG, *TOO_MUCH)).evidence) == 4 * 240


def test_the_longest_request_and_a_longer_one(full: Desk) -> None:
    longest, longer = of_size(LONGEST_REQUEST), of_size(LONGEST_REQUEST + 1)
    assert len(check(full, longest).persons) == len(check(full, longer).persons) == 90
    assert answered_by_the_kernel(full, longest)
    assert not answered_by_the_kernel(full, longer)
