"""From looks and requesters to tasks: the checks are made once for each pair, in Python, and become rows of tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from math import prod
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import NO_SHIFT, Endpoint, Rounding, Shift, Term, Window
from rules_service.algebra.window_tree import Choice
from rules_service.decision import SYSTEM_DATE, Decision, Interned, Look, Reason, too_many_cases
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.decision.request import MAX_CASES
from rules_service.errors import CallerError, InternalError
from rules_service.evaluate.answers import alike
from rules_service.evaluate.screening import Candidate, Screening, names_read
from rules_service.evaluate.shapes import fits_columns
from rules_service.evaluate.tables import (
    CLAUSE,
    DECIDED,
    FAILED,
    FAILS,
    FORMS,
    GROUP,
    HOLDS,
    READS_NO_ROWS,
    SYSTEM_DATE_SOURCE,
    TASK,
    TERM,
    TRIED,
    WINDOW,
    TaskTables,
    read_only,
)
from rules_service.identifiers.parties import Organisation
from rules_service.plan import ClauseRow, Plan

Screen = Callable[[Look, Organisation | None], Screening]
"""Makes the checks of a look for a requester; raises `CallerError`."""
Int32 = NDArray[np.int32]
UNRESOLVED: Final = -1
_MOST_CODES: Final = 1000
_MOST_DELIVERIES: Final = 16
_Group = tuple[bool, tuple[Candidate, ...]]
"""Whether all is given without control, and what is to be tried otherwise."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What the verdicts of a task are made of; `verdict` is its first place in `verdict_of`."""

    screening: Screening | CallerError
    verdict: int


@dataclass(frozen=True, slots=True)
class _Program:
    """Where the rows of some groups stand, and the slots that their windows read, which number them.

    `form` is all that says which way the kernel takes through them, and none of the numbers that it meets there.
    """

    group: int
    first: int
    end: int
    slots: tuple[str, ...]
    form: tuple[object, ...]


class _Rows:
    """A table that grows at its end; what was read of it stays as it was."""

    def __init__(self, kind: np.dtype[Any] | type) -> None:
        self._rows = np.zeros(64, dtype=kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, rows: Sequence[Any]) -> int:
        """Adds rows; the place of the first."""
        first, self._count = self._count, self._count + len(rows)
        if self._count > len(self._rows):
            grown = np.zeros(2 * self._count, dtype=self._rows.dtype)
            grown[:first] = self._rows[:first]
            self._rows = grown
        if rows:
            self._rows[first : self._count] = np.array(list(rows), dtype=self._rows.dtype)
        return first

    @property
    def filled(self) -> NDArray[Any]:
        """All rows."""
        return self._rows[: self._count]


