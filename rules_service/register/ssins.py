"""The numbers of a person over time: which replaced which, since when, and letting one more stand for another (S18).

A number has at most one successor and chains never run in a circle, so that every person has one current number. All
that is known at a revision stays known: replacements are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Connection, Integer, Select, bindparam, exists, insert, select

from rules_service.errors import CallerError, FieldViolation
from rules_service.identifiers import SsinKind, kind_of
from rules_service.register.schema import aliases, revisions
from rules_service.register.writing import RegisterWriter

OLD = "old_ssin"
NEW = "new_ssin"


def _newer(known: ColumnElement[bool]) -> CTE:
    """The number and all that replaced it, one after the other."""
    first = bindparam("ssin", type_=aliases.c.old_ssin.type)
    newer = select(first.label("number")).cte("newer", recursive=True)
    step = select(aliases.c.new_ssin).join(newer, aliases.c.old_ssin == newer.c.number)
    return newer.union(step.where(known))


def _current() -> Select[Any]:
    """The newest number: the one that nothing replaced."""
    known = aliases.c.since_revision <= bindparam("revision", type_=Integer)
    newer = _newer(known)
    return select(newer.c.number).where(~exists().where(aliases.c.old_ssin == newer.c.number, known))


def _numbers() -> Select[Any]:
    """Every number of the person: the newer ones, and all that any of these replaced."""
    known = aliases.c.since_revision <= bindparam("revision", type_=Integer)
    everyone = select(_newer(known).c.number).cte("everyone", recursive=True)
    step = select(aliases.c.old_ssin).join(everyone, aliases.c.new_ssin == everyone.c.number)
    return select(everyone.union(step.where(known)).c.number)


# Made once: every single write asks both, and making them takes longer than the database takes to answer.
_CURRENT: Final = _current()
_NUMBERS: Final = _numbers()


class ReplacementRefusedError(CallerError):
    """A number cannot stand for another because of what the register holds already; the violation names the field."""

    reason = "REPLACEMENT_REFUSED"

    @classmethod
    def of(cls, field_name: str, description: str) -> ReplacementRefusedError:
        """The error for one of the two numbers."""
        return cls(f"`{field_name}`: {description}", violations=(FieldViolation(field_name, description),))


@dataclass(frozen=True, slots=True)
class Replacement:
    """A number that directly replaced another; `recorded_at` in microseconds since 1970-01-01 UTC."""

    old: int = field(repr=False)
    new: int = field(repr=False)
    since_revision: int
    recorded_at: int


def wrong_kinds(old: int, new: int) -> Iterator[FieldViolation]:
    """What is wrong with two valid numbers before the register is asked: only a bis number is ever replaced."""
    if kind_of(old) is not SsinKind.BIS:
        yield FieldViolation(OLD, "is not a bis number: only these are replaced")
    if kind_of(new) is SsinKind.TER:
        yield FieldViolation(NEW, "is a ter number: only a bis or a national number replaces another")
    if old == new:
        yield FieldViolation(NEW, f"is the same as `{OLD}`: give the number that replaces it")


def current_number(connection: Connection, ssin: int, revision: int) -> int:
    """The number that stands for the person at a revision: `ssin` itself unless it was replaced."""
    return int(connection.execute(_CURRENT, {"ssin": ssin, "revision": revision}).scalar_one())


def numbers_of(connection: Connection, ssin: int, revision: int) -> tuple[int, ...]:
    """Every number of the person at a revision, ascending; `ssin` is one of them."""
    return tuple(sorted(connection.execute(_NUMBERS, {"ssin": ssin, "revision": revision}).scalars()))


def history_of(connection: Connection, ssin: int, revision: int) -> tuple[Replacement, ...]:
    """Every replacement of a number of the person, in the order in which they became known."""
    known = select_replacements().where(
        aliases.c.old_ssin.in_(numbers_of(connection, ssin, revision)), aliases.c.since_revision <= revision
    )
    found = map(replacement_of, connection.execute(known))
    return tuple(sorted(found, key=lambda each: (each.since_revision, each.old)))


def replace_number(writer: RegisterWriter, old: int, new: int) -> bool:
    """Let `new` stand for `old`; False where it does so already.

    Args:
        writer: the write.
        old: a bis number; see `wrong_kinds`.
        new: the number that replaces it.

    Raises:
        ReplacementRefusedError: another number stands for `old`, or `old` stands for `new`.
    """
    successor = select(aliases.c.new_ssin).where(aliases.c.old_ssin == old)
    known: int | None = writer.connection.execute(successor).scalar()
    if known == new:
        return False
    if known is not None:
        raise ReplacementRefusedError.of(OLD, "was replaced by another number already; GetSsinHistory shows which")
    if current_number(writer.connection, new, writer.revision) == old:
        raise ReplacementRefusedError.of(NEW, f"was itself replaced by `{OLD}`: replacements cannot run in a circle")
    writer.connection.execute(insert(aliases).values(old_ssin=old, new_ssin=new, since_revision=writer.revision))
    writer.count(1)
    return True


def select_replacements() -> Any:
    """Every replacement, with the moment of its revision."""
    return select(aliases, revisions.c.recorded_at).join(revisions, revisions.c.revision == aliases.c.since_revision)


def replacement_of(row: Any) -> Replacement:
    """The row of `select_replacements`."""
    return Replacement(row.old_ssin, row.new_ssin, row.since_revision, row.recorded_at)
