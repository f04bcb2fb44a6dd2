"""From columns of decisions to objects, for those who want one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rules_service.decision import (
    ColumnarRegister,
    Decision,
    DecisionColumns,
    DecisionRequest,
    Integration,
    PersonDecision,
    Reason,
)
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.decision.decision_columns import NOT_TOLD
from rules_service.errors import CallerError

_NO_INSTITUTION = -1


def objects_of(
    decided: DecisionColumns, requests: Sequence[DecisionRequest], register: ColumnarRegister
) -> list[Decision | CallerError]:
    """The decision on each request, or the error that its caller must mend."""
    rows = _integrations(decided, requests, register)
    evidence_ends = decided.evidence_offsets[1:].tolist()
    reasons, replaced = decided.person_reason.tolist(), decided.replaced_by.tolist()
    place = shown = 0
    results: list[Decision | CallerError] = []
    for request, number, reason in zip(requests, decided.verdict.tolist(), decided.reason.tolist(), strict=True):
        verdict = decided.verdicts[number]
        persons = []
        for ssin in request.ssins:
            evidence = tuple(next(rows) for _ in range(shown, evidence_ends[place]))
            if isinstance(verdict, Decision):
                new_number = None if replaced[place] == NOT_TOLD else replaced[place]
                persons.append(PersonDecision(ssin, Reason(reasons[place]), evidence, new_number))
            shown, place = evidence_ends[place], place + 1
        if isinstance(verdict, Decision):
            verdict = replace(
                verdict,
                reason=Reason(reason),
                persons=tuple(persons),
                system_date=request.system_date,
                register_revision=register.revision,
                ticket=request.ticket,
            )
        results.append(verdict)
    return results


def _integrations(
    decided: DecisionColumns, requests: Sequence[DecisionRequest], register: ColumnarRegister
) -> Iterator[Integration]:
    """Every piece of evidence, in order; it is always the requester's own (S22)."""
    row = decided.evidence_row
    owner, flags = register.owner[row], register.flags[row]
    columns = (
        register.row_id[row],
        register.owner_sector[owner],
        register.code[row],
        register.begin[row],
        register.end_exclusive[row] - 1,
        (flags & IN_PRIMARY) != 0,
        (flags & IN_SECONDARY) != 0,
        register.owner_institution[owner],
    )
    described = zip(*(column.tolist() for column in columns), strict=True)
    counts = (decided.evidence_offsets[1:] - decided.evidence_offsets[:-1]).tolist()
    askers = ((ssin, request.requester) for request in requests for ssin in request.ssins)
    keys: dict[str, str] = {}
    for (ssin, requester), count in zip(askers, counts, strict=True):
        for _ in range(count):
            if requester not in keys:
                organisation = register.organisation(requester)
                keys[requester] = requester if organisation is None else organisation.key
            row_id, sector, code, begin, end, primary, secondary, institution = next(described)
            of_owner = None if institution == _NO_INSTITUTION else institution
            yield Integration(row_id, ssin, keys[requester], sector, code, begin, end, primary, secondary, of_owner)
