"""One clause on the rows of a person, and the clauses of a candidate as one leads to the next."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rules_service.evaluate.civil import shifted
from rules_service.evaluate.compiled import inlined, item
from rules_service.evaluate.intrinsics import lowest_bit
from rules_service.evaluate.tables import FAILS, SEVERAL_OWNERS
from rules_service.evaluate.windows import window_days
from rules_service.plan import Predicate, Scope

_REQUESTER: Final = int(Scope.REQUESTER)
_REQUESTER_SECTOR: Final = int(Scope.REQUESTER_SECTOR)
_SECTOR: Final = int(Scope.SECTOR)
_REQUEST: Final = int(Scope.REQUEST)
_OVERLAPS: Final = int(Predicate.OVERLAPS)
_COVERS: Final = int(Predicate.COVERS)
_TOTAL_DAYS: Final = int(Predicate.TOTAL_DAYS)
_ROWS: Final = 8
"""So many rows of a person are asked at once whose they are; most persons have fewer."""


@inlined
def _owned(clause: Any, first: int, end: int, asking: Any, register: Any) -> Any:
    """Which of the next `_ROWS` rows are whose the clause asks for (S12): a bit for each.

    All are asked, the last again where there are fewer: the processor can foresee neither how many there are nor whose.
    """
    only_owner, ordinal, sector, _ = asking
    owned: Any = np.int64(0)
    for place in range(_ROWS):
        owner = item(register.records, min(first + place, end - 1)).owner
        if clause.scope == _REQUESTER and only_owner != SEVERAL_OWNERS:
            is_owned = owner == only_owner
        elif clause.scope == _REQUESTER:
            is_owned = (item(register.owner_organisation, owner) == ordinal) & (
                item(register.owner_sector, owner) == sector
            )
        elif clause.scope == _REQUESTER_SECTOR:
            is_owned = item(register.owner_sector, owner) == sector
        else:
            is_owned = (item(register.owner_sector, owner) == clause.sector) & (
                (clause.scope == _SECTOR) | (item(register.owner_institution, owner) == clause.institution)
            )
        owned |= np.int64(is_owned) << place
    return owned & ((1 << min(end - first, _ROWS)) - 1)


@inlined
def _admits(clause: Any, record: Any, stated: int, tables: Any) -> Any:
    """Whether the clause looks at this register and code (S13, S14); at one's own under the stated code alone."""
    return (
        record.flags & clause.register != 0
        and item(tables.bit_of_code, record.code) & clause.mask != 0
        and (stated < 0 or clause.scope != _REQUESTER or stated == record.code)
    )


@inlined
def _first_day(clause: Any, record: Any) -> Any:
    begin: Any = np.int64(record.begin)
    if clause.extended:
        begin = shifted(begin, clause.extend_months, clause.extend_days, clause.extend_up)
    return begin


@inlined
def _shown(evidence: Any, first: int, end: int, row: int) -> bool:
    """Whether a row is among the evidence already."""
    for place in range(first, end):  # noqa: SIM110 - a generator is more than the compiler takes
        if evidence[place] == row:
            return True
    return False


@inlined
def _clause_holds(
    clause: Any, rows: Any, days: Any, asking: Any, tables: Any, register: Any, evidence: Any, whose: int, shown: int
) -> Any:
    """Whether the clause holds on some rows, and the end of the evidence once those that show it stand there.

    `rows` are the first and the last, excluded; `days` those of the window, half-open; `asking` says who asks, under
    which code. The evidence of the person begins at `whose`.
    """
    window_begin, window_end = days
    own = clause.scope == _REQUESTER
    summing = clause.predicate in (_COVERS, _TOTAL_DAYS)
    reached, total = window_begin, 0
    next_row, last_row = rows
    owned: Any = np.int64(0)
    while True:
        if owned == 0:
            if next_row >= last_row:
                break
            owned = _owned(clause, next_row, last_row, asking, register)
            next_row += _ROWS
            continue
        row = next_row - _ROWS + lowest_bit(owned)
        owned &= owned - 1
        record = item(register.records, row)
        if not _admits(clause, record, asking[3], tables):
            continue
        begin, end = _first_day(clause, record), np.int64(record.end_exclusive)
        if summing:
            added = min(end, window_end) - max(begin, reached)
            if added <= 0:
                continue
            total += added
            reached = min(end, window_end)
        elif clause.predicate == _OVERLAPS:
            if min(end, window_end) <= max(begin, window_begin):
                continue
        elif begin > window_begin or window_end > end:
            continue
        if own and not _shown(evidence, whose, shown, row):
            evidence[shown] = row
            shown += 1
        if not summing:
            return True, shown
    if not summing:
        return False, shown
    needed = window_end - window_begin if clause.predicate == _COVERS else np.int64(clause.threshold)
    return total >= needed, shown


@inlined
def candidate_holds(
    candidate: int,
    task: Any,
    rows: Any,
    asking: Any,
    tables: Any,
    register: Any,
    evidence: Any,
    whose: int,
    scratch: Any,
) -> Any:
    """Whether for every binding some conjunction holds (S30c), and the end of the evidence of the first that does.

    A clause says which one comes after it where it holds, and where it does not: then what its conjunction has shown so
    far is forgotten.
    """
    shown = whose
    for binding in range(task.bindings):
        at = binding * task.slots
        before = shown
        place: Any = np.int64(item(tables.candidates, candidate))
        while place >= 0:
            clause = item(tables.clauses, place)
            days = window_days(clause.window, tables, scratch, at)
            holds = False
            if days[0] < days[1]:
                if clause.scope == _REQUEST:
                    other = window_days(clause.other_window, tables, scratch, at)
                    holds = min(days[1], other[1]) > max(days[0], other[0])
                else:
                    holds, shown = _clause_holds(clause, rows, days, asking, tables, register, evidence, whose, shown)
            if holds:
                place = np.int64(clause.then)
            else:
                place, shown = np.int64(clause.otherwise), before
        if place == FAILS:
            return False, whose
    return True, shown
