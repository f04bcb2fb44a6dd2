"""Random rulesets, registers and requests, biased to the days on which something changes.

All days of a case come from one pool: an anchor day, its shifts by the amounts that rules use, and the days just
before and after each. Two random days then often coincide, touch or miss each other by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

from rules_service.algebra import FUTURE, MAX_DAY, MIN_DAY, NO_SHIFT, NameKind, Rounding, Shift, parse_day, parse_window
from rules_service.decision import DecisionRequest, Integration, NamedDate, NamedPeriod, Proof
from rules_service.identifiers import check_digits
from rules_service.identifiers.parties import ExecutedBy, Organisation, Region, RequesterClass, RequesterKind
from rules_service.model import (
    Alias,
    AllOf,
    AnyOf,
    Condition,
    Control,
    Covers,
    Guard,
    InformationType,
    Input,
    InputKind,
    Leaf,
    MissingInput,
    NoControl,
    Operation,
    OperationGroup,
    OperationKind,
    OperationStatus,
    Overlaps,
    PeriodsOverlap,
    Permission,
    Persons,
    Register,
    ReplacedNumber,
    Ruleset,
    Selector,
    Text,
    TotalDays,
    Undocumented,
    UnionScope,
    Variant,
    Whose,
)
from tests.differential.outcomes import names_of

T = TypeVar("T")
VOCABULARY = {
    "system_date": NameKind.DATE,
    "request_period": NameKind.PERIOD,
    "validity": NameKind.PERIOD,
    "reference_year": NameKind.PERIOD,
    "reference_date": NameKind.DATE,
    "end_date": NameKind.DATE,
}
PARAMETERS = {
    "decision": frozenset({"grant", "refuse"}),
    "user_role": frozenset({"social_worker", "receiver"}),
    "reference_year": frozenset[str](),
}
WINDOWS = [
    parse_window(text, VOCABULARY)
    for text in (
        "system_date",
        "system_date - 2 months .. system_date + 45 days",
        "system_date - 1 year + 1 day .. system_date",
        "request_period",
        "request_period.begin - 3 months rounding up .. request_period.end",
        "validity",
        "validity.begin",
        "reference_date",
        "reference_year.begin",
        "min(system_date, end_date) .. max(system_date, end_date)",
        "system_date .. end_date",
        "2024-02-29 .. 2024-03-01",
    )
]
REQUEST_PERIOD = parse_window("request_period", VOCABULARY)
ANCHORS = [
    parse_day(text)
    for text in ("2024-02-29", "2024-04-30", "2023-04-29", "2026-01-31", "2025-12-31", "0001-01-20", "9999-12-20")
]
SHIFTS = [NO_SHIFT, Shift(-2, 0), Shift(0, 45), Shift(-60, 0), Shift(60, 0), Shift(-12, 1), Shift(0, 90), Shift(1, 0)]
CODES = (1, 2, 4, 30, 40, 116, 902, 555)
CPAS_1 = Organisation("0200000011", RequesterKind.CPAS, Region.FLANDERS, 17, 1)
CPAS_2 = Organisation("0200000022", RequesterKind.CPAS, Region.WALLONIA, 17, 1)
ASSOCIATION = Organisation("0200000033", RequesterKind.ASSOCIATION_CHAPTER_XII, Region.FLANDERS, 17, 2)
PARTNER = Organisation("40/21", RequesterKind.PARTNER, Region.FLANDERS, 40, 21)
VDI = Organisation("40/0", RequesterKind.PARTNER, Region.NONE, 40, 0)
OTHER = Organisation("0200000044", RequesterKind.OTHER, Region.BRUSSELS, 99, 9)
ORGANISATIONS = (CPAS_1, CPAS_2, ASSOCIATION, PARTNER, VDI, OTHER)
CLASSES = (
    RequesterClass(RequesterKind.CPAS),
    RequesterClass(RequesterKind.CPAS, regions=frozenset({Region.FLANDERS})),
    RequesterClass(RequesterKind.ASSOCIATION_CHAPTER_XII, regions=frozenset({Region.FLANDERS})),
    RequesterClass(RequesterKind.PARTNER, sector=40),
    RequesterClass(RequesterKind.PARTNER, sector=40, institution=21),
)
PERSONS = tuple(
    int(f"{n}{check_digits(n, born_2000_or_later=False):02d}") for n in (850101001, 850101003, 854101005, 700615007)
)


@dataclass(frozen=True)
class Scene:
    """A ruleset, a register and requests; `replacements` maps old numbers to new ones."""

    ruleset: Ruleset
    integrations: tuple[Integration, ...]
    replacements: dict[int, int]
    requests: tuple[DecisionRequest, ...] = field(default=())


def days(pool: tuple[int, ...]) -> st.SearchStrategy[int]:
    return st.sampled_from(pool)


@st.composite
def pools(draw: st.DrawFn, anchor: int) -> tuple[int, ...]:
    """The days of one scene: two or three shifts of the anchor, and the real days just before and after each."""
    shifts = draw(st.lists(st.sampled_from(SHIFTS), min_size=2, max_size=3, unique=True))
    around = {shift.apply(anchor) + step for shift in shifts for step in (-1, 0, 1)}
    return tuple(sorted(day for day in around if MIN_DAY <= day <= MAX_DAY))


def mostly(usual: T, *others: T, weight: int = 6) -> st.SearchStrategy[T]:
    """The usual value, and now and then one of the others."""
    return st.sampled_from([usual] * weight + list(others))


def selectors() -> st.SearchStrategy[Selector]:
    codes = st.none() | st.frozensets(st.sampled_from(CODES), min_size=1, max_size=4)
    extend = mostly(None, Shift(-60, 0), Shift(-1, -1, Rounding.UP))
    register = mostly(Register.PRIMARY, Register.SECONDARY, Register.BOTH, weight=3)

    def about(whose: Whose) -> st.SearchStrategy[Selector]:
        sector = {Whose.SECTOR: 17, Whose.INSTITUTION: 40}.get(whose)
        institution = 0 if whose is Whose.INSTITUTION else None
        return st.builds(Selector, st.just(whose), codes, register, st.just(sector), st.just(institution), extend)

    return mostly(Whose.REQUESTER, *Whose, weight=4).flatmap(about)


def leaves() -> st.SearchStrategy[Leaf]:
    window, selector = st.sampled_from(WINDOWS) | st.just(REQUEST_PERIOD), selectors()
    listed = selector.filter(lambda each: each.codes is not None)
    return st.one_of(
        st.builds(Overlaps, window, selector),
        st.builds(Covers, window, selector, st.sampled_from([UnionScope.ANY_CODE, UnionScope.ONE_INTEGRATION])),
        st.builds(Covers, window, listed, st.just(UnionScope.ONE_CODE)),
        st.builds(TotalDays, window, selector, st.sampled_from([1, 2, 30, 90])),
        st.builds(PeriodsOverlap, window, window),
    )


def conditions() -> st.SearchStrategy[Condition]:
    composed: st.SearchStrategy[Condition] = st.recursive(
        leaves(),
        lambda parts: (
            st.builds(AllOf, st.lists(parts, min_size=1, max_size=2).map(tuple))
            | st.builds(AnyOf, st.lists(parts, min_size=1, max_size=3).map(tuple))
        ),
        max_leaves=4,
    )
    return st.one_of(leaves(), leaves(), composed)


@st.composite
def plain_operations(draw: st.DrawFn, name: str) -> Operation:
    """An operation that any CPAS may ask and that its condition alone decides."""
    rule = Control(draw(conditions()))
    inputs = tuple(
        Input(InputKind.PERIOD, used, optional_end=True)
        for used in sorted(names_of(rule.condition))
        if VOCABULARY[used] is NameKind.PERIOD
    )
    variant = Variant(f"{name} variant", rule, Text(), Guard(), inputs)
    kind, status = OperationKind.CONSULTATION, OperationStatus.IN_PRODUCTION
    return Operation(name, Text(), kind, status, "supplier", "recipient", (), CLASSES[:1], (variant,))


@st.composite
def guards(draw: st.DrawFn) -> Guard:
    none: tuple[tuple[str, frozenset[str]], ...] = ()
    grant, refuse = ((("decision", frozenset({value})),) for value in ("grant", "refuse"))
    return Guard(
        requesters=draw(mostly((), *((each,) for each in CLASSES), weight=12)),
        parameters=draw(mostly(none, grant, refuse, weight=10)),
        persons=draw(mostly(None, Persons.SOME, Persons.NONE, weight=10)),
        given=draw(mostly(frozenset[str](), frozenset({"validity"}), weight=8)),
        not_given=draw(mostly(frozenset[str](), frozenset({"request_period"}), weight=8)),
    )


@st.composite
def variants(draw: st.DrawFn, name: str) -> Variant:
    rule = draw(mostly("control", "no control", "undocumented", weight=16))
    guard = draw(guards())
    if rule != "control":
        return Variant(name, NoControl("non_blocking") if rule == "no control" else Undocumented(), Text(), guard)
    condition = draw(conditions())
    inputs = tuple(
        Input(
            InputKind.PERIOD if VOCABULARY[used] is NameKind.PERIOD else InputKind.DATE,
            used,
            optional_end=draw(st.booleans()),
            when_missing=draw(mostly(MissingInput.DOES_NOT_HOLD, MissingInput.FACTS_NOT_HELD)),
        )
        for used in sorted(names_of(condition) - {"system_date"})
    )
    executed_by = draw(st.sampled_from(ExecutedBy))
    return Variant(name, Control(condition), Text(), guard, inputs, ("CSSS 1",), ("A1",), executed_by)


@st.composite
def operations(draw: st.DrawFn, name: str) -> Operation:
    rarely = mostly(False, True, weight=9)
    others = draw(st.lists(st.sampled_from(CLASSES), max_size=3, unique=True))
    without_cpas = bool(others) and draw(rarely)
    requesters = others if without_cpas else list(dict.fromkeys([CLASSES[0], *others]))
    count = draw(mostly(1, 0, 2, 2, 3))
    return Operation(
        name=name,
        titles=Text(),
        kind=OperationKind.CONSULTATION,
        status=draw(mostly(OperationStatus.IN_PRODUCTION, *OperationStatus, weight=25)),
        supplier="supplier",
        recipient="recipient",
        citations=(),
        requesters=tuple(requesters),
        variants=tuple(draw(variants(f"{name} variant {index}")) for index in range(count)),
        aliases=(Alias(f"{name} alias"),),
        authorisations=("CSSS 0",),
        assumptions=("A0",),
        legal_contexts=frozenset({"PCSA:SOCIAL_INQUIRY"}) if draw(rarely) else frozenset(),
        delivers_information_types=draw(mostly(False, True, weight=4)),
        proof_required=draw(rarely),
        replaced_number=ReplacedNumber.REFUSE if draw(rarely) else ReplacedNumber.FOLLOW,
    )


def information_types() -> st.SearchStrategy[tuple[InformationType, ...]]:
    permission = st.sampled_from(list(Permission))
    roles = st.sampled_from([frozenset[str](), frozenset({"social_worker"})])
    one = [
        st.builds(InformationType, st.just(n), st.just(""), st.just(""), permission, permission, roles)
        for n in ("110", "210")
    ]
    return st.tuples(*one)


@st.composite
def integrations(draw: st.DrawFn, pool: tuple[int, ...], row_id: int, before: Integration | None) -> Integration:
    """An integration; often it begins where another ends: on the same day, the day after, or one day too late."""
    begin, end = sorted((draw(days(pool)), draw(days(pool))))
    if before is not None and before.end < MAX_DAY - 1 and draw(st.booleans()):
        begin = before.end + draw(st.sampled_from([0, 1, 2]))
    organisation = draw(mostly(CPAS_1, *ORGANISATIONS, weight=12))
    primary = draw(mostly(True, False))
    return Integration(
        row_id=row_id,
        ssin=draw(mostly(PERSONS[0], *PERSONS[1:3])),
        organisation=organisation.key,
        sector=draw(mostly(organisation.sector, 17, 40, weight=12)),
        quality_code=draw(mostly(2, *CODES)),
        begin=begin,
        end=draw(mostly(max(begin, end), FUTURE)),
        primary=primary,
        secondary=not primary or draw(mostly(True, False, weight=3)),
        institution=organisation.institution,
    )


@st.composite
def plain_requests(draw: st.DrawFn, anchor: int, pool: tuple[int, ...]) -> DecisionRequest:
    """A request by a CPAS about one person, with every input that a window may name."""
    periods = [sorted((draw(days(pool)), draw(days(pool)))) for _ in range(2)]
    return DecisionRequest(
        operation=draw(st.sampled_from(["A", "B"])),
        requester=CPAS_1.key,
        ssins=PERSONS[:1],
        system_date=draw(mostly(anchor, *pool, weight=len(pool))),
        quality_code=draw(mostly(None, 2, *CODES, weight=12)),
        periods=(
            *(NamedPeriod(name, *each) for name, each in zip(("request_period", "validity"), periods, strict=True)),
            NamedPeriod("reference_year", parse_day("2024-01-01"), parse_day("2024-12-31")),
        ),
        dates=tuple(NamedDate(name, draw(days(pool))) for name in ("reference_date", "end_date")),
    )


@st.composite
def requests(draw: st.DrawFn, anchor: int, pool: tuple[int, ...]) -> DecisionRequest:
    rarely = mostly(False, True, weight=7)

    def period(name: str) -> NamedPeriod:
        begin, end = sorted((draw(days(pool)), draw(days(pool))))
        return NamedPeriod(name, begin, None if draw(rarely) else end)

    periods = [period(name) for name in ("request_period", "validity") if not draw(rarely)]
    periods += [period("validity")] if draw(rarely) else []
    parameters = {"decision": draw(st.sampled_from(["grant", "refuse"]))} if not draw(rarely) else {}
    parameters |= {"user_role": draw(st.sampled_from(["social_worker", "receiver"]))} if draw(st.booleans()) else {}
    if not draw(rarely):
        parameters["reference_year"] = "2024"
        periods.append(NamedPeriod("reference_year", parse_day("2024-01-01"), parse_day("2024-12-31")))
    names = [name for name in ("reference_date", "end_date") for _ in range(draw(mostly(1, 0, 2)))]
    return DecisionRequest(
        operation=draw(mostly("A", "A alias", "B", "B", "unknown", "group", weight=20)),
        requester=draw(mostly(CPAS_1.key, *(each.key for each in ORGANISATIONS), "0299999999", weight=20)),
        ssins=draw(mostly((PERSONS[0],), (), PERSONS[1:2], PERSONS[2:3], PERSONS[:2], PERSONS[3:], weight=8)),
        system_date=draw(mostly(anchor, *pool, weight=len(pool))),
        quality_code=draw(mostly(None, *CODES, 0, 556, weight=14)),
        legal_context=draw(mostly("PCSA:SOCIAL_INQUIRY", "")),
        periods=tuple(periods),
        dates=tuple(NamedDate(name, draw(days(pool))) for name in names),
        parameters=parameters,
        information_types=draw(mostly((), ("110",), ("110", "210"), ("999",), weight=5)),
        proof=draw(mostly(Proof.CORRECT, *Proof, weight=12)),
        ticket="ticket",
    )


@st.composite
def scenes(draw: st.DrawFn, request_count: int = 20) -> Scene:
    """A ruleset of two operations, up to six integrations of three persons, and requests for them.

    Half of the scenes are plain: nothing but the condition stands between a request and its grant, so that the days
    are what is compared. The others have every kind of check, and every way to fail one.
    """
    anchor = draw(st.sampled_from(ANCHORS))
    pool = draw(pools(anchor))
    plain = draw(st.booleans())
    operation, request = (plain_operations, plain_requests) if plain else (operations, requests)
    ruleset = Ruleset(
        documents={},
        vocabulary=VOCABULARY,
        parameters=PARAMETERS,
        quality_codes=(),
        authorisations={},
        assumptions={},
        information_types=draw(information_types()),
        operations=(draw(operation("A")), draw(operation("B"))),
        groups=(OperationGroup("group", ("A", "B")),),
    )
    rows: list[Integration] = []
    for row_id in range(1, draw(st.sampled_from([4, 3, 2, 5, 6, 1, 0])) + 1):
        rows.append(draw(integrations(pool, row_id, rows[-1] if rows else None)))
    replacements = draw(mostly({}, {PERSONS[2]: PERSONS[0]}, weight=2))
    return Scene(ruleset, tuple(rows), replacements, tuple(draw(request(anchor, pool)) for _ in range(request_count)))
