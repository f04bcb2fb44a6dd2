"""Small rulesets, registers and requests in a line each, so that a test says only what it is about.

Every organisation and number is made up. `ME` asks, on `TODAY`, about `PERSON`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rules_service.algebra import FUTURE, NameKind, Period, Shift, Window, parse_day, parse_shift, parse_window
from rules_service.decision import (
    Decision,
    DecisionRequest,
    InlineRegister,
    Integration,
    NamedDate,
    NamedPeriod,
    Reason,
)
from rules_service.identifiers.parties import Organisation, Region, RequesterClass, RequesterKind
from rules_service.model import (
    AllOf,
    AnyOf,
    Assumption,
    Authorisation,
    Condition,
    Control,
    Covers,
    Guard,
    InformationType,
    Operation,
    OperationGroup,
    OperationKind,
    OperationStatus,
    Overlaps,
    PeriodsOverlap,
    Permission,
    Register,
    Ruleset,
    Selector,
    Text,
    TotalDays,
    UnionScope,
    Variant,
    Whose,
)
from rules_service.reference import Explanation, Reference

VOCABULARY = {
    "system_date": NameKind.DATE,
    "request_period": NameKind.PERIOD,
    "reference_year": NameKind.PERIOD,
    "validity": NameKind.PERIOD,
    "quarter": NameKind.PERIOD,
    "reference_date": NameKind.DATE,
    "removal_date": NameKind.DATE,
}
CPAS = RequesterClass(RequesterKind.CPAS)
FLEMISH_CPAS = RequesterClass(RequesterKind.CPAS, regions=frozenset({Region.FLANDERS}))
PARTNER = RequesterClass(RequesterKind.PARTNER)
ME = Organisation("0200000001", RequesterKind.CPAS, Region.FLANDERS, 17, 1)
OTHER_CPAS = "0200000002"
PERSON, SECOND_PERSON = 101, 102
TODAY = parse_day("2024-03-15")
DIGEST = "digest of the test"


def day(text: str) -> int:
    """A day, from its ISO form."""
    return parse_day(text)


def span(begin: str, end: str) -> Period:
    """A period, both days included."""
    return Period(day(begin), day(end))


def window(text: str) -> Window:
    """A window over the names of `VOCABULARY`."""
    return parse_window(text, VOCABULARY)


def extended(text: str) -> Shift:
    """A shift such as `- 5 years`."""
    return parse_shift(text)


def own(*codes: int, register: Register = Register.PRIMARY, extend: Shift | None = None) -> Selector:
    """The requester's own integrations, under these codes or any."""
    return Selector(Whose.REQUESTER, frozenset(codes) or None, register, extend_begin=extend)


def of_my_sector(*codes: int) -> Selector:
    """Integrations of the whole sector of the requester."""
    return Selector(Whose.REQUESTER_SECTOR, frozenset(codes) or None)


def of_sector(sector: int, *codes: int) -> Selector:
    """Integrations of any organisation of a sector."""
    return Selector(Whose.SECTOR, frozenset(codes) or None, sector=sector)


def of_institution(sector: int, institution: int, *codes: int) -> Selector:
    """Integrations of one institution."""
    return Selector(Whose.INSTITUTION, frozenset(codes) or None, sector=sector, institution=institution)


def overlaps(text: str, selector: Selector | None = None) -> Overlaps:
    """At least one day in the window; own integrations under any code unless said."""
    return Overlaps(window(text), selector or own())


def covers(text: str, selector: Selector | None = None, union: UnionScope = UnionScope.ANY_CODE) -> Covers:
    """Every day of the window."""
    return Covers(window(text), selector or own(), union)


def total_days(text: str, at_least: int, selector: Selector | None = None) -> TotalDays:
    """So many days of the window."""
    return TotalDays(window(text), selector or own(), at_least)


def periods_overlap(text: str, other: str) -> PeriodsOverlap:
    """Two periods of the request share a day."""
    return PeriodsOverlap(window(text), window(other))


def all_of(*parts: Condition) -> AllOf:
    """Every part."""
    return AllOf(parts)


def any_of(*parts: Condition) -> AnyOf:
    """Any part."""
    return AnyOf(parts)


