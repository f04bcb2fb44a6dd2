"""What callers were told, and whether a register holds exactly that: all of each write, and nothing of any other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from rules_service.register import Register
from rules_service.register.held import HeldRow, held_row, select_held
from rules_service.register.schema import integrations, requests, revisions
from tests.crash.wishes import Reply, Row, Wish


@dataclass(frozen=True, slots=True)
class Answered:
    """A wish and what was answered to it."""

    wish: Wish
    reply: Reply


@dataclass(slots=True)
class Ledger:
    """What all callers know together: wishes on their way, wishes that were cut off, and answers."""

    asking: set[str] = field(default_factory=set)
    cut_off: dict[str, Wish] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, wish: Wish) -> None:
        """Write down that a wish is on its way."""
        with self.lock:
            self.asking.add(wish.request_id)

    def answer(self, wish: Wish, reply: Reply) -> None:
        """Write down what was answered."""
        with self.lock:
            self.asking.discard(wish.request_id)
            self.cut_off.pop(wish.request_id, None)
            self.answered.append(Answered(wish, reply))

    def cut(self, wish: Wish) -> None:
        """Write down that nobody knows what became of a wish."""
        with self.lock:
            self.asking.discard(wish.request_id)
            self.cut_off[wish.request_id] = wish

    def on_their_way(self) -> frozenset[str]:
        """The ids of the wishes that no answer has come to yet."""
        with self.lock:
            return frozenset(self.asking)


@dataclass(frozen=True, slots=True)
class Held:
    """What the revisions of a register did, by their numbers, and the requests that it remembers."""

    numbers: frozenset[int]
    opened: Mapping[int, Counter[Row]]
    closed: Mapping[int, Counter[Row]]
    remembered: frozenset[str]


def held_in(register: Register, after: int) -> Held:
    """What a register holds of the revisions after that one."""
    with register.reading() as connection:
        later = or_(integrations.c.since_revision > after, integrations.c.until_revision > after)
        rows = [held_row(row) for row in connection.execute(select_held().where(later))]
        numbers = connection.scalars(select(revisions.c.revision).where(revisions.c.revision > after))
        known = connection.scalars(select(requests.c.request_id).where(requests.c.revision >= after))
        held = Held(frozenset(numbers), {}, {}, frozenset(known))
    opened, closed = dict(held.opened), dict(held.closed)
    for row in rows:
        opened.setdefault(row.since_revision, Counter())[_row(row)] += 1
        if row.until_revision is not None:
            closed.setdefault(row.until_revision, Counter())[_row(row)] += 1
    return Held(held.numbers, opened, closed, held.remembered)


def _row(held: HeldRow) -> Row:
    return held.ssin, held.organisation, held.quality_code, held.begin, held.end


def compare(held: Held, answered: Collection[Answered]) -> tuple[list[Answered], list[str]]:
    """The answered writes that are not there, or not in full; and what is there that nobody was told of."""
    told = {each.reply.revision for each in answered if each.reply.wrote}
    strays = [f"revision {number} belongs to no write that was answered" for number in sorted(held.numbers - told)]
    return [each for each in answered if not _is_there(held, each)], strays


def _is_there(held: Held, each: Answered) -> bool:
    if each.wish.remembered_as not in held.remembered:
        return False
    if not each.reply.wrote:
        return True
    at, nothing = each.reply.revision, Counter[Row]()
    done = held.opened.get(at, nothing), held.closed.get(at, nothing)
    return at in held.numbers and done == (each.reply.opened, each.reply.closed)
