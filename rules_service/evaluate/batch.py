"""Many requests at once: checked by shape, decided in columns, answered in order.

The checks run once for each distinct shape. What is left is grouped by the conjunctions to try, and each group is one
call of the kernel, whoever asks and for whomever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rules_service.decision import ColumnarRegister, Decision, DecisionRequest, Integration, RequestShape
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.errors import CallerError
from rules_service.evaluate.answers import NO_PERSON, Evidence, conclude
from rules_service.evaluate.columns import NO_CODE_STATED, Cases, CaseVerdicts, ColumnKernel
from rules_service.evaluate.screening import Candidate, Screening, names_read, screen
from rules_service.identifiers.parties import Organisation
from rules_service.plan import Plan

Place = tuple[int, int, int, int]
"""A person under a candidate: the request's place in the batch, the variant, the mask of own codes, the number."""
CHUNK = 1 << 16
"""Cases of one call of the kernel, at most: the memory of a batch does not grow with what its requests combine."""


class ColumnEvaluator:
    """Decides batches by a plan, on a register in columns, with the same answers as `SingleEvaluator`."""

    def __init__(self, plan: Plan) -> None:
        """`plan` is a sealed plan; its digest goes into every decision."""
        self._plan = plan

    def decide_all(
        self, requests: Sequence[DecisionRequest], register: ColumnarRegister
    ) -> list[Decision | CallerError]:
        """One result for each request, in order: its decision, or the error that its caller must mend."""
        screened = _Screened(self._plan, register)
        queue = _Queue(ColumnKernel(self._plan, register), screened, register)
        found = [queue.add(place, request, screened.request(request)) for place, request in enumerate(requests)]
        queue.settle_all()
        return [
            self._result(place, request, each, register, queue.evidence)
            for place, (request, each) in enumerate(zip(requests, found, strict=True))
        ]

    def _result(
        self,
        place: int,
        request: DecisionRequest,
        screening: Screening | CallerError,
        register: ColumnarRegister,
        evidence: Mapping[Place, Evidence | None],
    ) -> Decision | CallerError:
        if isinstance(screening, CallerError):
            return screening

        def evidence_of(candidate: Candidate, ssin: int) -> Evidence | None:
            return evidence[place, candidate.variant, candidate.own_codes, ssin]

        return conclude(self._plan, screening, request, register, evidence_of)


@dataclass(slots=True)
class _Screened:
    """What the checks say, once for each distinct shape, and each requester, looked up once.

    Most requests of a batch look alike, and comparing how they look is cheaper than making a shape for each.
    """

    plan: Plan
    register: ColumnarRegister
    requesters: dict[str, Organisation | None] = field(default_factory=dict)
    ordinals: dict[str, int] = field(default_factory=dict)
    found: dict[RequestShape, Screening | CallerError] = field(default_factory=dict)
    by_look: dict[Hashable, Screening | CallerError] = field(default_factory=dict)

    def request(self, request: DecisionRequest) -> Screening | CallerError:
        look = _look(request)
        known = self.by_look.get(look)
        if known is None:
            known = self.by_look[look] = self._by_shape(request)
        return known

    def _by_shape(self, request: DecisionRequest) -> Screening | CallerError:
        key = request.requester
        if key not in self.requesters:
            self.requesters[key] = self.register.organisation(key)
            organisation = self.requesters[key]
            self.ordinals[key] = -1 if organisation is None else self.register.ordinal_of(organisation.key)
        organisation = self.requesters[key]
        # Two organisations of one class pass the same checks: a shape that names neither serves both.
        shape = request.shape(organisation and replace(organisation, key=""))
        if shape not in self.found:
            try:
                self.found[shape] = screen(self.plan, shape)
            except CallerError as error:
                self.found[shape] = error
        return self.found[shape]

    def key_of(self, key: str) -> str:
        """The directory's own key of a requester, which may have been named by sector and institution."""
        organisation = self.requesters[key]
        return key if organisation is None else organisation.key

    def sector_of(self, key: str) -> int:
        organisation = self.requesters[key]
        return -1 if organisation is None else organisation.sector


def _look(request: DecisionRequest) -> Hashable:
    """All that the shape of a request is made of, as it stands: requests that look alike have one shape."""
    return (
        request.operation,
        request.requester,
        request.quality_code,
        request.legal_context,
        tuple([(period.name, period.end is None) for period in request.periods]),
        tuple([date.name for date in request.dates]),
        tuple(request.parameters.items()),
        request.information_types,
        bool(request.ssins),
        request.proof,
    )


