"""The kernel: many requests decided over flat columns, compiled once for every ruleset; it needs no interpreter lock.

It walks the tables of `tables` as `single` walks the plan, clause by clause (`walk`), with the same order of evidence.
What is called from within is put in place by the compiler: handing arrays to a function costs more than deciding.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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
from rules_service.evaluate.compiled import compiled, compiled_to_join, inlined, item
from rules_service.evaluate.tables import (
    DECIDED,
    FAILED,
    AnswerArrays,
    Int32,
    RegisterArrays,
    RequestArrays,
    TaskTables,
)
from rules_service.evaluate.walk import candidate_holds
from rules_service.evaluate.windows import Scratch, give_slots_days

Int64 = NDArray[np.int64]

RULE_SATISFIED: Final = int(Reason.RULE_SATISFIED)
NO_CONTROL: Final = int(Reason.NO_CONTROL)
SSIN_REPLACED: Final = int(Reason.SSIN_REPLACED)
_FIRST_INDETERMINATE: Final = int(Reason.NO_RULE_DOCUMENTED)

MIXED: Final = -1
"""In the place of a verdict: several candidates granted the persons of the request."""
UNKNOWN: Final = -2
"""In the place of a verdict, and below: a place of `verdict_of` that nobody asked for yet, counted down from here."""

NO_ROOM: Final = -1


@compiled
def find_tasks(look: Int32, requester: Int32, profile: Int32, task_of: Int32, task: Int32) -> Any:
    """Puts down the task of each request, that of its look and its requester's profile; the least of them."""
    least: Any = 0
    for request in range(len(look)):
        found = task_of[np.uint64(look[request]), np.uint64(item(profile, requester[request]))]
        task[request] = found
        least = min(least, found)
    return least


@inlined
def _verdict_at(place: int, tables: Any) -> Any:
    known = item(tables.verdict_of, place)
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
    group = item(tables.groups, task.group + which)
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
            if named > 0 and item(requests.person, place) >= 0:
                person = item(requests.person, place)
                rows = item(register.offsets, person), item(register.offsets, person + 1)
            found, whose = -1, shown
            for each in range(from_candidate, to_candidate):
                holds, shown = candidate_holds(each, task, rows, asking, tables, register, evidence, whose, scratch)
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
        holds, shown = candidate_holds(each, task, rows, asking, tables, register, evidence, shown, scratch)
        if holds:
            used = each - task.first
            break
    reason = np.int64(task.reason) if used < 0 else RULE_SATISFIED
    answers.person_reason[place] = reason
    answers.evidence_end[place] = shown
    answers.reason[request] = reason
    answers.verdict[request] = _verdict_at(task.verdict + used + 1, tables)
    return shown


@compiled_to_join
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
        here: Any = np.int64(0)
        for turn in range(stop - start):
            ask_ahead(turn, stop - start, start, requests, register, block)
            request = start + item(block.request, turn)
            block.begins[np.uint64(request - start)] = here
            rows = np.int64(item(block.first, turn)), np.int64(item(block.end, turn))
            number = requests.requester[request]
            task = item(tables.tasks, requests.task[request])
            persons = requests.person_offsets[request], requests.person_offsets[request + 1]
            if task.kind == FAILED:
                _fail(request, persons, task.verdict, tables, answers, here)
                continue
            if task.bindings * max(persons[1] - persons[0], 1) > MAX_CASES:
                _fail(request, persons, task.too_many, tables, answers, here)
                continue
            give_slots_days(task, request, requests, tables, scratch.slot_days)
            asking = (
                item(requests.owner, number),
                item(requests.ordinal, number),
                item(requests.sector, number),
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
                    person = item(requests.person, place)
                    if person >= 0:
                        room += item(register.offsets, person + 1) - item(register.offsets, person)
                    any_replaced = any_replaced or _is_replaced(place, task, requests)
                if here + 2 * room >= len(block.rows):
                    return start, shown

            reason: Any = np.int64(task.reason)
            used, delivered = NOBODY, 0
            if task.kind == DECIDED:
                reason = _decide_at_once(persons, task, requests, answers, here)
            for which in range(0 if task.kind != DECIDED else 1, task.deliveries + 1):
                if which > 0 and (reason > NO_CONTROL or item(tables.groups, task.group + which).always):
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
