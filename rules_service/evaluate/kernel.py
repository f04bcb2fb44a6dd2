"""The kernel: many requests decided over flat columns, compiled once for every ruleset, without the interpreter lock.

It walks the tables of `tables` as `single` walks the plan, clause by clause, with the same order of evidence. What is
called from within is put in place by the compiler (`inline`): handing arrays to a function costs more than deciding.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra.days import FUTURE, PAST
from rules_service.decision import Reason
from rules_service.decision.decision_columns import NO_REASON
from rules_service.decision.request import MAX_CASES
from rules_service.evaluate.blocks import (
    BLOCK,
    NOBODY,
    SEVERAL,
    Block,
    ask_ahead,
    put_evidence_back,
    put_in_order,
)
from rules_service.evaluate.blocks import at as _at
from rules_service.evaluate.civil import days_later, months_later, shifted
from rules_service.evaluate.compiled import compiled, inlined
from rules_service.evaluate.intrinsics import lowest_bit
from rules_service.evaluate.tables import (
    DECIDED,
    FAILED,
    FAILS,
    SEVERAL_OWNERS,
    SYSTEM_DATE_SOURCE,
    AnswerArrays,
    Int32,
    RegisterArrays,
    RequestArrays,
    TaskTables,
)
from rules_service.plan import Predicate, Scope

Int64 = NDArray[np.int64]

RULE_SATISFIED: Final = int(Reason.RULE_SATISFIED)
NO_CONTROL: Final = int(Reason.NO_CONTROL)
SSIN_REPLACED: Final = int(Reason.SSIN_REPLACED)
_FIRST_INDETERMINATE: Final = int(Reason.NO_RULE_DOCUMENTED)
_REQUESTER: Final = int(Scope.REQUESTER)
_REQUESTER_SECTOR: Final = int(Scope.REQUESTER_SECTOR)
_SECTOR: Final = int(Scope.SECTOR)
_REQUEST: Final = int(Scope.REQUEST)
_OVERLAPS: Final = int(Predicate.OVERLAPS)
_COVERS: Final = int(Predicate.COVERS)
_TOTAL_DAYS: Final = int(Predicate.TOTAL_DAYS)

MIXED: Final = -1
"""In the place of a verdict: several candidates granted the persons of the request."""
UNKNOWN: Final = -2
"""In the place of a verdict, and below: a place of `verdict_of` that nobody asked for yet, counted down from here."""

NO_ROOM: Final = -1

_MEMORY_BITS: Final = 10
"""Shifted days are remembered in so many places, as a power of two: dates repeat in a batch."""
_MIXER: Final = 0x9E3779B97F4A7C15
_ROWS: Final = 8
"""So many rows of a person are asked at once whose they are; most persons have fewer."""


class Scratch(NamedTuple):
    """What one call of the kernel works with: it allocates nothing, so that it need not count who uses its arrays.

    `slot_days` has the day of each slot of a request, binding after binding; `shifted_days` what shifts by months
    gave, each with the shift and the day that it belongs to.
    """

    slot_days: Int64
    shifted_days: Int64

    @classmethod
    def of(cls, most_slots: int) -> Self:
        """Room for tasks of so many slots times bindings, at most."""
        return cls(np.empty(most_slots + 1, dtype=np.int64), np.full((1 << _MEMORY_BITS, 2), -1, dtype=np.int64))


@compiled
def find_tasks(look: Int32, requester: Int32, profile: Int32, task_of: Int32, task: Int32) -> Any:
    """Puts down the task of each request, that of its look and its requester's profile; the least of them."""
    least: Any = 0
    for request in range(len(look)):
        found = task_of[np.uint64(look[request]), np.uint64(_at(profile, requester[request]))]
        task[request] = found
        least = min(least, found)
    return least


@inlined
def _shifted_day(term: Any, day: int, shifted_days: Any) -> Any:
    """The day of a term once moved; by months it is worked out once for each day that comes again and again."""
    if term.months == 0:
        return days_later(max(PAST, min(FUTURE, day)), term.days)
    key = (2 * np.int64(term.months) + term.up << 32) + (day - PAST)
    line = np.uint64(key) * np.uint64(_MIXER) >> np.uint64(64 - _MEMORY_BITS)
    if shifted_days[line, 0] != key:
        shifted_days[line, 0] = key
        shifted_days[line, 1] = months_later(day, term.months, term.up)
    return days_later(shifted_days[line, 1], term.days)


