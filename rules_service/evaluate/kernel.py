"""The kernel: many requests decided over flat columns, compiled once for every ruleset, without the interpreter lock.

It walks the tables of `tables` as `single` walks the plan, clause by clause, with the same order of evidence. What is
called from within is put in place by the compiler (`inline`): handing arrays to a function costs more than deciding.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra.days import PAST
from rules_service.decision import Reason
from rules_service.decision.decision_columns import NO_REASON
from rules_service.decision.request import MAX_CASES
from rules_service.evaluate.civil import shifted
from rules_service.evaluate.compiled import allocating, compiled, inlined
from rules_service.evaluate.prefetch import prefetch
from rules_service.evaluate.tables import (
    DECIDED,
    FAILED,
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

NOBODY: Final = -1
SEVERAL: Final = -2
"""In the place of the candidate that decided a request."""

_LINES: Final = 256
_LINE: Final = 8
"""Windows are remembered in so many lines of so many windows, by program and days: dates repeat in a batch."""
_AHEAD: Final = 12
"""So many persons ahead the memory of their rows is asked for, and that of their offsets twice as far."""


class Scratch(NamedTuple):
    """What one call of the kernel works with: it allocates nothing, so that it need not count who uses its arrays."""

    windows: Int64
    lines: Int64
    slot_days: Int64

    @classmethod
    def of(cls, most_windows: int, most_slots: int) -> Self:
        """Room for tasks of so many windows times bindings, and of so many slots, at most."""
        return cls(
            np.empty((_LINES * _LINE + most_windows, 2), dtype=np.int64),
            np.full((_LINES, 1 + _LINE), -1, dtype=np.int64),
            np.empty(most_slots + 1, dtype=np.int64),
        )


@allocating
def unresolved_pairs(look: Int32, requester: Int32, profile: Int32, task_of: Int32) -> Any:
    """Each pair of look and profile that has no task yet, once: rows of two numbers."""
    looks, profiles = task_of.shape
    seen = np.zeros(looks * profiles, dtype=np.bool_)
    found = np.empty((16, 2), dtype=np.int64)
    count = 0
    for request in range(len(look)):
        its_look, its_profile = look[request], profile[requester[request]]
        if task_of[its_look, its_profile] >= 0 or seen[its_look * profiles + its_profile]:
            continue
        seen[its_look * profiles + its_profile] = True
        if count == len(found):
            found = np.concatenate((found, np.empty_like(found)))
        found[count, 0], found[count, 1] = its_look, its_profile
        count += 1
    return found[:count]


@inlined
def _endpoint(first: int, end: int, latest: int, terms: Any, slot_days: Any) -> Any:
    """The day of one end of a window: the earliest of its terms, or the latest."""
    result = 0
    for place in range(first, end):
        term = terms[place]
        day: Any = np.int64(term.day)
        if term.slot >= 0:
            day = slot_days[term.slot]
        day = shifted(day, term.months, term.days, term.up)
        if place == first or (day > result if latest else day < result):
            result = day
    return result


@inlined
def _admits(clause: Any, record: Any, asking: Any, tables: Any, register: Any) -> Any:
    """Whether the clause looks at this integration: whose it is, register and code (S12-S14).

    Whose it is comes first: hardly any row is the requester's own, and what is nearly always so costs nothing to ask.
    """
    ordinal, sector, stated = asking
    owner = record.owner
    if clause.scope == _REQUESTER:
        if register.owner_organisation[owner] != ordinal or register.owner_sector[owner] != sector:
            return False
        if stated >= 0 and stated != record.code:
            return False
    elif clause.scope == _REQUESTER_SECTOR:
        if register.owner_sector[owner] != sector:
            return False
    elif register.owner_sector[owner] != clause.sector or (
        clause.scope != _SECTOR and register.owner_institution[owner] != clause.institution
    ):
        return False
    return record.flags & clause.register != 0 and tables.bit_of_code[record.code] & clause.mask != 0


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
    for row in range(rows[0], rows[1]):
        record = register.records[row]
        if not _admits(clause, record, asking, tables, register):
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
    candidate: Any,
    task: Any,
    rows: Any,
    windows: Any,
    base: int,
    asking: Any,
    tables: Any,
    register: Any,
    evidence: Any,
    whose: int,
) -> Any:
    """Whether for every binding some conjunction holds (S30c), and the end of the evidence of the first that does."""
    shown = whose
    for binding in range(task.bindings):
        at = base + binding * task.windows
        holds = False
        for each in range(candidate.first, candidate.end):
            conjunction = tables.conjunctions[each]
            before, holds = shown, True
            for place in range(conjunction.first, conjunction.end):
                clause = tables.clauses[place]
                days = windows[at + clause.window, 0], windows[at + clause.window, 1]
                if days[0] >= days[1]:
                    holds = False
                elif clause.scope == _REQUEST:
                    other = at + clause.other_window
                    holds = min(days[1], windows[other, 1]) > max(days[0], windows[other, 0])
                else:
                    holds, shown = _clause_holds(clause, rows, days, asking, tables, register, evidence, whose, shown)
                if not holds:
                    break
            if holds:
                break
            shown = before
        if not holds:
            return False, whose
    return True, shown


@inlined
def _resolve_windows(
    task: Any, request: int, requests: Any, tables: Any, windows: Any, lines: Any, slot_days: Any
) -> Any:
    """Puts the days of the task's windows into `windows`, half-open, binding after binding; the place of the first.

    A request of one binding finds them in the line of its program and its days, if a request before had the same.
    """
    remembered = task.bindings == 1 and task.windows <= _LINE and task.slots <= _LINE
    base: Any = _LINES * _LINE
    values = requests.value_offsets[request]
    for binding in range(task.bindings):
        mixed: Any = np.uint64(task.window)
        for slot in range(task.slots):
            source: Any = tables.sources[task.source + binding * task.slots + slot]
            if source < 0:
                day = tables.constants[-1 - source]
            elif source == 0:
                day = requests.system_date[request]
            else:
                value = values + (source - 1) // 2
                day = requests.begin[value] if source % 2 else requests.end[value]
            slot_days[slot] = day
            mixed = (mixed ^ np.uint64(np.int64(day) - PAST)) * np.uint64(0x9E3779B97F4A7C15)
        at: Any = base + binding * task.windows
        if remembered:
            line = np.int64(mixed >> np.uint64(56))
            base = at = line * _LINE
            known = lines[line, 0] == task.window
            for slot in range(task.slots):
                known = known and lines[line, 1 + slot] == slot_days[slot]
            if known:
                continue
            lines[line, 0] = task.window
            for slot in range(task.slots):
                lines[line, 1 + slot] = slot_days[slot]
        for each in range(task.windows):
            window = tables.windows[task.window + each]
            windows[at + each, 0] = _endpoint(window.first, window.middle, window.begin_latest, tables.terms, slot_days)
            windows[at + each, 1] = 1 + _endpoint(window.middle, window.end, window.end_latest, tables.terms, slot_days)
    return base


@inlined
def _ask_ahead(person_first: int, person_end: int, person: Any, register: Any) -> None:
    """Asks for the rows of the persons that come next, and for the offsets of those after them."""
    for place in range(person_first, person_end):
        if place + 2 * _AHEAD < len(person):
            later = person[place + 2 * _AHEAD]
            if later >= 0:
                prefetch(register.offsets, later)
            soon = person[place + _AHEAD]
            if soon >= 0:
                prefetch(register.records, register.offsets[soon])


@inlined
def _verdict_at(place: int, tables: Any) -> Any:
    known = tables.verdict_of[place]
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
    windows: Any,
    base: int,
    asking: Any,
    tables: Any,
    register: Any,
    requests: Any,
    answers: Any,
    evidence: Any,
    shown: int,
) -> Any:
    """Whether a candidate of the group holds for every person, the last one that did, and the end of the evidence.

    In the group that decides, the first candidate that holds for everybody counts; where there is none, each person has
    its own (S17). The groups after it only ask whether there is one for each person, and show nothing.
    """
    group = tables.groups[task.group + which]
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
            if named > 0 and requests.person[place] >= 0:
                person = requests.person[place]
                rows = register.offsets[person], register.offsets[person + 1]
            found, whose = -1, shown
            for each in range(from_candidate, to_candidate):
                holds, shown = _candidate_holds(
                    tables.candidates[each], task, rows, windows, base, asking, tables, register, evidence, whose
                )
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
) -> Any:
    """Decides requests `first` to `end`, excluded, whose tasks are all known.

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

    Returns:
        The request that could not be decided because the evidence might not find room, or `end`; and how many rows of
        evidence stand there now.
    """
    windows, lines, slot_days = scratch
    for request in range(first, end):
        number = requests.requester[request]
        task = tables.tasks[requests.task_of[requests.look[request], requests.profile[number]]]
        persons = requests.person_offsets[request], requests.person_offsets[request + 1]
        _ask_ahead(persons[0], persons[1], requests.person, register)
        answers.delivered[request] = 0
        if task.kind == FAILED:
            _fail(request, persons, task.verdict, tables, answers, shown)
            continue
        if task.bindings * max(persons[1] - persons[0], 1) > MAX_CASES:
            _fail(request, persons, task.too_many, tables, answers, shown)
            continue
        room: Any = 0
        any_replaced = False
        for place in range(persons[0], persons[1]):
            person = requests.person[place]
            if person >= 0:
                room += register.offsets[person + 1] - register.offsets[person]
            any_replaced = any_replaced or _is_replaced(place, task, requests)
        if shown + 2 * room > len(evidence):
            return request, shown
        base = 0
        if task.windows > 0:
            base = _resolve_windows(task, request, requests, tables, windows, lines, slot_days)
        asking = requests.ordinal[number], requests.sector[number], task.stated

        reason: Any = np.int64(task.reason)
        used, delivered = NOBODY, 0
        if task.kind == DECIDED:
            reason = _decide_at_once(persons, task, requests, answers, shown)
        for which in range(0 if task.kind != DECIDED else 1, task.deliveries + 1):
            if which > 0 and (reason > NO_CONTROL or tables.groups[task.group + which].always):
                delivered |= (reason <= NO_CONTROL) << (which - 1)
                continue
            everybody, found, shown = _try_group(
                which,
                persons,
                any_replaced,
                task,
                windows,
                base,
                asking,
                tables,
                register,
                requests,
                answers,
                evidence,
                shown,
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
            answers.verdict[request] = _verdict_at(task.verdict + ((used + 1) << task.deliveries) + delivered, tables)
    return end, shown
