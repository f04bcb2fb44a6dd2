"""How long one durable write takes, against the same three rows inserted by hand.

The register does more: it excludes other writers, looks whether the request came before, whether the person has other
numbers and which days are held already, and takes a stamp that is later than the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count, tee
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from rules_service.algebra import Period
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import WriteRequest, write_days_once
from rules_service.register.integrating import Holding, Key, Written, integrate_days
from rules_service.register.population import Population
from rules_service.register.schema import integrations, organisation_keys, requests, revisions
from tests.benchmarks.register_by_hand import COLUMNS, Database, IntegrationRow, OneWrite
from tests.benchmarks.register_contest import Contender, Figure, in_turns
from tests.benchmarks.register_imports import TODAY, import_all, invent_population, prepared

MOST_TIMES = {"PostgreSQL": 2.0}
"""As long as by hand; for SQLite it is only told."""
PERSONS = 5_000
"""Of the register that is written to."""
WRITES_A_ROUND = 100
FIRST_SSIN = 99_000_000_000
"""Numbers from here on are nobody's in an invented population."""
NOTE = "integration"
CONTENT = b"the fields of a request " * 8
ANSWER = b"the answer to a request: a decision, and some rows " * 8


@dataclass(frozen=True, slots=True)
class Wish:
    """To integrate somebody whom nobody has integrated yet."""

    number: int
    organisation: str
    begin: int

    @property
    def key(self) -> Key:
        return Key(FIRST_SSIN + self.number, self.organisation, 17, 2)

    @property
    def period(self) -> Period:
        return Period(self.begin, self.begin + 365)

    @property
    def request(self) -> WriteRequest:
        return WriteRequest(self.organisation, f"request-{self.number:08d}", CONTENT)


def measure_writes(database: Database, folder: Path, rounds: int, seed: int) -> Figure:
    """The figure of one database."""
    population = invent_population(folder, PERSONS, seed)
    with ExitStack() as stack:
        ours, theirs = [stack.enter_context(filled(database, population)) for _ in range(2)]
        register = stack.enter_context(Register.open(ours))
        hand = Hand(database, stack.enter_context(database.connect(theirs)), register)
        found = contenders(database, register, hand, seed)
        for contender in found:  # plans are made and pages are read before anything is timed
            contender.seconds()
        assert written(ours) == written(theirs), "the two ways wrote other rows"
        by_register, by_hand = in_turns(found, rounds)
        assert written(ours) == written(theirs), "the two ways wrote other rows"
    times, most = by_register / by_hand, MOST_TIMES.get(database.name)
    value = f"{times:.2f} times those by hand, {by_register / WRITES_A_ROUND * 1e3:.2f} ms each"
    goal = f"at most {most:.2f}" if most else ""
    return Figure(f"single writes into {database.name}", value, goal, most is None or times <= most)


@contextmanager
def filled(database: Database, population: Population) -> Iterator[str]:
    """The place of a register that knows the population."""
    with prepared(database, population) as place:
        with Register.open(place) as register:
            import_all(register, population)
        yield place


def contenders(database: Database, register: Register, hand: Hand, seed: int) -> list[Contender[Any]]:
    """The register and the hand, which get the same wishes."""
    mine, yours = tee(invent(hand.organisations, seed))
    what = f"{WRITES_A_ROUND} single writes"
    return [
        Contender(f"{database.name}: {what}", lambda: nullcontext(next(mine)), lambda wishes: ask(register, wishes)),
        Contender(f"{database.name}: {what} by hand", lambda: nullcontext(next(yours)), hand.write),
    ]


def invent(organisations: dict[str, int], seed: int) -> Iterator[list[Wish]]:
    """Rounds of wishes, without end."""
    random, keys = Random(seed), list(organisations)
    for first in count(step=WRITES_A_ROUND):
        numbers = range(first, first + WRITES_A_ROUND)
        yield [Wish(number, random.choice(keys), TODAY + random.randrange(30)) for number in numbers]


def ask(register: Register, wishes: list[Wish]) -> None:
    """Integrate as the service does, once it has decided that it may."""
    for wish in wishes:

        def work(holding: Holding, period: Period = wish.period) -> tuple[Written, bytes]:
            return integrate_days(holding, Admitted(period, end_defaulted=False)), ANSWER

        assert write_days_once(register, wish.request, NOTE, wish.key, work) == ANSWER


class Hand:
    """Writes the same by hand; knows from the beginning which organisations, revisions and rows there are."""

    def __init__(self, database: Database, connection: Any, like: Register) -> None:
        """`like` is a register that holds what the one behind the connection holds."""
        self._database = database
        self._connection = connection
        with like.reading() as reading:
            known = reading.execute(select(organisation_keys.c.key, organisation_keys.c.organisation_id))
            self.organisations = {row.key: row.organisation_id for row in known}
            self._revision = reading.execute(select(func.max(revisions.c.revision))).scalar_one()
            self._row = reading.execute(select(func.max(integrations.c.row_id))).scalar_one()

    def write(self, wishes: list[Wish]) -> None:
        for wish in wishes:
            self._revision += 1
            self._row += 1
            self._database.insert_one(self._connection, self._write_of(wish))

    def _write_of(self, wish: Wish) -> OneWrite:
        row = IntegrationRow(
            row_id=self._row,
            ssin=wish.key.ssin,
            organisation_id=self.organisations[wish.organisation],
            sector=wish.key.sector,
            quality_code=wish.key.quality_code,
            begin_day=wish.period.begin,
            end_day=wish.period.end,
            in_primary=True,
            in_secondary=True,
            end_defaulted=False,
            since_revision=self._revision,
        )
        request = wish.request
        return OneWrite(self._revision, NOTE, row, request.key, request.digest, ANSWER)


def written(place: str) -> list[list[tuple[Any, ...]]]:
    """All that writes leave behind, but for the moments."""
    queries = [
        select(revisions.c.revision, revisions.c.note).order_by(revisions.c.revision),
        select(*(integrations.c[name] for name in COLUMNS)).order_by(integrations.c.row_id),
        select(requests.c.request_id, requests.c.digest, requests.c.revision, requests.c.answer).order_by(
            requests.c.revision
        ),
    ]
    with Register.open(place) as register, register.reading() as connection:
        return [[tuple(row) for row in connection.execute(query)] for query in queries]
