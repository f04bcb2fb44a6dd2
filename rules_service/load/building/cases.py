"""Conformance cases: the request as a message would give it, its facts, and what is expected."""

from __future__ import annotations

from typing import Final

from rules_service.algebra import InvalidDayError, parse_day
from rules_service.decision import Outcome, PeriodFields, Proof, Reason, RequestFields
from rules_service.errors import InvalidRequestError
from rules_service.identifiers import CPAS_SECTOR, parse_cbe
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.load.building.catalogues import report_repeated
from rules_service.load.building.facts import CPAS_INSTITUTION, FactBuilder
from rules_service.load.building.shared import member_of
from rules_service.load.case import Case, Expectation
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.load.synthetic import synthetic_cbe, synthetic_ssin_text

_IN_SECTOR_17: Final = (RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII)
_NOBODY: Final = Organisation("", RequesterKind.OTHER)
"""Stands for a requester that is wrong, so that the rest of its case is read too."""
_NOTHING: Final = Expectation()
"""Stands for an expectation that is wrong."""


class CaseBuilder:
    """Builds the cases of one file."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._defaults: Node | None = None

    def cases(self, root: Node) -> tuple[Case, ...]:
        """Every case that is right."""
        self._defaults = root.child("defaults")
        nodes = root["cases"].items
        report_repeated(nodes, lambda node: node["name"].string, "case", self._findings)
        return self._findings.those_that_build(self._case, nodes)

    def _case(self, node: Node) -> Case:
        attempt = self._findings.attempt_or
        expectation = attempt(_NOTHING, self._expectation, node)
        requester = attempt(_NOBODY, self._requester, node)
        facts = FactBuilder(requester, self._findings)
        integrations = attempt((), facts.integrations, node)
        replacements = attempt({}, facts.replacements, node)
        return Case(
            name=node["name"].string,
            file=self._findings.file,
            line=node.position.line,
            request=self._request(node, requester.key, dates_are_real=not expectation.error),
            requester=requester,
            integrations=integrations,
            replacements=replacements,
            expectation=expectation,
        )

    def _given(self, node: Node, key: str) -> Node:
        """What a case says, else what its file says for all."""
        if key in node:
            return node[key]
        if self._defaults is None or key not in self._defaults:
            self._findings.fail(node, Code.MISSING_KEY, f"the key `{key}` is missing; add it here or to `defaults`")
        return self._defaults[key]

    def _given_or_empty(self, node: Node, key: str) -> str:
        is_given = key in node or (self._defaults is not None and key in self._defaults)
        return self._given(node, key).string if is_given else ""

    def _expectation(self, case: Node) -> Expectation:
        node = case["expect"]
        outcome = member_of(Outcome, node["outcome"]) if "outcome" in node else None
        reason = member_of(Reason, node["reason"]) if "reason" in node else None
        if reason is not None and outcome is not reason.outcome:
            message = f"`{node['reason'].string}` goes with `{reason.outcome.name.lower()}` only"
            self._findings.add(node["reason"], Code.CONFLICTING_VALUES, message)
        return Expectation(outcome, reason, *map(node.string_of, ("variant", "error", "field")))

    def _requester(self, case: Node) -> Organisation:
        node = self._given(case, "requester")
        kind = member_of(RequesterKind, node["kind"])
        sector, institution = node.integer_of("sector"), node.integer_of("institution")
        if sector is None:
            if kind is RequesterKind.PARTNER:
                self._findings.add(node, Code.MISSING_KEY, "a partner needs a `sector`; add it")
            sector = CPAS_SECTOR if kind in _IN_SECTOR_17 else 0
        if institution is None and kind is RequesterKind.CPAS:
            institution = CPAS_INSTITUTION
        return Organisation(
            key=self._key(node) or _key_without_number(kind, sector, institution),
            kind=kind,
            region=member_of(Region, node["region"]) if "region" in node else Region.NONE,
            sector=sector,
            institution=institution,
        )

    def _key(self, node: Node) -> str:
        if "cbe_number" not in node:
            return ""
        try:
            return parse_cbe(node["cbe_number"].string)
        except InvalidRequestError as error:
            self._findings.fail(node["cbe_number"], Code.WRONG_FORMAT, error.violations[0].description)

    def _request(self, node: Node, requester: str, *, dates_are_real: bool) -> RequestFields:
        """The request as texts; only a case that expects an error may write dates that do not exist."""
        texts = _RequestTexts(self._findings, dates_are_real)
        periods = tuple((name, texts.period(part)) for name, part in _named(node, "periods"))
        dates = tuple((name, texts.date(part)) for name, part in _named(node, "dates"))
        request_period = texts.period(node["request_period"]) if "request_period" in node else None
        return RequestFields(
            operation=self._given(node, "operation").string,
            requester=requester,
            ssins=tuple(synthetic_ssin_text(person) for person in _persons(node)),
            quality_code=node.integer_of("quality_code"),
            legal_context=self._given_or_empty(node, "legal_context"),
            system_date=texts.date(self._given(node, "system_date")),
            request_period=request_period,
            periods=periods,
            dates=dates,
            parameters={name: part.written for name, part in node.entries_of("parameters").items()},
            information_types=node.strings_of("information_types"),
            proof=member_of(Proof, node["proof"]) if "proof" in node else Proof.ABSENT,
        )


def _key_without_number(kind: RequesterKind, sector: int, institution: int | None) -> str:
    """A synthetic CBE number; `sector/institution` for a partner that has an institution."""
    if kind in _IN_SECTOR_17 or institution is None:
        return synthetic_cbe(0)
    return f"{sector}/{institution}"


def _persons(node: Node) -> range:
    count = node.integer_of("persons")
    return range(1, 1 + (1 if count is None else count))


def _named(node: Node, key: str) -> tuple[tuple[str, Node], ...]:
    """Names with their values, a name once for each of its values."""
    entries = node.entries_of(key).items()
    return tuple((name, part) for name, value in entries for part in (value.parts or (value,)))


class _RequestTexts:
    """Reads dates and periods as texts, and checks them where the request is meant to be right."""

    def __init__(self, findings: Findings, dates_are_real: bool) -> None:
        self._findings = findings
        self._dates_are_real = dates_are_real

    def date(self, node: Node) -> str:
        """A date."""
        return self._checked(node, node.string)

    def period(self, node: Node) -> PeriodFields:
        """A period `BEGIN .. END`; an empty end is open."""
        begin, _, end = (part.strip() for part in node.string.partition(".."))
        self._checked(node, begin)
        if end:
            self._checked(node, end)
        if self._dates_are_real and end and end < begin:
            self._findings.add(node, Code.INVERTED_RANGE, f"`{end}` lies before `{begin}`; exchange them")
        return PeriodFields(begin, end)

    def _checked(self, node: Node, text: str) -> str:
        if self._dates_are_real:
            try:
                parse_day(text)
            except InvalidDayError as error:
                self._findings.add(node, Code.WRONG_DATE, str(error))
        return text
