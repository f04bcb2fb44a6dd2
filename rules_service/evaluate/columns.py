"""Clauses over whole columns: many cases at once, by the same plan and with the same answers as `clauses`.

A case is one person of one request under one binding of its named days. All cases of a call share the conjunctions to
try, so each clause is a handful of array operations over the integrations of all their persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import Choice, Endpoint, Term, apply_to_column
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY, Bools, ColumnarRegister, Int16, Int32, Int64, UInt8
from rules_service.plan import ClauseRow, Plan, Predicate, Scope

Masks = NDArray[np.uint64]
NO_CODE_STATED = -1


@dataclass(frozen=True, slots=True)
class Cases:
    """Columns of equal length, one row for each case.

    `person` is the person's ordinal in the register, -1 where it knows none or the request names none; `requester` the
    organisation's ordinal, -1 likewise; `stated_code` is `NO_CODE_STATED` or a quality code; `own_codes` masks the
    codes that count in clauses over own integrations; `days` holds one column of days for each slot in use.
    """

    person: Int32
    requester: Int32
    requester_sector: Int16
    stated_code: Int16
    own_codes: Masks
    days: Mapping[str, Int32]


@dataclass(frozen=True, slots=True)
class CaseVerdicts:
    """Which cases hold, and the register rows that show it: pairs of case and row, in the order of evidence."""

    holds: Bools
    evidence_case: Int64
    evidence_row: Int64


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The integrations of all cases, one after the other: their register row, their case, and what clauses compare.

    Each column of the register is read once, however many clauses look at it. `bit` is that of the code; `own` says
    whether the row is the requester's own, under a code that counts as such (S12, S13).
    """

    row: Int64
    case: Int64
    begin: Int32
    end: Int32
    bit: Masks
    flags: UInt8
    owner: Int32
    own: Bools


class ColumnKernel:
    """Evaluates conjunctions of a plan over the columns of one register. It holds no state of its own."""

    def __init__(self, plan: Plan, register: ColumnarRegister) -> None:
        self._plan = plan
        self._register = register
        self._bit_of_code = np.array([plan.code_bit_of(code) for code in range(1000)], dtype=np.uint64)

    def evaluate(self, conjunctions: Sequence[int], cases: Cases) -> CaseVerdicts:
        """For each case, whether one of the conjunctions holds, and the evidence of the first that does."""
        count = len(cases.person)
        gathered = self._gather(cases)
        holds = np.zeros(count, dtype=np.bool_)
        evidence: list[tuple[Int64, Int64]] = []
        for index in conjunctions:
            held, shown = self._conjunction(index, cases, gathered)
            newly = (held & ~holds)[gathered.case]
            for each in shown:
                where = np.flatnonzero(each & newly)
                evidence.append((gathered.case[where], gathered.row[where]))
            holds |= held
        return CaseVerdicts(holds, *_in_order_of_cases(evidence))

    def slots_of(self, conjunctions: Sequence[int]) -> frozenset[str]:
        """The slots whose days `Cases.days` must hold to try these conjunctions."""
        rows = [self._plan.conjunctions[index] for index in conjunctions]
        clauses = [clause for row in rows for clause in self._plan.clauses[row.first : row.end]]
        windows = {each for clause in clauses for each in (clause.window, clause.other_window) if each is not None}
        return frozenset(slot for window in windows for slot in self._plan.windows[window].slots)

    def _gather(self, cases: Cases) -> _Gathered:
        register = self._register
        row, case = self._rows_of(cases.person)
        code, owner = register.code[row], register.owner[row]
        bit = self._bit_of_code[code]
        return _Gathered(
            row=row,
            case=case,
            begin=register.begin[row],
            end=register.end_exclusive[row],
            bit=bit,
            flags=register.flags[row],
            owner=owner,
            own=self._own(cases, case, owner) & _counts_as_own(cases, case, code, bit),
        )

    def _rows_of(self, person: Int32) -> tuple[Int64, Int64]:
        """All rows of all cases: `np.repeat` over ragged runs, so that no Python runs per case."""
        known = np.flatnonzero(person >= 0)
        first, length = np.zeros((2, len(person)), dtype=np.int64)
        first[known] = self._register.offsets[person[known]]
        length[known] = self._register.offsets[person[known] + 1] - first[known]
        case = np.repeat(np.arange(len(person), dtype=np.int64), length)
        before = np.cumsum(length) - length
        return np.arange(len(case), dtype=np.int64) + np.repeat(first - before, length), case

    def _own(self, cases: Cases, case: Int64, owner: Int32) -> Bools:
        """The rows of the requester itself, in its sector: owners are few, so their tables stay in the cache."""
        register = self._register
        by_organisation: Bools = register.owner_organisation[owner] == cases.requester[case]
        by_organisation &= register.owner_sector[owner] == cases.requester_sector[case]
        return by_organisation

    def _conjunction(self, index: int, cases: Cases, gathered: _Gathered) -> tuple[Bools, list[Bools]]:
        """Which cases hold, and for each own clause which of the gathered rows show it."""
        conjunction = self._plan.conjunctions[index]
        holds = np.ones(len(cases.person), dtype=np.bool_)
        shown: list[Bools] = []
        for clause in self._plan.clauses[conjunction.first : conjunction.end]:
            held, evidence = self._clause(clause, cases, gathered)
            holds &= held
            if clause.is_own:
                shown.append(evidence)
        return holds, shown

    def _clause(self, clause: ClauseRow, cases: Cases, gathered: _Gathered) -> tuple[Bools, Bools]:
        begin, end = self._window(clause.window, cases)
        real = begin < end
        if clause.other_window is not None:
            other_begin, other_end = self._window(clause.other_window, cases)
            shared = np.minimum(end, other_end) > np.maximum(begin, other_begin)
            return shared & real, np.zeros(len(gathered.row), dtype=np.bool_)
        admitted = self._admitted(clause, cases, gathered)
        extend = clause.extend_begin
        first = gathered.begin if extend is None else apply_to_column(gathered.begin, extend)
        days = _RowDays(first, gathered.end, begin[gathered.case], end[gathered.case])
        match clause.predicate:
            case Predicate.OVERLAPS:
                holds, evidence = _any_row(admitted & days.share_a_day(), gathered.case, len(begin))
            case Predicate.COVERED_BY_ONE:
                holds, evidence = _any_row(admitted & days.contain_window(), gathered.case, len(begin))
            case _:
                total, evidence = _union(admitted, days, gathered.case, len(begin))
                holds = total >= (end - begin if clause.predicate is Predicate.COVERS else clause.threshold)
        return holds & real, evidence

    def _admitted(self, clause: ClauseRow, cases: Cases, gathered: _Gathered) -> Bools:
        """The rows that the clause looks at: register, code and whose they are (S12-S14)."""
        register, owner = self._register, gathered.owner
        in_register = np.uint8(IN_SECONDARY if clause.secondary else IN_PRIMARY)
        admitted: Bools = (gathered.flags & in_register) != 0
        admitted &= (gathered.bit & np.uint64(clause.code_mask)) != 0
        match clause.scope:
            case Scope.REQUESTER:
                admitted &= gathered.own
            case Scope.REQUESTER_SECTOR:
                admitted &= register.owner_sector[owner] == cases.requester_sector[gathered.case]
            case Scope.SECTOR:
                admitted &= (register.owner_sector == clause.sector)[owner]
            case _:
                of_both = (register.owner_sector == clause.sector) & (register.owner_institution == clause.institution)
                admitted &= of_both[owner]
        return admitted

    def _window(self, index: int, cases: Cases) -> tuple[Int32, Int32]:
        """The half-open days of a window for each case."""
        window = self._plan.windows[index]
        count = len(cases.person)
        return _endpoint(window.begin, cases.days, count), _endpoint(window.end, cases.days, count) + np.int32(1)