class TaskBook:
    """The tasks of one plan for one table of looks; it grows as pairs of look and profile come for the first time.

    A profile is an organisation without its key: who is alike in class, region, sector and institution passes the same
    checks. Any number of threads may share a book.
    """

    def __init__(
        self, plan: Plan, looks: Interned[Look], profiles: Interned[Organisation | None], screen: Screen
    ) -> None:
        """`screen` makes the checks, by the plan."""
        self._plan = plan
        self._looks = looks
        self._profiles = profiles
        self._screen = screen
        self._lock = Lock()
        self._task_of = np.full((16, 4), UNRESOLVED, dtype=np.int32)
        self._tasks: list[_Task] = []
        self._verdicts: list[Decision | CallerError] = []
        self._mixed: dict[tuple[int, tuple[int, ...], int], int] = {}
        self._programs: dict[tuple[_Group, ...], _Program] = {}
        self._most_slots = 0
        kinds = (TASK, GROUP, np.int32, CLAUSE, WINDOW, TERM, np.int32, np.int32)
        tables = [_Rows(kind) for kind in kinds]
        self._task_rows, self._groups, self._candidates, self._clauses = tables[:4]
        self._windows, self._terms, self._sources, self._constants = tables[4:]
        self._verdict_of, self._form_of = _Rows(np.int32), _Rows(np.int32)
        self._forms: Interned[tuple[object, ...]] = Interned()
        self._bits = read_only(np.array([plan.code_bit_of(code) for code in range(_MOST_CODES)], dtype=np.uint64))

    @property
    def verdicts(self) -> Sequence[Decision | CallerError]:
        """What decisions alike share; more may follow."""
        return self._verdicts

    def task_of(self) -> Int32:
        """The task of each look and profile, `UNRESOLVED` where none is known yet, with room for all there are."""
        with self._lock:
            looks, profiles = self._task_of.shape
            if len(self._looks) > looks or len(self._profiles) > profiles:
                room = max(looks, 2 * len(self._looks)), max(profiles, 2 * len(self._profiles))
                grown = np.full(room, UNRESOLVED, dtype=np.int32)
                grown[:looks, :profiles] = self._task_of
                self._task_of = grown
            return self._task_of

    def resolve(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Makes the tasks of pairs of look and profile that have none yet."""
        with self._lock:
            for look, profile in pairs:
                if self._task_of[look, profile] == UNRESOLVED:
                    self._task_of[look, profile] = self._add(self._looks[look], self._profiles[profile])

    def tables(self) -> tuple[TaskTables, int]:
        """The tables of all tasks so far, and the most slots that one of them has, over all its bindings."""
        with self._lock:
            tables = TaskTables(
                tasks=read_only(self._task_rows.filled),
                groups=read_only(self._groups.filled),
                candidates=read_only(self._candidates.filled),
                clauses=read_only(self._clauses.filled),
                windows=read_only(self._windows.filled),
                terms=read_only(self._terms.filled),
                sources=read_only(self._sources.filled),
                constants=read_only(self._constants.filled),
                bit_of_code=self._bits,
                verdict_of=self._verdict_of.filled,
                form_of=read_only(self._form_of.filled),
            )
            return tables, self._most_slots

    def verdict_at(self, place: int) -> int:
        """The verdict that belongs to a place of `verdict_of`, made when it is asked for the first time."""
        with self._lock:
            known = int(self._verdict_of.filled[place])
            if known == UNRESOLVED:
                known = self._verdict_of.filled[place] = self._keep(self._verdict(place))
            return known

    def mixed_verdict(self, task: int, candidates: tuple[int, ...], deliveries: int) -> int:
        """The verdict on a request whose persons are granted by several candidates, in the order of the persons."""
        with self._lock:
            key = task, candidates, deliveries
            if key not in self._mixed:
                screening = self._tasks[task].screening
                if isinstance(screening, CallerError):
                    raise InternalError("a task that failed has no candidates")
                used = tuple(dict.fromkeys(screening.candidates[each].variant for each in candidates))
                self._mixed[key] = self._keep(alike(self._plan, screening, used, _delivered(screening, deliveries)))
            return self._mixed[key]

    def _keep(self, verdict: Decision | CallerError) -> int:
        self._verdicts.append(verdict)
        return len(self._verdicts) - 1

    def _verdict(self, place: int) -> Decision | CallerError:
        task = self._tasks[bisect_right(self._tasks, place, key=lambda each: each.verdict) - 1]
        if isinstance(task.screening, CallerError):
            return task.screening
        screening, within = task.screening, place - task.verdict
        candidate, deliveries = divmod(within, 1 << len(screening.deliveries))
        if candidate > len(screening.candidates):
            return too_many_cases()
        used: tuple[int, ...] = () if screening.variant is None else (screening.variant,)
        if screening.candidates:
            used = (screening.candidates[max(candidate - 1, 0)].variant,)
        return alike(self._plan, screening, used, _delivered(screening, deliveries))

    def _add(self, look: Look, profile: Organisation | None) -> int:
        try:
            screening = self._screen(look, profile)
        except CallerError as error:
            return self._add_row(_Task(error, self._verdict_of.add([UNRESOLVED])), READS_NO_ROWS, kind=FAILED)
        if len(screening.deliveries) > _MOST_DELIVERIES:
            raise InternalError(f"information types fall into more than {_MOST_DELIVERIES} groups")
        program = self._program(screening)
        bindings = _bindings(look, names_read(screening))
        places = (len(screening.candidates) + 1 << len(screening.deliveries)) + 1
        verdict = self._verdict_of.add([UNRESOLVED] * places)
        self._most_slots = max(self._most_slots, len(bindings) * len(program.slots))
        return self._add_row(
            _Task(screening, verdict),
            self._form(screening, len(bindings), program),
            kind=TRIED if screening.reason is None else DECIDED,
            reason=screening.unmet if screening.reason is None else screening.reason,
            refuses_replaced=screening.operation.refuses_replaced,
            plain=screening.reason is None and not (screening.operation.refuses_replaced or screening.deliveries),
            deliveries=len(screening.deliveries),
            stated=-1 if look.quality_code is None else look.quality_code,
            group=program.group,
            first=program.first,
            end=program.end,
            bindings=len(bindings),
            slots=len(program.slots),
            source=self._add_sources(bindings, program.slots),
            too_many=verdict + places - 1,
        )

    def _form(self, screening: Screening, bindings: int, program: _Program) -> int:
        """The number of a task's form; it does not matter to any answer when other forms share it."""
        if screening.reason is not None and not screening.deliveries:
            return READS_NO_ROWS
        form = screening.reason is None, bindings, program.form
        return READS_NO_ROWS + 1 + self._forms.number_of(form) % (FORMS - READS_NO_ROWS - 1)

    def _add_row(self, task: _Task, form: int, **values: int) -> int:
        self._tasks.append(task)
        self._form_of.add([form])
        row = np.zeros(1, dtype=TASK)
        for name, value in {"verdict": task.verdict, **values}.items():
            row[name] = value
        return self._task_rows.add(list(row))

    def _add_sources(self, bindings: Sequence[Mapping[str, int | _Fixed]], slots: Sequence[str]) -> int:
        if len(bindings) > MAX_CASES:
            return 0  # more than may be tried for anybody: never read
        return self._sources.add([self._source(binding[slot]) for binding in bindings for slot in slots])

    def _source(self, source: int | _Fixed) -> int:
        return -1 - self._constants.add([source.day]) if isinstance(source, _Fixed) else source

    def _program(self, screening: Screening) -> _Program:
        """The rows of what is to be tried; written once for all tasks that try the same."""
        groups = (
            (False, screening.candidates),
            *((listed.reason is Reason.NO_CONTROL, listed.candidates) for _, listed in screening.deliveries),
        )
        if groups not in self._programs:
            self._programs[groups] = self._add_program(groups)
        return self._programs[groups]

    def _add_program(self, groups: tuple[_Group, ...]) -> _Program:
        windows = list(dict.fromkeys(self._windows_of(groups)))
        slots = Interned(slot for window in windows for slot in sorted(self._plan.windows[window].slots))
        first = self._windows.add([self._window(self._plan.windows[window], slots) for window in windows])
        place_of = dict(zip(windows, count(first)))
        ranges = [self._add_candidates(candidates, place_of) for _, candidates in groups]
        rows = [(*each, always) for each, (always, _) in zip(ranges, groups, strict=True)]
        form = tuple(tuple(self._form_of_candidate(each) for each in candidates) for _, candidates in groups)
        return _Program(self._groups.add(rows), *ranges[0], tuple(slots.items), form)

    def _form_of_candidate(self, candidate: Candidate) -> tuple[object, ...]:
        return tuple(tuple(map(self._form_of_clause, self._clauses_of([each]))) for each in candidate.conjunctions)

    def _form_of_clause(self, clause: ClauseRow) -> tuple[object, ...]:
        window = self._plan.windows[clause.window]
        shifts = tuple(tuple(term.shift == NO_SHIFT for term in each.terms) for each in (window.begin, window.end))
        return clause.scope, clause.predicate, clause.extend_begin is None, shifts

    def _windows_of(self, groups: Iterable[_Group]) -> Iterable[int]:
        for _, candidates in groups:
            for clause in self._clauses_of(row for candidate in candidates for row in candidate.conjunctions):
                yield clause.window
                if clause.other_window is not None:
                    yield clause.other_window

    def _clauses_of(self, conjunctions: Iterable[int]) -> Iterable[ClauseRow]:
        for index in conjunctions:
            conjunction = self._plan.conjunctions[index]
            yield from self._plan.clauses[conjunction.first : conjunction.end]

    def _add_candidates(self, candidates: Sequence[Candidate], windows: Mapping[int, int]) -> tuple[int, int]:
        first = self._candidates.add([self._add_candidate(each, windows) for each in candidates])
        return first, first + len(candidates)

    def _add_candidate(self, candidate: Candidate, windows: Mapping[int, int]) -> int:
        """The first clause of its first conjunction; the last one is written first, so that others can lead to it."""
        first = FAILS
        for conjunction in reversed(candidate.conjunctions):
            otherwise, first = first, HOLDS
            for clause in reversed(list(self._clauses_of([conjunction]))):
                first = self._clauses.add([self._clause(clause, candidate, windows, first, otherwise)])
        return first

    def _clause(
        self, clause: ClauseRow, candidate: Candidate, windows: Mapping[int, int], then: int, otherwise: int
    ) -> tuple[int, ...]:
        """The row of a clause; the codes that count for the candidate are worked into its mask (S13, S30b)."""
        if not fits_columns(clause):
            raise InternalError("a clause of a kind that columns do not know")
        extend = clause.extend_begin or Shift()
        values = {
            "mask": clause.code_mask & candidate.own_codes if clause.is_own else clause.code_mask,
            "threshold": clause.threshold,
            "extend_months": extend.months,
            "extend_days": extend.days,
            "window": windows[clause.window],
            "other_window": -1 if clause.other_window is None else windows[clause.other_window],
            "then": then,
            "otherwise": otherwise,
            "sector": clause.sector,
            "institution": clause.institution,
            "scope": clause.scope,
            "predicate": clause.predicate,
            "register": IN_SECONDARY if clause.secondary else IN_PRIMARY,
            "extended": clause.extend_begin is not None,
            "extend_up": extend.rounding is Rounding.UP,
        }
        return tuple(int(values[name]) for name in CLAUSE.names or ())

    def _window(self, window: Window, slots: Interned[str]) -> tuple[int, ...]:
        first = self._add_terms(window.begin, slots)
        middle = self._add_terms(window.end, slots)
        ends = window.begin, window.end
        latest = [each.choice is Choice.LATEST for each in ends]
        named = [_plain_slot(each) for each in ends]
        plain = None not in named
        begin_slot, end_slot = (slots.number_of(slot) if plain and slot is not None else 0 for slot in named)
        return (first, middle, len(self._terms), begin_slot, end_slot, *latest, plain)

    def _add_terms(self, endpoint: Endpoint, slots: Interned[str]) -> int:
        return self._terms.add([_term(term, slots) for term in endpoint.terms])


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A day that the look itself says."""

    day: int = field()


def _plain_slot(endpoint: Endpoint) -> str | None:
    """The slot whose day the endpoint is as it stands."""
    term, *others = endpoint.terms
    return term.slot if not others and term.shift == NO_SHIFT else None


def _term(term: Term, slots: Interned[str]) -> tuple[int, ...]:
    slot = -1 if term.slot is None else slots.number_of(term.slot)
    shift = term.shift
    return slot, term.day or 0, shift.months, shift.days, int(shift.rounding is Rounding.UP)


def _bindings(look: Look, used: frozenset[str]) -> Sequence[Mapping[str, int | _Fixed]]:
    """Every way to give each slot a source: more than one where a name in `used` comes several times (S30c).

    Where there are more ways than may be tried, so many empty ones and one more stand for them.
    """
    choices: dict[str, list[Mapping[str, int | _Fixed]]] = {}
    for period in look.fixed:
        if period.name in used and period.end is not None:
            slots = {f"{period.name}.begin": _Fixed(period.begin), f"{period.name}.end": _Fixed(period.end)}
            choices.setdefault(period.name, []).append(slots)
    for place, value in enumerate(look.values):
        if value.name in used:
            first, last = 1 + 2 * place, 2 + 2 * place
            sources = (
                {f"{value.name}.begin": first, f"{value.name}.end": last} if value.is_period else {value.name: first}
            )
            choices.setdefault(value.name, []).append(sources)
    if prod(map(len, choices.values())) > MAX_CASES:
        return [{}] * (MAX_CASES + 1)
    base = {SYSTEM_DATE: SYSTEM_DATE_SOURCE}
    return [
        base | {slot: source for part in parts for slot, source in part.items()} for parts in product(*choices.values())
    ]


def _delivered(screening: Screening, deliveries: int) -> tuple[str, ...]:
    """The information types of the groups that may be delivered, one bit for each group."""
    groups = (numbers for place, (numbers, _) in enumerate(screening.deliveries) if deliveries >> place & 1)
    return tuple(sorted(frozenset[str]().union(*groups)))
