"""One batch on its way through the kernel: arrays laid out, ranges decided by threads, what is missing filled in."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import ColumnarRegister, DecisionColumns, RequestColumns
from rules_service.evaluate import kernel
from rules_service.evaluate.blocks import Block
from rules_service.evaluate.requesters import RequesterColumns
from rules_service.evaluate.tables import AnswerArrays, RegisterArrays, RequestArrays, TaskTables, read_only
from rules_service.evaluate.tasks import TaskBook
from rules_service.evaluate.windows import Scratch

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_LEAST_RANGE: Final = 4_096
"""Fewer requests than so many are not worth a thread."""
_SPARE_EVIDENCE: Final = 1_024


def decided(
    book: TaskBook, requesters: RequesterColumns, requests: RequestColumns, register: ColumnarRegister, threads: int
) -> DecisionColumns:
    """The decisions on a batch, by as many threads as given."""
    arrays = _request_arrays(requests, requesters)
    answers, offsets = _empty_answers(len(requests), len(requests.ssins))
    facts = register_arrays(register)
    ranges = _ranges(len(requests), threads)

    def decide(between: tuple[int, int]) -> Int64:
        _find_tasks(between, book, requests, requesters, arrays.task)
        _look_up(between, register, arrays)
        return _decide_range(between, *book.tables(), facts, arrays, answers)

    if len(ranges) == 1:
        parts = [decide(ranges[0])]
    else:
        with ThreadPoolExecutor(len(ranges)) as pool:
            parts = list(pool.map(decide, ranges))
    evidence = _joined(parts, ranges, arrays, answers)
    _settle(book, arrays, answers)
    return DecisionColumns(
        verdicts=book.verdicts,
        verdict=answers.verdict,
        reason=answers.reason,
        person_reason=answers.person_reason,
        evidence_offsets=offsets,
        evidence_row=evidence,
        replaced_by=answers.replaced_by,
    )


def _find_tasks(
    between: tuple[int, int],
    book: TaskBook,
    requests: RequestColumns,
    requesters: RequesterColumns,
    tasks: Int32,
) -> None:
    """Puts down the task of some requests; those that are new are made."""
    some = slice(*between)
    look, requester, task = read_only(requests.look[some]), read_only(requests.requester[some]), tasks[some]
    while kernel.find_tasks(look, requester, requesters.profile, read_only(book.task_of()), task) < 0:
        unknown = np.flatnonzero(task < 0)
        pairs = np.stack([look[unknown], requesters.profile[requester[unknown]]])
        book.resolve((int(look), int(profile)) for look, profile in np.unique(pairs, axis=1).T)


def _look_up(between: tuple[int, int], register: ColumnarRegister, requests: RequestArrays) -> None:
    """Puts down the persons of some requests."""
    first, end = between
    persons = slice(requests.person_offsets[first], requests.person_offsets[end])
    register.look_up_into(requests.ssins[persons], requests.person[persons], requests.current[persons])


def _request_arrays(requests: RequestColumns, requesters: RequesterColumns) -> RequestArrays:
    """What the requests say; the tasks and the persons are found later."""
    persons = len(requests.ssins)
    return RequestArrays(
        task=np.empty(len(requests), dtype=np.int32),
        requester=read_only(requests.requester),
        system_date=read_only(requests.system_date),
        person_offsets=read_only(requests.person_offsets),
        ssins=read_only(requests.ssins),
        person=np.empty(persons, dtype=np.int32),
        current=np.empty(persons, dtype=np.int64),
        value_offsets=read_only(requests.value_offsets),
        begin=read_only(requests.begin),
        end=read_only(requests.end),
        owner=requesters.owner,
        ordinal=requesters.ordinal,
        sector=requesters.sector,
    )


def register_arrays(register: ColumnarRegister) -> RegisterArrays:
    """What the kernel reads of a register."""
    return RegisterArrays(
        offsets=read_only(register.offsets),
        records=read_only(register.records),
        owner_organisation=read_only(register.owner_organisation),
        owner_sector=read_only(register.owner_sector),
        owner_institution=read_only(register.owner_institution),
    )


def _empty_answers(requests: int, persons: int) -> tuple[AnswerArrays, Int64]:
    """Room for the answers, and the offsets of the evidence, of which the ends are part."""
    offsets = np.empty(persons + 1, dtype=np.int64)
    offsets[0] = 0
    answers = AnswerArrays(
        verdict=np.empty(requests, dtype=np.int32),
        reason=np.empty(requests, dtype=np.uint8),
        delivered=np.empty(requests, dtype=np.uint16),
        person_reason=np.empty(persons, dtype=np.uint8),
        used=np.empty(persons, dtype=np.int16),
        evidence_end=offsets[1:],
        replaced_by=np.zeros(persons, dtype=np.int64),
    )
    return answers, offsets


def _ranges(requests: int, threads: int) -> list[tuple[int, int]]:
    parts = max(1, min(threads, requests // _LEAST_RANGE))
    borders = [requests * part // parts for part in range(parts + 1)]
    return list(pairwise(borders))


def _decide_range(
    between: tuple[int, int],
    tables: TaskTables,
    most_slots: int,
    register: RegisterArrays,
    requests: RequestArrays,
    answers: AnswerArrays,
) -> Int64:
    """Decides some requests; the rows of their evidence, more room being made as often as it is needed."""
    request, end = between
    persons = int(requests.person_offsets[end] - requests.person_offsets[request])
    evidence, shown = np.empty(persons + _SPARE_EVIDENCE, dtype=np.int64), 0
    scratch = Scratch.of(most_slots)
    while True:
        block = Block.with_room(len(evidence))
        request, shown = kernel.decide(
            request, end, tables, register, requests, answers, evidence, shown, scratch, block
        )
        if request == end:
            break
        evidence = np.concatenate([evidence, np.empty_like(evidence)])
    return evidence[:shown]


def _joined(
    parts: Sequence[Int64], ranges: Sequence[tuple[int, int]], requests: RequestArrays, answers: AnswerArrays
) -> Int64:
    """The evidence of all ranges, one after the other; each counted its own from 0."""
    before = len(parts[0])
    for part, (first, end) in zip(parts[1:], ranges[1:], strict=True):
        answers.evidence_end[requests.person_offsets[first] : requests.person_offsets[end]] += before
        before += len(part)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _settle(book: TaskBook, requests: RequestArrays, answers: AnswerArrays) -> None:
    """Fills in the verdicts that were not known yet, and those on requests that several candidates granted."""
    if answers.verdict.min(initial=0) == 0:  # far faster than to look where they are
        return
    open_ones = np.flatnonzero(answers.verdict < 0)
    verdict = answers.verdict[open_ones]
    for code in np.unique(verdict[verdict <= kernel.UNKNOWN]):
        verdict[verdict == code] = book.verdict_at(kernel.UNKNOWN - int(code))
    answers.verdict[open_ones] = verdict
    for request in open_ones[verdict == kernel.MIXED].tolist():
        used = answers.used[requests.person_offsets[request] : requests.person_offsets[request + 1]].tolist()
        answers.verdict[request] = book.mixed_verdict(
            int(requests.task[request]), tuple(dict.fromkeys(used)), int(answers.delivered[request])
        )