@inlined
def _endpoint(first: int, end: int, latest: int, terms: Any, days: Any, shifted_days: Any, at: int) -> Any:
    """The day of one end of a window: the earliest of its terms, or the latest. The days of slots begin at `at`."""
    result: Any = 0
    for place in range(first, end):
        term = _at(terms, place)
        day: Any = np.int64(term.day)
        if term.slot >= 0:
            day = _at(days, at + term.slot)
        if term.months != 0 or term.days != 0:
            day = _shifted_day(term, day, shifted_days)
        if place == first or (day > result if latest else day < result):
            result = day
    return result


@inlined
def _window_days(place: int, tables: Any, scratch: Any, at: int) -> Any:
    """The days of a window, half-open."""
    days, shifted_days = scratch
    window = _at(tables.windows, place)
    if window.plain:
        return np.int64(_at(days, at + window.begin_slot)), np.int64(_at(days, at + window.end_slot)) + 1
    begin = _endpoint(window.first, window.middle, window.begin_latest, tables.terms, days, shifted_days, at)
    end = _endpoint(window.middle, window.end, window.end_latest, tables.terms, days, shifted_days, at)
    return np.int64(begin), np.int64(end) + 1


@inlined
def _owned(clause: Any, first: int, end: int, asking: Any, register: Any) -> Any:
    """Which of the next `_ROWS` rows are whose the clause asks for (S12): a bit for each.

    All are asked, the last again where there are fewer: the processor can foresee neither how many there are nor whose.
    """
    only_owner, ordinal, sector, _ = asking
    owned: Any = np.int64(0)
    for place in range(_ROWS):
        owner = _at(register.records, min(first + place, end - 1)).owner
        if clause.scope == _REQUESTER and only_owner != SEVERAL_OWNERS:
            is_owned = owner == only_owner
        elif clause.scope == _REQUESTER:
            is_owned = (_at(register.owner_organisation, owner) == ordinal) & (
                _at(register.owner_sector, owner) == sector
            )
        elif clause.scope == _REQUESTER_SECTOR:
            is_owned = _at(register.owner_sector, owner) == sector
        else:
            is_owned = (_at(register.owner_sector, owner) == clause.sector) & (
                (clause.scope == _SECTOR) | (_at(register.owner_institution, owner) == clause.institution)
            )
        owned |= np.int64(is_owned) << place
    return owned & ((1 << min(end - first, _ROWS)) - 1)


