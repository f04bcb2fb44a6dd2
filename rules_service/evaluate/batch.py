"""Many requests at once: columns in, columns out, or objects in and out by way of columns.

The checks run once for each look and kind of requester (`tasks`), the rest is the kernel's (`kernel`). Whoever imports
this module does not load the compiler yet: that takes longer than many a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import (
    ColumnarRegister,
    Decision,
    DecisionColumns,
    DecisionRequest,
    Interned,
    Look,
    RequestColumns,
    RequestShape,
)
from rules_service.errors import CallerError
from rules_service.evaluate.objects import objects_of
from rules_service.evaluate.requesters import Profiles, RequesterColumns
from rules_service.evaluate.screening import Screening, screen
from rules_service.evaluate.tables import TaskTables
from rules_service.evaluate.tasks import TaskBook
from rules_service.identifiers.parties import Organisation
from rules_service.plan import Plan

_SHAPES_KEPT: Final = 4_096
_LOOKS_KEPT: Final = 4_096
_REQUESTERS_KEPT: Final = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class LaidOut:
    """What the kernel decides by: see `tables.RequestArrays` and `DecisionColumns`."""

    tables: TaskTables
    most_slots: int
    task_of: NDArray[np.int32]
    requesters: RequesterColumns
    verdicts: Sequence[Decision | CallerError]


class ColumnEvaluator:
    """Decides batches by a plan, on a register in columns, with the same answers as `SingleEvaluator`.

    Any number of threads may share it. What it keeps from batch to batch are the checks, which depend on the plan and
    on nothing else; nothing decided is ever remembered.
    """

    def __init__(self, plan: Plan) -> None:
        """`plan` is a sealed plan; its digest goes into every decision."""
        self._plan = plan
        self._screen = lru_cache(_SHAPES_KEPT)(self._screened)
        self._profiles: Profiles = Interned()
        self._books: WeakKeyDictionary[Interned[Look], TaskBook] = WeakKeyDictionary()
        self._known: WeakKeyDictionary[Interned[str], RequesterColumns] = WeakKeyDictionary()
        self._looks: Interned[Look] = Interned()
        self._requesters: Interned[str] = Interned()

    def _screened(self, shape: RequestShape) -> Screening:
        return screen(self._plan, shape)

    def decide_columns(self, requests: RequestColumns, register: ColumnarRegister, threads: int = 1) -> DecisionColumns:
        """The decisions on requests in columns, by as many threads as given.

        An error of one request is a verdict of its own; the others are decided.
        """
        # The compiler is loaded by whoever decides in columns, and by nobody else.
        run = import_module("rules_service.evaluate.run")
        decided: DecisionColumns = run.decided(
            self._book(requests.looks),
            self._requesters_known(requests.requesters, register),
            requests,
            register,
            threads,
        )
        return decided

    def task_tables(self, looks: Interned[Look], requesters: Interned[str], register: ColumnarRegister) -> LaidOut:
        """What the kernel decides by, for requests with these looks and requesters, as far as it is known by now."""
        known = self._requesters_known(requesters, register)
        book = self._book(looks)
        task_of = book.task_of()
        tables, most_slots = book.tables()
        return LaidOut(tables, most_slots, task_of, known, book.verdicts)

    def decide_all(
        self, requests: Sequence[DecisionRequest], register: ColumnarRegister
    ) -> list[Decision | CallerError]:
        """One result for each request, in order: its decision, or the error that its caller must mend."""
        if not requests:
            return []
        if len(self._looks) > _LOOKS_KEPT:
            self._looks = Interned()
        if len(self._requesters) > _REQUESTERS_KEPT:
            self._requesters = Interned()
        columns = RequestColumns.of(requests, self._looks, self._requesters)
        return objects_of(self.decide_columns(columns, register), requests, register)

    def _book(self, looks: Interned[Look]) -> TaskBook:
        book = self._books.get(looks)
        if book is None:
            book = self._books.setdefault(looks, TaskBook(self._plan, looks, self._profiles, self._check))
        return book

    def _check(self, look: Look, profile: Organisation | None) -> Screening:
        return self._screen(look.shape(profile))

    def _requesters_known(self, requesters: Interned[str], register: ColumnarRegister) -> RequesterColumns:
        known = self._known.get(requesters)
        if known is None or known.register is not register or len(known.profile) < len(requesters):
            known = self._known[requesters] = RequesterColumns.of(requesters, register, self._profiles)
        return known