@dataclass(slots=True)
class _Queue:
    """Cases that wait for the kernel, grouped by the conjunctions to try, and the evidence found so far."""

    kernel: ColumnKernel
    screened: _Screened
    register: ColumnarRegister
    groups: defaultdict[tuple[int, ...], _Group] = field(default_factory=lambda: defaultdict(_Group))
    evidence: dict[Place, Evidence | None] = field(default_factory=dict)

    def add(self, place: int, request: DecisionRequest, screening: Screening | CallerError) -> Screening | CallerError:
        """Queues every person, candidate and binding of a request; gives its screening, or what is wrong with it."""
        if isinstance(screening, CallerError):
            return screening
        try:
            bindings = request.bindings(names_read(screening))
        except CallerError as error:
            return error
        for each in (screening, *(listed for _, listed in screening.deliveries)):
            for candidate in each.candidates:
                self._add_candidate(place, request, candidate, bindings)
        return screening

    def _add_candidate(
        self, place: int, request: DecisionRequest, candidate: Candidate, bindings: Sequence[Mapping[str, int]]
    ) -> None:
        group = self.groups[candidate.conjunctions]
        for ssin in request.ssins or (NO_PERSON,):
            where = place, candidate.variant, candidate.own_codes, ssin
            for binding in bindings:
                group.add(where, request, binding)
        if len(group.places) >= CHUNK:
            self._settle(candidate.conjunctions, self.groups.pop(candidate.conjunctions))

    def settle_all(self) -> None:
        """Decides what still waits."""
        for conjunctions, group in self.groups.items():
            self._settle(conjunctions, group)
        self.groups.clear()

    def _settle(self, conjunctions: tuple[int, ...], group: _Group) -> None:
        self.evidence |= group.evidence(conjunctions, self.kernel, self.screened, self.register)


@dataclass(slots=True)
class _Group:
    """Cases that try the same conjunctions, column by column; those of one place never part."""

    places: list[Place] = field(default_factory=list)
    requests: list[DecisionRequest] = field(default_factory=list)
    bindings: list[Mapping[str, int]] = field(default_factory=list)

    def add(self, place: Place, request: DecisionRequest, binding: Mapping[str, int]) -> None:
        self.places.append(place)
        self.requests.append(request)
        self.bindings.append(binding)

    def evidence(
        self, conjunctions: tuple[int, ...], kernel: ColumnKernel, screened: _Screened, register: ColumnarRegister
    ) -> dict[Place, Evidence | None]:
        """For each place the evidence over all its bindings, None where some binding does not hold."""
        verdicts = kernel.evaluate(conjunctions, self._cases(kernel.slots_of(conjunctions), screened, register))
        found: dict[Place, Evidence | None] = {}
        for place, own in zip(self.places, self._shown(verdicts, screened, register), strict=True):
            before = found.get(place, ())
            joined = None if own is None or before is None else (*before, *(row for row in own if row not in before))
            found[place] = joined
        return found

    def _cases(self, slots: frozenset[str], screened: _Screened, register: ColumnarRegister) -> Cases:
        ssins = np.array([place[-1] for place in self.places], dtype=np.int64)
        keys = [request.requester for request in self.requests]
        codes = [request.quality_code for request in self.requests]
        return Cases(
            person=register.lookup(ssins),
            requester=np.array([screened.ordinals[key] for key in keys], dtype=np.int32),
            requester_sector=np.array([screened.sector_of(key) for key in keys], dtype=np.int16),
            stated_code=np.array([NO_CODE_STATED if code is None else code for code in codes], dtype=np.int16),
            own_codes=np.array([own_codes for _, _, own_codes, _ in self.places], dtype=np.uint64),
            days={slot: np.array([each[slot] for each in self.bindings], dtype=np.int32) for slot in slots},
        )

    def _shown(self, verdicts: CaseVerdicts, screened: _Screened, register: ColumnarRegister) -> list[Evidence | None]:
        """The evidence of each case; None where it does not hold."""
        shown: list[list[Integration]] = [[] for _ in self.places]
        for case, integration in self._evidence_rows(verdicts, screened, register):
            if integration not in shown[case]:
                shown[case].append(integration)
        holds = verdicts.holds.tolist()
        return [tuple(each) if held else None for each, held in zip(shown, holds, strict=True)]

    def _evidence_rows(
        self, verdicts: CaseVerdicts, screened: _Screened, register: ColumnarRegister
    ) -> Iterator[tuple[int, Integration]]:
        """Each row that shows something, with its case; evidence is always the requester's own (S22)."""
        row = verdicts.evidence_row
        owner, flags = register.owner[row], register.flags[row]
        columns = (
            verdicts.evidence_case,
            register.row_id[row],
            register.owner_sector[owner],
            register.code[row],
            register.begin[row],
            register.end_exclusive[row] - 1,
            (flags & IN_PRIMARY) != 0,
            (flags & IN_SECONDARY) != 0,
            register.owner_institution[owner],
        )
        for case, row_id, *described, institution in zip(*(column.tolist() for column in columns), strict=True):
            sector, code, begin, end, primary, secondary = described
            key, ssin = screened.key_of(self.requests[case].requester), self.places[case][-1]
            of_owner = None if institution < 0 else institution
            yield case, Integration(row_id, ssin, key, sector, code, begin, end, primary, secondary, of_owner)
