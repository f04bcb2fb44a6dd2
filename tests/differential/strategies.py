"""Random rulesets, registers and requests, biased to the days on which something changes.

All days of a case come from one pool: an anchor day, its shifts by the amounts that rules use, and the days just
before and after each. Two random days then often coincide, touch or miss each other by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from rules_service.algebra import FUTURE, NO_SHIFT, NameKind, Rounding, Shift, parse_day, parse_window
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


def days(anchor: int) -> st.SearchStrategy[int]:
    """Real days where something may change, around an anchor; past the calendar the anchor itself."""
    pool = [
        day
        for shift in SHIFTS
        for step in (-1, 0, 1)
        if parse_day("0001-01-01") <= (day := shift.apply(anchor) + step) < FUTURE
    ]
    return st.sampled_from(pool)


def selectors() -> st.SearchStrategy[Selector]:
    codes = st.none() | st.frozensets(st.sampled_from(CODES), min_size=1, max_size=4)
    extend = st.sampled_from([None, None, None, Shift(-60, 0), Shift(-1, -1, Rounding.UP)])
    register = st.sampled_from(list(Register))

    def about(whose: Whose) -> st.SearchStrategy[Selector]:
        sector = {Whose.SECTOR: 17, Whose.INSTITUTION: 40}.get(whose)
        institution = 0 if whose is Whose.INSTITUTION else None
        return st.builds(Selector, st.just(whose), codes, register, st.just(sector), st.just(institution), extend)

    return st.sampled_from([Whose.REQUESTER, Whose.REQUESTER, *Whose]).flatmap(about)


def leaves() -> st.SearchStrategy[Leaf]:
    window, selector = st.sampled_from(WINDOWS), selectors()
    listed = selector.filter(lambda each: each.codes is not None)
    return st.one_of(
        st.builds(Overlaps, window, selector),
        st.builds(Covers, window, selector, st.sampled_from([UnionScope.ANY_CODE, UnionScope.ONE_INTEGRATION])),
        st.builds(Covers, window, listed, st.just(UnionScope.ONE_CODE)),
        st.builds(TotalDays, window, selector, st.sampled_from([1, 2, 30, 90])),
        st.builds(PeriodsOverlap, window, window),
    )


def conditions() -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves(),
        lambda parts: (
            st.builds(AllOf, st.lists(parts, min_size=1, max_size=2).map(tuple))
            | st.builds(AnyOf, st.lists(parts, min_size=1, max_size=3).map(tuple))
        ),
        max_leaves=4,
    )


@st.composite
def guards(draw: st.DrawFn) -> Guard:
    return Guard(
        requesters=draw(st.sampled_from([(), (), (), *((each,) for each in CLASSES)])),
        parameters=draw(
            st.sampled_from([(), (), (), (("decision", frozenset({"grant"})),), (("decision", frozenset({"refuse"})),)])
        ),
        persons=draw(st.sampled_from([None, None, None, Persons.SOME, Persons.NONE])),
        given=draw(st.sampled_from([frozenset(), frozenset(), frozenset(), frozenset({"validity"})])),
    )


@st.composite
def variants(draw: st.DrawFn, name: str) -> Variant:
    rule = draw(st.sampled_from(["control"] * 10 + ["no control", "undocumented"]))
    guard = draw(guards())
    if rule != "control":
        return Variant(name, NoControl("non_blocking") if rule == "no control" else Undocumented(), Text(), guard)
    condition = draw(conditions())
    inputs = tuple(
        Input(
            InputKind.PERIOD if VOCABULARY[used] is NameKind.PERIOD else InputKind.DATE,
            used,
            optional_end=draw(st.booleans()),
            when_missing=draw(st.sampled_from([MissingInput.DOES_NOT_HOLD] * 5 + [MissingInput.FACTS_NOT_HELD])),
        )
        for used in sorted(names_of(condition) - {"system_date"})
    )
    executed_by = draw(st.sampled_from(ExecutedBy))
    return Variant(name, Control(condition), Text(), guard, inputs, ("CSSS 1",), ("A1",), executed_by)


@st.composite
def operations(draw: st.DrawFn, name: str) -> Operation:
    status = draw(st.sampled_from([OperationStatus.IN_PRODUCTION] * 9 + list(OperationStatus)))
    count = draw(st.sampled_from([0, 1, 1, 1, 2, 3]))
    rare = st.sampled_from([False, False, False, False, True])
    return Operation(
        name=name,
        titles=Text(),
        kind=OperationKind.CONSULTATION,
        status=status,
        supplier="supplier",
        recipient="recipient",
        citations=(),
        requesters=tuple(draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=4, unique=True))),
        variants=tuple(draw(variants(f"{name} variant {index}")) for index in range(count)),
        aliases=(Alias(f"{name} alias"),),
        authorisations=("CSSS 0",),
        assumptions=("A0",),
        legal_contexts=frozenset({"PCSA:SOCIAL_INQUIRY"}) if draw(rare) else frozenset(),
        delivers_information_types=draw(rare),
        proof_required=draw(rare),
        replaced_number=ReplacedNumber.REFUSE if draw(rare) else ReplacedNumber.FOLLOW,
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
def integrations(draw: st.DrawFn, anchor: int, row_id: int) -> Integration:
    begin, end = draw(days(anchor)), draw(st.one_of(days(anchor), days(anchor), st.just(FUTURE)))
    organisation = draw(st.sampled_from([CPAS_1, CPAS_1, *ORGANISATIONS]))
    primary = draw(st.sampled_from([True, True, False]))
    return Integration(
        row_id=row_id,
        ssin=draw(st.sampled_from(PERSONS[:3])),
        organisation=organisation.key,
        sector=organisation.sector,
        quality_code=draw(st.sampled_from(CODES)),
        begin=min(begin, end),
        end=max(begin, end),
        primary=primary,
        secondary=not primary or draw(st.booleans()),
        institution=organisation.institution,
    )


@st.composite
def requests(draw: st.DrawFn, anchor: int) -> DecisionRequest:
    day = days(anchor)
    rarely = st.sampled_from([False, False, False, True])

    def period(name: str) -> NamedPeriod:
        begin, end = sorted((draw(day), draw(day)))
        return NamedPeriod(name, begin, None if draw(rarely) else end)

    periods = [period(name) for name in ("request_period", "validity") if not draw(rarely)]
    periods += [period("validity")] if draw(rarely) else []
    parameters = {"decision": draw(st.sampled_from(["grant", "refuse"]))} if not draw(rarely) else {}
    parameters |= {"user_role": draw(st.sampled_from(["social_worker", "receiver"]))} if draw(rarely) else {}
    if draw(rarely):
        parameters["reference_year"] = "2024"
        periods.append(NamedPeriod("reference_year", parse_day("2024-01-01"), parse_day("2024-12-31")))
    names = [name for name in ("reference_date", "end_date") for _ in range(draw(st.sampled_from([1, 1, 0, 2])))]
    return DecisionRequest(
        operation=draw(st.sampled_from(["A", "A", "A", "A alias", "B", "unknown", "group"])),
        requester=draw(st.sampled_from([CPAS_1.key, CPAS_1.key, *(each.key for each in ORGANISATIONS), "0299999999"])),
        ssins=tuple(draw(st.lists(st.sampled_from(PERSONS), max_size=2, unique=True))),
        system_date=draw(st.sampled_from([anchor, anchor]) | day),
        quality_code=draw(st.sampled_from([None, None, *CODES, 0, 556])),
        legal_context=draw(st.sampled_from(["", "PCSA:SOCIAL_INQUIRY"])),
        periods=tuple(periods),
        dates=tuple(NamedDate(name, draw(day)) for name in names),
        parameters=parameters,
        information_types=draw(st.sampled_from([(), (), ("110",), ("110", "210"), ("999",)])),
        proof=draw(st.sampled_from([Proof.CORRECT, Proof.CORRECT, *Proof])),
        ticket="ticket",
    )


@st.composite
def scenes(draw: st.DrawFn, request_count: int = 20) -> Scene:
    """A ruleset of two operations, up to eight integrations of three persons, and requests for them."""
    anchor = draw(st.sampled_from(ANCHORS))
    ruleset = Ruleset(
        documents={},
        vocabulary=VOCABULARY,
        parameters=PARAMETERS,
        quality_codes=(),
        authorisations={},
        assumptions={},
        information_types=draw(information_types()),
        operations=(draw(operations("A")), draw(operations("B"))),
        groups=(OperationGroup("group", ("A", "B")),),
    )
    rows = tuple(draw(integrations(anchor, row_id)) for row_id in range(1, draw(st.integers(0, 8)) + 1))
    replacements = {PERSONS[2]: PERSONS[0]} if draw(st.booleans()) else {}
    return Scene(ruleset, rows, replacements, tuple(draw(requests(anchor)) for _ in range(request_count)))