ON_TODAY = overlaps("system_date")


def variant(rule: Any = ON_TODAY, name: str = "the variant", guard: Guard | None = None, **more: Any) -> Variant:
    """A variant; a condition stands for the control of it."""
    decided = Control(rule) if isinstance(rule, Condition) else rule
    words = Text(fr=f"{name} en mots", nl=f"{name} in woorden", en=f"{name} in words")
    return Variant(name, decided, words, guard or Guard(), **more)


def operation(*variants: Any, name: str = "Service.ask", **more: Any) -> Operation:
    """An operation for every CPAS, in production; a bare rule becomes its variant."""
    made = tuple(each if isinstance(each, Variant) else variant(each) for each in variants)
    given: dict[str, Any] = {"requesters": (CPAS,), "status": OperationStatus.IN_PRODUCTION, "citations": ()} | more
    return Operation(
        name=name,
        titles=Text(en=name),
        kind=OperationKind.CONSULTATION,
        supplier="supplier",
        recipient="recipient",
        variants=made,
        **given,
    )


def information_type(
    number: str, *, applicant: bool = True, debtor: bool = False, user_roles: Iterable[str] = ()
) -> InformationType:
    """An information type of chapter 5; what is not allowed is left blank."""
    allowed = {True: Permission.ALLOWED, False: Permission.UNKNOWN}
    return InformationType(number, "content", "basis", allowed[applicant], allowed[debtor], frozenset(user_roles))


def ruleset(
    *operations: Operation,
    information_types: tuple[InformationType, ...] = (),
    authorisations: Iterable[Authorisation] = (),
    assumptions: Iterable[Assumption] = (),
    groups: tuple[OperationGroup, ...] = (),
) -> Ruleset:
    """A ruleset of these operations."""
    return Ruleset(
        documents={},
        vocabulary=VOCABULARY,
        parameters={},
        quality_codes=(),
        authorisations={each.reference: each for each in authorisations},
        assumptions={each.name: each for each in assumptions},
        information_types=information_types,
        operations=operations,
        groups=groups,
    )


_rows = iter(range(1, 1 << 30))


def integrated(
    begin: str, end: str = "", code: int = 2, *, by: str = ME.key, ssin: int = PERSON, **more: Any
) -> Integration:
    """An integration under code 2 by `ME`; an empty end is open."""
    row = Integration(next(_rows), ssin, by, 17, code, day(begin), day(end) if end else FUTURE)
    return replace(row, **more)


def register(
    *rows: Integration, requester: Organisation = ME, replacements: Mapping[int, int] | None = None
) -> InlineRegister:
    """A register with these rows, which knows one organisation."""
    return InlineRegister(requester, rows, replacements)


def request(**fields: Any) -> DecisionRequest:
    """A request of `ME` on `TODAY` about `PERSON`."""
    given: dict[str, Any] = {"ssins": (PERSON,), "system_date": TODAY, "operation": "Service.ask"} | fields
    return DecisionRequest(**({"requester": ME.key} | given))


def period(begin: str, end: str | None, name: str = "request_period") -> NamedPeriod:
    """A named period of a request; None is an open end."""
    return NamedPeriod(name, day(begin), None if end is None else day(end))


def date(text: str, name: str = "reference_date") -> NamedDate:
    """A named date of a request."""
    return NamedDate(name, day(text))


def decide(rules: Any, facts: InlineRegister | None = None, **fields: Any) -> Decision:
    """The decision on a request, by a ruleset, an operation, a variant or a bare rule."""
    return Reference(_as_ruleset(rules), DIGEST).decide(request(**fields), facts or register())


def reason(rules: Any, facts: InlineRegister | None = None, **fields: Any) -> Reason:
    """The reason of the decision."""
    return decide(rules, facts, **fields).reason


def explain(rules: Any, facts: InlineRegister | None = None, language: str = "en", **fields: Any) -> Explanation:
    """The explained decision."""
    return Reference(_as_ruleset(rules), DIGEST).explain(request(**fields), facts or register(), language)


def _as_ruleset(rules: Any) -> Ruleset:
    if isinstance(rules, Ruleset):
        return rules
    return ruleset(rules if isinstance(rules, Operation) else operation(rules))
