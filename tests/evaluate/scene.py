"""A small world for the evaluators: who asks, who is integrated where, and rules in the words of rule authors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from rules_service.algebra import FUTURE, parse_day
from rules_service.compile import compile_ruleset
from rules_service.decision import Decision, DecisionRequest, Integration, NamedDate, NamedPeriod
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.load.synthetic import synthetic_cbe, synthetic_ssin
from rules_service.plan import Plan
from rules_service.register.index import Index, index_of_facts
from tests.compile.reading import node_of, ruleset_of

TODAY: Final = parse_day("2026-06-15")
PERSON, SECOND, THIRD, STRANGER = map(synthetic_ssin, range(1, 5))

CPAS = Organisation(synthetic_cbe(1), RequesterKind.CPAS, Region.FLANDERS, 17, 1)
WALLOON_CPAS = Organisation(synthetic_cbe(2), RequesterKind.CPAS, Region.WALLONIA, 17, 1)
ASSOCIATION = Organisation(synthetic_cbe(3), RequesterKind.ASSOCIATION_CHAPTER_XII, Region.FLANDERS, 17, 2)
PARTNER = Organisation("40/21", RequesterKind.PARTNER, sector=40, institution=21)
COLLEAGUE = Organisation("40/22", RequesterKind.PARTNER, sector=40, institution=22)
VDI = Organisation("40/0", RequesterKind.PARTNER, sector=40, institution=0)
OTHER_ZERO = Organisation("41/0", RequesterKind.PARTNER, sector=41, institution=0)
OTHER = Organisation(synthetic_cbe(4), RequesterKind.OTHER)
ORGANISATIONS: Final = (CPAS, WALLOON_CPAS, ASSOCIATION, PARTNER, COLLEAGUE, VDI, OTHER_ZERO, OTHER)

Named = str | tuple[str, ...]
"""A period `2024-01-01 .. 2024-12-31`, or `2024-01-01 ..`, or a day; several where a name is repeated."""


class Decide(Protocol):
    """Decides one request on some facts, by one of the evaluators."""

    def __call__(
        self,
        plan: Plan,
        request: DecisionRequest,
        facts: Iterable[Integration] = (),
        replaced: Mapping[int, int] | None = None,
    ) -> Decision:
        """The decision; errors of the caller are raised."""


def rules(text: str) -> Plan:
    """The plan of a list of operations."""
    return compile_ruleset(ruleset_of(*node_of(text).items))


def rule(variant: str, **operation: str) -> Plan:
    """The plan of the operation `Asked`, open to everybody in the scene, with one variant."""
    said = {"requesters": "[{kind: cpas}, {kind: association_chapter_xii}, {kind: partner}]", **operation}
    settings = ", ".join(f"{key}: {value}" for key, value in said.items())
    return rules(f"[{{name: Asked, {settings}, variants: [{variant}]}}]")


def own(codes: str = "any", condition: str = "{at: system_date}", **selector: str) -> str:
    """A variant over the requester's own integrations."""
    more = "".join(f", {key}: {value}" for key, value in selector.items())
    return f"{{integrations: {{of: requester, codes: {codes}{more}}}, condition: {condition}}}"


def held(text: str, by: Organisation = CPAS, person: int = PERSON, **changes: Any) -> Integration:
    """An integration `CODE BEGIN .. [END]`, in both registers unless told otherwise."""
    code, _, period = text.partition(" ")
    begin, end = _days(period)
    row = Integration(0, person, by.key, by.sector, int(code), begin, end, institution=by.institution)
    return replace(row, **changes)


def ask(
    operation: str = "Asked",
    by: Organisation | str = CPAS,
    persons: tuple[int, ...] = (PERSON,),
    code: int | None = None,
    given: Mapping[str, Named] | None = None,
    **changes: Any,
) -> DecisionRequest:
    """A request of today; `given` holds its periods and dates by name."""
    texts = [(name, text) for name, value in (given or {}).items() for text in _several(value)]
    periods = tuple(_period(name, text) for name, text in texts if ".." in text)
    dates = tuple(NamedDate(name, parse_day(text)) for name, text in texts if ".." not in text)
    requester = by if isinstance(by, str) else by.key
    return DecisionRequest(operation, requester, persons, TODAY, code, periods=periods, dates=dates, **changes)


def index_of(facts: Iterable[Integration], replaced: Mapping[int, int] | None = None) -> Index:
    """The facts as a register, numbered in the order given."""
    rows = [replace(row, row_id=number) for number, row in enumerate(facts, 1)]
    return index_of_facts(ORGANISATIONS, rows, replaced, revision=7)


def shown(decision: Decision) -> list[int]:
    """The quality codes of the evidence, in order."""
    return [row.quality_code for row in decision.evidence]


def _several(value: Named) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _period(name: str, text: str) -> NamedPeriod:
    begin, end = _days(text)
    return NamedPeriod(name, begin, None if end == FUTURE else end)


def _days(text: str) -> tuple[int, int]:
    begin, _, end = (part.strip() for part in text.partition(".."))
    return parse_day(begin), parse_day(end) if end else FUTURE