@dataclass(frozen=True, slots=True)
class _RowDays:
    """For each gathered row its own days, and the days of its case's window; all half-open."""

    begin: Int32
    end: Int32
    window_begin: Int32
    window_end: Int32

    def share_a_day(self) -> Bools:
        return np.minimum(self.end, self.window_end) > np.maximum(self.begin, self.window_begin)

    def contain_window(self) -> Bools:
        return (self.begin <= self.window_begin) & (self.end >= self.window_end)


def _counts_as_own(cases: Cases, case: Int64, code: Int16, bit: Masks) -> Bools:
    """The rows whose code the operation accepts of the requester, and that is the stated one where one is (S13)."""
    stated = cases.stated_code[case]
    accepted: Bools = (bit & cases.own_codes[case]) != 0
    accepted &= (stated == NO_CODE_STATED) | (stated == code)
    return accepted


def _endpoint(endpoint: Endpoint, days: Mapping[str, Int32], count: int) -> Int32:
    columns = [_term(term, days, count) for term in endpoint.terms]
    choose = np.maximum if endpoint.choice is Choice.LATEST else np.minimum
    result = columns[0]
    for column in columns[1:]:
        result = choose(result, column)
    return result


def _term(term: Term, days: Mapping[str, Int32], count: int) -> Int32:
    """Shifts are worked out once for each distinct day of the column (architecture, idea 3)."""
    if term.slot is None:
        day = term.shift.apply(term.day or 0)
        return np.full(count, day, dtype=np.int32)
    distinct, position = np.unique(days[term.slot], return_inverse=True)
    return apply_to_column(distinct, term.shift)[position]


def _any_row(found: Bools, case: Int64, count: int) -> tuple[Bools, Bools]:
    """Whether each case has a row, and the first one of each: rows come in the order of cases."""
    where = np.flatnonzero(found)
    cases, first = np.unique(case[where], return_index=True)
    holds = np.zeros(count, dtype=np.bool_)
    holds[cases] = True
    evidence = np.zeros(len(found), dtype=np.bool_)
    evidence[where[first]] = True
    return holds, evidence


def _union(admitted: Bools, days: _RowDays, case: Int64, count: int) -> tuple[Int64, Bools]:
    """How many days of each case's window lie in the union of its rows, and the rows that add days in turn.

    Rows come ordered by case, then by begin. What has been reached before a row is a running maximum; putting each case
    on its own stretch of the number line lets one running maximum serve all of them.
    """
    where = np.flatnonzero(admitted)
    own_case = case[where]
    stretch = own_case * np.int64(1 << 33)
    begin = np.maximum(days.begin[where], days.window_begin[where]).astype(np.int64) + stretch
    end = np.minimum(days.end[where], days.window_end[where]).astype(np.int64) + stretch
    window_begin = days.window_begin[where].astype(np.int64) + stretch
    reached = np.maximum.accumulate(np.maximum(end, window_begin)) if len(where) else end
    before = np.maximum(np.concatenate(([np.iinfo(np.int64).min], reached[:-1])), window_begin)
    added = np.maximum(end - np.maximum(begin, before), 0)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, own_case, added)
    evidence = np.zeros(len(admitted), dtype=np.bool_)
    evidence[where[added > 0]] = True
    return total, evidence


def _in_order_of_cases(evidence: list[tuple[Int64, Int64]]) -> tuple[Int64, Int64]:
    """All pairs, by case; within a case they keep the order of conjunctions and clauses."""
    if not evidence:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    case = np.concatenate([each for each, _ in evidence])
    row = np.concatenate([each for _, each in evidence])
    order = np.argsort(case, kind="stable")
    return case[order], row[order]
