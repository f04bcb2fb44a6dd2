"""All that an index says, as plain values: two indexes that say the same are equal, however they came about."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np

from rules_service.decision import ColumnarRegister, Decision, DecisionRequest, NamedPeriod
from rules_service.errors import CallerError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.register import Index
from tests.evaluate.scene import TODAY, own, rules

PLAN = rules(
    f"""
- name: Today
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants: [{own("[1, 2]")}, {own("any", register="both")}]
- name: Covered
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  replaced_number: refuse
  variants: [{own("any", "{covers: request_period}")}]
- name: Others
  requesters: [{{kind: cpas}}, {{kind: partner}}]
  variants:
    - condition: {{at: system_date, integrations: {{of: {{sector: 40, institution: 21}}, codes: any}}}}
"""
)
OPERATIONS = ("Today", "Covered", "Others")


def picture(index: Index, numbers: Iterable[int]) -> object:
    """Everything but the decisions."""
    asked = list(numbers)
    column = np.array(asked, np.int64)
    rows = {number: rows_in_columns(index, person) for number, person in zip(asked, index.lookup(column), strict=True)}
    return (
        (index.revision, index.person_count, index.integration_count, index.organisations()),
        [index.ordinal_of(each.key) >= 0 for each in index.organisations()],
        index.current_numbers(column).tolist(),
        [index.current_number(number) for number in asked],
        [index.integrations_of(number) for number in asked],
        rows,
    )


def rows_in_columns(register: ColumnarRegister, person: int) -> list[tuple[object, ...]] | None:
    """A person's rows as an evaluator over columns finds them; None where the person is not known."""
    if person < 0:
        return None
    rows = slice(int(register.offsets[person]), int(register.offsets[person + 1]))
    owner = register.owner[rows]
    columns = (register.begin, register.end_exclusive, register.code, register.flags, register.row_id)
    owners = (register.owner_sector[owner], register.owner_institution[owner])
    keys = [key_of(register, int(ordinal)) for ordinal in register.owner_organisation[owner]]
    found = zip(keys, *(each.tolist() for each in owners), *(each[rows].tolist() for each in columns), strict=True)
    return [tuple(row) for row in found]


def key_of(register: ColumnarRegister, ordinal: int) -> str:
    return next(each.key for each in register.organisations() if register.ordinal_of(each.key) == ordinal)


def decisions(index: Index, numbers: Iterable[int]) -> list[Decision | CallerError]:
    """What every organisation is answered about every number; asserts that both evaluators answer alike."""
    period = NamedPeriod("request_period", TODAY - 2, TODAY + 1)
    requests = [
        DecisionRequest(operation, requester.key, (number,), TODAY, periods=(period,))
        for operation, requester, number in product(OPERATIONS, index.organisations(), numbers)
    ]
    together = ColumnEvaluator(PLAN).decide_all(requests, index)
    single = SingleEvaluator(PLAN)
    for request, decided in zip(requests, together, strict=True):
        assert isinstance(decided, CallerError) or decided == single.decide(request, index)
    return [each for each in together if isinstance(each, Decision)]
