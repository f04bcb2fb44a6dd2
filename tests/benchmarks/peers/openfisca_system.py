"""OpenFisca-core: a system whose persons are integrations and whose households are requests; its variables are columns.

OpenFisca has no register: who holds which integration is looked up while the simulation is built. Nor has it calendar
shifts of columns or unions of days: both are NumPy, as its formulas are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from rules_service.algebra import apply_to_column
from tests.benchmarks.mix.population import Population
from tests.benchmarks.mix.requests import (
    AROUND,
    AT_DATE,
    COVERED,
    FIVE_YEARS,
    NINETY_DAYS,
    NO_CONTROL,
    ONE_DAY,
    PER_CODE,
    Requests,
)
from tests.benchmarks.mix.work import Answers, Decide, Work
from tests.benchmarks.peers.numpy_columns import (
    FIVE_YEARS_BEFORE,
    FORTY_FIVE_DAYS_AFTER,
    ONE_YEAR_BEFORE,
    TWO_MONTHS_BEFORE,
    Gathered,
    shifted,
)

Column = Any
"""A NumPy array: the library carries no types."""
Formula = Callable[[Any, str], Column]
PERIOD = "2026"
"""Every variable has a period, which means nothing here: a formula without one is not possible."""
INTEGRATION = build_entity("integration", "integrations", "An integration held by the requester", is_person=True)
REQUEST = build_entity("request", "requests", "A request", roles=[{"key": "held", "plural": "all_held"}])
INPUTS_OF_REQUESTS = ("service", "system_date", "first", "until")
INPUTS_OF_INTEGRATIONS = ("code", "begins", "ends")


def today(integration: Any, period: str) -> Column:
    """Each integration, at the system date."""
    day = integration.request("system_date", period)
    return (integration("begins", period) <= day) & (integration("ends", period) > day)


def in_period(integration: Any, period: str) -> Column:
    """Each integration has a day in common with the period asked about."""
    until, first = integration.request("until", period), integration.request("first", period)
    return (integration("begins", period) < until) & (integration("ends", period) > first)


def around(integration: Any, period: str) -> Column:
    """Each integration has a day in common with the window around the system date."""
    begin = integration.request("two_months_before", period)
    end = integration.request("forty_five_days_after", period)
    return (integration("begins", period) <= end) & (integration("ends", period) > begin)


def this_year(integration: Any, period: str) -> Column:
    """Each integration has a day in common with the year until the system date."""
    begin, end = integration.request("year_begins", period), integration.request("system_date", period)
    return (integration("begins", period) <= end) & (integration("ends", period) > begin)


def year_begins(request: Any, period: str) -> Column:
    return shifted(request("system_date", period), ONE_YEAR_BEFORE)


def two_months_before(request: Any, period: str) -> Column:
    return shifted(request("system_date", period), TWO_MONTHS_BEFORE)


def forty_five_days_after(request: Any, period: str) -> Column:
    return shifted(request("system_date", period), FORTY_FIVE_DAYS_AFTER)


def aid(integration: Any, period: str) -> Column:
    return integration("code", period) <= 9


def admitted_by_code(integration: Any, period: str) -> Column:
    """Each integration meets the condition of its own code."""
    code = integration("code", period)
    by_code = (code <= 3) & integration("in_period", period)
    by_code |= (code >= 4) & (code <= 6) & integration("today", period)
    return by_code | (((code == 20) | (code == 21)) & integration("this_year", period))


def granting(integration: Any, period: str) -> Column:
    """Each integration grants its request alone."""
    service, aided = integration.request("service", period), integration("aid", period)
    holds = (service == AT_DATE) & integration("today", period)
    holds |= (service == ONE_DAY) & aided & integration("in_period", period)
    around_today = (aided | (integration("code", period) == 30)) & integration("around", period)
    return holds | (service == AROUND) & around_today | (service == PER_CODE) & integration("admitted_by_code", period)


def counting_from(integration: Any, period: str) -> Column:
    """The first day that counts for coverage or for a sum, of each integration."""
    service, begins = integration.request("service", period), integration("begins", period)
    begins = np.where(service == FIVE_YEARS, apply_to_column(begins, FIVE_YEARS_BEFORE), begins)
    window = integration.request("year_begins", period)
    return np.maximum(begins, np.where(service == NINETY_DAYS, window, integration.request("first", period)))


def counting_until(integration: Any, period: str) -> Column:
    """The day after the last one that counts, of each integration; the first one where its code does not count."""
    service, code = integration.request("service", period), integration("code", period)
    window = np.where(
        service == NINETY_DAYS,
        integration.request("system_date", period) + 1,
        integration.request("until", period),
    )
    aided = integration("aid", period)
    counts = (service == COVERED) | (service == FIVE_YEARS) & (aided | (code == 30) | (code == 31))
    counts |= (service == NINETY_DAYS) & aided
    until = np.minimum(integration("ends", period), window)
    return np.where(counts, until, integration("counting_from", period))


def days(request: Any, period: str) -> Column:
    """How many days the integrations of each request have together; they come by begin."""
    stretch = request.members_entity_id << 33
    first = request.members("counting_from", period) + stretch
    last = request.members("counting_until", period) + stretch
    reached = np.maximum.accumulate(np.maximum(first, last)) if len(first) else first
    first[1:] = np.maximum(first[1:], reached[:-1])
    return total(request, np.maximum(last - first, 0))


def total(request: Any, column: Column) -> Column:
    """What `request.sum` gives, also where the last requests have no integration."""
    return np.bincount(request.members_entity_id, column, request.count)


def granted(request: Any, period: str) -> Column:
    service = request("service", period)
    length = request("until", period) - request("first", period)
    counted = np.where(service == NINETY_DAYS, 90, length) <= request("days", period)
    counting = (service == COVERED) | (service == FIVE_YEARS) | (service == NINETY_DAYS)
    alone = total(request, request.members("granting", period)) > 0
    return np.where(counting, counted, alone) | (service == NO_CONTROL)


FORMULAS_OF_INTEGRATIONS = {
    bool: (today, in_period, around, this_year, aid, admitted_by_code, granting),
    int: (counting_from, counting_until),
}
FORMULAS_OF_REQUESTS = {bool: (granted,), int: (days, year_begins, two_months_before, forty_five_days_after)}


def system() -> TaxBenefitSystem:
    """The eight rules as variables."""
    made = TaxBenefitSystem([INTEGRATION, REQUEST])
    for entity, inputs, formulas in (
        (INTEGRATION, INPUTS_OF_INTEGRATIONS, FORMULAS_OF_INTEGRATIONS),
        (REQUEST, INPUTS_OF_REQUESTS, FORMULAS_OF_REQUESTS),
    ):
        for name in inputs:
            made.add_variable(_variable(name, entity, int))
        for kind, functions in formulas.items():
            for formula in functions:
                made.add_variable(_variable(formula.__name__, entity, kind, formula))
    return made


def _variable(name: str, entity: Any, kind: type, formula: Formula | None = None) -> type[Variable]:
    said: dict[str, Any] = {"value_type": kind, "entity": entity, "definition_period": DateUnit.YEAR}
    if formula is not None:
        said["formula"] = formula
    return type(name, (Variable,), said)


def build(rules: TaxBenefitSystem, requests: Requests, register: Population) -> Simulation:
    """A simulation of all requests, given as columns: no list of names is made, as its own builder would."""
    rows = Gathered.of(requests, register)
    populations = rules.instantiate_entities()
    populations["integration"].count = len(rows.request)
    populations["request"].count = len(requests)
    populations["request"].members_entity_id = rows.request
    simulation = Simulation(rules, populations)
    inputs: tuple[Column, ...] = (requests.service, requests.system_date, requests.begin, requests.end + 1)
    for name, column in zip(INPUTS_OF_REQUESTS, inputs, strict=True):
        simulation.set_input(name, PERIOD, column)
    inputs = (rows.code, rows.begin, rows.end)
    for name, column in zip(INPUTS_OF_INTEGRATIONS, inputs, strict=True):
        simulation.set_input(name, PERIOD, column)
    return simulation


@contextmanager
def with_build(work: Work) -> Iterator[Decide]:
    """Each round looks up the integrations, builds a simulation and calculates."""
    rules, register = system(), work.narrowed()
    yield lambda: Answers(build(rules, work.requests, register).calculate("granted", PERIOD))


@contextmanager
def calculating(work: Work) -> Iterator[Decide]:
    """One simulation, built before; each round calculates every formula again."""
    rules = system()
    simulation = build(rules, work.requests, work.narrowed())
    formulas = [name for name, variable in rules.variables.items() if not variable.is_input_variable()]

    def decide() -> Answers:
        for name in formulas:
            simulation.delete_arrays(name)
        return Answers(simulation.calculate("granted", PERIOD))

    yield decide