@inlined
def _admits(clause: Any, record: Any, stated: int, tables: Any) -> Any:
    """Whether the clause looks at this register and code (S13, S14); at one's own under the stated code alone."""
    return (
        record.flags & clause.register != 0
        and _at(tables.bit_of_code, record.code) & clause.mask != 0
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
        record = _at(register.records, row)
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
def _candidate_holds(
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
        place: Any = np.int64(_at(tables.candidates, candidate))
        while place >= 0:
            clause = _at(tables.clauses, place)
            days = _window_days(clause.window, tables, scratch, at)
            holds = False
            if days[0] < days[1]:
                if clause.scope == _REQUEST:
                    other = _window_days(clause.other_window, tables, scratch, at)
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


@inlined
def _give_slots_days(task: Any, request: int, requests: Any, tables: Any, slot_days: Any) -> None:
    """Puts the day of each slot where windows look for it, binding after binding."""
    values = requests.value_offsets[request]
    for slot in range(task.bindings * task.slots):
        source: Any = _at(tables.sources, task.source + slot)
        if source < 0:
            day = _at(tables.constants, -1 - source)
        elif source == SYSTEM_DATE_SOURCE:
            day = requests.system_date[request]
        else:
            value = values + (source - 1) // 2
            day = _at(requests.begin, value) if source % 2 == 1 else _at(requests.end, value)
        slot_days[slot] = day


@inlined
def _verdict_at(place: int, tables: Any) -> Any:
    known = _at(tables.verdict_of, place)
    return known if known >= 0 else UNKNOWN - place


@inlined
def _is_replaced(place: int, task: Any, requests: Any) -> Any:
    """Whether the request must not be granted under this number, another one standing in its place (S18)."""
    return task.refuses_replaced != 0 and requests.current[place] != requests.ssins[place]


@inlined
def _fail(request: int, persons: Any, place: int, tables: Any, answers: Any, shown: int) -> None:
    """Answers by the error at a place of `verdict_of`."""
    answers.verdict[request] = _verdict_at(place, tables)
    answers.reason[request] = NO_REASON
    for person in range(persons[0], persons[1]):
        answers.person_reason[person] = NO_REASON
        answers.evidence_end[person] = shown


@inlined
def _decide_at_once(persons: Any, task: Any, requests: Any, answers: Any, shown: int) -> Any:
    """The reason that the checks give; lifting the control does not lift the refusal of a replaced number."""
    overall: Any = np.int64(task.reason)
    for place in range(persons[0], persons[1]):
        reason: Any = np.int64(task.reason)
        if reason == NO_CONTROL and _is_replaced(place, task, requests):
            overall = reason = SSIN_REPLACED
            answers.replaced_by[place] = requests.current[place]
        answers.person_reason[place] = reason
        answers.evidence_end[place] = shown
    return overall


@inlined
def _try_group(
    which: int,
    persons: Any,
    any_replaced: bool,
    task: Any,
    asking: Any,
    tables: Any,
    register: Any,
    requests: Any,
    answers: Any,
    evidence: Any,
    shown: int,
    scratch: Any,
) -> Any:
    """Whether a candidate of the group holds for every person, the last one that did, and the end of the evidence.

    In the group that decides, the first candidate that holds for everybody counts; where there is none, each person has
    its own (S17). The groups after it only ask whether there is one for each person, and show nothing.
    """
    group = _at(tables.groups, task.group + which)
    first_person, end_person = persons
    named = end_person - first_person
    count, start, found = group.end - group.first, shown, -1
    everybody, attempt = False, 0 if which == 0 and named > 1 and count > 1 and not any_replaced else count
    while not everybody and attempt <= count:
        everybody, shown = True, start
        alone = attempt < count
        from_candidate = group.first + attempt if alone else group.first
        to_candidate = from_candidate + 1 if alone else group.end
        for place in range(first_person, max(end_person, first_person + 1)):
            rows = 0, 0
            if named > 0 and _at(requests.person, place) >= 0:
                person = _at(requests.person, place)
                rows = _at(register.offsets, person), _at(register.offsets, person + 1)
            found, whose = -1, shown
            for each in range(from_candidate, to_candidate):
                holds, shown = _candidate_holds(each, task, rows, asking, tables, register, evidence, whose, scratch)
                if holds:
                    found = each - group.first
                    break
            everybody = everybody and found >= 0
            if which > 0 or (named > 0 and _is_replaced(place, task, requests)):
                shown = whose
            if which == 0 and named > 0:
                answers.used[place] = found
                answers.evidence_end[place] = shown
            if not everybody and (alone or which > 0):
                break
        attempt += 1
    return everybody, found, shown


@inlined
def _reason_of_persons(persons: Any, task: Any, requests: Any, answers: Any) -> Any:
    """Puts down the reason of each person; the overall one is the first refusal, else the first that is undecided."""
    refused: Any = 0
    undecided: Any = 0
    for place in range(persons[0], persons[1]):
        found = answers.used[place]
        reason = np.int64(task.reason) if found < 0 else RULE_SATISFIED
        if _is_replaced(place, task, requests):
            # The new number is itself data about the person: it is told only when the control holds (S18).
            reason = SSIN_REPLACED
            if found >= 0:
                answers.replaced_by[place] = requests.current[place]
        answers.person_reason[place] = reason
        if reason >= _FIRST_INDETERMINATE:
            undecided = undecided or reason
        elif reason > NO_CONTROL:
            refused = refused or reason
    return refused or undecided or RULE_SATISFIED


@inlined
def _used_alone(persons: Any, found: int, answers: Any) -> Any:
    """The candidate that holds for all persons, or that several do."""
    for place in range(persons[0], persons[1]):
        if answers.used[place] != found:
            return SEVERAL
    return found


@inlined
def _decide_one_person(
    request: int,
    place: int,
    rows: Any,
    task: Any,
    asking: Any,
    tables: Any,
    register: Any,
    answers: Any,
    evidence: Any,
    shown: int,
    scratch: Any,
) -> Any:
    """Decides about the only person of a request, whose first candidate that holds grants: most requests are such.

    The end of the evidence then; before its begin where there might not be room for it.
    """
    used = NOBODY
    if shown + rows[1] - rows[0] >= len(evidence):
        return NO_ROOM
    for each in range(task.first, task.end):
        holds, shown = _candidate_holds(each, task, rows, asking, tables, register, evidence, shown, scratch)
        if holds:
            used = each - task.first
            break
    reason = np.int64(task.reason) if used < 0 else RULE_SATISFIED
    answers.person_reason[place] = reason
    answers.evidence_end[place] = shown
    answers.reason[request] = reason
    answers.verdict[request] = _verdict_at(task.verdict + used + 1, tables)
    return shown


@compiled
def decide(
    first: int,
    end: int,
    tables: TaskTables,
    register: RegisterArrays,
    requests: RequestArrays,
    answers: AnswerArrays,
    evidence: Int64,
    shown: int,
    scratch: Scratch,
    block: Block,
) -> Any:
    """Decides requests `first` to `end`, excluded, whose tasks are all known, block after block.

    Args:
        first: the request to begin with.
        end: the request to stop before.
        tables: the tasks.
        register: the register.
        requests: the requests.
        answers: where the answers go, at the places of the requests and of their persons.
        evidence: where rows of evidence go, from `shown` on.
        shown: how many rows stand there.
        scratch: memory to work with.
        block: room for a block of requests.

    Returns:
        The first request of the block that could not be decided because the evidence might not find room, or `end`;
        and how many rows of evidence stand there now.
    """
    for start in range(first, end, BLOCK):
        stop = min(start + BLOCK, end)
        put_in_order(start, stop, tables.form_of, requests, block)
        here: Any = 0
        for turn in range(stop - start):
            ask_ahead(turn, stop - start, start, requests, register, block)
            request = start + _at(block.request, turn)
            block.begins[np.uint64(request - start)] = here
            rows = _at(block.first, turn), _at(block.end, turn)
            number = requests.requester[request]
            task = _at(tables.tasks, requests.task[request])
            persons = requests.person_offsets[request], requests.person_offsets[request + 1]
            if task.kind == FAILED:
                _fail(request, persons, task.verdict, tables, answers, here)
                continue
            if task.bindings * max(persons[1] - persons[0], 1) > MAX_CASES:
                _fail(request, persons, task.too_many, tables, answers, here)
                continue
            _give_slots_days(task, request, requests, tables, scratch.slot_days)
            asking = (
                _at(requests.owner, number),
                _at(requests.ordinal, number),
                _at(requests.sector, number),
                task.stated,
            )
            if task.plain and persons[1] - persons[0] == 1:
                here = _decide_one_person(
                    request, persons[0], rows, task, asking, tables, register, answers, block.rows, here, scratch
                )
                if here == NO_ROOM:
                    return start, shown
                continue
            any_replaced = False
            if task.kind != DECIDED or task.deliveries > 0:
                room: Any = 0
                for place in range(persons[0], persons[1]):
                    person = _at(requests.person, place)
                    if person >= 0:
                        room += _at(register.offsets, person + 1) - _at(register.offsets, person)
                    any_replaced = any_replaced or _is_replaced(place, task, requests)
                if here + 2 * room >= len(block.rows):
                    return start, shown

            reason: Any = np.int64(task.reason)
            used, delivered = NOBODY, 0
            if task.kind == DECIDED:
                reason = _decide_at_once(persons, task, requests, answers, here)
            for which in range(0 if task.kind != DECIDED else 1, task.deliveries + 1):
                if which > 0 and (reason > NO_CONTROL or _at(tables.groups, task.group + which).always):
                    delivered |= (reason <= NO_CONTROL) << (which - 1)
                    continue
                everybody, found, here = _try_group(
                    which,
                    persons,
                    any_replaced,
                    task,
                    asking,
                    tables,
                    register,
                    requests,
                    answers,
                    block.rows,
                    here,
                    scratch,
                )
                if which > 0:
                    delivered |= everybody << (which - 1)
                    continue
                if persons[1] > persons[0]:
                    reason = _reason_of_persons(persons, task, requests, answers)
                elif everybody:
                    reason = RULE_SATISFIED
                if reason == RULE_SATISFIED:
                    used = _used_alone(persons, found, answers)
            answers.reason[request] = reason
            answers.delivered[request] = delivered
            if used == SEVERAL:
                answers.verdict[request] = MIXED
            else:
                answers.verdict[request] = _verdict_at(
                    task.verdict + ((used + 1) << task.deliveries) + delivered, tables
                )
        if shown + here >= len(evidence):
            return start, shown
        shown = put_evidence_back(start, stop, requests, answers, block, evidence, shown)
    return end, shown
